"""The wizard's form: what a desk tells of a schedule, and what is read out of it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, ParamSpec, TypeVar

import msgspec

from nabz.appointments.errors import BadLength, BadPeriod, BadWindow, SeatsWrong, TooFarAhead, TooManySlots
from nabz.appointments.errors.pattern import (
    CalendarTooLarge,
    DayTwice,
    GapWrong,
    HoursOverlap,
    NothingToPublish,
    ScheduleTooLong,
    SharesWrong,
)
from nabz.appointments.files import calendar, holidays
from nabz.appointments.files.lines import MOST_BYTES
from nabz.appointments.model import Quota, good, number_of
from nabz.appointments.model.pattern import (
    Hours,
    Pattern,
    Session,
    Share,
    Visits,
    ahead,
    check_hours,
    check_period,
    closed_days,
    expand,
)
from nabz.appointments.pages.desk.hours import read_days, read_exceptions, read_hours
from nabz.kit import jalali
from nabz.kit.errors import Problem

if TYPE_CHECKING:
    from nabz.appointments.model import Agenda, New

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_KEPT: Final = 90_000
"""Letters of a calendar that a form carries from one page to the next."""

WEEK: Final = 7
HOURS: Final = tuple(f"hours_{day}" for day in range(WEEK))
SHARED: Final = (Quota.INTERNET, Quota.REFERRAL, Quota.IN_PERSON, Quota.SPECIAL)
Line = Annotated[str, msgspec.Meta(max_length=200)]
Lines = Annotated[str, msgspec.Meta(max_length=20_000)]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the wizard."""

    provider: Line = ""
    specialty: Line = ""
    service: Line = ""
    department: Line = ""
    from_day: Line = ""
    until_day: Line = ""
    hours_0: Line = ""
    hours_1: Line = ""
    hours_2: Line = ""
    hours_3: Line = ""
    hours_4: Line = ""
    hours_5: Line = ""
    hours_6: Line = ""
    fixed: bool = False
    holidays: Lines = ""
    exceptions: Lines = ""
    minutes: int = 15
    gap: int = 0
    seats: int = 1
    share_104: int | None = None
    share_101: int | None = None
    share_102: int | None = None
    share_103: int | None = None
    quota: int = Quota.INTERNET
    opens_days: int | None = None
    closes_hours: int | None = None
    calendar: Annotated[str, msgspec.Meta(max_length=LONGEST_KEPT)] = ""
    forget: bool = False
    skip: bool = False


BESIDE: Final[dict[type[Problem], str]] = {
    BadPeriod: "until_day",
    TooFarAhead: "until_day",
    TooManySlots: "until_day",
    ScheduleTooLong: "until_day",
    HoursOverlap: "hours_0",
    NothingToPublish: "hours_0",
    DayTwice: "exceptions",
    BadLength: "minutes",
    GapWrong: "gap",
    SeatsWrong: "seats",
    SharesWrong: "share_104",
    BadWindow: "closes_hours",
}
"""Where a problem of the schedule as a whole is told."""


class Mistakes(Exception):  # noqa: N818 - no error, but what is written back into a form
    """What is wrong with a plan, by field."""

    def __init__(self, by_field: dict[str, Problem]) -> None:
        super().__init__(", ".join(by_field))
        self.by_field = by_field


class Told(msgspec.Struct, frozen=True):
    """A plan that has been read: its slots, and which of its days are holidays."""

    news: list[New]
    closed: dict[date, str]
    passed_over: list[calendar.PassedOver] = []
    """What a calendar holds for whole days: no slots are made of it."""


