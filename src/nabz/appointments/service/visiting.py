"""What a browser holds while somebody types: kept for the visit until a mobile is proven, then for the patient."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import HoldAgain
from nabz.appointments.model import Caller, Slot, Status
from nabz.appointments.service import holding, limiting
from nabz.appointments.service.booking import must_be_for, must_be_free
from nabz.appointments.service.limiting import Allowance
from nabz.appointments.store import holds, slots

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

VISIT: Final = "visit:"
MINUTES: Final = 10
OF_VISIT: Final = Allowance(at_once=1, a_day=20)
OF_ADDRESS: Final = Allowance(at_once=10, a_day=40)
OF_MOBILE: Final = Allowance(at_once=2, a_day=6)


class Visit(msgspec.Struct, frozen=True):
    """A browser before it has proven anything: its own number, where it comes from, and the mobile that it names."""

    number: str
    address: str
    mobile: str = ""

    @property
    def key(self) -> str:
        """Name the holder of a slot; no person's key looks like it."""
        return f"{VISIT}{self.number}"

    @property
    def most(self) -> dict[str, Allowance]:
        """Tell how much may be held for each of the three."""
        most = {f"holds of {self.key}": OF_VISIT, f"holds from {self.address}": OF_ADDRESS}
        return {**most, f"holds by {self.mobile}": OF_MOBILE} if self.mobile else most


def is_mine(slot: Slot, visit: Visit, now: datetime) -> bool:
    """Tell whether a visit holds a slot at this moment."""
    return slot.held_for == visit.key and slot.held_until is not None and slot.held_until > now


def hold(tx: Tx, keys: Keyring, slot_id: str, visit: Visit, caller: Caller, now: datetime) -> Slot:
    """Hold a slot for a visit in the place of what it held; beyond its limits it holds nothing, and may still go on.

    Raises SlotUnknown, SlotTaken, SlotHeld, SlotGone, SlotOver, WindowShut, QuotaNotYours.
    """
    before = holds.lock(tx, visit.key, now).slot
    slot = slots.get(tx, slot_id)
    must_be_free(slot, visit.key, now)
    must_be_for(slot, caller, referred=True)
    mine = is_mine(slot, visit, now)
    until = slot.held_until if mine and slot.held_until else now + timedelta(minutes=MINUTES)
    if limiting.begin(tx, keys, visit.most, visit.key, slot_id, until, now):
        with suppress(HoldAgain):  # what ran out a moment ago is not held again at once
            return holding.hold(tx, slot_id, visit.key, MINUTES, now, caller.client)
        limiting.end(tx, keys, visit.most, visit.key, now)
    let_go(tx, before, visit.key, now)
    return slots.get(tx, slot_id)


def go_on(tx: Tx, keys: Keyring, slot_id: str, visit: Visit, caller: Caller, now: datetime) -> Slot:
    """Hold a slot for a visit, unless it is kept for some person: whether for this one, the booking tells.

    Before a mobile is proven nobody learns for whom something is kept. Raises what `hold` raises.
    """
    slot = slots.get(tx, slot_id)
    taken = slot.status == Status.TAKEN  # perhaps by the same form, a moment ago
    return slot if taken or is_persons(slot, now) else hold(tx, keys, slot_id, visit, caller, now)


def is_persons(slot: Slot, now: datetime) -> bool:
    """Tell whether a slot is kept for a person: an offer of the waiting list, or what another program holds."""
    kept = slot.held_until is not None and slot.held_until > now
    return kept and slot.held_for is not None and not slot.held_for.startswith(VISIT)


def hand_over(tx: Tx, keys: Keyring, slot_id: str, visit: Visit, person: str, now: datetime) -> bool:
    """Keep for a person what his visit holds, since a mobile was proven; whatever else he holds stays his."""
    limiting.end(tx, keys, visit.most, visit.key, now)
    slot = slots.locked(tx, slot_id)
    if slot.status != Status.FREE or not is_mine(slot, visit, now):
        return False
    slots.change(tx, slot, held_for=person, changed_at=now)
    return True


def let_go(tx: Tx, slot_id: str, holder: str, now: datetime) -> None:
    """Let a slot go if it is still held for this visit or person."""
    slot = slots.locked(tx, slot_id) if slot_id and slots.find(tx, slot_id) else None  # its month may have left
    if slot is not None and slot.held_for == holder:
        slots.change(tx, slot, held_for=None, held_until=None, changed_at=now)
