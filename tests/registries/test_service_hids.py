"""Entitlement ids: issued once for a visit, reserved, updated, used, eliminated, expired."""

from datetime import timedelta

import msgspec
import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.errors import Busy, Problem
from nabz.registries.errors import (
    HidEliminated,
    HidExpired,
    HidNotIssued,
    HidNotReserved,
    HidUsed,
    NotCovered,
    PersonDead,
    UnknownHid,
)
from nabz.registries.model import ISSUED_FOR, RESERVED_FOR, Entitlement, HidState, HidStatus, HidWish
from nabz.registries.service import hids
from tests.registries.making import ALI, COVERED, FACILITY, OTHER_FACILITY, PERSON, WISH

OTHER = "BAFIA_ID:9900009"


class Counter:
    """The counter of a clinic: asks for HIDs as the operations do."""

    def __init__(self, db: Database, clock: FixedClock) -> None:
        self.db = db
        self.clock = clock

    async def issue(self, hid: str = "1AAAAAAAA1", wish: HidWish = WISH, of: Entitlement = COVERED) -> HidState:
        return await self.db.write(hids.issue, hid, wish, of, self.clock.now())

    async def reserve(self, *numbers: str, insurer: str = "1") -> list[HidState]:
        return await self.db.write(hids.reserve, numbers, insurer, FACILITY, self.clock.now())

    async def update(self, hid: str, wish: HidWish = WISH, of: Entitlement = COVERED) -> None:
        await self.db.write(hids.update, hid, wish, of, self.clock.now())

    async def eliminate(self, hid: str, person: str = ALI.key, facility: str = FACILITY) -> None:
        await self.db.write(hids.eliminate, hid, person, facility, "1", self.clock.now())

    async def use(self, hid: str, used_for: str = "a1") -> HidState:
        return await self.db.write(hids.use, hid, ALI, used_for, self.clock.now())

    async def state(self, hid: str) -> HidState:
        found = await self.db.read(hids.state, hid)
        assert found is not None
        return found


@pytest.fixture
def counter(sandbox: Database, clock: FixedClock) -> Counter:
    return Counter(sandbox, clock)


async def test_a_visit_gets_one_entitlement_id_however_often_it_is_asked_for(counter: Counter) -> None:
    first = await counter.issue("1AAAAAAAA1")
    assert (first.state, first.person, first.insurer) == (HidStatus.ISSUED, ALI.key, "1")
    assert first.expires_at == counter.clock.now() + ISSUED_FOR
    assert await counter.issue("1AAAAAAAA2") == first
    other = await counter.issue("1AAAAAAAA3", msgspec.structs.replace(WISH, provider="Med_ID:5"))
    assert other.hid == "1AAAAAAAA3"
    counter.clock.advance(86400)
    assert (await counter.issue("1AAAAAAAA4")).hid == "1AAAAAAAA4", "another day is another visit"
    assert await counter.db.read(hids.state, "1AAAAAAAA2") is None


async def test_a_number_that_is_taken_is_not_given_again(counter: Counter) -> None:
    await counter.issue("1AAAAAAAA1")
    with pytest.raises(Busy):
        await counter.issue("1AAAAAAAA1", msgspec.structs.replace(WISH, provider="Med_ID:5"))
    with pytest.raises(Busy):
        await counter.reserve("1AAAAAAAA9", "1AAAAAAAA1")
    assert await counter.db.read(hids.state, "1AAAAAAAA9") is None, "all or nothing"


async def test_only_who_is_covered_gets_an_entitlement_id_of_an_insurer(counter: Counter) -> None:
    with pytest.raises(NotCovered):
        await counter.issue(wish=msgspec.structs.replace(WISH, insurer="2"))
    with pytest.raises(NotCovered):
        await counter.issue(of=Entitlement(PERSON))
    with pytest.raises(PersonDead):
        await counter.issue(of=msgspec.structs.replace(COVERED, person=msgspec.structs.replace(PERSON, alive=False)))
    free = hids.settled(msgspec.structs.replace(WISH, insurer=""), Entitlement(PERSON))
    assert (await counter.issue("3700000001", free, Entitlement(PERSON))).insurer == "37"
    assert hids.settled(msgspec.structs.replace(WISH, insurer=""), COVERED).insurer == "1"
    assert hids.settled(WISH, Entitlement(PERSON)) == WISH


