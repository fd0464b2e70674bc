"""Reading slots, appointments and tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.appointments.errors import NoAppointment
from nabz.appointments.model import Seen, Status
from nabz.appointments.store import agendas, booking, centres, slots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.appointments.model import Agenda, Appointment, Slot
    from nabz.kit.db import Tx


def slot(tx: Tx, slot_id: str) -> Slot:
    """Read a slot. Raises SlotUnknown."""
    return slots.get(tx, slot_id)


def seen(tx: Tx, slot_id: str) -> Seen:
    """Read a slot with its agenda. Raises SlotUnknown."""
    found = slots.get(tx, slot_id)
    return Seen(agendas.get(tx, found.agenda), found)


def agenda(tx: Tx, number: int) -> Agenda:
    """Read an agenda. Raises UnknownAgenda."""
    return agendas.get(tx, number)


def appointment(tx: Tx, slot_id: str) -> Appointment:
    """Read the appointment for which a slot stands now. Raises SlotUnknown, NoAppointment."""
    found = slots.get(tx, slot_id)
    there = booking.current(tx, found)
    if there.status != found.status:  # of somebody who gave it back, before it was offered again
        raise NoAppointment
    return there


def ticket(tx: Tx, appointment_id: str) -> tuple[Appointment, Agenda]:
    """Read an appointment by its own id. Raises NoAppointment."""
    found = booking.by_id(tx, appointment_id)
    return found, agendas.get(tx, found.agenda)


def of_person(tx: Tx, person: str, from_: datetime) -> list[tuple[Appointment, Agenda]]:
    """List a person's appointments since a time, the latest first."""
    found = booking.of_person(tx, person, from_)
    where = agendas.by_numbers(tx, sorted({one.agenda for one in found}))
    return [(one, where[one.agenda]) for one in found]


def booked(
    tx: Tx, facility: str, provider: str, service: str, from_: datetime, until: datetime
) -> list[tuple[Appointment, Agenda]]:
    """List a centre's appointments of a time that stand; structure 4 of the guide."""
    where = {
        one.id: one for one in agendas.of_facility(tx, facility, provider) if not service or one.service == service
    }
    found = booking.of_facility(tx, facility, from_, until, Status.TAKEN, Status.VISITED, Status.LATE)
    return [(one, where[one.agenda]) for one in found if one.agenda in where]


def cancelled(tx: Tx, facility: str, from_: datetime, until: datetime) -> list[str]:
    """List the slots of a time whose patients gave them back; structure 5 of the guide."""
    found = booking.of_facility(tx, facility, from_, until, Status.CANCELLED)
    return list(dict.fromkeys(one.slot for one in found))


def withdrawn(tx: Tx, facility: str, from_: datetime, until: datetime) -> list[str]:
    """List the slots of a time that a centre took back."""
    numbers = [one.id for one in agendas.of_facility(tx, facility)]
    return [one.id for one in slots.of_agendas(tx, numbers, from_, until, Status.WITHDRAWN)]


def queues(tx: Tx, many: Sequence[Appointment]) -> dict[str, str]:
    """Tell the queue numbers of some appointments, by their slots."""
    if not many:
        return {}
    first, last = min(one.starts_at for one in many), max(one.starts_at for one in many)
    return {slot.id: slot.queue for slot in slots.by_ids(tx, [one.slot for one in many], first, last)}


def without_patient(one: Appointment) -> Appointment:
    """What everybody may know of an appointment."""
    nobody = dict.fromkeys(("first_name", "last_name", "mobile", "postal_code", "gender", "hid"), "")
    return msgspec.structs.replace(one, person="", **nobody)


def no_shows(tx: Tx, persons: Sequence[str]) -> dict[str, int]:
    """Tell how often some people did not come."""
    return centres.no_shows_of(tx, persons)
