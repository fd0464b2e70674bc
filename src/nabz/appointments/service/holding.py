"""Keeping a slot for somebody while he decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import HoldAgain, HoldLength, HoldNotYours
from nabz.appointments.service.booking import must_be_free
from nabz.appointments.store import holds, slots

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Slot
    from nabz.kit.db import Tx

LONGEST: Final = 30
PAUSE: Final = timedelta(minutes=10)
"""So long nobody has the same slot held again: others may be waiting to see it."""


def hold(tx: Tx, slot_id: str, person: str, minutes: int, now: datetime, client: str = "") -> Slot:
    """Hold a slot for a person; what was held for him before is let go.

    A hold ends when it was said to end, however often it is asked for; and nobody has the same one again at once.
    Raises HoldLength, HoldNotYours, HoldAgain, SlotUnknown, SlotTaken, SlotHeld, …
    """
    if not 1 <= minutes <= LONGEST:
        raise HoldLength(most=LONGEST)
    last = holds.lock(tx, person, now)
    if last.until > now and last.client != client:
        raise HoldNotYours
    before = last.slot if last.slot and slots.find(tx, last.slot) is not None else ""  # its month may have left
    both = {id_: slots.locked(tx, id_) for id_ in sorted({before, slot_id} - {""})}
    slot = both[slot_id]
    must_be_free(slot, person, now)
    if slot.held_for == person and slot.held_until is not None and slot.held_until > now:
        return slot
    until = now + timedelta(minutes=minutes)
    if before == slot_id:
        if last.until <= now < last.until + PAUSE:
            raise HoldAgain
        until = last.until if last.until > now else until
    elif before:
        _let_go(tx, both[before], person, now)
    holds.keep(tx, person, slot_id, client, until)
    return slots.change(tx, slot, held_for=person, held_until=until, changed_at=now)


def release(tx: Tx, slot_id: str, person: str, now: datetime, client: str = "") -> Slot:
    """Let a slot go; a second time changes nothing. Raises SlotUnknown, HoldNotYours."""
    last = holds.lock(tx, person, now)
    slot = slots.locked(tx, slot_id)
    if slot.held_for not in {None, person} or (last.slot == slot_id and last.client != client):
        raise HoldNotYours
    return _let_go(tx, slot, person, now)


def _let_go(tx: Tx, slot: Slot, person: str, now: datetime) -> Slot:
    if slot.held_for != person:
        return slot
    return slots.change(tx, slot, held_for=None, held_until=None, changed_at=now)


def prune(tx: Tx, now: datetime) -> int:
    """Forget holds that have run out long ago."""
    return holds.prune(tx, now - timedelta(days=1))
