"""Nursing: items that a nurse of the centre has done, each by one nurse and once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.prescriptions.errors.referral import NursingDone, NursingNotThere
from nabz.prescriptions.model.states import Actor, Deed, allowed, has_expired, state_of
from nabz.prescriptions.model.values import State

if TYPE_CHECKING:
    from collections.abc import Collection

    from nabz.prescriptions.model.values import Item, Prescription

NURSING: Final = "21"
MOST_AT_ONCE: Final = 100
_STANDING: Final = frozenset({State.OPEN, State.PART, State.DONE})


def is_nursing(one: Prescription) -> bool:
    """Tell whether a prescription has something for a nurse."""
    return bool(one.siam) and one.state in _STANDING and any(item.type == NURSING for item in one.items)


def same_centre(one: str, other: str) -> bool:
    """Tell whether two SIAM ids mean one centre: their letters come in either case."""
    return bool(one.strip()) and one.strip().lower() == other.strip().lower()


def nursing_items(one: Prescription) -> tuple[Item, ...]:
    """List what is for nurses, done or not."""
    return tuple(item for item in one.items if item.type == NURSING and item.state is not State.DELETED)


def waits(one: Prescription, day: str) -> bool:
    """Tell whether a prescription still waits for a nurse on a day."""
    return is_nursing(one) and not has_expired(one, day) and any(not item.nurse for item in nursing_items(one))


def do(one: Prescription, siam: str, ids: Collection[int], nurse: str, day: str) -> Prescription:
    """Note what a nurse has done; what she has noted before stays as it is.

    Raises NursingNotThere (also for another centre's), NursingDone.
    """
    there = {item.id: item for item in nursing_items(one)}
    if not is_nursing(one) or not same_centre(one.siam, siam) or not set(ids) <= there.keys():
        raise NursingNotThere
    if any(there[id_].nurse not in {"", nurse} for id_ in ids):
        raise NursingDone
    new = [id_ for id_ in ids if not there[id_].nurse]
    if not new:
        return one
    if has_expired(one, day) or not allowed(one.state, Deed.DELIVER, Actor.CENTRE):
        raise NursingNotThere
    items = tuple(_done(item, nurse) if item.id in new else item for item in one.items)
    changed = msgspec.structs.replace(one, items=items)
    return msgspec.structs.replace(changed, state=state_of(changed))


def _done(item: Item, nurse: str) -> Item:
    return msgspec.structs.replace(item, nurse=nurse, remaining=0, state=State.DONE)
