"""Putting schedules in: checked, without overlaps, all of them or none, and twice is once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import (
    CentreMismatch,
    CompositionUnknown,
    LocalIdTaken,
    NotYourSlot,
    SlotsOverlap,
    SlotUnknown,
    TooManySlots,
)
from nabz.appointments.model import Slot, Status, block_of, chance_of, good, number_of, tracking
from nabz.appointments.model.rules import LONGEST_MINUTES
from nabz.appointments.store import agendas, parts, slots
from nabz.kit import audit, jalali

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from nabz.appointments.model import Agenda, Caller, New
    from nabz.kit.db import Tx

MOST: Final = 100_000
THERE: Final = "there"
LIVE: Final = (Status.FREE, Status.TAKEN, Status.CANCELLED)
ONE: Final = timedelta(microseconds=1)
ALIKE: Final = 13
"""So many letters of its ids a call has in common; the other twenty digits are each one's own."""

LONGEST: Final = timedelta(minutes=LONGEST_MINUTES)


def publish(tx: Tx, agenda: Agenda, news: Sequence[New], caller: Caller, now: datetime) -> list[Slot]:
    """Publish slots of an agenda, all or none; what the centre's own ids name already is left as it is.

    Structure 1 of the guide. Raises CentreMismatch, TooManySlots, SlotsOverlap, LocalIdTaken, and what `good` raises.
    """
    if caller.facility != agenda.facility:
        raise CentreMismatch
    if sum(new.seats for new in news) > MOST:
        raise TooManySlots(most=MOST)
    agenda = msgspec.structs.replace(agenda, id=number_of(agenda))
    if not news:
        return []
    slots.lock_provider(tx, agenda.provider, now)
    agendas.put(tx, agenda)
    wanted = _once(agenda, news)
    there = _there(tx, agenda, wanted)
    fresh = [new for key, new in wanted.items() if key not in there]
    for new in fresh:
        good(new, now)
    made = list(_seats(agenda, fresh, caller.seed, now))
    if made:
        _must_be_apart(tx, agenda, made)
        _make_room(tx, made)
        names = [one.local_id for one in made if one.local_id]
        if len(set(names)) != len(names):  # a seat of one slot is called as another slot
            raise LocalIdTaken
        slots.add(tx, made)
        if slots.name(tx, made) != len(names):
            raise LocalIdTaken
        centre = agenda.facility
        audit.record(tx, now, caller.by, "appointments.published", agenda.provider, slots=len(made), facility=centre)
    before = [slot for seats in there.values() for slot in seats]
    return sorted([*before, *made], key=lambda one: (one.starts_at, len(one.queue), one.queue, one.id))


def own(tx: Tx, slot_id: str, caller: Caller) -> Slot:
    """Read a slot of the caller's centre, locked. Raises CompositionUnknown, NotYourSlot."""
    try:
        slot = slots.locked(tx, slot_id)
    except SlotUnknown as problem:
        raise CompositionUnknown from problem
    if slot.facility != caller.facility:
        raise NotYourSlot
    return slot


def edit(tx: Tx, slot: Slot, new: New, now: datetime) -> Slot:
    """Change a free slot at its time. Raises what `good` raises."""
    good(new, now)
    return slots.change(
        tx,
        slot,
        queue=new.queue,
        quota=int(new.quota),
        opens_at=new.opens_at,
        closes_at=new.closes_at,
        edits=slot.edits + 1,
        changed_at=now,
    )


def _once(agenda: Agenda, news: Iterable[New]) -> dict[tuple[str, str], New]:
    """The slots by what names them: the centre's id, or else their time and number. Raises LocalIdTaken."""
    found: dict[tuple[str, str], New] = {}
    for new in news:
        key = (new.local_id, "") if new.local_id else (block_of(agenda.id, new.starts_at), new.queue)
        if found.setdefault(key, new) != new:
            raise LocalIdTaken
    return found


