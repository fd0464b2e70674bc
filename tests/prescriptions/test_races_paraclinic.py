"""Two paraclinic centres, two screens of one centre: whatever they do at the same moment, it happens once."""

from __future__ import annotations

import asyncio
import random
from itertools import count
from random import Random
from typing import Any

from nabz.kit import audit
from nabz.kit.db import Database, Tx
from nabz.kit.errors import Problem
from nabz.prescriptions.errors.paraclinic import MoreThanLeft, NotActive, NotRegistered, ResultOut
from nabz.prescriptions.errors.results import FilesTooLarge, ResultCorrected
from nabz.prescriptions.model import DeliveryState, Item, Kind, Prescription
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.results import MOST_FILE, FileSent, Result, ResultState, Sent
from nabz.prescriptions.service import deliveries, paraclinic, reading, results
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.numbering import Numbers
from tests.appointments.racing_service import Stores, opened
from tests.prescriptions.counter import NOW, caller, furnish, put
from tests.services import Engine

STORES, ROUNDS, AT_ONCE = 3, 32, 4
HERE, THERE = "0000007303", "0000007304"
BLOOD, KNEE = ("02", "807005-275"), ("13", "901645-403")
_NUMBERS = count(900_000_001)


def wards(stores: Stores) -> list[paraclinic.Ward]:
    """One ward for each process."""
    return [paraclinic.Ward(stores[number], Numbers(), Catalogue()) for number in range(stores.count)]


async def written(db: Database, service: tuple[str, str], quantity: int) -> Prescription:
    """Write a prescription of one service."""
    item = Item(next(_NUMBERS), *service, service[1], quantity, quantity)
    return await put(db, kind=Kind.PARACLINIC, items=(item,))


def asking(one: Prescription, quantity: int, centre: str = HERE, price: int = 0) -> paraclinic.Asked:
    """Ask for so many of it."""
    lines = (rules.Wanted(one.items[0].code, quantity, price),)
    return paraclinic.Asked(
        centre=centre, prescription=one.id, lines=lines, type=one.items[0].type, patient=one.patient_code
    )


async def _tried(work: Any, *expected: type[Problem]) -> Any:
    """Give what was done, or the problem that says why not."""
    try:
        return await work
    except expected as problem:
        return problem


def good(answers: list[Any]) -> list[Any]:
    """Leave out the refusals."""
    return [each for each in answers if not isinstance(each, Problem)]


async def _race(all_wards: list[paraclinic.Ward], random: Random) -> int:
    """Let both centres ask for more than is left."""
    whole = random.choice([1, 1, 2, 3])
    one = await written(all_wards[0].db, BLOOD, whole)
    asks = [
        (random.choice(all_wards), asking(one, random.randint(1, whole), (HERE, THERE)[place % 2], 300_000 + place))
        for place in range(whole + 3)
    ]
    # Each at a price of its own, as otherwise a centre's second call would be its first one told again.
    answers = await asyncio.gather(
        *(_tried(paraclinic.accept(ward, asked, caller(), NOW), MoreThanLeft, NotActive) for ward, asked in asks)
    )
    left = await all_wards[0].db.read(reading.by_id, one.id)
    given = await all_wards[0].db.read(deliveries.of_prescription, one.id)
    standing = sum(line.quantity for each in given for line in each.lines)
    assert standing == whole - left.items[0].remaining <= whole
    assert len(given) == len(good(answers))
    return standing


def test_two_centres_never_accept_one_service_too_many(db_url: str, engine: Engine) -> None:
    """Whoever is late is told how many are left."""
    seed = random.randrange(2**32)
    source = Random(seed)

    async def all_rounds(all_wards: list[paraclinic.Ward]) -> int:
        given = 0
        for _ in range(0, ROUNDS, AT_ONCE):
            given += sum(await asyncio.gather(*(_race(all_wards, source) for _ in range(AT_ONCE))))
        return given

    with opened(db_url, engine, STORES) as stores:
        stores.run(furnish(stores[0]))
        assert stores.run(all_rounds(wards(stores)), seconds=300) >= ROUNDS, f"seed {seed}"


async def _accepted(ward: paraclinic.Ward, service: tuple[str, str] = BLOOD, quantity: int = 1) -> int:
    one = await written(ward.db, service, quantity)
    made = await paraclinic.accept(ward, asking(one, quantity), caller(), NOW)
    assert made.delivery is not None
    return made.delivery.id


