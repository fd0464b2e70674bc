"""A clinic's day: who comes, who came, who was late."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from nabz.appointments.errors import NotYourSlot, StatusRefused, TooEarly
from nabz.appointments.model import SET_BY_CENTRE, Status, may_become
from nabz.appointments.service import waiting
from nabz.appointments.service.telling import Happened, Kind, tell
from nabz.appointments.store import agendas, booking, centres, slots
from nabz.kit import audit
from nabz.kit.jalali import TEHRAN, tehran

if TYPE_CHECKING:
    from nabz.appointments.model import Agenda, Appointment, Caller, Slot
    from nabz.kit.db import Tx

Line = tuple["Agenda", "Slot", "Appointment | None"]


def day(tx: Tx, facility: str, of: date, provider: str = "") -> list[Line]:
    """List a centre's slots of one Tehran day with who has them, by time."""
    return _lines(tx, facility, of, 1, provider)


def week(tx: Tx, facility: str, first: date, provider: str = "") -> list[Line]:
    """The same for seven days."""
    return _lines(tx, facility, first, 7, provider)


def providers(tx: Tx, facility: str) -> list[Agenda]:
    """List who works at a centre: one agenda for each provider."""
    found: dict[str, Agenda] = {}
    for one in agendas.of_facility(tx, facility):
        found.setdefault(one.provider, one)
    return list(found.values())


def set_status(tx: Tx, slot_id: str, status: int, caller: Caller, now: datetime) -> Slot:
    """Say what became of a visit; 2 says that the patient is here, and what is told again changes nothing.

    Structure 3 of the guide. Raises SlotUnknown, NotYourSlot, StatusRefused.
    """
    slot = slots.locked(tx, slot_id)
    if slot.facility != caller.facility:
        raise NotYourSlot
    if status == slot.status == Status.TAKEN:
        return _arrived(tx, slot, now)
    if status == slot.status:
        return slot
    if status not in SET_BY_CENTRE:
        raise StatusRefused
    may_become(slot.status, status)
    if status == Status.FREE and slot.starts_at <= now:
        raise StatusRefused
    if status == Status.LATE and now < slot.starts_at:
        raise TooEarly
    if status == Status.VISITED and tehran(now).date() < tehran(slot.starts_at).date():
        raise TooEarly
    there = booking.current(tx, slot)
    changed = slots.change(tx, slot, status=int(status), changed_at=now)
    if status == Status.FREE:
        waiting.offer(tx, changed, caller, now)
    else:
        booking.change(tx, there, status=int(status), ended_at=now)
    if status == Status.LATE:
        centres.count_no_show(tx, there.person, now)
        booking.forget_claims(tx, [there])
    elif slot.status == Status.LATE:
        centres.forgive_no_show(tx, there.person)
    audit.record(tx, now, caller.by, "appointments.status-set", slot.id, before=slot.status, after=int(status))
    told = Happened(data_set=tx.data_set, slot=slot.id, appointment=there.id, client=caller.client, status=int(status))
    tell(tx, Kind.CHANGED, told, caller, now)
    return changed


def arrived(tx: Tx, slot_id: str, caller: Caller, now: datetime) -> Slot:
    """Note that the patient is here. Raises SlotUnknown, NotYourSlot, StatusRefused."""
    return set_status(tx, slot_id, Status.TAKEN, caller, now)


def _arrived(tx: Tx, slot: Slot, now: datetime) -> Slot:
    there = booking.current(tx, slot)
    if there.arrived_at is None:
        booking.change(tx, there, arrived_at=now)
    return slot


def _lines(tx: Tx, facility: str, first: date, days: int, provider: str) -> list[Line]:
    where = {one.id: one for one in agendas.of_facility(tx, facility, provider)}
    start = datetime.combine(first, time(), TEHRAN)
    found = slots.of_agendas(tx, list(where), start, start + timedelta(days=days))
    who = booking.of_slots(tx, [slot for slot in found if slot.status != Status.FREE])
    return [(where[slot.agenda], slot, _of(slot, who.get(slot.id))) for slot in found]


def _of(slot: Slot, there: Appointment | None) -> Appointment | None:
    """The appointment for which a slot stands, and none of before."""
    return there if there is not None and there.status == slot.status else None