async def test_a_reserved_entitlement_id_is_updated_once(counter: Counter) -> None:
    (reserved,) = await counter.reserve("1AAAAAAAA1")
    assert (reserved.state, reserved.person) == (HidStatus.RESERVED, "")
    assert reserved.expires_at == counter.clock.now() + RESERVED_FOR
    with pytest.raises(HidNotIssued):
        await counter.use("1AAAAAAAA1")
    counter.clock.advance(3600)
    await counter.update("1AAAAAAAA1")
    updated = await counter.state("1AAAAAAAA1")
    assert (updated.state, updated.person) == (HidStatus.ISSUED, ALI.key)
    assert updated.expires_at == counter.clock.now() + ISSUED_FOR
    with pytest.raises(HidNotReserved, match="reserved"):
        await counter.update("1AAAAAAAA1")
    await counter.issue("1AAAAAAAA2")
    with pytest.raises(HidNotReserved):
        await counter.update("1AAAAAAAA2")


@pytest.mark.parametrize(
    ("change", "of", "problem"),
    [
        ({"facility": OTHER_FACILITY}, COVERED, UnknownHid),
        ({"insurer": "2"}, COVERED, UnknownHid),
        ({}, Entitlement(PERSON), NotCovered),
    ],
)
async def test_a_reserved_entitlement_id_is_updated_only_rightly(
    counter: Counter, change: dict[str, str], of: Entitlement, problem: type[Problem]
) -> None:
    await counter.reserve("1AAAAAAAA1")
    with pytest.raises(problem):
        await counter.update("1AAAAAAAA1", msgspec.structs.replace(WISH, **change), of)
    with pytest.raises(UnknownHid):
        await counter.update("1AAAAAAAA9")
    counter.clock.advance(RESERVED_FOR.total_seconds())
    with pytest.raises(HidExpired):
        await counter.update("1AAAAAAAA1")


async def test_an_entitlement_id_is_eliminated_once_and_only_by_its_facility(counter: Counter) -> None:
    await counter.issue("1AAAAAAAA1")
    for person, facility in ((OTHER, FACILITY), (ALI.key, OTHER_FACILITY)):
        with pytest.raises(UnknownHid):
            await counter.eliminate("1AAAAAAAA1", person, facility)
    await counter.eliminate("1AAAAAAAA1")
    gone = await counter.state("1AAAAAAAA1")
    assert (gone.state, gone.reason) == (HidStatus.ELIMINATED, "1")
    with pytest.raises(HidEliminated) as again:
        await counter.eliminate("1AAAAAAAA1")
    assert "قبلا" in again.value.text_fa
    with pytest.raises(HidEliminated):
        await counter.use("1AAAAAAAA1")
    assert (await counter.issue("1AAAAAAAA2")).hid == "1AAAAAAAA2", "the visit may have another now"
    await counter.reserve("1AAAAAAAA3")
    await counter.eliminate("1AAAAAAAA3")
    with pytest.raises(HidEliminated):
        await counter.update("1AAAAAAAA3")


async def test_an_entitlement_id_is_used_for_one_thing(counter: Counter) -> None:
    await counter.issue("1AAAAAAAA1")
    used = await counter.use("1AAAAAAAA1", "a1")
    assert (used.state, used.used_for) == (HidStatus.USED, "a1")
    assert await counter.use("1AAAAAAAA1", "a1") == used
    for work in (counter.use("1AAAAAAAA1", "a2"), counter.eliminate("1AAAAAAAA1")):
        with pytest.raises(HidUsed):
            await work
    await counter.db.write(hids.release, "1AAAAAAAA1", "a2", counter.clock.now())
    assert (await counter.state("1AAAAAAAA1")).state is HidStatus.USED
    await counter.issue("1AAAAAAAA2")
    await counter.db.write(hids.release, "1AAAAAAAA1", "a1", counter.clock.now())
    assert (await counter.use("1AAAAAAAA1", "a2")).used_for == "a2"


async def test_an_entitlement_id_that_has_expired_serves_nobody(counter: Counter) -> None:
    issued = await counter.issue("1AAAAAAAA1")
    counter.clock.advance((ISSUED_FOR - timedelta(seconds=1)).total_seconds())
    assert not issued.has_expired(counter.clock.now())
    counter.clock.advance(1)
    assert issued.has_expired(counter.clock.now())
    with pytest.raises(HidExpired):
        await counter.use("1AAAAAAAA1")
    assert await counter.db.read(hids.verify, "1AAAAAAAA1", ALI.key) == issued
    with pytest.raises(UnknownHid):
        await counter.db.read(hids.verify, "1AAAAAAAA1", OTHER)
