"""The last box is given once, however many pharmacies ask for it at the same moment."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from random import Random

from nabz.prescriptions.errors.dispensing import BarcodeUsed, MoreThanRemains, NothingRemains
from nabz.prescriptions.model import DeliveryState
from nabz.prescriptions.model.barcodes import Batch
from nabz.prescriptions.model.dispensing import Request
from nabz.prescriptions.service import barcodes, deliveries, reading
from nabz.prescriptions.service.dispensing import delivering, taking_back
from nabz.prescriptions.service.dispensing.dispensary import Dispensary
from tests.appointments.racing_service import Stores, opened
from tests.prescriptions.counter import NOW, PHARMACIES, TODAY, ask, caller, dispensary, furnish, put
from tests.services import Engine

STORES, ROUNDS, AT_ONCE = 3, 200, 4


async def races(stores: Stores, rounds: int, random: Random) -> Counter[str]:
    """Race so many times for last boxes, some at once; the long trial asks for 10,000."""
    told: Counter[str] = Counter()
    counters = [dispensary(stores[number]) for number in range(stores.count)]
    for begun in range(0, rounds, AT_ONCE):
        some = [_race(counters, random) for _ in range(min(AT_ONCE, rounds - begun))]
        for one in await asyncio.gather(*some):
            told += one
    return told


async def _race(counters: list[Dispensary], random: Random) -> Counter[str]:
    """Let pharmacies ask for more boxes than are left, and somebody give a box back meanwhile."""
    boxes = random.choice([1, 1, 1, 2, 3])
    one = await put(counters[0].db, ("00077", boxes))
    asks = [(random.choice(counters), PHARMACIES[number % 2], random.randint(1, boxes)) for number in range(boxes + 2)]
    # All at one moment; each at a price of its own, as otherwise a pharmacy's second box would be its first told again.
    tries = [_try(at, ask(one, count, centre=centre, asked=30_000 + n)) for n, (at, centre, count) in enumerate(asks)]
    answers = await asyncio.gather(*tries)
    left = await counters[0].db.read(reading.by_id, one.id)
    given = await counters[0].db.read(deliveries.of_prescription, one.id)
    standing = sum(line.quantity for each in given if each.state is DeliveryState.REGISTERED for line in each.lines)
    assert standing == boxes - left.items[0].remaining, (boxes, answers)
    assert standing == sum(answers) <= boxes
    if boxes == 1:
        assert sorted(answers) == [0, 0, 1]
    return Counter(rounds=1, given=standing, refused=sum(not each for each in answers))


async def _try(at: Dispensary, request: Request) -> int:
    """Ask for boxes and tell how many were had."""
    try:
        made = await delivering.deliver(at, request, caller(), NOW)
    except (NothingRemains, MoreThanRemains):
        return 0
    return sum(line.quantity for line in made.delivery.lines)


def test_two_pharmacies_never_give_one_box_too_many(db_url: str, engine: Engine) -> None:
    seed = random.randrange(2**32)
    with opened(db_url, engine, STORES) as stores:
        stores.run(furnish(stores[0]))
        told = stores.run(races(stores, ROUNDS, Random(seed)), seconds=600)
    assert told["rounds"] == ROUNDS, f"seed {seed}"
    assert told["given"] >= ROUNDS
    assert told["refused"] >= ROUNDS, f"seed {seed}"


async def _the_same(counters: list[Dispensary]) -> None:
    one = await put(counters[0].db, ("00077", 6), ("05951", 6))
    for key in ("", "a key"):
        tries = [delivering.deliver(at, ask(one, 2, 1), caller(), NOW, key) for at in counters * 3]
        made = await asyncio.gather(*tries)
        assert len({each.delivery.id for each in made}) == 1
        assert [each.again for each in made].count(False) == 1
    tries_back = [taking_back.take_back(at, PHARMACIES[0], made[0].delivery.id, caller(), NOW) for at in counters * 2]
    assert {each.delivery.state for each in await asyncio.gather(*tries_back)} == {DeliveryState.REMOVED}
    left = await counters[0].db.read(reading.by_id, one.id)
    assert [item.remaining for item in left.items] == [4, 5]


async def _packages(counters: list[Dispensary]) -> None:
    """One package, two prescriptions, two pharmacies."""
    for number in range(10):
        code = f"{number:020}"
        batch = Batch(drug="00094", number=f"b{number}", codes=(code,))
        await counters[0].db.write(barcodes.register, batch, caller(), NOW, TODAY)
        ones = [await put(counters[0].db, ("00094", 1)) for _ in counters]
        asks = [ask(one, 1, centre=PHARMACIES[place % 2], barcodes=(code,)) for place, one in enumerate(ones)]
        made = await asyncio.gather(*(_given(at, each) for at, each in zip(counters, asks, strict=True)))
        assert made.count(True) == 1
        assert (await counters[0].db.read(barcodes.show, code)).delivery is not None


async def _given(at: Dispensary, request: Request) -> bool:
    try:
        await delivering.deliver(at, request, caller(), NOW)
    except BarcodeUsed:
        return False
    return True


def test_the_same_call_at_one_moment_is_one_delivery_and_a_package_is_given_once(db_url: str, engine: Engine) -> None:
    with opened(db_url, engine, STORES) as stores:
        stores.run(furnish(stores[0]))
        counters = [dispensary(stores[number]) for number in range(STORES)]
        stores.run(_the_same(counters), seconds=120)
        stores.run(_packages(counters), seconds=120)
