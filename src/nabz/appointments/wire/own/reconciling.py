"""Two copies of one schedule, compared."""

from __future__ import annotations

from datetime import datetime

import msgspec

from nabz.appointments.errors import FieldMissing, FieldWrong
from nabz.appointments.model import Quota, Slot, Status
from nabz.appointments.model.reconciling import Apart, Comparison, Theirs
from nabz.appointments.wire.own import times
from nabz.appointments.wire.own.shapes import Done, Message, Shape, Short


class CopiedSlot(Message, frozen=True, kw_only=True):
    """A slot as the caller has it; what is left out is not compared."""

    local_id: str
    start: str
    minutes: int | None = None
    quota: Quota | None = None
    status: Status | None = None


class Reconcile(Message, frozen=True, kw_only=True):
    """All slots that the caller has of a facility, or of one provider there, within a time."""

    facility: Short
    provider: Short = ""
    from_: Short = msgspec.field(name="from")
    until: Short
    slots: list[CopiedSlot]

    def theirs(self) -> dict[str, Theirs]:
        """Read the copy by its local ids. Raises FieldMissing, FieldWrong, DateWrongHere."""
        found: dict[str, Theirs] = {}
        for place, told in enumerate(self.slots):
            field = f"slots[{place}]"
            if not told.local_id:
                raise FieldMissing(field=f"{field}.localId")
            if told.local_id in found:
                raise FieldWrong(field=f"{field}.localId")
            at = times.instant(told.start, f"{field}.start")
            quota = None if told.quota is None else int(told.quota)
            status = None if told.status is None else int(told.status)
            found[told.local_id] = Theirs(told.local_id, at, told.minutes, quota, status)
        return found


class OurSlot(Shape, frozen=True, kw_only=True):
    """A slot as it stands here."""

    slot: str
    local_id: str
    start: datetime
    minutes: int
    quota: int
    status: int

    @classmethod
    def of(cls, slot: Slot) -> OurSlot:
        """Show a slot."""
        return cls(
            slot=slot.tracking,
            local_id=slot.local_id,
            start=slot.starts_at,
            minutes=slot.minutes,
            quota=int(slot.quota),
            status=int(slot.status),
        )


class DifferentSlot(Shape, frozen=True, kw_only=True):
    """A slot that both have, and in which fields they differ; `here` is null if ours lies outside the range."""

    local_id: str
    slot: str
    fields: tuple[str, ...]
    start: datetime
    here: OurSlot | None

    @classmethod
    def of(cls, apart: Apart) -> DifferentSlot:
        """Show a difference."""
        return cls(
            local_id=apart.local_id,
            slot=f"1:{apart.slot_id}",
            fields=apart.fields,
            start=apart.starts_at,
            here=OurSlot.of(apart.slot) if apart.slot is not None else None,
        )


class Reconciled(Done, frozen=True, kw_only=True):
    """In what the copies differ: `missingHere` are the caller's local ids, `missingThere` our slots."""

    equal: int
    missing_here: list[str]
    missing_there: list[OurSlot]
    different: list[DifferentSlot]

    @classmethod
    def of(cls, found: Comparison) -> Reconciled:
        """Show a comparison."""
        return cls(
            equal=found.equal,
            missing_here=[one.local_id for one in found.missing_here],
            missing_there=[OurSlot.of(slot) for slot in found.missing_there],
            different=[DifferentSlot.of(one) for one in found.different],
        )
