"""What an editor does to the codes of a draft, and what is refused."""

from collections.abc import Awaitable

import pytest

from nabz.kit.db import Database
from nabz.kit.errors import Problem
from nabz.terminology.errors import (
    BadCode,
    BadRelation,
    BadText,
    CodeMissing,
    MapEndMissing,
    NothingChanged,
    ParentMissing,
    SuccessorMissing,
    UnknownCode,
    UnknownDraft,
    ValueMissing,
    ValueTooLong,
)
from nabz.terminology.service import reading
from tests.terminology.making import Desk, concept, told


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    return Desk(empty_db)


async def refused(problem: type[Problem], work: Awaitable[object]) -> None:
    with pytest.raises(problem):
        await work


async def test_a_wrong_concept_is_refused_and_leaves_no_trace(desk: Desk) -> None:
    await desk.define("T")
    before = await desk.begin("T", "1")
    for wrong, problem in (
        (concept(" \u00a0"), CodeMissing),
        (concept("a\0"), BadCode),
        (concept("\ud800"), BadCode),
        (concept("a", ""), ValueMissing),
        (concept("a", "x" * 2000, en="y" * 2001), ValueTooLong),
        (concept("a", note="\0"), BadText),
        (concept("a", parent="\0"), BadText),
        (concept("a", parent="none"), ParentMissing),
        (concept("a", parent="a"), ParentMissing),
    ):
        await refused(problem, desk.put("T", wrong))
    assert await desk.draft_codes("T") == []
    assert await desk.draft("T") == before


async def test_a_code_is_kept_as_it_is_asked_for(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("12"), concept(" ۱۳\u00a0", target="of no use", parent="۱۲"))
    assert await desk.codes("T") == [told(concept("12")), told(concept("13", parent="12"))]


