"""Quotas under a rush, over several processes, and around midnight."""

import asyncio

import pytest

from nabz.gateway.errors import QuotaSpent, TooFast
from nabz.gateway.model import Package
from nabz.gateway.service.gate import Gate
from nabz.gateway.service.limits import Bucket
from nabz.kit.clock import FixedClock
from tests.gateway.conftest import CALLS, PID, House
from tests.gateway.customers import limit, rows, twin


def licence(per_day: int | None, per_second: int | None = None) -> Package:
    return Package(pid=PID, client="c1", service_id="nabz/gwecho", per_day=per_day, per_second=per_second)


async def rush(house: House, gates: list[Gate], package: Package, calls: int) -> int:
    """So many calls at once, dealt out to the gates; gives how many were let through."""

    async def one(gate: Gate) -> bool:
        try:
            await gate.count(package, "Echo", house.clock.now())
        except (QuotaSpent, TooFast):
            return False
        return True

    return sum(await asyncio.gather(*(one(gates[number % len(gates)]) for number in range(calls))))


async def used(house: House) -> int:
    return sum(row["used"] for row in await rows(house, "SELECT used FROM gateway_quota"))


@pytest.mark.parametrize("per_day", [1, 7, 150, 199, 5000])
async def test_a_rush_of_calls_never_passes_the_quota(house: House, per_day: int) -> None:
    async with twin(house) as second, twin(house) as third:
        gates = [house.gate, second.gate, third.gate]
        assert await rush(house, gates, licence(per_day), 200) == min(per_day, 200)
        if per_day < 200:
            assert await rush(house, gates, licence(per_day), 30) == 0
        for gate in gates:
            await gate.close()
        assert await used(house) == min(per_day, 200), "nothing is lost when unused leases are given back"
        house.clock.advance(1)
        rest = max(0, min(100, per_day - 200))
        assert await rush(house, gates, licence(per_day), 100) == rest


async def test_a_rush_in_one_process_does_not_lease_the_day_away_from_the_others(house: House) -> None:
    async with twin(house) as second:
        assert await rush(house, [house.gate], licence(10_000), 200) == 200
        assert await used(house) <= 500
        assert await rush(house, [second.gate], licence(10_000), 200) == 200


async def test_a_rush_of_real_calls_stops_at_the_quota(house: House) -> None:
    await limit(house, per_day=120)
    headers = await house.bearer()
    async with twin(house) as second:

        async def call(process: House) -> int:
            path = f"{CALLS}/nabz/gwecho/Echo"
            return (await process.client.post(path, content=b"{}", headers=headers)).status_code

        statuses = await asyncio.gather(*(call((house, second)[number % 2]) for number in range(200)))
    assert (statuses.count(200), statuses.count(429)) == (120, 80)


async def test_a_quota_that_was_lowered_counts_at_once_and_gives_back_what_was_leased(house: House) -> None:
    assert await rush(house, [house.gate], licence(10_000), 50) == 50
    assert await used(house) > 50
    assert await rush(house, [house.gate], licence(60), 100) == 10
    assert await rush(house, [house.gate], licence(70), 100) == 10
    await house.gate.close()
    assert await used(house) == 70


async def test_around_midnight_no_call_of_either_day_is_lost(house: House) -> None:
    house.clock.advance(14 * 3600 - 1)
    yesterday = house.clock.now()
    house.clock.advance(1)
    today = house.clock.now()
    for number in range(60):  # calls that began before midnight come between those of the new day
        await house.gate.count(licence(1000), "Echo", yesterday if number % 2 else today)
    await house.gate.close()
    found = await rows(house, "SELECT day, used FROM gateway_quota ORDER BY day")
    assert found == [{"day": "2026-11-22", "used": 30}, {"day": "2026-11-23", "used": 30}]


async def test_what_is_spent_is_asked_again_after_a_second(house: House) -> None:
    async with twin(house) as second:
        assert await rush(house, [second.gate], licence(300), 1) == 1
        spent = await rush(house, [house.gate], licence(300), 400)
        assert await rush(house, [house.gate], licence(300), 5) == 0
        await second.gate.close()
        house.clock.advance(1)
        assert spent + 1 + await rush(house, [house.gate], licence(300), 100) == 300


async def test_a_burst_is_let_through_once_however_many_come_at_once(house: House) -> None:
    assert await rush(house, [house.gate], licence(None, 25), 200) == 25
    house.clock.advance(0.5)
    assert await rush(house, [house.gate], licence(None, 25), 200) == 12


async def test_every_process_lets_the_whole_burst_through(house: House) -> None:
    """A client on one connection meets one process: it must never be held below what it was granted."""
    async with twin(house, workers=4) as first, twin(house, workers=4) as second:
        assert await rush(house, [first.gate], licence(None, 40), 200) == 40
        assert await rush(house, [second.gate], licence(None, 40), 200) == 40


def test_calls_out_of_their_order_gain_nothing(clock: FixedClock) -> None:
    earlier = clock.now()
    clock.advance(5)
    later = clock.now()
    bucket = Bucket(1)
    passed = 0
    for number in range(20):
        try:
            bucket.take(later if number % 2 else earlier)
        except TooFast:
            continue
        passed += 1
    assert passed == 2, "the first of all, and one for the five seconds"
