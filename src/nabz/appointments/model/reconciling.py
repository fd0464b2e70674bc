"""Two copies of one schedule: the centre's and ours, and in what they differ."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.model.values import Slot, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMPARED: Final = ("minutes", "quota", "status")


class Theirs(msgspec.Struct, frozen=True):
    """A slot as the centre has it; what is not told is not compared."""

    local_id: str
    starts_at: datetime
    minutes: int | None = None
    quota: int | None = None
    status: int | None = None


class Apart(msgspec.Struct, frozen=True):
    """A slot that both have, and the fields in which they differ; `slot` is missing if ours lies outside the range."""

    local_id: str
    fields: tuple[str, ...]
    slot_id: str
    starts_at: datetime
    slot: Slot | None = None


class Comparison(msgspec.Struct, frozen=True):
    """What two copies have in common, and what not."""

    equal: int
    missing_here: list[Theirs]
    missing_there: list[Slot]
    different: list[Apart]


def compare(
    ours: Iterable[Slot], theirs: Mapping[str, Theirs], beyond: Mapping[str, tuple[str, datetime]]
) -> Comparison:
    """Compare two copies; `beyond` names slots of ours that they know and that begin outside the range.

    What was withdrawn here and is not in their copy is no difference.
    """
    found = Comparison(0, [], [], [])
    equal, met = 0, set[str]()
    for slot in ours:
        told = theirs.get(slot.local_id) if slot.local_id else None
        if told is None:
            if slot.status != Status.WITHDRAWN:
                found.missing_there.append(slot)
            continue
        met.add(slot.local_id)
        if fields := _fields_apart(slot, told):
            found.different.append(Apart(slot.local_id, fields, slot.id, slot.starts_at, slot))
        else:
            equal += 1
    for local_id, told in theirs.items():
        if local_id in beyond:
            slot_id, starts_at = beyond[local_id]
            found.different.append(Apart(local_id, ("start",), slot_id, starts_at))
        elif local_id not in met:
            found.missing_here.append(told)
    return msgspec.structs.replace(found, equal=equal)


def _fields_apart(slot: Slot, told: Theirs) -> tuple[str, ...]:
    apart = ["start"] if slot.starts_at != told.starts_at else []
    apart += [name for name in COMPARED if (there := getattr(told, name)) is not None and there != getattr(slot, name)]
    return tuple(apart)
