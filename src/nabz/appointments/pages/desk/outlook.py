"""What would come of a schedule, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from nabz.appointments.model.pattern import by_day
from nabz.kit import jalali
from nabz.kit.jalali import JalaliDate, tehran

if TYPE_CHECKING:
    from nabz.appointments.model import New
    from nabz.appointments.service.planning import Outlook


class Day(msgspec.Struct, frozen=True):
    """A day of the preview."""

    day: JalaliDate
    fresh: int
    """New slots, every seat counted."""

    there: int
    clashes: int
    begins: str
    ends: str


def days_of(outlook: Outlook) -> list[Day]:
    """Count what is new, there already or in the way on each day."""
    fresh, there = by_day(outlook.fresh), by_day(outlook.there)
    clashes = by_day(clash.new for clash in outlook.clashes)
    return [
        _day(day, fresh.get(day, []), there.get(day, []), clashes.get(day, []))
        for day in sorted({*fresh, *there, *clashes})
    ]


def _day(day: date, fresh: list[New], there: list[New], clashes: list[New]) -> Day:
    at = sorted(new.starts_at for new in (*fresh, *there, *clashes))
    return Day(
        jalali.of_date(day),
        _seats(fresh),
        _seats(there),
        _seats(clashes),
        f"{tehran(at[0]):%H:%M}",
        f"{tehran(at[-1]):%H:%M}",
    )


def _seats(news: Iterable[New]) -> int:
    return sum(new.seats for new in news)
