"""A caller's own name of a call, which stands for one message."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors.own import KeyUsedOtherwise
from nabz.appointments.store import keys as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

KEPT: Final = timedelta(days=2)


def claim(tx: Tx, client: str, key: str, call: str, now: datetime) -> bool:
    """Let a client's key stand for a call, and tell whether this is its first time. Raises KeyUsedOtherwise."""
    named = store.claim(tx, client, key, call, now)
    if named.call != call:
        raise KeyUsedOtherwise
    return named.times == 1


def prune(tx: Tx, now: datetime) -> int:
    """Forget the keys that are too old to be sent again."""
    return store.prune(tx, now - KEPT)
