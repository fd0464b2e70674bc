"""Holding, booking, giving back, moving, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from nabz.appointments.errors import FieldMissing
from nabz.appointments.model import AppointmentType, Booking, Reason, Status
from nabz.appointments.model.money import MOST_DEPOSIT
from nabz.appointments.wire.own.persons import ToldVisitor
from nabz.appointments.wire.own.shapes import Done, Key, Message, Rows, Short
from nabz.appointments.wire.own.slots import ShownAppointment
from nabz.registries.model import read_hid

Deposit = Annotated[int, msgspec.Meta(ge=0, le=MOST_DEPOSIT)]


class Hold(Message, frozen=True, kw_only=True):
    """Keep a slot for a person while he decides; what was kept for him before is let go."""

    slot: Short
    person: Short
    minutes: int = 10


class Held(Done, frozen=True, kw_only=True):
    """A slot that is kept, or no longer."""

    slot: str
    start: datetime
    held_until: datetime | None


class Release(Message, frozen=True, kw_only=True):
    """Let a slot go that was kept."""

    slot: Short
    person: Short


class Book(Message, frozen=True, kw_only=True):
    """Take a slot, or any seat of a block; `sender` is the facility in whose name one books, if any."""

    slot: Short = ""
    block: Short = ""
    visitor: ToldVisitor
    sender: Short = ""
    hid: Short = ""
    type: AppointmentType | None = None
    deposit: Deposit = 0
    key: Key = ""

    def booking(self) -> Booking:
        """Read what is asked for besides the slot. Raises FieldMissing, MobileWrong, BadPersonId, BadHid, …"""
        if bool(self.slot) == bool(self.block):
            raise FieldMissing(field="slot")
        return Booking(
            visitor=self.visitor.value(),
            hid=read_hid(self.hid) if self.hid.strip() else "",
            type=None if self.type is None else int(self.type),
            deposit=self.deposit,
        )


class Cancel(Message, frozen=True, kw_only=True):
    """Give an appointment back; with its own id a call that is repeated late never ends a later one of the slot."""

    slot: Short
    person: Short
    appointment: Short = ""
    reason: Reason = Reason.PATIENT_CANNOT
    sender: Short = ""


class Reschedule(Message, frozen=True, kw_only=True):
    """Move an appointment to another slot, or leave everything as it is."""

    from_: Short = msgspec.field(name="from")
    to: Short
    person: Short
    sender: Short = ""
    key: Key = ""


class GetAppointment(Message, frozen=True, kw_only=True):
    """One appointment, by its slot or by its own id."""

    slot: Short = ""
    appointment: Short = ""
    sender: Short = ""


class ListAppointments(Message, frozen=True, kw_only=True):
    """A centre's appointments of a time, page by page; without statuses those that stand."""

    facility: Short
    from_: Short = msgspec.field(name="from")
    until: Short
    statuses: tuple[Status, ...] = (Status.TAKEN, Status.VISITED, Status.LATE)
    limit: Rows = 100
    after: Annotated[str, msgspec.Meta(max_length=300)] = ""


class ListedAppointments(Done, frozen=True, kw_only=True):
    """A page of appointments; `after` goes into the next call, and is null when there is no more."""

    appointments: list[ShownAppointment]
    after: str | None


class SetStatus(Message, frozen=True, kw_only=True):
    """What became of a visit: 2 arrived, 3 visited, 6 late, 1 free again after a patient's cancellation."""

    facility: Short
    slot: Short
    status: Status


class StatusSet(Done, frozen=True, kw_only=True):
    """Where the slot stands now."""

    slot: str
    status: int
