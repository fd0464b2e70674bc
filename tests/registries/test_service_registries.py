"""People, covers, practitioners and facilities in a real store; nothing is seen from another data set."""

from datetime import timedelta

import msgspec
import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.jalali import DateWrong
from nabz.registries import seed
from nabz.registries.errors import BadMobile
from nabz.registries.model import Facility, Person, PersonId, PersonIdType, ProviderId, ProviderIdType
from nabz.registries.service import covers, facilities, people, practitioners
from tests.registries.making import ALI, COVERED, FACILITY, MORE, PERSON, PHYSICIAN, TAMIN, fill

KEYS = Keyring(b"test-only-key" * 5)


async def test_what_was_put_is_found_in_its_data_set_alone(
    whole: Database, sandbox: Database, clock: FixedClock
) -> None:
    await fill(sandbox, clock.now())
    assert await sandbox.read(people.find, ALI) == PERSON
    assert await sandbox.read(practitioners.find, PHYSICIAN.id) == PHYSICIAN
    assert await sandbox.read(covers.entitlement, ALI, clock.now()) == msgspec.structs.replace(
        COVERED, covers=(TAMIN, MORE)
    )
    elsewhere = whole.within(999)
    assert await elsewhere.read(people.find, ALI) is None
    assert await elsewhere.read(practitioners.search, "تست") == []
    assert await elsewhere.read(covers.of, ALI, clock.now()) == []


async def test_a_person_who_is_put_again_is_changed(sandbox: Database, clock: FixedClock) -> None:
    await fill(sandbox, clock.now())
    moved = msgspec.structs.replace(PERSON, mobile="09900000002", alive=False)
    assert await sandbox.write(people.put, moved, clock.now()) == moved
    assert await sandbox.read(people.find, ALI) == moved
    with pytest.raises(BadMobile):
        await sandbox.write(people.put, msgspec.structs.replace(PERSON, mobile="1"), clock.now())
    assert await sandbox.read(people.find, ALI) == moved
    assert await sandbox.read(covers.entitlement, ALI, clock.now()) == msgspec.structs.replace(
        COVERED, person=moved, covers=()
    ), "nobody insures the dead"


async def test_a_cover_counts_to_the_end_of_its_last_day(sandbox: Database, clock: FixedClock) -> None:
    today = msgspec.structs.replace(TAMIN, expires="14050901")
    await fill(sandbox, clock.now(), of=(MORE, today))
    assert await sandbox.read(covers.of, ALI, clock.now()) == [today, MORE], "the basic one first"
    clock.advance(86400)
    assert await sandbox.read(covers.of, ALI, clock.now()) == [MORE]
    with pytest.raises(DateWrong):
        await sandbox.write(covers.replace, ALI, [msgspec.structs.replace(TAMIN, expires="14051301")], clock.now())
    await sandbox.write(covers.replace, ALI, [], clock.now())
    assert await sandbox.read(covers.of, ALI, clock.now()) == []


async def test_children_are_found_by_either_parent(sandbox: Database, clock: FixedClock) -> None:
    def child(number: str, birth: str, father: str = "", mother: str = "") -> Person:
        id_ = PersonId(PersonIdType.BAFIA, number)
        return Person(id_, "آیدا", "تستی", birth=birth, father=father, mother=mother)

    both = child("9900001", "13950101", father=ALI.key, mother="BAFIA_ID:9900009")
    one = child("9900002", "13900101", mother=ALI.key)
    await sandbox.write(people.put_all, [both, one, child("9900003", "13900101")], clock.now())
    assert await sandbox.read(people.children, ALI) == [one, both]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("تست پزشک", 1),
        ("ارتوپد\u064a", 1),
        ("1234", 1),
        ("۱۲۳۴", 1),
        ("تست قلب", 0),
        ("%", 0),
        ("_", 0),
        ("\\", 0),
        ("", 0),
        ("\0", 0),
        ("ت" * 100_000, 0),
    ],
)
async def test_practitioners_are_found_by_their_words(
    sandbox: Database, clock: FixedClock, text: str, found: int
) -> None:
    gone = msgspec.structs.replace(PHYSICIAN, id=ProviderId(ProviderIdType.MED, "12345"), active=False)
    await fill(sandbox, clock.now())
    await sandbox.write(practitioners.put, gone, clock.now())
    assert len(await sandbox.read(practitioners.search, text)) == found
    assert await sandbox.read(practitioners.find, gone.id) == gone


async def test_facilities_are_found_by_place_and_owner(sandbox: Database, clock: FixedClock) -> None:
    told = await seed.demo(sandbox, KEYS, clock.now(), {"clinic": "org-1"})
    shafagh = await sandbox.read(facilities.find, told["facilities"]["shafagh"].upper())
    assert isinstance(shafagh, Facility)
    assert [each.name for each in await sandbox.read(facilities.search, "درمانگاه تخصصی تهران")] == [shafagh.name]
    assert len(await sandbox.read(facilities.search)) == 12
    assert len(await sandbox.read(facilities.search, "", 3)) == 3
    mine = await sandbox.read(facilities.of_organisation, "org-1")
    assert {each.id for each in mine} == {FACILITY, shafagh.id}
    test = await sandbox.read(facilities.find, FACILITY)
    assert test is not None
    assert (test.type, test.type_title, test.latitude, test.longitude) == ("32", "درمانگاه", 0, 0)
    closed = msgspec.structs.replace(shafagh, active=False)
    await sandbox.write(facilities.put, closed, clock.now())
    assert len(await sandbox.read(facilities.search)) == 11
    assert await sandbox.read(facilities.find, "no guid\0") is None


async def test_the_demo_is_filled_once_and_left_as_it_was_changed(sandbox: Database, clock: FixedClock) -> None:
    first = await seed.demo(sandbox, KEYS, clock.now())
    parent = PersonId(PersonIdType.NATIONAL_CODE, first["people"]["parent"]["id"])
    found = await sandbox.read(people.find, parent)
    assert found is not None
    changed = msgspec.structs.replace(found, mobile="09900009999")
    await sandbox.write(people.put, changed, clock.now())
    await sandbox.write(covers.replace, parent, [MORE], clock.now())
    assert await seed.demo(sandbox, KEYS, clock.now() + timedelta(days=1)) == first
    assert await sandbox.read(people.find, parent) == changed
    assert await sandbox.read(covers.of, parent, clock.now()) == [MORE]
    child = PersonId(PersonIdType.NATIONAL_CODE, first["people"]["child"]["id"])
    assert child in {each.id for each in await sandbox.read(people.children, parent)}
