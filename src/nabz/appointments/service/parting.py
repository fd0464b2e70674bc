"""The parts of divided tables: made ahead of the months, and let go when they are past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.store import booking, parts, slots
from nabz.kit.errors import Busy

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.store.parts import Part
    from nabz.kit.db import Database, Tx


STEPS: Final = 4


def ensure(tx: Tx, at: datetime) -> bool:
    """Make room for a month; tell whether there was none."""
    return parts.ensure(tx, at)


def months(tx: Tx) -> list[Part]:
    """List the parts with their months, the oldest first."""
    return parts.months(tx)


def past(tx: Tx, before: datetime) -> list[Part]:
    """List the parts that end before an instant, the oldest first."""
    return [part for part in parts.months(tx) if parts.month_of(part.month)[1] <= before]


async def let_go(db: Database, part: Part) -> bool:
    """Take a part away while everybody goes on reading and writing the others; tell whether it is gone.

    It waits for whoever still looks at it; if that takes long, the next call goes on where this one stopped.
    """
    for _ in range(STEPS):
        there = next((one for one in await db.read(parts.months) if one.name == part.name), None)
        if there is None:
            return True
        try:
            await db.write_one(parts.next_step(there))
        except Busy:
            continue
    return all(one.name != part.name for one in await db.read(parts.months))


def forget(tx: Tx, before: datetime) -> int:
    """Forget the names of slots and the days of people that lie before an instant, some at a time."""
    return slots.forget_names(tx, before) + booking.forget_days(tx, before)
