"""Members of the councils."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.registries.model import Practitioner, ProviderId, search_words
from nabz.registries.store import practitioners as store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Tx


def find(tx: Tx, id_: ProviderId) -> Practitioner | None:
    """Find a practitioner, also one who is no longer active."""
    return store.find(tx, id_.key)


def search(tx: Tx, text: str, limit: int = 20) -> list[Practitioner]:
    """List active practitioners by the words of their name, specialty or number; without a word there is none."""
    words = search_words(text)
    return store.search(tx, words, limit) if words else []


def put(tx: Tx, practitioner: Practitioner, now: datetime) -> None:
    """Put a practitioner, whether or not he is there."""
    store.put(tx, [practitioner], now)


def put_all(tx: Tx, new: Iterable[Practitioner], now: datetime) -> None:
    """Put practitioners, whether or not they are there."""
    store.put(tx, new, now)
