"""Weekly patterns and calendars as callers tell them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from nabz.appointments.model import Quota
from nabz.appointments.model.pattern import Exceptional, Hours, Pattern, Session, Share, Visits
from nabz.appointments.wire.own import times
from nabz.appointments.wire.own.shapes import Message, Short

Few = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class ToldShare(Message, frozen=True, kw_only=True):
    """So many times of every session are for these people."""

    quota: Quota
    times: Few


class ToldVisits(Message, frozen=True, kw_only=True):
    """How hours of work are cut into visits."""

    minutes: int
    gap: int = 0
    seats: int = 1
    shares: tuple[ToldShare, ...] = ()
    quota: Quota = Quota.INTERNET
    opens_days: int | None = None
    closes_hours: int | None = None

    def visits(self) -> Visits:
        """Read them; whether they make sense is the model's to say."""
        return Visits(
            minutes=self.minutes,
            gap=self.gap,
            seats=self.seats,
            shares=tuple(Share(int(one.quota), one.times) for one in self.shares),
            quota=int(self.quota),
            opens_days=self.opens_days,
            closes_hours=self.closes_hours,
        )


class ToldHours(Message, frozen=True, kw_only=True):
    """From when to when, by Tehran's clock."""

    begins: Short
    ends: Short

    def hours(self, field: str) -> Hours:
        """Read them. Raises DateWrongHere."""
        return Hours(times.clock(self.begins, f"{field}.begins"), times.clock(self.ends, f"{field}.ends"))


class ToldSession(ToldHours, frozen=True, kw_only=True):
    """The hours of a weekday; Saturday is 0."""

    weekday: int


class ToldException(Message, frozen=True, kw_only=True):
    """A day that is not like its weekday: other hours, or none."""

    day: Short
    hours: tuple[ToldHours, ...] = ()


class ToldPattern(ToldVisits, frozen=True, kw_only=True):
    """A week of work, from a day to a day; both are within it."""

    from_: Short = msgspec.field(name="from")
    until: Short
    week: list[ToldSession]
    prefix: Short
    days_off: tuple[int, ...] = ()
    holidays: tuple[Short, ...] = ()
    official_holidays: bool = True
    exceptions: tuple[ToldException, ...] = ()

    def first(self) -> date:
        """Read the first day. Raises DateWrongHere."""
        return times.day(self.from_, "pattern.from")

    def last(self) -> date:
        """Read the last day. Raises DateWrongHere."""
        return times.day(self.until, "pattern.until")

    def value(self, closed: frozenset[date]) -> Pattern:
        """Read the whole of it; `closed` are the holidays that need not be told. Raises DateWrongHere."""
        return Pattern(
            from_=self.first(),
            until=self.last(),
            week=tuple(Session(one.weekday, one.hours("pattern.week")) for one in self.week),
            visits=self.visits(),
            prefix=self.prefix,
            days_off=frozenset(self.days_off),
            holidays=closed | {times.day(one, "pattern.holidays") for one in self.holidays},
            exceptions=tuple(
                Exceptional(
                    times.day(one.day, "pattern.exceptions.day"),
                    tuple(each.hours("pattern.exceptions.hours") for each in one.hours),
                )
                for one in self.exceptions
            ),
        )


class ToldCalendar(ToldVisits, frozen=True, kw_only=True):
    """An iCalendar whose events are sessions of work; without a window all that lies ahead counts."""

    text: str
    prefix: Short = ""
    from_: Short = msgspec.field(name="from", default="")
    until: Short = ""
