"""Taking a slot, giving it back, moving to another: nobody twice, and the same call again is the same answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import (
    BookingRefused,
    CompositionUnknown,
    NoAppointment,
    NotYours,
    PersonBusy,
    PersonNotAlive,
    QuotaNotYours,
    ReferralNeeded,
    SameProviderSameDay,
    SlotGone,
    SlotHeld,
    SlotOver,
    SlotTaken,
    SlotUnknown,
    TooManyEdits,
    WindowShut,
)
from nabz.appointments.model import (
    MOST_EDITS,
    Appointment,
    Quota,
    Reason,
    Status,
    day_text,
    is_held,
    is_open,
    may_become,
    span,
    time_of_block,
)
from nabz.appointments.service import payments, referral, rules, waiting
from nabz.appointments.service.telling import Happened, Kind, tell
from nabz.appointments.store import agendas, booking, slots
from nabz.kit import audit
from nabz.kit.db import unique
from nabz.kit.errors import Busy, Problem
from nabz.kit.json import encode
from nabz.registries.model import person_id_of_key
from nabz.registries.service import people

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Booking, Caller, Slot
    from nabz.kit.db import Database, Tx

TRIES: Final = 5
A_DAY: Final = timedelta(days=1)
PORTAL: Final = "portal"
"""Our own pages for citizens, which know a person by his mobile."""


class Limits(msgspec.Struct, frozen=True):
    """What the installation decides about a person's day."""

    apart: bool = True
    """No two appointments at the same time."""

    once: bool = True
    """No two with one provider on one day."""


USUAL: Final = Limits()


async def book(
    db: Database, slot_id: str, wanted: Booking, caller: Caller, now: datetime, limits: Limits = USUAL
) -> Appointment:
    """Take a slot for a person; who has it already gets the same answer again.

    Structure 12 of the guide. Raises SlotUnknown, SlotTaken, SlotHeld, SlotGone, SlotOver, WindowShut, PersonBusy,
    SameProviderSameDay, ReferralNeeded, NotOnReferralMap, QuotaNotYours.
    """
    if caller.client == PORTAL:
        await db.read(_must_live, wanted.visitor.person)
    referred = bool(wanted.hid) and await db.write(
        referral.claim, slot_id, wanted.hid, wanted.visitor.person, caller, now, origin=wanted.origin
    )
    told = Happened(data_set=db.data_set, slot=slot_id, appointment=caller.seed, client=caller.client)
    given = booking.arguments(
        slot_id,
        {
            "data_set": db.data_set,
            "appointment": caller.seed,
            "message": f"{caller.seed}-booked",
            "payload": encode(told).decode(),
            "facts": encode({"client": caller.client, "appointment": caller.seed}).decode(),
            "by": caller.by,
            "booked_by": caller.client,
            "sender": caller.facility,
            "referred": int(referred),
            "apart": int(limits.apart),
            "once": int(limits.once),
            "now": now,
            "hid": wanted.hid,
            "type": wanted.type,
            "deposit": wanted.deposit,
            **msgspec.structs.asdict(wanted.visitor),
        },
    )
    for _ in range(TRIES):
        try:
            with unique(PersonBusy()):
                taken = await db.write_one(booking.BOOK, **given)
        except PersonBusy:
            taken = []
        if taken:
            return taken[0]
        try:
            there = await db.read(_decide, slot_id, wanted, caller, now, limits)
        except Problem as problem:
            if referred:
                await db.write(referral.let_go, slot_id, wanted.hid, now)
            if caller.client == PORTAL and isinstance(problem, PersonBusy | SameProviderSameDay):
                await db.read(_may_be_told, slot_id, wanted)
            raise
        if there is not None:
            return there
    raise Busy(retry_after=1)


def _decide(tx: Tx, slot_id: str, wanted: Booking, caller: Caller, now: datetime, limits: Limits) -> Appointment | None:
    """Say in a fresh look why a slot could not be taken; nothing if by now it could."""
    slot = slots.get(tx, slot_id)
    person = wanted.visitor.person
    if slot.status == Status.TAKEN:
        there = booking.current(tx, slot)
        if there.person == person and may_act(there, caller):
            return there
        raise SlotTaken  # also to strangers who guess whose it is
    must_be_free(slot, person, now)
    must_be_for(slot, caller, referred=bool(wanted.hid))
    must_fit(tx, slot, person, limits)
    return None


def _may_be_told(tx: Tx, slot_id: str, wanted: Booking) -> None:
    """Keep from whoever knows but a national code whom a person visits. Raises BookingRefused."""
    slot = slots.get(tx, slot_id)
    day = day_text(slot.starts_at)
    there = booking.of_person(tx, wanted.visitor.person, slot.starts_at - A_DAY)
    known = {one.mobile for one in there if day_text(one.starts_at) == day and one.status == Status.TAKEN}
    if known != {wanted.visitor.mobile}:
        raise BookingRefused


def _must_live(tx: Tx, person: str) -> None:
    """Refuse a visit for somebody of whom the registry says that he has died. Raises PersonNotAlive."""
    known = people.find(tx, person_id_of_key(person))
    if known is not None and not known.alive:
        raise PersonNotAlive


