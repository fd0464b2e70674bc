"""What must be true of the whole store at any moment between two transactions, and what it says of the seats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import text

from nabz.access.model import DEMO
from nabz.appointments.model import Appointment, Slot, Status, day_text, span
from nabz.appointments.store.rows import APPOINTMENT_COLUMNS, SLOT_COLUMNS, appointment
from nabz.appointments.store.rows import slot as slot_of
from nabz.appointments.tables import appointments, names, person_days, slots
from nabz.kit.db import Tx, open_database
from tests.appointments.history import write
from tests.appointments.racing import Record
from tests.appointments.replay import replay

STANDING = {Status.TAKEN, Status.VISITED, Status.LATE}
CLAIMED = {Status.TAKEN, Status.VISITED}
SEEDED = "seed"


class Store:
    """All that belongs together, read at one moment."""

    def __init__(self, tx: Tx) -> None:
        of = tx.data_set
        rows = tx.execute(slots.select().with_only_columns(*SLOT_COLUMNS).where(slots.c.data_set == of))
        self.slots: dict[str, Slot] = {row[0]: slot_of(*row) for row in rows}
        query = appointments.select().with_only_columns(*APPOINTMENT_COLUMNS)
        # The demo's examples were put in, not booked.
        mine = (appointments.c.data_set == of) & (appointments.c.booked_by != SEEDED)
        self.appointments: list[Appointment] = [appointment(*row) for row in tx.execute(query.where(mine))]
        put_in = (appointments.c.data_set == of) & (appointments.c.booked_by == SEEDED)
        examples = {
            row.slot for row in tx.execute(appointments.select().with_only_columns(appointments.c.slot).where(put_in))
        }
        self.claims: list[tuple[str, str, list[Any]]] = [
            (row.person, row.day, claim)
            for row in tx.execute(person_days.select().where(person_days.c.data_set == of))
            for claim in row.claims
            if claim[3] not in examples
        ]
        self.named: dict[str, str] = {
            row.slot: row.local_id for row in tx.execute(names.select().where(names.c.data_set == of))
        }
        asked = "SELECT id FROM outbox_message WHERE topic LIKE 'appointments.%'"
        self.messages: list[str] = [row.id for row in tx.execute(text(asked))]
        noted = "SELECT action, subject FROM audit_entry WHERE action LIKE 'appointments.%'"
        self.notes: Counter[tuple[str, str]] = Counter((row.action, row.subject) for row in tx.execute(text(noted)))
        self.of_slot = defaultdict[str, list[Appointment]](list)
        for one in self.appointments:
            self.of_slot[one.slot].append(one)


async def read(url: str, data_set: int = DEMO) -> Store:
    """Read the store of a program that does not run."""
    db = open_database(url)
    await db.start()
    try:
        return await db.within(data_set).read(Store)
    finally:
        await db.stop()


def faults(store: Store) -> list[str]:
    """List what is half there, or there twice."""
    return [*_of_slots(store), *_of_appointments(store), *_of_days(store), *_of_messages(store)]


def _of_slots(store: Store) -> Iterator[str]:
    """A slot is taken exactly if one appointment stands there, the one that it names."""
    for one in store.slots.values():
        mine = {of.id: of for of in store.of_slot[one.id]}
        standing = [of for of in mine.values() if of.status in STANDING]
        if one.appointment is not None and one.appointment not in mine and mine:
            yield f"slot {one.id} names an appointment that is not there"
        if one.status in STANDING and (one.appointment in mine or standing):
            if [(of.id, of.status) for of in standing] != [(one.appointment, one.status)]:
                yield f"slot {one.id} stands at {one.status}, its appointments at {[of.status for of in standing]}"
        elif one.status not in STANDING and standing:
            yield f"slot {one.id} stands at {one.status}, yet somebody has it"
        if one.held_for is not None and one.status != Status.FREE:
            yield f"slot {one.id} stands at {one.status} and is held"
        if one.local_id and store.named.get(one.id) != one.local_id:
            yield f"slot {one.id} is not found under {one.local_id}"
    for slot_id in store.named.keys() - store.slots.keys():
        yield f"the name {store.named[slot_id]} leads to no slot"


def _of_appointments(store: Store) -> Iterator[str]:
    claimed = Counter((person, claim[3]) for person, _, claim in store.claims)
    for one in store.appointments:
        of = store.slots.get(one.slot)
        if of is None:
            yield f"appointment {one.id} is of no slot"
            continue
        if (one.starts_at, one.minutes, one.agenda) != (of.starts_at, of.minutes, of.agenda):
            yield f"appointment {one.id} is at another time than its slot"
        times = claimed[one.person, one.slot]
        if times != (one.status in CLAIMED) and one.id == of.appointment:
            yield f"appointment {one.id} stands at {one.status}, the person's day has it {times} times"


def _of_days(store: Store) -> Iterator[str]:
    """Nobody is at two places at once, nor twice with one provider on a day, and every claim is an appointment's."""
    days: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    for person, day, claim in store.claims:
        days[person, day].append(claim)
        standing = [of for of in store.of_slot[claim[3]] if of.status in CLAIMED and of.person == person]
        expected = [[*span(of.starts_at, of.minutes), of.provider, of.slot] for of in standing]
        if expected != [list(claim)] or day != day_text(standing[0].starts_at):
            yield f"{person} has {claim} on {day} without an appointment"
    for (person, day), claims in days.items():
        claims.sort()
        if any(one[1] > other[0] for one, other in pairwise(claims)):
            yield f"{person} is at two places at once on {day}"
        if len({claim[2] for claim in claims}) < len(claims):
            yield f"{person} is twice with one provider on {day}"