def _there(tx: Tx, agenda: Agenda, wanted: dict[tuple[str, str], New]) -> dict[tuple[str, str], list[Slot]]:
    """What was published before under these names, each with all its seats. Raises LocalIdTaken."""
    known = slots.named(tx, agenda.facility, [name for new in wanted.values() for name in _names_of(new)])
    nameless = [new for new in wanted.values() if not new.local_id]
    found: dict[tuple[str, str], list[Slot]] = {}
    if known:
        times = [starts_at for _, starts_at in known.values()]
        mine = {one.id: one for one in slots.of_agendas(tx, [agenda.id], min(times), max(times) + ONE)}
        for key, new in wanted.items():
            seats = [known[name] for name in _names_of(new) if name in known]
            if not seats:
                continue
            if new.local_id not in known or any(at != new.starts_at or id_ not in mine for id_, at in seats):
                raise LocalIdTaken
            found[key] = [mine[id_] for id_, _ in seats]
            if any(not _same(slot, new) for slot in found[key]):
                raise LocalIdTaken
    if nameless:
        first, last = min(new.starts_at for new in nameless), max(new.starts_at for new in nameless)
        blocks: dict[str, list[Slot]] = {}
        for slot in slots.of_agendas(tx, [agenda.id], first, last + ONE, *LIVE):
            blocks.setdefault(block_of(agenda.id, slot.starts_at), []).append(slot)
        for key, new in wanted.items():
            seats_there = blocks.get(key[0], []) if not new.local_id else []
            if any(slot.queue == new.queue or slot.block for slot in seats_there):
                found[key] = seats_there
    return found


def _same(slot: Slot, new: New) -> bool:
    """Tell whether a slot is what is published again; what was withdrawn has used its name up."""
    return (slot.minutes, slot.quota) == (new.minutes, new.quota) and slot.status != Status.WITHDRAWN


def _names_of(new: New) -> list[str]:
    """The centre's own names of the seats of a slot, of which the first has the slot's own."""
    return [f"{new.local_id}/{seat + 1}" if seat else new.local_id for seat in range(new.seats)] if new.local_id else []


def _make_room(tx: Tx, made: Sequence[Slot]) -> None:
    times = [one.starts_at for one in made]
    month, last = parts.month_of(min(times))[0], max(times)
    while month <= last:
        parts.ensure(tx, month)
        month = parts.month_of(month)[1]


def _seats(agenda: Agenda, news: Iterable[New], seed: str, now: datetime) -> Iterator[Slot]:
    # The ids of a call lie side by side within a day: in a large store each would else dirty a page of its own.
    place, together = 0, chance_of(seed, 0)[:ALIKE]
    for new in news:
        block = block_of(agenda.id, new.starts_at) if new.seats > 1 else ""
        names = _names_of(new)
        for seat in range(new.seats):
            place += 1
            yield Slot(
                id=tracking.new(new.starts_at, together + chance_of(seed, place)[ALIKE:]),
                agenda=agenda.id,
                facility=agenda.facility,
                starts_at=new.starts_at,
                minutes=new.minutes,
                queue=str(int(new.queue) + seat) if new.queue.isdecimal() else new.queue,
                local_id=names[seat] if names else "",
                block=block,
                quota=int(new.quota),
                opens_at=new.opens_at,
                closes_at=new.closes_at,
                changed_at=now,
            )


def _must_be_apart(tx: Tx, agenda: Agenda, made: Sequence[Slot]) -> None:
    """Refuse a schedule that asks a provider to be at two visits at once, wherever. Raises SlotsOverlap."""
    first = min(one.starts_at for one in made)
    last = max(one.ends_at for one in made)
    numbers = [one.id for one in agendas.of_provider(tx, agenda.provider)]
    there = slots.of_agendas(tx, numbers, first - LONGEST, last, *LIVE)
    times = sorted(
        [
            *((one.starts_at, one.ends_at, THERE) for one in there),
            *((one.starts_at, one.ends_at, f"{one.block or one.id} {one.minutes}") for one in made),
        ]
    )
    end, block = times[0][1], times[0][2]
    for starts_at, ends_at, name in times[1:]:
        if starts_at < end and name != block:
            raise SlotsOverlap(at=jalali.moment(starts_at), instant=starts_at.isoformat())
        if ends_at > end:
            end, block = ends_at, name
