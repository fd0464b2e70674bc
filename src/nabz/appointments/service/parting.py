"""The parts of divided tables: made ahead of the months, and let go when they are past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.store import booking, parts, slots

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx


def ensure(tx: Tx, at: datetime) -> bool:
    """Make room for a month; tell whether there was none."""
    return parts.ensure(tx, at)


def months(tx: Tx) -> list[tuple[datetime, str]]:
    """List the parts with their months, the oldest first."""
    return parts.months(tx)


def past(tx: Tx, before: datetime) -> list[str]:
    """List the parts that end before an instant, the oldest first."""
    return [part for month, part in parts.months(tx) if parts.month_of(month)[1] <= before]


async def let_go(db: Database, part: str) -> None:
    """Take a part away while everybody goes on reading and writing the others."""
    for statement in parts.leaving(part):
        await db.write_one(statement)


def forget(tx: Tx, before: datetime) -> int:
    """Forget the names of slots and the days of people that lie before an instant, some at a time."""
    return slots.forget_names(tx, before) + booking.forget_days(tx, before)