def _of_messages(store: Store) -> Iterator[str]:
    """What happened is told, once."""
    there = set(store.messages)
    told: Counter[tuple[str, str]] = Counter()
    for id_ in store.messages:
        for kind in ("cancelled", "withdrawn", "moved"):
            begin, found, slot_id = id_.partition(f"-{kind}-")
            if found and begin:
                told[kind, slot_id] += 1
    for one in store.appointments:
        if {f"{one.id}-booked", f"{one.id}-moved-{one.slot}"}.isdisjoint(there):
            yield f"nobody was told of appointment {one.id}"
    for slot_id, mine in store.of_slot.items():
        kept = Counter(of.status for of in mine)
        given_back = sum(of.status == Status.CANCELLED and of.moved_to is None for of in mine)  # a move is told once
        ended = {"cancelled": given_back, "withdrawn": kept[Status.WITHDRAWN]}
        if told["cancelled", slot_id] != ended["cancelled"]:
            yield f"slot {slot_id}: {ended['cancelled']} cancelled, {told['cancelled', slot_id]} told"
        if ended["withdrawn"] > told["withdrawn", slot_id]:
            yield f"slot {slot_id} was withdrawn and its patient not told"
        noted = sum(store.notes[f"appointments.{word}", slot_id] for word in ("booked", "moved"))
        if noted != len(mine):
            yield f"slot {slot_id}: {len(mine)} appointments, {noted} lines of the audit"
    for (kind, slot_id), times in told.items():
        stands = store.slots[slot_id].status if slot_id in store.slots else None
        if kind == "withdrawn" and (times > 1 or stands != Status.WITHDRAWN):
            yield f"slot {slot_id} stands at {stands}, its withdrawal is told {times} times"


def must_be_in_order(record: Record, store: Store, path: Path, about: str) -> None:
    """Write the history down with what the store says in the end; it has an order, and the store is whole."""
    record.add(_seen(store, record.ids, list(record.seats), record.clock.now()))
    write(record.history(about), path)
    again = f"python -m tests.appointments.replay {path}"
    odd = [*record.oddities, *faults(store)]
    assert not odd, "\n".join([again, f"{len(odd)} oddities", *odd[:30]])
    code, lines = replay(path)
    assert code == 0, "\n".join([again, *lines])


def _seen(store: Store, ids: dict[str, str], planned: list[str], now: float) -> list[dict[str, Any]]:
    """What the store says of each seat in the end, as if somebody had asked."""
    found = []
    by_name = {local_id: store.slots[slot_id] for slot_id, local_id in store.named.items() if slot_id in store.slots}
    for name in planned:
        there = by_name.get(name)
        if there is None:
            assert name not in ids, f"{name} was published, and is not there"
        assert there is None or name not in ids or ids[name] == there.tracking
        standing = [of.person for of in store.of_slot[there.id] if of.status in STANDING] if there is not None else []
        answer = "unknown" if there is None else str(int(there.status))
        one = {"client": "store", "kind": "status", "slot": name, "answer": answer, "seen": "".join(standing)}
        found.append({**one, "call": now, "back": now})
    return found
