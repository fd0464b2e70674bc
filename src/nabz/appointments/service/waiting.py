"""The waiting list: who has waited longest is offered what becomes free, and after him the next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import BadPeriod, WaitingTooBroad
from nabz.appointments.model import Caller, Quota, Status, Waiting, WaitingState, day_text, is_open, span
from nabz.appointments.service.telling import Happened, Kind, tell
from nabz.appointments.store import agendas, booking, slots, waitings
from nabz.kit import audit

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Agenda, Slot
    from nabz.kit.db import Tx

TIME_TO_ANSWER: Final = timedelta(minutes=30)
AT_ONCE: Final = 100
WISHES: Final = 300
AT_A_TIME: Final = 20


def join(tx: Tx, one: Waiting, now: datetime) -> Waiting:
    """Wait for a provider or a specialty. Raises WaitingTooBroad, BadPeriod, AlreadyWaiting."""
    if not one.provider and not one.specialty:
        raise WaitingTooBroad
    if not now < one.until or not one.from_ < one.until:
        raise BadPeriod
    waitings.add(tx, one)
    audit.record(tx, now, one.person, "appointments.waiting", one.id)
    return one


def leave(tx: Tx, id_: str, person: str, caller: Caller, now: datetime) -> Waiting:
    """Wait no more; what was offered goes to the next. Raises UnknownWaiting."""
    one = waitings.get(tx, id_, person)
    if one.state not in {WaitingState.WAITING, WaitingState.OFFERED}:
        return one
    left = waitings.change(tx, one, state=WaitingState.LEFT.value)
    if one.state is WaitingState.OFFERED and one.slot is not None:
        _pass_on(tx, one, caller, now)
    return left


def of_person(tx: Tx, person: str) -> list[Waiting]:
    """List a person's places, the newest first."""
    return waitings.of_person(tx, person)


def length(tx: Tx, provider: str, specialty: str) -> int:
    """Count who waits for a provider, or for a specialty."""
    return waitings.length(tx, provider, specialty)


def offer(tx: Tx, slot: Slot, caller: Caller, now: datetime) -> Waiting | None:
    """Offer a free slot, which is locked, to who has waited longest: it is held for him while he answers."""
    if slot.status != Status.FREE or slot.quota != Quota.INTERNET or not is_open(slot, now):
        return None
    if slot.held_until is not None and slot.held_until > now:
        return None
    agenda = agendas.get(tx, slot.agenda)
    first = _first(tx, agenda, slot)
    if first is None:
        return None
    until = min(now + TIME_TO_ANSWER, slot.starts_at)
    offered = waitings.change(tx, first, state=WaitingState.OFFERED.value, slot=slot.id, offer_until=until)
    slots.change(tx, slot, held_for=first.person, held_until=until, changed_at=now)
    told = Happened(data_set=tx.data_set, slot=slot.id, waiting=first.id, client=caller.client)
    tell(tx, Kind.OFFERED, told, caller, now)
    return offered


def _first(tx: Tx, agenda: Agenda, slot: Slot) -> Waiting | None:
    """Lock the place of who has waited longest and may have this slot; whom somebody serves now is passed over."""
    for one in waitings.first_for(tx, agenda, slot):
        if _fits(tx, one.person, agenda, slot):
            locked = waitings.lock(tx, one.id)
            if locked is not None:
                return locked
    return None


def match(tx: Tx, seed: str, now: datetime) -> int:
    """Offer what is free to who waits for it: what was published, opened or let go meanwhile. Tell how much it was."""
    count = 0
    for place, wish in enumerate(waitings.wishes(tx, now, WISHES)):
        numbers = [one.id for one in agendas.wanted(tx, wish)]
        caller = Caller("waiting-list", "", "waiting-list", f"{seed}-m{place}")
        for slot in slots.free(tx, numbers, wish.from_, wish.until, now, Quota.INTERNET, AT_A_TIME) if numbers else []:
            locked = slots.locked_if_free(tx, slot.id)
            if locked is not None:
                if offer(tx, locked, caller, now) is None:
                    break
                count += 1
    return count


def called_off(tx: Tx, slot: Slot, now: datetime) -> None:
    """Let somebody wait on to whom a slot was offered that is withdrawn."""
    if slot.held_for is not None and slot.held_until is not None and slot.held_until > now:
        one = waitings.offered(tx, slot.id, slot.held_for)
        if one is not None:
            waitings.change(tx, one, state=WaitingState.WAITING.value, slot=None, offer_until=None)


def _fits(tx: Tx, person: str, agenda: Agenda, slot: Slot) -> bool:
    """Tell whether a person may have a slot beside what he has that day."""
    start, end = span(slot.starts_at, slot.minutes)
    return all(
        (ends <= start or begins >= end) and with_ != agenda.provider
        for begins, ends, with_, _ in booking.claims_of(tx, person, day_text(slot.starts_at))
    )


def taken(tx: Tx, slot_id: str, person: str) -> None:
    """Note that somebody took what was offered to him."""
    one = waitings.offered(tx, slot_id, person)
    if one is not None:
        waitings.change(tx, one, state=WaitingState.BOOKED.value)


def reoffer(tx: Tx, seed: str, now: datetime) -> int:
    """Give what was offered in vain to the next, and tell how many offers had lapsed."""
    lapsed = waitings.lapsed(tx, now, AT_ONCE)
    for place, one in enumerate(lapsed):
        caller = Caller("waiting-list", "", "waiting-list", f"{seed}-{place}")
        slot = slots.find(tx, one.slot) if one.slot else None
        booked = slot is not None and slot.status == Status.TAKEN and _is_of(tx, slot, one.person)
        waitings.change(tx, one, state=(WaitingState.BOOKED if booked else WaitingState.LAPSED).value)
        if not booked:
            _pass_on(tx, one, caller, now)
    return len(lapsed)


def _pass_on(tx: Tx, one: Waiting, caller: Caller, now: datetime) -> None:
    slot = slots.locked(tx, one.slot) if one.slot else None
    if slot is None or slot.status != Status.FREE or slot.held_for not in {None, one.person}:
        return
    freed = slots.change(tx, slot, held_for=None, held_until=None, changed_at=now)
    offer(tx, freed, caller, now)


def _is_of(tx: Tx, slot: Slot, person: str) -> bool:
    return booking.current(tx, slot).person == person
