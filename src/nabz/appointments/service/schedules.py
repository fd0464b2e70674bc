"""Whole schedules in one transaction: agendas put in, slots taken back, or only a look at what would come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from nabz.appointments.errors import LocalIdTaken, Refusal, SlotUnknown, TooManySlots
from nabz.appointments.model import Status, good
from nabz.appointments.service import publishing, withdrawing
from nabz.appointments.store import slots
from nabz.kit.db import unique

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from nabz.appointments.model import Agenda, Appointment, Caller, New, Slot
    from nabz.kit.db import Database, Tx

T = TypeVar("T")


class Part(msgspec.Struct, frozen=True):
    """One agenda of a schedule, and its slots."""

    agenda: Agenda
    news: list[New]


def must_fit(parts: Sequence[Part]) -> None:
    """Refuse a schedule that is too large, before anything is made of it. Raises TooManySlots."""
    if sum(max(1, new.seats) for part in parts for new in part.news) > publishing.MOST:
        raise TooManySlots(most=publishing.MOST)


def publish(tx: Tx, parts: Sequence[Part], caller: Caller, now: datetime) -> list[list[Slot]]:
    """Publish several agendas, all of them or none; what came of each stands in its place.

    Raises what `publishing.publish` raises; the facts of the problem then tell the agenda and the slot.
    """
    must_fit(parts)
    made: list[list[Slot]] = [[] for _ in parts]
    # Providers are locked in one order, whatever the order of the call.
    for place in sorted(range(len(parts)), key=lambda place: (parts[place].agenda.provider, place)):
        part = parts[place]
        mine = msgspec.structs.replace(caller, seed=f"{caller.seed}/{place}")
        try:
            with unique(LocalIdTaken()):  # a seat of one slot may be called as another slot
                made[place] = publishing.publish(tx, part.agenda, part.news, mine, now)
        except Refusal as problem:
            problem.facts["agenda"] = place
            problem.facts.update(_culprit(part.news, type(problem), now))
            raise
    return made


def withdraw(
    tx: Tx, slot_ids: Sequence[str], local_ids: Sequence[str], reason: int, caller: Caller, now: datetime
) -> tuple[int, list[Appointment]]:
    """Take back slots by their ids or the centre's own, all of them or none; a second time changes nothing.

    Raises SlotUnknown, NotYourSlot, StatusRefused; the facts of the problem then tell the slot.
    """
    known = slots.named(tx, caller.facility, list(local_ids))
    for local_id in local_ids:
        if local_id not in known:
            raise SlotUnknown(localId=local_id)
    ended: dict[str, Appointment] = {}
    count = 0
    for slot_id in sorted({*slot_ids, *(known[local_id][0] for local_id in local_ids)}):
        try:
            count += slots.get(tx, slot_id).status != Status.WITHDRAWN
            affected = withdrawing.withdraw(tx, slot_id, reason, caller, now)
        except Refusal as problem:
            problem.facts["slot"] = f"1:{slot_id}"
            raise
        if affected is not None:
            ended[affected.id] = affected
    return count, sorted(ended.values(), key=lambda one: (one.starts_at, one.slot))


class _Undone(Exception):  # noqa: N818 - no error: it only undoes what was tried
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


async def tried(db: Database, use_case: Callable[..., T], *args: Any, dry_run: bool) -> T:  # noqa: ANN401
    """Run a use case, or run it and undo it: then its value tells what would come of it."""
    if not dry_run:
        return await db.write(use_case, *args)
    try:
        await db.write(_and_undo, use_case, *args)
    except _Undone as undone:
        return undone.value  # type: ignore[return-value]
    raise AssertionError("what is tried is always undone")  # pragma: no cover


def _and_undo(tx: Tx, use_case: Callable[..., object], *args: Any) -> None:  # noqa: ANN401
    raise _Undone(use_case(tx, *args))


def _culprit(news: Sequence[New], kind: type[Refusal], now: datetime) -> dict[str, object]:
    """Find the first slot that is refused like this, which one who sends thousands of them wants to know."""
    for new in news:
        try:
            good(new, now)
        except kind:
            return {"localId": new.local_id, "start": new.starts_at.isoformat()}
        except Refusal:
            continue
    return {}
