"""What makes no schedule."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import BadLength, BadPeriod, BadWindow, SeatsWrong
from nabz.appointments.errors.pattern import (
    DayTwice,
    GapWrong,
    HoursOverlap,
    HoursWrong,
    PrefixWrong,
    ScheduleTooLong,
    SharesWrong,
    WeekdayWrong,
)
from nabz.appointments.model.pattern.values import LONGEST_GAP, LONGEST_PREFIX, MOST_DAYS, Hours, Pattern, Visits
from nabz.appointments.model.rules import LONGEST_MINUTES, MOST_SEATS
from nabz.appointments.model.values import Quota
from nabz.kit.jalali import of_date, slashed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_PREFIX: Final = re.compile(r"[0-9A-Za-z-]{1,40}")
_WEEK: Final = 7
_MOST_SHARES: Final = 20
_LAST: Final = time(23, 59)
_QUOTAS: Final = frozenset(Quota)


def check(pattern: Pattern) -> None:
    """Check all of a schedule.

    Raises BadPeriod, ScheduleTooLong, PrefixWrong, WeekdayWrong, DayTwice, and what the two below raise.
    """
    check_visits(pattern.visits)
    check_period(pattern.from_, pattern.until)
    if not _PREFIX.fullmatch(pattern.prefix):
        raise PrefixWrong(most=LONGEST_PREFIX)
    week: dict[int, list[Hours]] = {}
    for session in pattern.week:
        if not 0 <= session.weekday < _WEEK:
            raise WeekdayWrong
        week.setdefault(session.weekday, []).append(session.hours)
    if any(not 0 <= day < _WEEK for day in pattern.days_off):
        raise WeekdayWrong
    days = set()
    for exceptional in pattern.exceptions:
        if exceptional.day in days:
            raise DayTwice(day=slashed(of_date(exceptional.day)))
        days.add(exceptional.day)
    for hours in (*week.values(), *(exceptional.hours for exceptional in pattern.exceptions)):
        check_hours(hours, pattern.visits.minutes)


def check_period(from_: date, until: date) -> None:
    """Check the days of a schedule. Raises BadPeriod, ScheduleTooLong."""
    if until < from_:
        raise BadPeriod
    if (until - from_).days >= MOST_DAYS:
        raise ScheduleTooLong(most=MOST_DAYS)


def check_hours(hours: Sequence[Hours], minutes: int) -> None:
    """Check the hours of one day. Raises HoursWrong, HoursOverlap."""
    in_order = sorted(hours, key=lambda each: each.begins)
    for each in in_order:
        if minute_of(each.begins) + minutes > minute_of(each.ends):
            raise HoursWrong(hours=shown(each))
    for one, other in pairwise(in_order):
        if other.begins < one.ends:
            raise HoursOverlap(hours=shown(other))


def minute_of(at: time) -> int:
    """Count the minutes since the day began; the last minute of the day stands for its end."""
    return at.hour * 60 + at.minute + (at == _LAST)


def shown(hours: Hours) -> str:
    """Write hours down: 08:00-12:30."""
    return f"{hours.begins:%H:%M}-{hours.ends:%H:%M}"


def check_visits(visits: Visits) -> None:
    """Check how hours are cut. Raises BadLength, GapWrong, SeatsWrong, SharesWrong, BadWindow."""
    if not 1 <= visits.minutes <= LONGEST_MINUTES:
        raise BadLength(most=LONGEST_MINUTES)
    if not 0 <= visits.gap <= LONGEST_GAP:
        raise GapWrong(most=LONGEST_GAP)
    if not 1 <= visits.seats <= MOST_SEATS:
        raise SeatsWrong(most=MOST_SEATS)
    if visits.quota not in _QUOTAS or len(visits.shares) > _MOST_SHARES:
        raise SharesWrong
    if any(each.quota not in _QUOTAS or each.times < 0 for each in visits.shares):
        raise SharesWrong
    if visits.opens_days is not None and not 0 <= visits.opens_days <= MOST_DAYS:
        raise BadWindow
    if visits.closes_hours is not None and not 0 <= visits.closes_hours <= MOST_DAYS * 24:
        raise BadWindow
