"""Races for a few seats: exactly as many win as there are seats, every time."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

from nabz.appointments.errors import SlotHeld, SlotTaken
from nabz.appointments.model import Agenda, Appointment, Booking, Caller, New, Slot, Status, Visitor
from nabz.appointments.service import booking, publishing
from nabz.appointments.store import slots
from nabz.kit.db import Database, Tx
from nabz.kit.errors import Busy
from nabz.kit.ids import new_id
from tests.appointments.racing import CENTRE, SERVICE, SPECIALTY, Clock
from tests.appointments.racing_service import Stores

MOST_SEATS, AT_ONCE = 8, 4
EACH = 100
"""So many races have a provider and a day of their own."""


async def races(stores: Stores, random: Random, count: int, clock: Clock) -> Counter[str]:
    """Run so many races, some at once, and tell how they went; what may not be ends it."""
    told: Counter[str] = Counter()
    for begun in range(0, count, EACH):
        number = begun // EACH
        agenda = Agenda(facility=CENTRE, provider=f"Med_ID:{700_000 + number}", specialty=SPECIALTY, service=SERVICE)
        start = clock.day + timedelta(days=3 + number % 300)
        seats = [random.choice([1, 1, 1, random.randint(2, MOST_SEATS)]) for _ in range(min(EACH, count - begun))]
        news = [
            New(starts_at=start + timedelta(minutes=10 * place), minutes=10, local_id=f"r{begun + place}", seats=of)
            for place, of in enumerate(seats)
        ]
        caller = Caller("races", CENTRE, "races", new_id())
        made = await stores[0].write(publishing.publish, agenda, news, caller, clock.instant())
        of_race: dict[str, list[Slot]] = {}
        for slot in made:
            of_race.setdefault(slot.local_id.partition("/")[0], []).append(slot)
        names = list(of_race)
        for at in range(0, len(names), AT_ONCE):
            some = [_race(stores, random, name, of_race[name], clock) for name in names[at : at + AT_ONCE]]
            for one in await asyncio.gather(*some):
                told += one
    return told


async def _race(stores: Stores, random: Random, name: str, seats: list[Slot], clock: Clock) -> Counter[str]:
    """Let more people want the seats than there are, some of them twice at the same instant."""
    people = [f"National_Code:{name}-{number}" for number in range(len(seats) + random.randint(1, 6))]
    tries = people + [one for one in people if random.random() < 0.25]
    random.shuffle(tries)
    work = [_try(stores[random.randrange(stores.count)], random.random(), seats, one, clock) for one in tries]
    answers = await asyncio.gather(*work)
    had: dict[str, set[str]] = {}
    for person, answer in zip(tries, answers, strict=True):
        if answer is not None:
            assert answer.person == person, (name, "somebody was given another's appointment")
            had.setdefault(person, set()).add(answer.slot)
    refused = {person for person, answer in zip(tries, answers, strict=True) if answer is None}
    there = await stores[0].read(_of_block, seats[0])
    assert len(had) == len(seats), f"{name}: {len(seats)} seats, {len(had)} winners"
    assert all(len(slot) == 1 for slot in had.values()), f"{name}: somebody has two seats"
    assert len(set.union(*had.values())) == len(seats), f"{name}: two have one seat"
    assert not refused & had.keys(), f"{name}: a repeated call was refused"
    assert [slot.status for slot in there] == [Status.TAKEN] * len(seats), name
    return Counter(races=1, tries=len(tries), winners=len(had))


async def _try(db: Database, wait: float, seats: list[Slot], person: str, clock: Clock) -> Appointment | None:
    wanted = Booking(visitor=Visitor(person=person))
    caller = Caller("races", "", "races", new_id())
    await asyncio.sleep(wait * 0.004)
    while True:
        try:
            if len(seats) == 1:
                return await booking.book(db, seats[0].id, wanted, caller, clock.instant())
            return await booking.book_block(db, CENTRE, seats[0].block, wanted, caller, clock.instant())
        except Busy:
            continue
        except (SlotTaken, SlotHeld):
            return None


def _of_block(tx: Tx, seat: Slot) -> list[Slot]:
    return slots.of_agendas(tx, [seat.agenda], seat.starts_at, seat.starts_at + timedelta(seconds=1))
