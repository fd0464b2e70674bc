"""Limits of a day: different things count, the same one does not, and nobody slips through between two looks."""

import asyncio
from datetime import timedelta

import pytest

from nabz.appointments.errors import TooManyBookings
from nabz.appointments.service import limiting
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
