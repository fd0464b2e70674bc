"""Who may change what, what is offered to whom, and that no way leads around a rule."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from nabz.appointments.errors import (
    HidRefused,
    HoldAgain,
    HoldNotYours,
    LocalIdTaken,
    NotYours,
    SlotOver,
    SlotsOverlap,
    SlotTaken,
)
from nabz.appointments.model import Appointment, Booking, FacilityRules, Quota, Status, WaitingState, Wanted
from nabz.appointments.service import (
    booking,
    holding,
    looking,
    parting,
    reminding,
    rules,
    searching,
    waiting,
    withdrawing,
)
from nabz.kit import outbox
from nabz.kit.db import Database, Tx
from nabz.kit.ids import new_id
from nabz.registries.model import Entitlement, HidWish, Person, PersonId, PersonIdType
from nabz.registries.model.hids import ISSUED_FOR
from nabz.registries.service import hids
from tests.appointments.making import CENTRE, NOW, OTHER, agenda, app, book, caller, new, publish, visitor, visits
from tests.appointments.test_service_booking import person, place

A_HID = "19946Y6ZF7"


@pytest.fixture
def inside(db: Database) -> Database:
    return db.within(1)


def told(name: str, **more: Any) -> Booking:
    return Booking(visitor=visitor(name, mobile="09900000009"), **more)


async def test_only_who_booked_and_the_centre_may_change_a_booking(inside: Database) -> None:
    slots = await publish(inside, *visits(3))
    for slot, by in zip(slots, (app("app"), caller(), app("portal")), strict=True):
        name = f"p{slot.queue}{slot.starts_at:%M}"
        await book(inside, slot.id, name)
        stranger = app("another")
        with pytest.raises(NotYours):
            await inside.write(booking.edit, slot.id, told(name), stranger, NOW)
        with pytest.raises(NotYours):
            await inside.write(booking.cancel, slot.id, person(name), 301, stranger, NOW)
        with pytest.raises(NotYours):
            await inside.write(booking.reschedule, slot.id, slots[0].id, person(name), caller(OTHER), NOW)
        assert (await inside.write(booking.edit, slot.id, told(name), by, NOW)).mobile == "09900000009"
        assert (await inside.write(booking.cancel, slot.id, person(name), 301, by, NOW)).status == Status.CANCELLED


async def test_a_late_repeat_of_a_cancellation_is_answered_after_somebody_else_has_the_slot(inside: Database) -> None:
    (slot,) = await publish(inside, new())
    await book(inside, slot.id, "a")
    first = await inside.write(booking.cancel, slot.id, person("a"), 301, app(), NOW)
    await book(inside, slot.id, "b")
    again = await inside.write(booking.cancel, slot.id, person("a"), 301, app(), NOW)
    assert again.id == first.id
    assert (await inside.read(looking.appointment, slot.id)).person == person("b")


async def test_a_hid_of_somebody_else_opens_nothing(inside: Database) -> None:
    (slot,) = await publish(inside, new(quota=Quota.REFERRAL))
    owner = PersonId(PersonIdType.NATIONAL_CODE, "9900000013")
    wish = HidWish(owner.key, "37", CENTRE)
    covered = Entitlement(Person(owner, "نمونه", "نمونه"))
    await inside.write(hids.issue, A_HID, wish, covered, NOW)
    with pytest.raises(HidRefused):
        await book(inside, slot.id, "9900000021", hid=A_HID, by=caller())
    over = NOW + ISSUED_FOR
    (later,) = await publish(inside, new(ISSUED_FOR.total_seconds() / 60 + 600, quota=Quota.REFERRAL))
    with pytest.raises(HidRefused):
        await book(inside, later.id, owner.value, hid=A_HID, by=caller(), now=over)
    assert isinstance(await book(inside, slot.id, owner.value, hid=A_HID, by=caller()), Appointment)


async def test_only_what_anybody_may_take_is_offered_and_to_whom_it_fits(inside: Database) -> None:
    special, plain, other = await publish(inside, new(600, quota=Quota.SPECIAL), new(620, "b"), new(640, "c"))
    await book(inside, special.id, "x", by=caller())
    await book(inside, plain.id, "y")
    await book(inside, other.id, "busy")
    for name, joined in (("busy", 1), ("free", 2)):
        await inside.write(waiting.join, place(name, joined), NOW)
    await inside.write(booking.cancel, special.id, person("x"), 301, caller(), NOW)
    assert (await inside.read(looking.slot, special.id)).held_for is None
    await inside.write(booking.cancel, plain.id, person("y"), 301, app(), NOW)
    assert (await inside.read(looking.slot, plain.id)).held_for == person("free")
    states = {name: (await inside.read(waiting.of_person, person(name)))[0].state for name in ("busy", "free")}
    assert states == {"busy": WaitingState.WAITING, "free": WaitingState.OFFERED}

    await inside.write(withdrawing.withdraw, plain.id, 304, caller(), NOW)
    assert (await inside.read(waiting.of_person, person("free")))[0].state == WaitingState.WAITING


async def test_what_is_published_goes_to_who_has_waited(inside: Database) -> None:
    for name, joined in (("second", 2), ("first", 1)):
        await inside.write(waiting.join, place(name, joined), NOW)
    slots = await publish(inside, *visits(3, first=600))
    assert await inside.write(waiting.match, new_id(), NOW) == 2
    assert await inside.write(waiting.match, new_id(), NOW) == 0
    held = [(await inside.read(looking.slot, slot.id)).held_for for slot in slots]
    assert held == [person("first"), person("second"), None]


async def test_who_is_equally_near_is_sorted_by_time_together(inside: Database) -> None:
    for number, minutes in enumerate((780, 900, 720, 840, 660)):
        where = agenda(f"Med_ID:90010{number}", latitude=35.7, longitude=51.4)
        await publish(inside, new(minutes), of=where)
    wanted = Wanted(from_=NOW, until=NOW + timedelta(days=2), specialty="171108")
    found = await inside.read(searching.near, wanted, 35.71, 51.4, 5000, NOW)
    times = [seen.slot.starts_at for seen in found]
    assert times == sorted(times)
    assert len(times) == 5


async def test_one_centre_with_few_hours_does_not_starve_the_others(inside: Database) -> None:
    await inside.write(rules.put, FacilityRules(facility=CENTRE, reminder_hours=1), "desk", NOW)
    slots = await publish(inside, *visits(4, first=300))
    for slot in slots:
        await book_with_mobile(inside, slot.id)
    far = await publish(inside, new(1200), of=agenda("Med_ID:900002", OTHER))
    await book_with_mobile(inside, far[0].id)
    assert await inside.write(reminding.remind, new_id(), NOW) == 1
    assert await inside.write(reminding.remind, new_id(), NOW) == 0
    assert await inside.write(reminding.remind, new_id(), NOW + timedelta(minutes=245)) == 1
    topics = await inside.read(_topics)
    assert topics["appointments.reminded"] == 2


async def book_with_mobile(inside: Database, slot: str) -> None:
    wanted = Booking(visitor=visitor(slot, mobile="09900000001"))
    await booking.book(inside, slot, wanted, app(), NOW - timedelta(hours=7))


def _topics(tx: Tx) -> dict[str, int]:
    column = outbox.messages.c.topic
    rows = tx.execute(select(column, func.count().label("many")).group_by(column))
    return {row.topic: row.many for row in rows}


async def test_capacity_stays_what_was_published(inside: Database) -> None:
    nameless = await publish(inside, new(60, seats=3))
    await inside.write(withdrawing.withdraw, nameless[0].id, 302, caller(), NOW)
    again = await publish(inside, new(60, seats=3))
    assert {slot.id for slot in again} == {slot.id for slot in nameless[1:]}
    named = await publish(inside, new(120, "B", seats=5))
    assert [slot.id for slot in await publish(inside, new(120, "B", seats=5))] == [slot.id for slot in named]
    for other in (new(120, "C", seats=5), new(120, "C"), new(125, "D", seats=2)):
        with pytest.raises(SlotsOverlap):
            await publish(inside, other)
    with pytest.raises(LocalIdTaken):
        await publish(inside, new(300, "L", seats=2), new(320, "L/2"))
    await inside.write(withdrawing.withdraw, named[0].id, 302, caller(), NOW)
    with pytest.raises(LocalIdTaken):
        await publish(inside, new(120, "B", seats=5))


async def test_a_hold_on_a_month_that_has_left_locks_nobody_out(db: Database) -> None:
    inside = db.within(1)
    (gone,) = await publish(inside, new())
    (to_come,) = await publish(inside, new(60 * 24 * 60))
    await inside.write(holding.hold, gone.id, person("a"), 5, NOW)
    later = NOW + timedelta(days=45)
    for part in await db.read(parting.past, later):
        await parting.let_go(db, part)
    assert (await inside.write(holding.hold, to_come.id, person("a"), 5, later)).held_for == person("a")
    assert await inside.write(holding.prune, later + timedelta(days=2)) == 1


async def test_as_many_are_offered_as_wait_whoever_cancels_at_once(inside: Database) -> None:
    slots = await publish(inside, *visits(8, first=600), of=agenda("Med_ID:900003"))
    for slot in slots:
        await book(inside, slot.id, f"has{slot.id}")
    for number in range(8):
        await inside.write(waiting.join, place(f"waits{number}", number), NOW)
    callers = [app() for _ in slots]
    await asyncio.gather(
        *(
            inside.write(booking.cancel, slot.id, person(f"has{slot.id}"), 301, by, NOW)
            for slot, by in zip(slots, callers, strict=True)
        )
    )
    await inside.write(waiting.match, new_id(), NOW)
    held = {(await inside.read(looking.slot, slot.id)).held_for for slot in slots}
    assert held == {person(f"waits{number}") for number in range(8)}


async def test_one_who_waits_does_not_slow_publishing(inside: Database) -> None:
    await inside.write(waiting.join, place("elsewhere", 1, facility=OTHER), NOW)
    begun = time.process_time()
    alone = await publish(inside, *[new(60 + 5 * number, f"n{number}") for number in range(0, 200, 2)])
    assert len(alone) == 100
    assert time.process_time() - begun < 2
    assert await inside.write(waiting.match, new_id(), NOW) == 0


async def test_a_hold_ends_when_it_was_said_to(inside: Database) -> None:
    (slot,) = await publish(inside, new(600))
    until = (await inside.write(holding.hold, slot.id, person("a"), 5, NOW)).held_until
    later = NOW + timedelta(minutes=4)
    assert (await inside.write(holding.hold, slot.id, person("a"), 30, later)).held_until == until
    await inside.write(holding.release, slot.id, person("a"), later)
    assert (await inside.write(holding.hold, slot.id, person("a"), 30, later)).held_until == until
    with pytest.raises(HoldNotYours):
        await inside.write(holding.release, slot.id, person("a"), later, "another")
    with pytest.raises(HoldNotYours):
        await inside.write(holding.hold, slot.id, person("a"), 5, later, "another")
    with pytest.raises(HoldAgain):
        await inside.write(holding.hold, slot.id, person("a"), 5, NOW + timedelta(minutes=6))


async def test_strangers_are_not_told_whose_slot_it_is(inside: Database) -> None:
    (slot,) = await publish(inside, new())
    await book(inside, slot.id, "a", by=app("one"))
    with pytest.raises(SlotTaken):
        await book(inside, slot.id, "a", by=app("two"))


async def test_what_is_over_is_neither_given_back_nor_withdrawn_by_the_range(inside: Database) -> None:
    slots = await publish(inside, *visits(2))
    for slot in slots:
        await book(inside, slot.id, f"p{slot.id}")
    over = slots[0].starts_at + timedelta(minutes=1)
    with pytest.raises(SlotOver):
        await inside.write(booking.cancel, slots[0].id, person(f"p{slots[0].id}"), 301, app(), over)
    until = NOW + timedelta(days=1)
    count, _ = await inside.write(withdrawing.withdraw_range, CENTRE, "", NOW, until, 302, caller(), over)
    assert count == 1
    assert (await inside.read(looking.slot, slots[0].id)).status == Status.TAKEN
