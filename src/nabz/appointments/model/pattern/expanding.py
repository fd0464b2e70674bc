"""A schedule becomes slots."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import BadWindow, TooManySlots
from nabz.appointments.errors.pattern import NothingToPublish
from nabz.appointments.model.pattern.checking import check, check_period, check_visits, minute_of
from nabz.appointments.model.pattern.values import MOST_SLOTS, Hours, Pattern, Piece, Visits
from nabz.appointments.model.rules import LONGEST_MINUTES
from nabz.appointments.model.values import New
from nabz.kit.jalali import TEHRAN, of_date, tehran

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_WEEK: Final = 7
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5  # as Python counts


def expand(pattern: Pattern) -> list[New]:
    """Make the slots of a schedule, by time.

    Raises BadPeriod, ScheduleTooLong, WeekdayWrong, HoursWrong, HoursOverlap, DayTwice, PrefixWrong, NothingToPublish,
    and what `visits_of` raises.
    """
    check(pattern)
    return visits_of(_pieces(pattern), pattern.visits)


def visits_of(pieces: Iterable[Piece], visits: Visits) -> list[New]:
    """Cut hours of work into visits, by time; a queue number tells the place within the day.

    Raises BadLength, GapWrong, SeatsWrong, SharesWrong, BadWindow, TooManySlots, NothingToPublish.
    """
    check_visits(visits)
    most = MOST_SLOTS // visits.seats
    found: list[New] = []
    for piece in pieces:
        for new in _cut(piece, visits):
            if len(found) == most:
                raise TooManySlots(most=MOST_SLOTS)
            found.append(new)
    if not found:
        raise NothingToPublish
    found.sort(key=lambda new: new.starts_at)
    return _numbered(found)


def ahead(news: Sequence[New], now: datetime) -> list[New]:
    """Leave out what has begun: a schedule that begins today is published in the middle of the day."""
    return [new for new in news if new.starts_at > now]


def by_day(news: Iterable[New]) -> dict[date, list[New]]:
    """Group slots by their Tehran day."""
    days: dict[date, list[New]] = {}
    for new in news:
        days.setdefault(tehran(new.starts_at).date(), []).append(new)
    return days


def weekday_of(day: date) -> int:
    """Number a day of the week as Iran counts; Saturday is 0."""
    return (day.weekday() - _SATURDAY) % _WEEK


def closed_days(fixed: Mapping[tuple[int, int], str], from_: date, until: date) -> dict[date, str]:
    """Name the holidays of the solar year between two days; `fixed` has them by Jalali month and day.

    Raises BadPeriod, ScheduleTooLong.
    """
    check_period(from_, until)
    found = {}
    for day in _days(from_, until):
        jalali = of_date(day)
        title = fixed.get((jalali.month, jalali.day))
        if title is not None:
            found[day] = title
    return found


def _days(from_: date, until: date) -> Iterator[date]:
    for count in range((until - from_).days + 1):
        yield from_ + timedelta(days=count)


def _pieces(pattern: Pattern) -> Iterator[Piece]:
    week: dict[int, list[Hours]] = {}
    for session in pattern.week:
        week.setdefault(session.weekday, []).append(session.hours)
    exceptional = {each.day: each.hours for each in pattern.exceptions}
    for day in _days(pattern.from_, pattern.until):
        weekday = weekday_of(day)
        usual = () if weekday in pattern.days_off or day in pattern.holidays else week.get(weekday, ())
        for hours in exceptional.get(day, usual):
            midnight = datetime.combine(day, time(), tzinfo=TEHRAN)
            yield Piece(
                _at(midnight, minute_of(hours.begins)),
                _at(midnight, minute_of(hours.ends)),
                f"{pattern.prefix}-{day:%Y%m%d}",
            )


def _at(midnight: datetime, minute: int) -> datetime:
    """Find the instant at which Tehran's clock shows so many minutes."""
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def _cut(piece: Piece, visits: Visits) -> Iterator[New]:
    quotas = [share.quota for share in visits.shares for _ in range(min(share.times, LONGEST_MINUTES * 2))]
    length, step = timedelta(minutes=visits.minutes), timedelta(minutes=visits.minutes + visits.gap)
    starts_at, place = piece.begins, 0
    while starts_at + length <= piece.ends:
        opens_at, closes_at = _window(starts_at, visits)
        yield New(
            starts_at=starts_at,
            minutes=visits.minutes,
            local_id=f"{piece.prefix}-{tehran(starts_at):%H%M}",
            quota=quotas[place] if place < len(quotas) else visits.quota,
            opens_at=opens_at,
            closes_at=closes_at,
            seats=visits.seats,
        )
        starts_at, place = starts_at + step, place + 1


def _window(starts_at: datetime, visits: Visits) -> tuple[datetime | None, datetime | None]:
    """Tell when the booking of a slot opens and closes. Raises BadWindow."""
    opens_at = closes_at = None
    if visits.opens_days is not None:
        day = tehran(starts_at).date() - visits.opens_days * _DAY
        opens_at = datetime.combine(day, time(), tzinfo=TEHRAN).astimezone(UTC)
        if opens_at >= starts_at:  # the first slot of a day may begin with it
            opens_at -= _DAY
    if visits.closes_hours is not None:
        closes_at = starts_at - timedelta(hours=visits.closes_hours)
    if opens_at is not None and closes_at is not None and opens_at >= closes_at:
        raise BadWindow
    return opens_at, closes_at


def _numbered(news: list[New]) -> list[New]:
    """Number the visits of each day; every seat has a number of its own, and a slot is told its first."""
    numbered, day, place = [], None, 1
    for new in news:
        if (today := tehran(new.starts_at).date()) != day:
            day, place = today, 1
        numbered.append(msgspec.structs.replace(new, queue=str(place)))
        place += new.seats
    return numbered
