"""The SQL of what those who keep copies want to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from nabz.kit.db import unique
from nabz.kit.errors import Busy
from nabz.terminology.model import Event
from nabz.terminology.store.terminologies import one_at_a_time
from nabz.terminology.tables import events

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

E = events.c


def put(
    tx: Tx,
    what: str,
    now: datetime,
    *,
    terminology: str | None = None,
    version: str | None = None,
    letter: str | None = None,
) -> None:
    """Write an event with the next number: a reader who has seen one has seen all before it. Raises Busy."""
    one_at_a_time(tx)
    row = {"event": newest(tx) + 1, "at": now, "what": what}
    with unique(Busy(retry_after=1)):  # another took the number at this very moment
        tx.execute(insert(events), {**row, "terminology": terminology, "version": version, "letter": letter})


def newest(tx: Tx) -> int:
    """Give the number of the newest event."""
    return int(tx.execute(select(func.coalesce(func.max(E.event), 0))).scalar_one())


def page(tx: Tx, after: int, limit: int) -> list[Event]:
    """List the events after one of them."""
    query = select(events).where(E.event > after).order_by(E.event).limit(limit)
    return [Event(**row._mapping) for row in tx.execute(query)]  # noqa: SLF001 - SQLAlchemy's own public name for it