def must_be_free(slot: Slot, person: str, now: datetime) -> None:
    """Refuse a slot that cannot be taken. Raises SlotTaken, SlotGone, SlotOver, WindowShut, SlotHeld."""
    if slot.status == Status.TAKEN:
        raise SlotTaken
    if slot.status in {Status.WITHDRAWN, Status.CANCELLED}:
        raise SlotGone
    if slot.status in {Status.VISITED, Status.LATE} or slot.starts_at <= now:
        raise SlotOver
    if not is_open(slot, now):
        raise WindowShut
    if is_held(slot, person, now):
        raise SlotHeld


def must_be_for(slot: Slot, caller: Caller, *, referred: bool) -> None:
    """Hold the quotas: 101 to the referred, 102 and 103 to the centre. Raises ReferralNeeded, QuotaNotYours."""
    if slot.quota == Quota.REFERRAL and not referred:
        raise ReferralNeeded
    if slot.quota in {Quota.IN_PERSON, Quota.SPECIAL} and slot.facility != caller.facility:
        raise QuotaNotYours


def must_fit(tx: Tx, slot: Slot, person: str, limits: Limits, leaving: str = "") -> None:
    """Hold the rules of a person's day, without a slot that is left. Raises PersonBusy, SameProviderSameDay."""
    start, end = span(slot.starts_at, slot.minutes)
    provider = agendas.get(tx, slot.agenda).provider
    for begins, ends, with_, of in booking.claims_of(tx, person, day_text(slot.starts_at)):
        if of == leaving:
            continue
        if limits.apart and begins < end and ends > start:
            raise PersonBusy
        if limits.once and with_ == provider:
            raise SameProviderSameDay


async def book_block(
    db: Database, facility: str, block: str, wanted: Booking, caller: Caller, now: datetime, limits: Limits = USUAL
) -> Appointment:
    """Take any seat of a time that has several. Raises what `book` raises."""
    agenda, starts_at = time_of_block(block)
    if starts_at <= now:
        raise SlotOver
    for round_ in range(TRIES):
        mine, seats = await db.read(_seats, facility, agenda, starts_at, wanted.visitor.person, now)
        if mine is not None:
            return mine
        if not seats:
            raise SlotTaken
        begin = hash((caller.seed, round_)) % len(seats)  # not all at the first seat
        for seat in (*seats[begin:], *seats[:begin]):
            try:
                return await book(db, seat, wanted, caller, now, limits)
            except (SlotTaken, SlotHeld, SlotGone, SlotOver):
                continue
            except (PersonBusy, SameProviderSameDay):
                # By the same person's other call at this moment, perhaps.
                mine, _ = await db.read(_seats, facility, agenda, starts_at, wanted.visitor.person, now)
                if mine is None:
                    raise
                return mine
    raise Busy(retry_after=1)


def _seats(
    tx: Tx, facility: str, agenda: int, starts_at: datetime, person: str, now: datetime
) -> tuple[Appointment | None, list[str]]:
    """Look which seat of a time a person has, and which he may take. Raises UnknownAgenda, SlotUnknown."""
    if agendas.get(tx, agenda).facility != facility:
        raise SlotUnknown
    mine = booking.standing(tx, person, agenda, starts_at)
    return mine, slots.free_seats(tx, agenda, starts_at, person, now)


def cancel(tx: Tx, slot_id: str, person: str, reason: int, caller: Caller, now: datetime) -> Appointment:
    """Give an appointment back; a second time answers the same.

    Structure 13 of the guide. Raises SlotUnknown, NoAppointment, NotYours, StatusRefused.
    """
    slot = slots.locked(tx, slot_id)
    there = booking.current(tx, slot)
    if there.person != person:
        before = booking.given_back(tx, person, slot)
        if before is not None and may_act(before, caller):
            return before
        raise NotYours
    if not may_act(there, caller):
        raise NotYours
    if slot.status in {Status.FREE, Status.CANCELLED} and there.status == Status.CANCELLED:
        return there
    if slot.starts_at <= now:
        raise SlotOver
    may_become(slot.status, Status.CANCELLED)
    return _give_back(tx, slot, there, reason, caller, now)


def may_act(there: Appointment, caller: Caller) -> bool:
    """Tell whether a caller may change an appointment: whoever booked it, its centre, and the national portal."""
    return caller.client in {there.booked_by, PORTAL} or caller.facility == there.facility


def _give_back(
    tx: Tx, slot: Slot, there: Appointment, reason: int, caller: Caller, now: datetime, moved_to: str | None = None
) -> Appointment:
    cells = {"status": int(Status.CANCELLED), "reason": int(reason), "ended_at": now, "moved_to": moved_to}
    ended = booking.change(tx, there, **cells)
    booking.forget_claims(tx, [ended])
    payments.settle(tx, ended, now, by_patient=True)
    referral.let_go(tx, slot.id, there.hid, now)
    if ended.moved_to is None:
        told = Happened(
            data_set=tx.data_set,
            slot=slot.id,
            appointment=there.id,
            client=there.booked_by,
            status=int(Status.CANCELLED),
            reason=int(reason),
        )
        tell(tx, Kind.CANCELLED, told, caller, now)
    audit.record(tx, now, caller.by, "appointments.cancelled", slot.id, appointment=there.id, reason=int(reason))
    again = rules.of(tx, slot.facility).reoffer and slot.starts_at > now
    freed = slots.change(tx, slot, status=int(Status.FREE if again else Status.CANCELLED), changed_at=now)
    if again:
        waiting.offer(tx, freed, caller, now)
    return ended