async def test_what_the_draft_does_to_a_code_is_taken_back(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c"))
    t = await desk.one("T")
    await desk.begin("T", "2")
    await desk.put("T", concept("a", "دیگر"), concept("new"))
    await desk.retire("T", "b", "c", successor="a")
    await desk.put("T", concept("b", "نو"))
    changes = await desk.db.read(reading.diff, t, 1, 2)
    assert [(one.code, one.change, one.successor) for one in changes] == [
        ("a", "changed", None),
        ("b", "changed", None),
        ("c", "remapped", "a"),
        ("new", "added", None),
    ]
    for code in ("a", "b", "c", "new", "never there"):
        await desk.undo("T", code)
    assert await desk.db.read(reading.diff, t, 1, 2) == []
    await refused(NothingChanged, desk.submit("T"))


async def test_a_code_that_is_put_back_as_it_was_is_no_change(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a", en="one"), concept("b"), concept("c"))
    await desk.begin("T", "2")
    await desk.retire("T", "a", successor="b")
    seen = await desk.put("T", concept("a", en="one"))
    assert await desk.put("T", concept("a", en="one")) == seen
    await desk.put("T", concept("b", "دیگر"))
    await desk.put("T", concept("b"))
    await refused(NothingChanged, desk.submit("T"))
    await desk.retire("T", "c")
    done = await desk.submit("T")
    assert (done.added, done.changed, done.retired, done.size) == (0, 0, 1, 2)


async def test_a_version_counts_what_it_does(desk: Desk) -> None:
    await desk.define("T")
    first = await desk.publish("T", "1", *(concept(f"c{n}") for n in range(5)))
    assert (first.added, first.changed, first.retired, first.size) == (5, 0, 0, 5)
    fresh = (concept("c0", "دیگر"), concept("c1", "دیگر"), concept("c9"))
    second = await desk.publish("T", "2", *fresh, retired={"c2": "", "c3": "c9", "c1": ""})
    assert (second.added, second.changed, second.retired, second.size) == (1, 1, 3, 3)
    await desk.withdraw("T", "2")
    await refused(NothingChanged, desk.publish("T", "3", concept("c2")))  # as in version 1, which is in force again
    third = await desk.publish("T", "3", concept("c7"))
    assert (third.added, third.changed, third.retired, third.size) == (1, 0, 0, 6)
    assert (await desk.codes("T"))[0][:3] == ("c0", "", "مقدار"), "what was withdrawn has not come back"


async def test_only_a_code_that_is_there_is_retired_in_favour_of_another_that_is(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c"))
    await desk.begin("T", "2")
    await refused(UnknownCode, desk.retire("T", "x"))
    await refused(UnknownCode, desk.retire("T", "a", target="b"))
    for successor in ("a", "x"):
        await refused(SuccessorMissing, desk.retire("T", "a", successor=successor))
    await desk.retire("T", "a", successor="b")
    await refused(UnknownCode, desk.retire("T", "a"))
    await refused(SuccessorMissing, desk.retire("T", "c", successor="a"))


async def test_a_successor_that_goes_itself_keeps_the_draft_from_review(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c"))
    await desk.begin("T", "2")
    await desk.retire("T", "a", successor="b")
    await desk.put("T", concept("new"))
    await desk.retire("T", "b", successor="new")
    await refused(SuccessorMissing, desk.submit("T"))
    await desk.undo("T", "a")
    await desk.retire("T", "a", successor="new")
    await desk.undo("T", "new")
    await refused(SuccessorMissing, desk.submit("T"))
    await desk.put("T", concept("new"))
    assert (await desk.submit("T")).retired == 2


async def test_a_child_is_not_left_without_its_parent(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("p"), concept("k", parent="p"), concept("k2", parent="p"))
    await desk.begin("T", "2")
    await desk.retire("T", "p")
    await refused(ParentMissing, desk.submit("T"))
    await desk.retire("T", "k")
    await refused(ParentMissing, desk.submit("T"))
    await desk.put("T", concept("q"), concept("k2", parent="q"))
    await desk.undo("T", "q")
    await refused(ParentMissing, desk.submit("T"))
    await desk.put("T", concept("k2"))
    await desk.submit("T")


async def test_the_rows_of_a_map_begin_and_end_at_codes_in_force(desk: Desk) -> None:
    for id_, codes in (("From", "ab"), ("To", "xy")):
        await desk.define(id_)
        await desk.publish(id_, "1", *map(concept, codes))
    await desk.define("From--To", "From", "To")
    await desk.begin("From--To", "1")
    for wrong, problem in (
        (concept("a", "equivalent", target="b"), MapEndMissing),
        (concept("x", "equivalent", target="x"), MapEndMissing),
        (concept("a", "equivalent"), ValueMissing),
        (concept("a", "same", target="x"), BadRelation),
        (concept("a", "", target="x"), BadRelation),
        (concept("a", "x" * 5000, target="x"), BadRelation),
    ):
        await refused(problem, desk.put("From--To", wrong))
    await desk.put("From--To", concept("a", "wider", target="x"), concept("a", "narrower", target="y"))
    await desk.submit("From--To")
    await desk.approve("From--To")
    await desk.begin("From--To", "2")
    await desk.retire("From--To", "a", target="x")
    assert [(one.code, one.target) for one in await desk.db.read(reading.page, await desk.one("From--To"), 2)] == [
        ("a", "y")
    ]


async def test_discarding_restores_what_was_and_frees_the_label(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c", en="x"))
    before = await desk.codes("T", "1")
    await desk.begin("T", "2")
    await desk.put("T", concept("a", "دیگر"), concept("new"))
    await desk.retire("T", "b", successor="c")
    await desk.submit("T")
    await desk.discard("T")
    await refused(UnknownDraft, desk.draft("T"))
    await refused(UnknownDraft, desk.discard("T"))
    assert await desk.codes("T", "1") == before
    second = await desk.publish("T", "2", concept("d"))
    assert (second.step, second.added, second.changed, second.retired) == (2, 1, 0, 0)
    assert [one for one in await desk.codes("T", "2") if one[0] != "d"] == before
    assert told(concept("d")) in await desk.codes("T", "2")
