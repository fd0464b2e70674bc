"""The inbox: what was sent, as an operator, or in the demo everybody, may read it."""

from __future__ import annotations

from datetime import datetime, timedelta

from nabz.kit import outbox
from nabz.kit.db import Database, Tx
from nabz.notify.errors import UnknownLetter
from nabz.notify.model import Channel, Letter
from nabz.notify.store import letters as store

DAYS = 7
ROWS = 2000


def keep(tx: Tx, letter: Letter) -> bool:
    """Keep a letter in the inbox; a second delivery of the same one changes nothing."""
    return store.put(tx, letter)


async def keep_one(db: Database, letter: Letter) -> None:
    """Keep the same as a use case of its own, in one statement."""
    await db.write_one(store.PUT, **store.cells(letter))


def page(tx: Tx, limit: int, after: str = "", channel: Channel | None = None, to: str = "") -> list[Letter]:
    """Read the newest letters, or those that follow one; of one channel, to one person."""
    return store.page(tx, limit, after, channel, to)


def read(tx: Tx, id_: str) -> Letter:
    """Read one letter. Raises UnknownLetter."""
    letter = store.find(tx, id_)
    if letter is None:
        raise UnknownLetter
    return letter


def prune(tx: Tx, now: datetime, days: int = DAYS, rows: int = ROWS) -> int:
    """Forget old letters, and the outbox's copies of what was delivered."""
    outbox.prune(tx, now - timedelta(days=days))
    return store.prune(tx, now - timedelta(days=days), rows)