def reschedule(
    tx: Tx, from_slot: str, to_slot: str, person: str, caller: Caller, now: datetime, limits: Limits = USUAL
) -> Appointment:
    """Move an appointment to another slot: both change, or neither.

    Raises what `cancel` and `book` raise.
    """
    both = {id_: slots.locked(tx, id_) for id_ in sorted({from_slot, to_slot})}
    old, new = both[from_slot], both[to_slot]
    mine = _standing(tx, old, person)
    if mine is None:
        there = _standing(tx, new, person)  # of the same call before
        if there is not None:
            return there
        raise NotYours if booking.current(tx, old).person != person else NoAppointment
    if not may_act(mine, caller):
        raise NotYours
    if old.id == new.id:
        return mine
    must_be_free(new, person, now)
    must_be_for(new, caller, referred=_referred(tx, old, new, mine, caller, now))
    booking.lock_days(tx, person, [day_text(old.starts_at), day_text(new.starts_at)])
    must_fit(tx, new, person, limits, leaving=old.id)
    moved = booking.add(
        tx,
        msgspec.structs.replace(
            mine,
            id=caller.seed,
            slot=new.id,
            facility=new.facility,
            provider=agendas.get(tx, new.agenda).provider,
            agenda=new.agenda,
            starts_at=new.starts_at,
            minutes=new.minutes,
            booked_at=now,
            confirmed_at=None,
            reminded_at=None,
        ),
    )
    payments.move(tx, mine.id, moved)
    slots.change(
        tx, new, status=int(Status.TAKEN), appointment=moved.id, held_for=None, held_until=None, changed_at=now
    )
    _give_back(tx, old, mine, Reason.PATIENT_CANNOT, caller, now, moved.id)
    booking.claim(tx, moved)
    told = Happened(
        data_set=tx.data_set,
        slot=new.id,
        appointment=moved.id,
        client=caller.client,
        status=int(Status.TAKEN),
        moved_from=old.id,
    )
    tell(tx, Kind.MOVED, told, caller, now)
    audit.record(tx, now, caller.by, "appointments.moved", new.id, appointment=moved.id, before=old.id)
    return moved


def _standing(tx: Tx, slot: Slot, person: str) -> Appointment | None:
    """Give the appointment that a person has at a slot now, if any."""
    if slot.status != Status.TAKEN:
        return None
    there = booking.current(tx, slot)
    return there if there.person == person else None


def _referred(tx: Tx, old: Slot, new: Slot, mine: Appointment, caller: Caller, now: datetime) -> bool:
    """Let the HID of an appointment open the slot that it is moved to."""
    if not mine.hid or new.quota != Quota.REFERRAL:
        return False
    referral.let_go(tx, old.id, mine.hid, now)
    return referral.claim(tx, new.id, mine.hid, mine.person, caller, now)


def edit(tx: Tx, slot_id: str, wanted: Booking, caller: Caller, now: datetime) -> Appointment:
    """Change what was told with a booking, a few times. Raises CompositionUnknown, NotYours, TooManyEdits."""
    slot = slots.locked(tx, slot_id)
    if slot.status != Status.TAKEN:
        raise CompositionUnknown
    there = booking.current(tx, slot)
    if there.person != wanted.visitor.person or not may_act(there, caller):
        raise NotYours
    if wanted.hid and wanted.hid != there.hid:
        must_be_for(slot, caller, referred=referral.claim(tx, slot_id, wanted.hid, there.person, caller, now))
    told = {
        **{name: value for name, value in msgspec.structs.asdict(wanted.visitor).items() if value},
        "hid": wanted.hid or there.hid,
        "type": wanted.type if wanted.type is not None else there.type,
        "deposit": wanted.deposit or there.deposit,
    }
    if all(getattr(there, name) == value for name, value in told.items()):
        return there
    if there.edits >= MOST_EDITS:
        raise TooManyEdits(most=MOST_EDITS)
    audit.record(tx, now, caller.by, "appointments.edited", slot.id, appointment=there.id)
    return booking.change(tx, there, **told, edits=there.edits + 1)


def confirm(tx: Tx, slot_id: str, person: str, now: datetime) -> Appointment:
    """Note that somebody will come. Raises SlotUnknown, NoAppointment, NotYours."""
    there = booking.current(tx, slots.locked(tx, slot_id))
    if there.person != person:
        raise NotYours
    if there.status != Status.TAKEN:
        raise NoAppointment
    return there if there.confirmed_at else booking.change(tx, there, confirmed_at=now)
