"""Giving slots out and taking them back: a whole schedule in one message."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from nabz.appointments.errors import BadPeriod, FieldMissing
from nabz.appointments.model import New, Quota
from nabz.appointments.wire.own import times
from nabz.appointments.wire.own.patterns import ToldCalendar, ToldPattern
from nabz.appointments.wire.own.shapes import Done, Message, Shape, Short, Text
from nabz.appointments.wire.own.slots import ShownAppointment

MINUTE = 60
CentreReason = Literal[302, 304, 305]
"""Why a centre takes back; that the patient cannot come, or comes late, is told by `Cancel` and `SetStatus`."""


class ToldSlot(Message, frozen=True, kw_only=True):
    """A slot, as long as `minutes` or until `end`; with several seats it becomes several slots of one block."""

    start: str
    minutes: int | None = None
    end: str | None = None
    local_id: str = ""
    queue: str = "0"
    quota: Quota = Quota.INTERNET
    opens: str | None = None
    closes: str | None = None
    seats: int = 1

    def value(self, field: str) -> New:
        """Read it. Raises DateWrongHere, FieldMissing, BadPeriod."""
        starts_at = times.instant(self.start, field)
        minutes = self.minutes
        if minutes is None:
            if self.end is None:
                raise FieldMissing(field=f"{field}.minutes")
            span = (times.instant(self.end, field) - starts_at).total_seconds()
            if span <= 0:
                raise BadPeriod(field=field)
            minutes = round(span / MINUTE)
        return New(
            starts_at=starts_at,
            minutes=minutes,
            local_id=self.local_id,
            queue=self.queue,
            quota=int(self.quota),
            opens_at=times.maybe(self.opens, field),
            closes_at=times.maybe(self.closes, field),
            seats=self.seats,
        )


class ToldAgenda(Message, frozen=True, kw_only=True):
    """Who works at what, and when: slots one by one, a weekly pattern, an iCalendar, or several of these."""

    provider: Short
    specialty: Short = ""
    service: Short
    department: Text = ""
    internal_id: Text = ""
    internal_address: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    slots: tuple[ToldSlot, ...] = ()
    pattern: ToldPattern | None = None
    calendar: ToldCalendar | None = None


class PublishSchedule(Message, frozen=True, kw_only=True):
    """A whole schedule of a facility: all of it is published, or nothing."""

    facility: Short
    agendas: Annotated[list[ToldAgenda], msgspec.Meta(min_length=1, max_length=1000)]
    dry_run: bool = False
    list_slots: bool = True


class PublishedSlot(Shape, frozen=True):
    """A slot that stands there now; in a dry run one that is new has no id yet."""

    slot: str | None
    local_id: str
    start: datetime
    queue: str
    made: bool


class PublishedAgenda(Shape, frozen=True, kw_only=True):
    """What came of one agenda of the call, in the order of the call."""

    provider: str
    specialty: str
    service: str
    made: int
    unchanged: int
    passed: int
    """So many slots of its pattern or calendar had begun already and were left out."""

    slots: list[PublishedSlot]


class Published(Done, frozen=True, kw_only=True):
    """What came of a schedule."""

    dry_run: bool
    made: int
    unchanged: int
    agendas: list[PublishedAgenda]


class WithdrawSlots(Message, frozen=True, kw_only=True):
    """Slots by their ids, or by the centre's own: all of them are withdrawn, or none."""

    facility: Short
    slots: Annotated[tuple[Short, ...], msgspec.Meta(max_length=1000)] = ()
    local_ids: Annotated[tuple[Short, ...], msgspec.Meta(max_length=1000)] = ()
    reason: CentreReason = 305
    dry_run: bool = False


class WithdrawRange(Message, frozen=True, kw_only=True):
    """All that a facility, or one provider there, offers within a time."""

    facility: Short
    provider: Short = ""
    from_: Short = msgspec.field(name="from")
    until: Short
    reason: CentreReason = 305
    dry_run: bool = False


class Withdrawn(Done, frozen=True, kw_only=True):
    """How many slots were withdrawn, and whose appointments ended with them."""

    dry_run: bool
    slots: int
    affected: list[ShownAppointment]