def read_plan(plan: Plan, agenda: Agenda, now: datetime) -> Told:
    """Make the slots of a plan. Raises Mistakes."""
    wrong: dict[str, Problem] = {}
    first, last = (_try(wrong, name, _day, getattr(plan, name)) for name in ("from_day", "until_day"))
    extra = _try(wrong, "holidays", read_days, plan.holidays)
    exceptions = _try(wrong, "exceptions", read_exceptions, plan.exceptions, max(1, plan.minutes))
    week = [_try(wrong, name, _hours, getattr(plan, name), plan.minutes) or () for name in HOURS]
    if wrong or first is None or last is None or extra is None or exceptions is None:
        raise Mistakes(wrong)
    with _beside():
        if plan.calendar:
            news, passed_over = _of_calendar(plan, agenda, first, last, now)
            return Told(_good(news, now), {}, passed_over)
        closed = closed_days(holidays.fixed(), first, last) if plan.fixed else {}
        closed |= {day: "" for day in extra if first <= day <= last and day not in closed}
        pattern = Pattern(
            from_=first,
            until=last,
            week=tuple(Session(day, each) for day, hours in enumerate(week) for each in hours),
            visits=visits_of(plan),
            prefix=prefix_of(agenda),
            holidays=frozenset(closed),
            exceptions=exceptions,
        )
        return Told(_good(expand(pattern), now), closed)


def _good(news: list[New], now: datetime) -> list[New]:
    """Check before the preview what publishing would refuse. Raises what `good` raises."""
    for new in ahead(news, now):
        good(new, now)
    return news


def _of_calendar(
    plan: Plan, agenda: Agenda, first: date, last: date, now: datetime
) -> tuple[list[New], list[calendar.PassedOver]]:
    check_period(first, last)
    after = max(now, jalali.start_of(jalali.of_date(first)) - timedelta(seconds=1))
    until = jalali.start_of(jalali.of_date(last + timedelta(days=1))) - timedelta(seconds=1)
    try:
        return calendar.read_timed(unpacked(plan.calendar), visits_of(plan), prefix_of(agenda), after, until)
    except (NothingToPublish, CalendarTooLarge) as problem:
        raise Mistakes({"file": problem}) from None


def visits_of(plan: Plan) -> Visits:
    """Tell how hours are cut; a quota without a number has no share of its own."""
    shares = ((quota, getattr(plan, f"share_{int(quota)}")) for quota in SHARED)
    return Visits(
        minutes=plan.minutes,
        gap=plan.gap,
        seats=plan.seats,
        shares=tuple(Share(quota, times) for quota, times in shares if times),
        quota=plan.quota,
        opens_days=plan.opens_days,
        closes_hours=plan.closes_hours,
    )


def prefix_of(agenda: Agenda) -> str:
    """What the local ids of an agenda's slots begin with: publishing the same again makes nothing twice."""
    return f"n{number_of(agenda):x}"


def packed(raw: bytes) -> str:
    """Make a calendar small enough to be carried by a form. Raises CalendarTooLarge."""
    kept = base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode()
    if len(raw) > MOST_BYTES or len(kept) > LONGEST_KEPT:
        raise CalendarTooLarge(most=MOST_BYTES, why="bytes", why_fa="بایت")
    return kept


def unpacked(kept: str) -> bytes:
    """Give the calendar that a form has carried; nothing when somebody has broken it."""
    try:
        opened = zlib.decompressobj()
        return opened.decompress(base64.urlsafe_b64decode(kept), MOST_BYTES + 1)
    except (ValueError, zlib.error):
        return b""


def _try(wrong: dict[str, Problem], field: str, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    try:
        return read(*args, **kwargs)
    except Problem as problem:
        wrong[field] = problem
        return None


@contextmanager
def _beside() -> Iterator[None]:
    """Tell a problem of the whole beside the field that mends it."""
    try:
        yield
    except Problem as problem:
        raise Mistakes({BESIDE.get(type(problem), "file"): problem}) from problem


def _day(text: str) -> date:
    return jalali.parse(text).to_gregorian()


def _hours(text: str, minutes: int) -> tuple[Hours, ...]:
    hours = read_hours(text)
    check_hours(hours, max(1, minutes))
    return hours
