"""What a schedule is told by: hours by weekday, holidays, exceptions, shares of the quotas, booking windows."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

import msgspec

from nabz.appointments.model.rules import LONGEST_AHEAD
from nabz.appointments.model.values import Quota

MOST_SLOTS: Final = 100_000
"""So many are published at once; every seat counts."""

MOST_DAYS: Final = LONGEST_AHEAD.days
LONGEST_GAP: Final = 240
LONGEST_PREFIX: Final = 40


class Share(msgspec.Struct, frozen=True):
    """So many times of a session, and for whom they are."""

    quota: int
    times: int


class Hours(msgspec.Struct, frozen=True):
    """From when to when somebody works, by Tehran's clock."""

    begins: time
    ends: time


class Session(msgspec.Struct, frozen=True):
    """The hours of a weekday; Saturday is 0."""

    weekday: int
    hours: Hours


class Exceptional(msgspec.Struct, frozen=True):
    """A day that is not like its weekday: other hours, or none. It counts even on a holiday."""

    day: date
    hours: tuple[Hours, ...] = ()


class Visits(msgspec.Struct, frozen=True, kw_only=True):
    """How hours of work are cut into visits."""

    minutes: int
    gap: int = 0
    """Minutes between two visits."""

    seats: int = 1
    shares: tuple[Share, ...] = ()
    """The first times of every session, in this order; what remains has the quota below."""

    quota: int = Quota.INTERNET
    opens_days: int | None = None
    """So many days before its own the booking of a slot opens, when the day begins."""

    closes_hours: int | None = None
    """So many hours before the slot its booking closes."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A whole schedule; both days are within it."""

    from_: date
    until: date
    week: tuple[Session, ...]
    visits: Visits
    prefix: str
    """Local ids begin with it, so that a schedule sent again makes nothing twice."""

    days_off: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    exceptions: tuple[Exceptional, ...] = ()


class Piece(msgspec.Struct, frozen=True):
    """Some hours of some day, and what the local ids of its visits begin with."""

    begins: datetime
    ends: datetime
    prefix: str
