"""Keeping a slot for somebody while he decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import HoldLength, HoldNotYours
from nabz.appointments.service.booking import must_be_free
from nabz.appointments.store import holds, slots

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Slot
    from nabz.kit.db import Tx

LONGEST: Final = 30


def hold(tx: Tx, slot_id: str, person: str, minutes: int, now: datetime) -> Slot:
    """Hold a slot for a person; what was held for him before is let go. Raises HoldLength, SlotUnknown, SlotTaken, …"""
    if not 1 <= minutes <= LONGEST:
        raise HoldLength(most=LONGEST)
    before = holds.lock(tx, person, now)
    if before and slots.find(tx, before) is None:  # its part of the store has left meanwhile
        before = ""
    both = {id_: slots.locked(tx, id_) for id_ in sorted({before, slot_id} - {""})}
    slot = both[slot_id]
    must_be_free(slot, person, now)
    if slot.held_for == person and slot.held_until is not None and slot.held_until > now:
        return slot  # a hold ends when it was said to end, however often it is asked for
    until = now + timedelta(minutes=minutes)
    if before and before != slot_id:
        _let_go(tx, both[before], person, now)
    holds.keep(tx, person, slot_id, until)
    return slots.change(tx, slot, held_for=person, held_until=until, changed_at=now)


def release(tx: Tx, slot_id: str, person: str, now: datetime) -> Slot:
    """Let a slot go; a second time changes nothing. Raises SlotUnknown, HoldNotYours."""
    holds.lock(tx, person, now)
    slot = slots.locked(tx, slot_id)
    if slot.held_for not in {None, person}:
        raise HoldNotYours
    return _let_go(tx, slot, person, now)


def _let_go(tx: Tx, slot: Slot, person: str, now: datetime) -> Slot:
    if slot.held_for != person:
        return slot
    return slots.change(tx, slot, held_for=None, held_until=None, changed_at=now)


def prune(tx: Tx, now: datetime) -> int:
    """Forget holds that have run out long ago."""
    return holds.prune(tx, now - timedelta(days=1))
