"""What would come of a schedule, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from nabz.appointments.model import Reason
from nabz.appointments.model.pattern import by_day
from nabz.appointments.pages.desk.frame import address
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
    """So many are there already, every seat counted; so too what follows."""

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


def sizes_of(outlook: Outlook) -> dict[str, int]:
    """Count the slots of all days, every seat counted, as the days are."""
    clashes = [clash.new for clash in outlook.clashes]
    told = {"fresh": outlook.fresh, "there": outlook.there, "clashes": clashes}
    return {name: _seats(news) for name, news in told.items()} | {"passed": outlook.passed}


def withdrawal_of(outlook: Outlook, provider: str) -> str:
    """Give the address at which what is there otherwise is taken back, after a look at who is affected."""
    days = [jalali.slashed(jalali.day_of(change.there.starts_at)) for change in outlook.changes]
    if not days:
        return ""
    told = {"from_day": days[0], "until_day": days[-1], "provider": provider, "reason": str(int(Reason.CENTRE_CANNOT))}
    return address("/desk/withdraw", **told)


def _seats(news: Iterable[New]) -> int:
    return sum(new.seats for new in news)
