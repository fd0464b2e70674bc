"""Taking slots back, with everybody who is affected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.errors import BadPeriod, NoAppointment, NotYourSlot
from nabz.appointments.model import Status, may_become
from nabz.appointments.service import payments, referral, waiting
from nabz.appointments.service.telling import Happened, Kind, tell
from nabz.appointments.store import agendas, booking, slots
from nabz.kit import audit

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Appointment, Caller, Slot
    from nabz.kit.db import Tx

LIVE = (Status.FREE, Status.TAKEN, Status.CANCELLED)


def withdraw(tx: Tx, slot_id: str, reason: int, caller: Caller, now: datetime) -> Appointment | None:
    """Take a slot back, also a taken one, and tell whose appointment it was; a second time answers the same.

    Structure 2 of the guide. Raises SlotUnknown, NotYourSlot, StatusRefused.
    """
    slot = slots.locked(tx, slot_id)
    if slot.facility != caller.facility:
        raise NotYourSlot
    if slot.status == Status.WITHDRAWN:
        return _ended_with(tx, slot)
    may_become(slot.status, Status.WITHDRAWN)
    if slot.status != Status.TAKEN:
        audit.record(tx, now, caller.by, "appointments.withdrawn", slot.id, reason=int(reason))
        told = _news(tx, slot.id, "", reason, caller)
        tell(tx, Kind.WITHDRAWN, told, caller, now)
    affected = booking.current(tx, slot) if slot.status == Status.TAKEN else None
    _withdraw(tx, [slot], [affected] if affected else [], reason, caller, now)
    return affected


def withdraw_range(
    tx: Tx, facility: str, provider: str, from_: datetime, until: datetime, reason: int, caller: Caller, now: datetime
) -> tuple[int, list[Appointment]]:
    """Take back what a centre (or one provider there) offers within a time.

    Tells how many slots that were, and of all that were withdrawn there the patients: a call whose answer was lost is
    sent again, and answers the same people. Raises NotYourSlot, BadPeriod.
    """
    if facility != caller.facility:
        raise NotYourSlot
    if not from_ < until:
        raise BadPeriod
    numbers = [one.id for one in agendas.of_facility(tx, facility, provider)]
    found = slots.locked_many(tx, numbers, max(from_, now), until, *LIVE)  # what is over stays as it was
    affected = _affected(tx, found)
    range_ = {"provider": provider, "from": from_.isoformat(), "until": until.isoformat()}
    audit.record(
        tx, now, caller.by, "appointments.range-withdrawn", facility, slots=len(found), reason=int(reason), range=range_
    )
    _withdraw(tx, found, affected, reason, caller, now)
    before = booking.of_facility(tx, facility, from_, until, Status.WITHDRAWN)
    return len(found), [one for one in before if provider in {"", one.provider}]


def affected(tx: Tx, facility: str, provider: str, from_: datetime, until: datetime) -> list[Appointment]:
    """List whose appointments would end."""
    numbers = [one.id for one in agendas.of_facility(tx, facility, provider)]
    return _affected(tx, slots.of_agendas(tx, numbers, from_, until, Status.TAKEN))


def _affected(tx: Tx, found: list[Slot]) -> list[Appointment]:
    taken = booking.of_slots(tx, [slot for slot in found if slot.status == Status.TAKEN])
    return sorted(taken.values(), key=lambda one: (one.starts_at, one.slot))


def _withdraw(tx: Tx, found: list[Slot], ended: list[Appointment], reason: int, caller: Caller, now: datetime) -> None:
    slots.withdraw_many(tx, found, reason, now)
    booking.end_many(tx, ended, int(Status.WITHDRAWN), reason, now)
    booking.forget_claims(tx, ended)
    for slot in found:
        waiting.called_off(tx, slot, now)
    for one in ended:
        audit.record(tx, now, caller.by, "appointments.withdrawn", one.slot, reason=int(reason), appointment=one.id)
        told = _news(tx, one.slot, one.id, reason, caller)
        tell(tx, Kind.WITHDRAWN, told, caller, now)
        payments.settle(tx, one, now, by_patient=False)
        referral.let_go(tx, one.slot, one.hid, now)


def _news(tx: Tx, slot_id: str, appointment: str, reason: int, caller: Caller) -> Happened:
    return Happened(
        data_set=tx.data_set,
        slot=slot_id,
        appointment=appointment,
        client=caller.client,
        status=int(Status.WITHDRAWN),
        reason=int(reason),
    )


def _ended_with(tx: Tx, slot: Slot) -> Appointment | None:
    try:
        there = booking.current(tx, slot)
    except NoAppointment:
        return None
    return there if there.status == Status.WITHDRAWN else None
