"""Limits of a day: different things count, the same one does not, and nobody slips through between two looks."""

import asyncio
from datetime import timedelta

import pytest

from nabz.appointments.errors import TooManyBookings
from nabz.appointments.errors.citizens import TooManyPlaces
from nabz.appointments.model import Waiting
from nabz.appointments.service import limiting, queueing
from nabz.appointments.service.limiting import Allowance
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring

KEYS = Keyring(b"test-only-key" * 5)


async def test_of_many_at_once_exactly_so_many_are_let_through(db: Database, clock: FixedClock) -> None:
    most = {"mobile": 5, "address": 7}

    async def ask(thing: int) -> bool:
        try:
            await db.write(limiting.take, KEYS, most, str(thing), clock.now())
        except TooManyBookings:
            return False
        return True

    assert sum(await asyncio.gather(*(ask(thing) for thing in range(20)))) == 5
    others = {"another mobile": 5, "address": 7}
    assert set(await db.write(limiting.take, KEYS, others, "a", clock.now())) == set(others)
    await db.write(limiting.take, KEYS, others, "b", clock.now())
    with pytest.raises(TooManyBookings):
        await db.write(limiting.take, KEYS, others, "c", clock.now())


async def test_the_same_thing_counts_once_and_a_refused_one_not_at_all(db: Database, clock: FixedClock) -> None:
    most = {"mobile": 1}
    assert await db.write(limiting.take, KEYS, most, "slot", clock.now()) == ["mobile"]
    assert await db.write(limiting.take, KEYS, most, "slot", clock.now()) == []
    await db.write(limiting.give_back, KEYS, ["mobile"], "slot", clock.now())
    assert await db.write(limiting.take, KEYS, most, "other", clock.now()) == ["mobile"]
    clock.advance(timedelta(days=1).total_seconds())
    assert await db.write(limiting.take, KEYS, most, "third", clock.now()) == ["mobile"]
    assert await db.write(limiting.prune, clock.now() + timedelta(days=2)) == 1


async def test_of_many_at_once_a_mobile_gets_five_places_in_waiting_lists(db: Database, clock: FixedClock) -> None:
    async def join(number: int) -> bool:
        one = Waiting(
            id=f"w{number}",
            person=f"National_Code:{number}",
            first_name="آوا",
            last_name="احمدی",
            mobile="09120000001",
            specialty="171108",
            provider="",
            facility="",
            service="",
            from_=clock.now(),
            until=clock.now() + timedelta(days=7),
            joined_at=clock.now(),
        )
        # On both sides of midnight, since each day has a row of its own.
        now = clock.now() + timedelta(days=number % 2)
        try:
            await db.write(queueing.join, KEYS, one, f"192.0.2.{number}", now)
        except TooManyPlaces:
            return False
        return True

    assert sum(await asyncio.gather(*(join(number) for number in range(12)))) == queueing.MOST_OF_MOBILE


async def test_what_lasts_counts_at_one_time_and_when_it_is_over_for_the_day(db: Database, clock: FixedClock) -> None:
    most = {"mobile": Allowance(at_once=2, a_day=5)}

    async def begin(who: str, thing: str) -> bool:
        return await db.write(limiting.begin, KEYS, most, who, thing, clock.now() + timedelta(minutes=10), clock.now())

    assert sum(await asyncio.gather(*(begin(str(who), "slot") for who in range(6)))) == 2
    clock.advance(601)
    assert [await begin("a", "1"), await begin("a", "1"), await begin("b", "1")] == [True, True, True]
    assert [await begin("c", "1"), await begin("a", "2")] == [False, True]  # in the place of the other
    await db.write(limiting.end, KEYS, most, "a", clock.now())
    assert [await begin("b", "1"), await begin("c", "1")] == [True, False]  # five have been counted today