async def _drafted(ward: paraclinic.Ward, delivery: int) -> Result:
    return await results.draft(ward.db, HERE, delivery, Sent(text="طبیعی"), caller(), NOW)


async def _same_call(all_wards: list[paraclinic.Ward]) -> None:
    """The same content, and the same key, from several processes at once."""
    one = await written(all_wards[0].db, BLOOD, 4)
    for key in (None, "a key"):
        tries = [paraclinic.accept(ward, asking(one, 1), caller(), NOW, key) for ward in all_wards * 3]
        made = await asyncio.gather(*tries)
        assert len({each.delivery.id for each in made if each.delivery is not None}) == 1
        assert [each.again for each in made].count(False) == 1
    delivery = await _accepted(all_wards[0], KNEE, 3)
    held = await asyncio.gather(
        *(paraclinic.hold_session(ward.db, HERE, delivery, (), caller(), NOW) for ward in all_wards * 3)
    )
    assert {len(each.delivery.sessions) for each in held if each.delivery is not None} == {1}


async def _out_or_gone(all_wards: list[paraclinic.Ward]) -> None:
    """A result is released, or its delivery is taken back; never both."""
    for turn in range(6):
        delivery = await _accepted(all_wards[0])
        draft = await _drafted(all_wards[0], delivery)
        deeds = [
            _tried(results.release(all_wards[turn % STORES].db, HERE, draft.id, caller(), NOW), NotRegistered),
            _tried(paraclinic.take_back(all_wards[1].db, HERE, delivery, caller(), NOW), ResultOut),
        ]
        answers = await asyncio.gather(*deeds[:: 1 if turn % 2 else -1])
        assert len(good(answers)) == 1
        made = await all_wards[0].db.read(deliveries.by_id, delivery)
        (result,) = await all_wards[0].db.read(results.of_delivery, delivery)
        assert (made.state is DeliveryState.REMOVED) == (result.state is ResultState.DRAFT)


async def _releases(all_wards: list[paraclinic.Ward]) -> None:
    """One draft on two screens, then two corrections of it."""
    delivery = await _accepted(all_wards[0])
    draft = await _drafted(all_wards[0], delivery)
    released = await asyncio.gather(
        *(results.release(ward.db, HERE, draft.id, caller(), NOW) for ward in all_wards * 2)
    )
    assert {each.state for each in released} == {ResultState.RELEASED}

    def releases(tx: Tx) -> int:
        lines = audit.history(tx, str(draft.prescription))
        return sum(line.action == "prescriptions.result-released" for line in lines)

    assert await all_wards[0].db.read(releases) == 1
    corrections = [
        await results.correct(all_wards[0].db, HERE, draft.id, Sent(text=text), "اشتباه", caller(), NOW)
        for text in ("یک", "دو")
    ]
    answers = await asyncio.gather(
        *(
            _tried(results.release(ward.db, HERE, each.id, caller(), NOW), ResultCorrected)
            for ward, each in zip(all_wards, corrections, strict=False)
        )
    )
    (winner,) = good(answers)
    old = next(each for each in await all_wards[0].db.read(results.of_delivery, delivery) if each.id == draft.id)
    assert (old.state, old.replaced_by, old.text) == (ResultState.REPLACED, winner.id, "طبیعی")


async def _room(all_wards: list[paraclinic.Ward]) -> None:
    """Five files of nearly 10 MB at once: four have room."""
    delivery = await _accepted(all_wards[0])
    body = b"%PDF-1.4\n" + bytes(MOST_FILE - 100) + b"\nstartxref\n0\n%%EOF"
    sent = Sent(files=(FileSent("a.pdf", body),))
    tries = [
        _tried(results.draft(all_wards[number % STORES].db, HERE, delivery, sent, caller(), NOW), FilesTooLarge)
        for number in range(5)
    ]
    assert len(good(await asyncio.gather(*tries))) == 4


def test_a_call_a_release_a_correction_and_the_last_room_are_had_once(db_url: str, engine: Engine) -> None:
    """The same call is one delivery, a release excludes a take-back, and files never pass their limit."""
    with opened(db_url, engine, STORES) as stores:
        stores.run(furnish(stores[0]))
        all_wards = wards(stores)
        for deed in (_same_call, _out_or_gone, _releases, _room):
            stores.run(deed(all_wards), seconds=120)
