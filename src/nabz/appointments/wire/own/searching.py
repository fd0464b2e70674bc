"""Looking for free slots."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Final, NamedTuple

import msgspec

from nabz.appointments.errors.own import DaysTooBroad, SearchTooBroad
from nabz.appointments.model import Quota, Wanted, distance
from nabz.appointments.wire.own import persons, times
from nabz.appointments.wire.own.shapes import Done, Message, Rows, Shape, Short
from nabz.appointments.wire.own.slots import FreeSlot
from nabz.registries.model import read_facility_id

USUAL: Final = timedelta(days=28)
"""So far ahead is looked when no end is told."""


class Point(NamedTuple):
    """Near where, and how many metres at most."""

    latitude: float
    longitude: float
    metres: float


class Near(Message, frozen=True, kw_only=True):
    """Around which point, and how far; without a unit these are metres."""

    latitude: float
    longitude: float
    distance: float
    unit: Short = ""

    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"distance": ("metres",)}

    def value(self) -> Point:
        """Read it. Raises BadPoint, BadDistance."""
        latitude, longitude = distance.checked(self.latitude, self.longitude)
        return Point(latitude, longitude, distance.metres_told(self.distance, self.unit))


class ToldOffer(Message, frozen=True, kw_only=True):
    """Whom and what somebody looks for, and when; what is empty does not matter."""

    provider: Short = ""
    facility: Short = ""
    specialty: Short = ""
    service: Short = ""
    from_: Short = msgspec.field(name="from", default="")
    until: Short = ""

    def offer(self, now: datetime) -> Wanted:
        """Read it. Raises DateWrongHere, BadProviderId, BadFacilityId."""
        from_, until = times.period(self.from_, self.until, now, USUAL)
        return Wanted(
            from_=from_,
            until=until,
            provider=persons.maybe_provider(self.provider),
            facility=read_facility_id(self.facility) if self.facility.strip() else "",
            specialty=self.specialty.strip(),
            service=self.service.strip(),
        )


class ToldWanted(ToldOffer, frozen=True, kw_only=True):
    """The same within a division of the country, a code of any level, and of one quota."""

    division: Short = ""
    quota: Quota | None = None

    def says_what(self) -> bool:
        """Tell whether it says what for."""
        told = (self.provider, self.facility, self.specialty, self.service, self.division)
        return any(one.strip() for one in told)

    def wanted(self, now: datetime) -> Wanted:
        """Read it. Raises DateWrongHere, BadProviderId, BadFacilityId."""
        quota = None if self.quota is None else int(self.quota)
        return msgspec.structs.replace(self.offer(now), area=self.division.strip(), quota=quota)


class Search(ToldWanted, frozen=True, kw_only=True):
    """A page of free slots: by time, or around a point by distance."""

    near: Near | None = None
    limit: Rows = 50
    after: Annotated[str, msgspec.Meta(max_length=300)] = ""

    def must_say_what(self) -> None:
        """Raises SearchTooBroad."""
        if self.near is None and not self.says_what():
            raise SearchTooBroad


class Found(Done, frozen=True, kw_only=True):
    """What was found; `after` goes into the next call, and is null when there is no more."""

    slots: list[FreeSlot]
    after: str | None


class Days(ToldWanted, frozen=True, kw_only=True):
    """How many slots are free on each day."""

    def must_say_what(self) -> None:
        """Raises DaysTooBroad."""
        if not self.says_what():
            raise DaysTooBroad


class FreeDay(Shape, frozen=True, kw_only=True):
    """A day of Tehran on which something is free."""

    day: date
    day_jalali: str
    free: int


class FoundDays(Done, frozen=True, kw_only=True):
    """The days on which something is free."""

    days: list[FreeDay]

    @classmethod
    def of(cls, counts: dict[date, int]) -> FoundDays:
        """Show a calendar."""
        return cls(
            days=[FreeDay(day=day, day_jalali=times.shown_day(day), free=free) for day, free in sorted(counts.items())]
        )
