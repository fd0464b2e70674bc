"""Maps lead from the codes of one terminology to those of another, and back."""

import pytest

from nabz.kit.db import Database
from nabz.terminology.errors import UnknownCode, UnknownMap, UnknownTerminology
from nabz.terminology.service import mapping
from tests.terminology.making import Desk, concept

Way = tuple[str, str, str, str, bool]


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    """Services of two catalogues and a price list, and two maps between them."""
    made = Desk(empty_db)
    for id_, codes in (("Old", ("o1", "o2", "o3", "m", "M")), ("New", ("n1", "n2", "n3", "x")), ("Price", ("p1",))):
        await made.define(id_)
        await made.publish(id_, "1", *(concept(code, f"معنی {code}") for code in codes))
    await made.define("Old--New", "Old", "New")
    rows = [("o1", "n1", "equivalent"), ("o2", "n1", "wider"), ("o2", "n2", "narrower"), ("o3", "n3", "inexact")]
    rows += [("m", "x", "equivalent")]
    await made.publish("Old--New", "1", *(concept(code, relation, target=target) for code, target, relation in rows))
    await made.define("Price--New", "Price", "New")
    await made.publish("Price--New", "1", concept("p1", "wider", target="n1"))
    return made


async def ways(desk: Desk, id_: str, code: str, target: str = "") -> list[Way]:
    t = await desk.one(id_)
    found = await desk.db.read(mapping.translate, t, code, target)
    assert all(one.value == f"معنی {one.code}" for one in found if one.value)
    return [(one.map, one.terminology, one.code, one.relation.value, one.turned) for one in found]


async def test_a_code_is_followed_along_a_map(desk: Desk) -> None:
    assert await ways(desk, "Old", "o1") == [("Old--New", "New", "n1", "equivalent", False)]
    assert await ways(desk, "Old", " O2 ", "new") == [
        ("Old--New", "New", "n1", "wider", False),
        ("Old--New", "New", "n2", "narrower", False),
    ]
    assert await ways(desk, "Old", "o3") == [("Old--New", "New", "n3", "inexact", False)]


async def test_a_code_is_followed_against_a_map_with_its_relation_turned(desk: Desk) -> None:
    assert await ways(desk, "New", "n1") == [
        ("Old--New", "Old", "o1", "equivalent", True),
        ("Old--New", "Old", "o2", "narrower", True),
        ("Price--New", "Price", "p1", "narrower", True),
    ]
    assert await ways(desk, "New", "n2", "OLD") == [("Old--New", "Old", "o2", "wider", True)]
    assert await ways(desk, "New", "n3") == [("Old--New", "Old", "o3", "inexact", True)]
    assert await ways(desk, "New", "n2", "Price") == []


async def test_codes_that_differ_in_case_only_are_followed_apart(desk: Desk) -> None:
    assert await ways(desk, "Old", "m") == [("Old--New", "New", "x", "equivalent", False)]
    assert await ways(desk, "Old", "M") == []
    assert await ways(desk, "New", "x") == [("Old--New", "Old", "m", "equivalent", True)]


async def test_where_no_map_leads_is_told(desk: Desk) -> None:
    await desk.define("Lonely")
    await desk.publish("Lonely", "1", concept("l"))
    assert await ways(desk, "Lonely", "l") == []
    for id_, code, target, problem in (
        ("Old", "o9", "", UnknownCode),
        ("Old", "o9", "New", UnknownCode),
        ("Old", "o1", "Price", UnknownMap),
        ("Old", "o1", "Lonely", UnknownMap),
        ("Old", "o1", "Old", UnknownMap),
        ("Old", "o1", "nowhere", UnknownTerminology),
        ("Lonely", "l", "New", UnknownMap),
    ):
        with pytest.raises(problem):
            await ways(desk, id_, code, target)
    maps = await desk.db.read(mapping.maps_of, await desk.one("New"))
    assert [one.id for one in maps] == ["Old--New", "Price--New"]


async def test_only_the_map_in_force_is_followed(desk: Desk) -> None:
    await desk.define("Old--Price", "Old", "Price")
    await desk.begin("Old--Price", "1")
    await desk.put("Old--Price", concept("o1", "equivalent", target="p1"))
    with pytest.raises(UnknownMap):
        await ways(desk, "Old", "o1", "Price")
    assert len(await ways(desk, "Old", "o1")) == 1
    await desk.begin("Old--New", "2")
    await desk.put("Old--New", concept("o1", "wider", target="n1"), concept("o1", "equivalent", target="n2"))
    await desk.retire("Old--New", "o2", target="n1")
    assert await ways(desk, "Old", "o1") == [("Old--New", "New", "n1", "equivalent", False)]
    await desk.submit("Old--New")
    await desk.approve("Old--New")
    assert [way[2:4] for way in await ways(desk, "Old", "o1")] == [("n1", "wider"), ("n2", "equivalent")]
    assert [way[2] for way in await ways(desk, "Old", "o2")] == ["n2"]
    await desk.withdraw("Old--New", "2")
    assert [way[2:4] for way in await ways(desk, "Old", "o1")] == [("n1", "equivalent")]


async def test_an_end_that_is_no_longer_used_is_told_as_such(desk: Desk) -> None:
    await desk.publish("New", "2", concept("n9"), retired={"n2": "n9"})
    t = await desk.one("Old")
    found = await desk.db.read(mapping.translate, t, "o2")
    assert [(one.code, one.value, one.retired) for one in found] == [
        ("n1", "معنی n1", False),
        ("n2", "معنی n2", True),
    ]
    with pytest.raises(UnknownCode):
        await ways(desk, "New", "n2")
