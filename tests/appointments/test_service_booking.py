"""Taking, giving back, moving, holding and waiting, at the service and on a real store."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from nabz.appointments.errors import (
    AlreadyWaiting,
    HoldNotYours,
    NotYours,
    NotYourSlot,
    PersonBusy,
    SameProviderSameDay,
    SlotHeld,
    SlotTaken,
    StatusRefused,
    TooEarly,
    WindowShut,
)
from nabz.appointments.model import Appointment, Booking, FacilityRules, Status, Visitor, Waiting, WaitingState
from nabz.appointments.service import booking, desk, holding, looking, rules, waiting, withdrawing
from nabz.appointments.service.booking import Limits
from nabz.kit.db import Database
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id
from tests.appointments.making import CENTRE, NOW, OTHER, agenda, app, book, caller, new, publish, visits

FREE_HAND = Limits(apart=False, once=False)


@pytest.fixture
def inside(db: Database) -> Database:
    return db.within(1)


def person(name: str) -> str:
    return f"National_Code:{name}"


def place(name: str, joined: float, **more: str) -> Waiting:
    told: dict[str, Any] = {"specialty": "171108", "provider": "", "facility": "", "service": "", **more}
    return Waiting(
        id=new_id(),
        person=person(name),
        first_name=name,
        last_name="",
        mobile="",
        from_=NOW,
        until=NOW + timedelta(days=30),
        joined_at=NOW + timedelta(seconds=joined),
        **told,
    )


async def test_a_hold_keeps_others_out_until_it_ends(inside: Database) -> None:
    (slot,) = await publish(inside, new())
    await inside.write(holding.hold, slot.id, person("a"), 5, NOW)
    with pytest.raises(SlotHeld):
        await book(inside, slot.id, "b")
    with pytest.raises(SlotHeld):
        await inside.write(holding.hold, slot.id, person("b"), 5, NOW)
    with pytest.raises(HoldNotYours):
        await inside.write(holding.release, slot.id, person("b"), NOW)
    assert (await book(inside, slot.id, "b", NOW + timedelta(minutes=5))).person == person("b")


async def test_a_person_holds_one_slot_at_a_time(inside: Database) -> None:
    first, second = await publish(inside, *visits(2))
    both = [inside.write(holding.hold, one.id, person("a"), 5, NOW) for one in (first, second)]
    await asyncio.gather(*both)
    held = [(await inside.read(looking.slot, slot.id)).held_for for slot in (first, second)]
    assert sorted(map(str, held)) == ["National_Code:a", "None"]


async def test_seats_of_one_time_have_as_many_winners(inside: Database) -> None:
    for seats in (1, 3, 7):
        block = (await publish(inside, new(60 * seats, f"block{seats}", seats=seats)))[0]
        name = block.block or f"{block.agenda}.{int(block.starts_at.timestamp())}"
        people = [f"{seats}-{number}" for number in range(24)]
        wanted = [booking_of(one) for one in people]
        tries = [booking.book_block(inside, CENTRE, name, one, app(), NOW, FREE_HAND) for one in wanted]
        outcome = Counter(type(one).__name__ for one in await asyncio.gather(*tries, return_exceptions=True))
        assert outcome == {"Appointment": seats, "SlotTaken": 24 - seats}


def booking_of(name: str) -> Booking:
    return Booking(visitor=Visitor(person=person(name)))


async def test_moving_changes_both_slots_or_neither(inside: Database) -> None:
    first, second, third = await publish(inside, *visits(3))
    await book(inside, first.id, "a")
    await book(inside, third.id, "b")
    with pytest.raises(SlotTaken):
        await inside.write(booking.reschedule, first.id, third.id, person("a"), app(), NOW)
    assert (await inside.read(looking.slot, first.id)).status == Status.TAKEN
    moved = await inside.write(booking.reschedule, first.id, second.id, person("a"), app(), NOW)
    again = await inside.write(booking.reschedule, first.id, second.id, person("a"), app(), NOW)
    assert moved.id == again.id
    statuses = [(await inside.read(looking.slot, slot.id)).status for slot in (first, second)]
    assert statuses == [Status.FREE, Status.TAKEN]
    assert (await book(inside, first.id, "c")).person == person("c")
    with pytest.raises(NotYours):
        await inside.write(booking.reschedule, third.id, second.id, person("c"), app(), NOW)


async def test_moving_within_a_day_is_not_in_its_own_way(inside: Database) -> None:
    slots = await publish(inside, *visits(3))
    await book(inside, slots[0].id, "a")
    with pytest.raises(SameProviderSameDay):
        await book(inside, slots[1].id, "a")
    await inside.write(booking.reschedule, slots[0].id, slots[1].id, person("a"), app(), NOW)
    with pytest.raises(SameProviderSameDay):
        await book(inside, slots[2].id, "a")
    await inside.write(booking.cancel, slots[1].id, person("a"), 301, app(), NOW)
    assert (await book(inside, slots[2].id, "a")).slot == slots[2].id


async def test_two_slots_at_one_instant_for_one_person_are_one(inside: Database) -> None:
    ones = await publish(inside, *visits(6))
    others = await publish(inside, *visits(6, prefix="w"), of=agenda("Med_ID:900002"))
    for here, there in zip(ones, others, strict=True):
        tries = [book(inside, slot.id, f"p{here.queue}{here.id}", limits=Limits(once=False)) for slot in (here, there)]
        outcome = await asyncio.gather(*tries, return_exceptions=True)
        assert sorted(type(one).__name__ for one in outcome) == ["Appointment", "PersonBusy"]
    assert isinstance(PersonBusy(), Problem)


async def test_what_is_given_back_goes_to_who_waited_longest(inside: Database) -> None:
    (slot,) = await publish(inside, new(600))
    await book(inside, slot.id, "a")
    for name, joined in (("late", 2), ("early", 1), ("elsewhere", 0)):
        where = {"facility": OTHER} if name == "elsewhere" else {}
        await inside.write(waiting.join, place(name, joined, **where), NOW)
    with pytest.raises(AlreadyWaiting):
        await inside.write(waiting.join, place("late", 3), NOW)
    await inside.write(booking.cancel, slot.id, person("a"), 301, app(), NOW)
    assert (await inside.read(looking.slot, slot.id)).held_for == person("early")
    with pytest.raises(SlotHeld):
        await book(inside, slot.id, "late")

    lapsed = NOW + timedelta(minutes=31)
    assert await inside.write(waiting.reoffer, new_id(), NOW) == 0
    assert await inside.write(waiting.reoffer, new_id(), lapsed) == 1
    assert (await inside.read(looking.slot, slot.id)).held_for == person("late")
    states = {name: (await inside.read(waiting.of_person, person(name)))[0].state for name in ("early", "elsewhere")}
    assert states == {"early": WaitingState.LAPSED, "elsewhere": WaitingState.WAITING}
    assert (await book(inside, slot.id, "late", lapsed)).person == person("late")


async def test_who_leaves_passes_the_offer_on(inside: Database) -> None:
    (slot,) = await publish(inside, new(600))
    await book(inside, slot.id, "a")
    first, second = place("first", 1), place("second", 2)
    for one in (first, second):
        await inside.write(waiting.join, one, NOW)
    await inside.write(booking.cancel, slot.id, person("a"), 301, app(), NOW)
    await inside.write(waiting.leave, first.id, first.person, app(), NOW)
    assert (await inside.read(looking.slot, slot.id)).held_for == person("second")
    await inside.write(waiting.leave, second.id, second.person, app(), NOW)
    assert (await inside.read(looking.slot, slot.id)).held_for is None


async def test_a_centre_may_offer_again_by_its_own_word(inside: Database) -> None:
    (slot,) = await publish(inside, new())
    await inside.write(rules.put, FacilityRules(facility=CENTRE, reoffer=False), "desk", NOW)
    await book(inside, slot.id, "a")
    await inside.write(booking.cancel, slot.id, person("a"), 301, app(), NOW)
    assert (await inside.read(looking.slot, slot.id)).status == Status.CANCELLED
    with pytest.raises(Problem):
        await book(inside, slot.id, "b")
    with pytest.raises(NotYourSlot):
        await inside.write(desk.set_status, slot.id, Status.FREE, caller(OTHER), NOW)
    await inside.write(desk.set_status, slot.id, Status.FREE, caller(), NOW)
    assert (await book(inside, slot.id, "b")).person == person("b")


async def test_who_does_not_come_is_counted_and_forgiven(inside: Database) -> None:
    (slot,) = await publish(inside, new())
    await book(inside, slot.id, "a")
    await inside.write(desk.arrived, slot.id, caller(), NOW)
    assert (await inside.read(looking.appointment, slot.id)).arrived_at == NOW
    with pytest.raises(TooEarly):
        await inside.write(desk.set_status, slot.id, Status.LATE, caller(), NOW)
    over = NOW + timedelta(minutes=65)
    for _ in range(2):
        await inside.write(desk.set_status, slot.id, Status.LATE, caller(), over)
    assert await inside.read(looking.no_shows, [person("a")]) == {person("a"): 1}
    await inside.write(desk.set_status, slot.id, Status.VISITED, caller(), over)
    assert await inside.read(looking.no_shows, [person("a")]) == {person("a"): 0}
    with pytest.raises(StatusRefused):
        await inside.write(withdrawing.withdraw, slot.id, 302, caller(), NOW)


async def test_a_range_is_withdrawn_with_everybody_affected(inside: Database) -> None:
    slots = await publish(inside, *visits(6))
    others = await publish(inside, *visits(6, prefix="w"), of=agenda("Med_ID:900002"))
    for number, slot in enumerate(slots[:3]):
        await book(inside, slot.id, f"a{number}")
    until = NOW + timedelta(days=1)
    count, affected = await inside.write(
        withdrawing.withdraw_range, CENTRE, "Med_ID:900001", NOW, until, 304, caller(), NOW
    )
    assert (count, [one.person for one in affected]) == (6, [person(f"a{number}") for number in range(3)])
    count, again = await inside.write(
        withdrawing.withdraw_range, CENTRE, "Med_ID:900001", NOW, until, 304, caller(), NOW
    )
    assert (count, [one.person for one in again]) == (0, [one.person for one in affected])
    assert {(await inside.read(looking.slot, slot.id)).status for slot in others} == {int(Status.FREE)}
    assert (await book(inside, others[0].id, "a0")).person == person("a0")  # his day is his own again


async def test_data_sets_never_meet(db: Database) -> None:
    here, there = db.within(1), db.within(7)
    (slot,) = await publish(here, new(local_id="same"))
    (other,) = await publish(there, new(local_id="same"))
    assert slot.id != other.id
    await book(here, slot.id, "a")
    assert (await book(there, other.id, "a")).person == person("a")
    with pytest.raises(Problem):
        await there.read(looking.slot, slot.id)


async def test_a_window_is_measured_when_the_slot_is_taken(inside: Database) -> None:
    opens, closes = NOW + timedelta(minutes=10), NOW + timedelta(minutes=20)
    (slot,) = await publish(inside, new(60, opens_at=opens, closes_at=closes))
    for at in (NOW, opens - timedelta(seconds=1), closes):
        with pytest.raises(WindowShut):
            await book(inside, slot.id, "a", at)
    assert isinstance(await book(inside, slot.id, "a", opens), Appointment)
