"""Holding, booking, giving back and moving, for any caller with the pid."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nabz.appointments.api.own.answering import caller_of, claim, offer, slot_of, store_of
from nabz.appointments.errors import NoAppointment, Refusal
from nabz.appointments.model import Status, time_of_block
from nabz.appointments.service import booking, holding, looking
from nabz.appointments.wire.own import booking as wire
from nabz.appointments.wire.own.persons import person
from nabz.appointments.wire.own.slots import OneAppointment, ShownAppointment

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Appointment, Booking, Caller, Slot
    from nabz.kit.db import Tx
    from nabz.kit.operations import Asked


@offer("Hold", summary="Keep a slot for a person for some minutes", body=wire.Hold, answer=wire.Held)
async def hold(asked: Asked) -> wire.Held:
    """Raises SlotUnknown, SlotTaken, SlotHeld, WindowShut, HoldLength, …"""
    body: wire.Hold = asked.body
    who = person(body.person)
    slot, minutes = slot_of(asked, body.slot), body.minutes
    return _held(await store_of(asked).write(holding.hold, slot, who, minutes, asked.now, asked.client))


@offer("Release", summary="Let a slot go that was kept", body=wire.Release, answer=wire.Held)
async def release(asked: Asked) -> wire.Held:
    """Raises SlotUnknown, HoldNotYours."""
    body: wire.Release = asked.body
    who = person(body.person)
    return _held(await store_of(asked).write(holding.release, slot_of(asked, body.slot), who, asked.now, asked.client))


@offer("Book", summary="Take a slot, or any seat of a block, for a person", body=wire.Book, answer=OneAppointment)
async def book(asked: Asked) -> OneAppointment:
    """Raises what `booking.book` raises, KeyUsedOtherwise; the same call again answers what the first one made."""
    body: wire.Book = asked.body
    wanted = body.booking()
    caller = await caller_of(asked, body.sender, body.key)
    await claim(asked, caller, body.key)
    made = await _made(asked, caller, body.key)
    if made is None:
        try:
            made = await _book(asked, body, wanted, caller)
        except Refusal:
            made = await _made(asked, caller, body.key)  # by the same call, at the same moment
            if made is None:
                raise
    return await _shown(asked, made, caller)


async def _book(asked: Asked, body: wire.Book, wanted: Booking, caller: Caller) -> Appointment:
    db = store_of(asked)
    if body.slot:
        return await booking.book(db, slot_of(asked, body.slot), wanted, caller, asked.now)
    at = await db.read(looking.agenda, time_of_block(body.block)[0])
    return await booking.book_block(db, at.facility, body.block, wanted, caller, asked.now)


async def _made(asked: Asked, caller: Caller, key: str) -> Appointment | None:
    """Find what the same call has made before."""
    if key:
        with suppress(NoAppointment):
            return (await store_of(asked).read(looking.ticket, caller.seed))[0]
    return None


@offer("Cancel", summary="Give an appointment back", body=wire.Cancel, answer=OneAppointment)
async def cancel(asked: Asked) -> OneAppointment:
    """Raises SlotUnknown, NoAppointment, NotYours, StatusRefused."""
    body: wire.Cancel = asked.body
    who = person(body.person)
    caller = await caller_of(asked, body.sender)
    slot_id, meant = slot_of(asked, body.slot), body.appointment.strip().lower()
    db = store_of(asked)
    try:
        ended = await db.write(_cancel, slot_id, meant, who, int(body.reason), caller, asked.now)
    except NoAppointment:
        if not meant:
            raise
        ended = await db.read(_ended, meant, slot_id, who)
    return await _shown(asked, ended, caller)


def _cancel(tx: Tx, slot_id: str, meant: str, who: str, reason: int, caller: Caller, now: datetime) -> Appointment:
    """Give back the appointment that is meant; if the slot stands for another one by now, nothing has happened."""
    ended = booking.cancel(tx, slot_id, who, reason, caller, now)
    if meant not in {"", ended.id}:
        raise NoAppointment
    return ended


def _ended(tx: Tx, appointment_id: str, slot_id: str, who: str) -> Appointment:
    """Find an appointment that was given back before, by a call whose answer was lost perhaps."""
    found, _ = looking.ticket(tx, appointment_id)
    if found.slot != slot_id or found.person != who or found.status != Status.CANCELLED:
        raise NoAppointment
    return found


@offer(
    "Reschedule",
    summary="Move an appointment to another slot, or leave everything as it is",
    body=wire.Reschedule,
    answer=OneAppointment,
)
async def reschedule(asked: Asked) -> OneAppointment:
    """Raises what `booking.reschedule` raises, KeyUsedOtherwise; the same call again answers what the first made."""
    body: wire.Reschedule = asked.body
    who = person(body.person)
    caller = await caller_of(asked, body.sender, body.key)
    from_, to = slot_of(asked, body.from_), slot_of(asked, body.to)
    await claim(asked, caller, body.key)
    made = await _made(asked, caller, body.key)
    if made is None:
        try:
            made = await store_of(asked).write(booking.reschedule, from_, to, who, caller, asked.now)
        except Refusal:
            made = await _made(asked, caller, body.key)
            if made is None:
                raise
    return await _shown(asked, made, caller)


@offer(
    "GetAppointment",
    summary="One appointment, by its slot or its own id",
    body=wire.GetAppointment,
    answer=OneAppointment,
)
async def get_appointment(asked: Asked) -> OneAppointment:
    """Raises SlotUnknown, NoAppointment; who comes is told to the one who booked, and to the centre."""
    body: wire.GetAppointment = asked.body
    caller = await caller_of(asked, body.sender)
    if body.appointment:
        found = (await store_of(asked).read(looking.ticket, body.appointment.strip().lower()))[0]
    else:
        found = await store_of(asked).read(looking.appointment, slot_of(asked, body.slot))
    return await _shown(asked, found, caller)


async def _shown(asked: Asked, one: Appointment, caller: Caller) -> OneAppointment:
    asked.tracking = f"1:{one.slot}"
    at = await store_of(asked).read(looking.agenda, one.agenda)
    return OneAppointment(appointment=ShownAppointment.of(one, at, caller.client, caller.facility))


def _held(slot: Slot) -> wire.Held:
    return wire.Held(slot=slot.tracking, start=slot.starts_at, held_until=slot.held_until)
