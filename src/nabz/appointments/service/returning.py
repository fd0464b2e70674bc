"""Giving back what a ticket stands for: that very appointment, whoever has its time by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.errors import NoAppointment
from nabz.appointments.model import Reason, Status
from nabz.appointments.service import booking
from nabz.appointments.store import booking as store
from nabz.appointments.store import slots

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Appointment, Caller
    from nabz.kit.db import Tx


def give_back(tx: Tx, appointment_id: str, caller: Caller, now: datetime) -> Appointment:
    """Give an appointment back for its patient; a second time answers the same. Raises NoAppointment."""
    slots.locked(tx, store.by_id(tx, appointment_id).slot)  # nobody books or gives back meanwhile
    one = store.by_id(tx, appointment_id)
    if one.status == Status.CANCELLED:
        return one
    if one.status != Status.TAKEN:
        raise NoAppointment
    return booking.cancel(tx, one.slot, one.person, int(Reason.PATIENT_CANNOT), caller, now)
