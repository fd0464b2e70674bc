"""Real concurrency: one entitlement id for a visit, one elimination, one use, one row for a person."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.errors import Busy, Problem
from nabz.registries.errors import HidEliminated, HidNotReserved, HidUsed
from nabz.registries.model import HidState, HidStatus, made_hid
from nabz.registries.service import covers, hids, people
from tests.registries.making import ALI, COVERED, FACILITY, MORE, PERSON, TAMIN, WISH

ROUNDS = 8
MANY = 8


async def at_once(works: Iterable[Awaitable[object]]) -> list[object]:
    """Everybody's answer, or the kind of expected failure; what is none is raised."""
    found = await asyncio.gather(*works, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, Problem):
            raise each
    return [type(each) if isinstance(each, Problem) else each for each in found]


async def test_many_at_one_instant_get_one_entitlement_id_for_a_visit(sandbox: Database, clock: FixedClock) -> None:
    for turn in range(ROUNDS):
        clock.advance(86400)
        now = clock.now()
        numbers = [made_hid("1", turn * MANY + place) for place in range(MANY)]
        found = await at_once(sandbox.write(hids.issue, hid, WISH, COVERED, now) for hid in numbers)
        issued = {each.hid for each in found if isinstance(each, HidState)}
        assert len(issued) == 1, found
        assert set(found) - {Busy} == {each for each in found if isinstance(each, HidState)}
        kept = [await sandbox.read(hids.state, hid) for hid in numbers]
        assert sum(each is not None for each in kept) == 1


async def test_one_of_many_eliminations_at_one_instant_counts(sandbox: Database, clock: FixedClock) -> None:
    for turn in range(ROUNDS):
        clock.advance(86400)
        hid = (await sandbox.write(hids.issue, made_hid("1", turn), WISH, COVERED, clock.now())).hid
        works = (sandbox.write(hids.eliminate, hid, ALI.key, FACILITY, "1", clock.now()) for _ in range(MANY))
        assert Counter(await at_once(works)) == {None: 1, HidEliminated: MANY - 1}


async def test_an_entitlement_id_is_either_used_or_eliminated(sandbox: Database, clock: FixedClock) -> None:
    for turn in range(ROUNDS):
        clock.advance(86400)
        hid = (await sandbox.write(hids.issue, made_hid("1", turn), WISH, COVERED, clock.now())).hid
        uses = [sandbox.write(hids.use, hid, ALI, f"a{place}", clock.now()) for place in range(MANY // 2)]
        ends = [sandbox.write(hids.eliminate, hid, ALI.key, FACILITY, "1", clock.now()) for _ in range(MANY // 2)]
        found = await at_once([*uses, *ends])
        winners = [each for each in found if not isinstance(each, type)]
        assert len(winners) == 1, found
        assert {each for each in found if isinstance(each, type)} <= {HidUsed, HidEliminated}
        there = await sandbox.read(hids.state, hid)
        assert there is not None
        assert there.state is (HidStatus.USED if winners[0] is not None else HidStatus.ELIMINATED)


async def test_a_reserved_entitlement_id_goes_to_one_of_many(sandbox: Database, clock: FixedClock) -> None:
    for turn in range(ROUNDS):
        hid = made_hid("1", turn)
        await sandbox.write(hids.reserve, [hid], "1", FACILITY, clock.now())
        works = (sandbox.write(hids.update, hid, WISH, COVERED, clock.now()) for _ in range(MANY))
        assert Counter(await at_once(works)) == {None: 1, HidNotReserved: MANY - 1}


async def test_a_person_put_by_many_at_one_instant_is_one(sandbox: Database, clock: FixedClock) -> None:
    for _ in range(ROUNDS):
        await at_once(sandbox.write(people.put, PERSON, clock.now()) for _ in range(MANY))
        works = [sandbox.write(covers.replace, ALI, [TAMIN, MORE], clock.now()) for _ in range(MANY)]
        assert set(await at_once(works)) <= {None, Busy}
    assert await sandbox.read(people.find, ALI) == PERSON
    assert await sandbox.read(covers.of, ALI, clock.now()) == [TAMIN, MORE]
