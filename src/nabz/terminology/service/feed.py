"""What those who keep copies want to know, in the order in which it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.terminology.store import feed as store

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.terminology.model import Event


def events(tx: Tx, after: int = 0, limit: int = 100) -> list[Event]:
    """Read the events after one of them."""
    return store.page(tx, after, limit)


def newest(tx: Tx) -> int:
    """Give the number of the newest event."""
    return store.newest(tx)
