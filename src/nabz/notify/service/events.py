"""Events: told in the transaction of what happened, numbered after its commit, followed by their number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from nabz.kit import json
from nabz.kit.db import Database, Tx
from nabz.notify.model import Event, check_event
from nabz.notify.store import events as store

DAYS = 7
"""How long a follower may be away."""

OPEN_DAYS = 30
"""How long an event stays that has not arrived at a webhook."""

LONGER = timedelta(days=OPEN_DAYS - DAYS)
ROWS = 5000


def tell(tx: Tx, to: Iterable[str], kind: str, subject: str, body: dict[str, Any], id_: str, now: datetime) -> None:
    """Tell receivers of an event; one who has been told of the same id already is not told again."""
    receivers = sorted({each for each in to if each})
    text = json.encode(body)
    check_event(kind, id_, text)
    if receivers:
        told = json.encode(receivers).decode()
        store.tell(tx, to=told, id_=id_, kind=kind, subject=subject, body=text.decode(), at=now)


def after(tx: Tx, to: str, number: int, kinds: tuple[str, ...] = (), limit: int = 100) -> list[Event]:
    """Read what a receiver was told after a number, as far as it has numbers: that is, a moment after the commit.

    Numbers are given to what is committed, by one at a time, and rise by one: whoever has read up to a number has
    missed nothing before it.
    """
    return store.after(tx, to, number, kinds, limit)


def newest(tx: Tx, to: str) -> int:
    """Read the number of a receiver's newest event; 0 if there is none."""
    return store.newest_of(tx, [to]).get(to, 0)


def newest_of(tx: Tx, to: list[str]) -> dict[str, int]:
    """Read the same for several receivers."""
    return store.newest_of(tx, to)


async def prune_all(db: Database, before: datetime) -> int:
    """Forget what is from before an instant in all data sets; tell how much it was."""
    count = await db.write(prune_deliveries, before)
    for data_set in await db.read(store.data_sets):
        count += await db.within(data_set).write(prune, before)
    return count


def prune(tx: Tx, before: datetime, rows: int = ROWS) -> int:
    """Forget events from before an instant; those that still have to arrive somewhere stay longer."""
    long_ago = before - LONGER
    return store.prune(tx, before, rows, settled=True) + store.prune(tx, long_ago, rows, settled=False)


def prune_deliveries(tx: Tx, before: datetime, rows: int = ROWS) -> int:
    """Forget deliveries likewise, of all data sets."""
    long_ago = before - LONGER
    forget = store.prune_deliveries
    return forget(tx, before, rows, settled=True) + forget(tx, long_ago, rows, settled=False)
