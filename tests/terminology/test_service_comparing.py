"""What two versions differ in, what has changed since, and what became of one code."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from nabz.kit.db import Database, Tx
from nabz.terminology.errors import UnknownCode
from nabz.terminology.model import Change, Changed, Terminology
from nabz.terminology.service import reading
from nabz.terminology.store import entries as store
from tests.terminology.making import Desk, concept, sheet

# In the order of their bytes, which no collation of a language has.
ORDERED = ["10", "2", "A", "A.1", "B", "Z", "_", "a", "b", "آب", "ابر", "پا", "گ", "ی", "😀"]
Brief = tuple[str, str, Change, str | None]


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    return Desk(empty_db)


def brief(found: list[Changed]) -> list[Brief]:
    return [(one.code, one.target, one.change, one.successor) for one in found]


async def diff(desk: Desk, id_: str, start: str, end: str, limit: int = 200) -> list[Brief]:
    def run(tx: Tx) -> list[Brief]:
        t = reading.one(tx, id_)
        steps = [reading.version(tx, t, label).step if label else 0 for label in (start, end)]
        return brief(all_of_diff(tx, t, steps[0], steps[1], limit))

    return await desk.db.read(run)


def all_of_diff(tx: Tx, t: Terminology, start: int, end: int, limit: int) -> list[Changed]:
    found: list[Changed] = []
    after = ""
    while page := reading.diff(tx, t, start, end, after, limit):
        assert len(page) <= limit
        found += page
        after = reading.cursor(page[-1])
    return found


async def history(desk: Desk, code: str) -> list[tuple[str, Change]]:
    t = await desk.one("T")
    found = await desk.db.read(reading.history, t, code)
    return [(one.version.label, one.change) for one in found]


async def test_differences_tell_of_added_changed_retired_and_remapped_codes(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", *map(concept, ("same", "changed", "retired", "remapped")))
    changes = (concept("changed", "دیگر"), concept("heir"))
    await desk.publish("T", "2", *changes, retired={"retired": "", "remapped": "heir"})
    expected = [
        ("changed", "", Change.CHANGED, None),
        ("heir", "", Change.ADDED, None),
        ("remapped", "", Change.REMAPPED, "heir"),
        ("retired", "", Change.RETIRED, None),
    ]
    assert await diff(desk, "T", "1", "2") == expected
    assert await diff(desk, "T", "1", "2", limit=1) == expected
    assert await diff(desk, "T", "2", "2") == []


async def test_a_code_that_came_and_went_between_is_no_difference(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"))
    await desk.publish_sheet("T", "2", sheet([*(f"m{n:03}" for n in range(120)), "a", "z"]))
    await desk.publish_sheet("T", "3", sheet(["a", "z", "zz"]))
    for limit in (1, 2, 200):
        assert [one[0] for one in await diff(desk, "T", "1", "3", limit)] == ["z", "zz"]
    assert len(await diff(desk, "T", "1", "2", limit=50)) == 121


async def test_a_code_that_came_back_as_it_was_is_no_difference(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("heir"))
    await desk.publish("T", "2", retired={"a": "heir", "b": "heir"})
    await desk.publish("T", "3", concept("a"), concept("b", "دیگر"))
    await desk.publish("T", "4", retired={"a": ""})
    assert await diff(desk, "T", "1", "3") == [("b", "", Change.CHANGED, None)]
    # It is the last farewell that counts.
    assert await diff(desk, "T", "1", "4") == [("a", "", Change.RETIRED, None), ("b", "", Change.CHANGED, None)]
    assert await diff(desk, "T", "1", "2") == [(code, "", Change.REMAPPED, "heir") for code in "ab"]
    assert await history(desk, "a") == [
        ("4", Change.RETIRED),
        ("3", Change.ADDED),
        ("2", Change.REMAPPED),
        ("1", Change.ADDED),
    ]


async def test_step_by_step_and_all_at_once_find_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    t = await desk.define("T")
    await desk.publish("T", "1", *map(concept, ORDERED))
    gone = dict.fromkeys(ORDERED[1::3], "")
    await desk.publish("T", "2", *(concept(code, "دیگر") for code in ORDERED[::3]), retired=gone)
    await desk.publish("T", "3", *(concept(code, "باز") for code in ORDERED[1::2]), concept("new"))
    ways = [
        (start, end, after)
        for start, end in ((0, 1), (0, 3), (1, 2), (1, 3), (2, 3), (3, 3))
        for after in (None, ("A.1", ""), ("ی", ""))
    ]

    def found(tx: Tx) -> list[object]:
        between = [store.codes_between(tx, t.number, *way, 100) for way in ways]
        return [*between, *(store.since(tx, t.number, start, end, after, 100) for start, end, after in ways)]

    by_steps = await desk.db.read(found)
    monkeypatch.setattr(store, "MOST_STEPS", -1)
    assert await desk.db.read(found) == by_steps
    assert any(by_steps)


async def test_a_page_is_as_long_as_asked_though_codes_changed_often(desk: Desk) -> None:
    t = await desk.define("T")
    await desk.publish("T", "1", *(concept(code) for code in "abcdef"))
    for label in "2345":
        await desk.publish("T", label, *(concept(code, f"مقدار {label}") for code in "abcdef"))
    page = await desk.db.read(reading.diff, t, 1, 5, "", 4)
    assert [one.code for one in page] == list("abcd")
    rest = await desk.db.read(reading.diff, t, 1, 5, reading.cursor(page[-1]), 4)
    assert [one.code for one in rest] == list("ef")


async def test_what_is_asked_since_an_instant_holds_what_came_at_it_or_later(desk: Desk) -> None:
    await desk.define("T")
    first = await desk.publish("T", "1", concept("a"), concept("b"), concept("c"), concept("d"))
    second = await desk.publish("T", "2", concept("b", "دیگر"), concept("e"), retired={"c": "e"})
    assert first.published_at
    assert second.published_at
    moment = timedelta(microseconds=1)

    def since(at: timedelta) -> Callable[[Tx], tuple[list[str], list[Brief]]]:
        def run(tx: Tx) -> tuple[list[str], list[Brief]]:
            t = reading.one(tx, "T")
            assert second.published_at
            instant = second.published_at + at
            found = reading.since(tx, t, instant, limit=1)
            while page := reading.since(tx, t, instant, reading.cursor(found[-1]) if found else "", 1):
                found += page
            changes = reading.diff(tx, t, reading.step_before(tx, t, instant), t.last)
            return [one.code for one in found], brief(changes)

        return run

    changes = [("b", "", Change.CHANGED, None), ("c", "", Change.REMAPPED, "e"), ("e", "", Change.ADDED, None)]
    at_once = timedelta()
    assert await desk.db.read(since(at_once)) == (["b", "e"], changes)
    assert await desk.db.read(since(-moment)) == (["b", "e"], changes)
    assert await desk.db.read(since(moment)) == ([], [])
    codes, all_added = await desk.db.read(since(first.published_at - second.published_at))
    assert codes == ["a", "b", "d", "e"]
    assert {one[2] for one in all_added} == {Change.ADDED}


async def test_the_history_of_a_code_is_true_after_a_withdrawal(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"))
    await desk.publish("T", "2", concept("a", "دیگر"), concept("c"), retired={"b": "c"})
    await desk.withdraw("T", "2")

    assert await history(desk, "a") == [("2", Change.CHANGED), ("1", Change.ADDED)]
    assert await history(desk, "b") == [("2", Change.REMAPPED), ("1", Change.ADDED)]
    assert await history(desk, "c") == [("2", Change.ADDED)]


async def test_the_history_knows_nothing_of_a_draft(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"))
    await desk.begin("T", "2")
    await desk.put("T", concept("a", "دیگر"), concept("c"))
    await desk.retire("T", "b")
    for code in "ab":
        assert await history(desk, code) == [("1", Change.ADDED)]
    with pytest.raises(UnknownCode):
        await history(desk, "c")


async def test_the_successor_that_counts_is_the_one_of_the_version_in_force(desk: Desk) -> None:
    """A version that named a wrong one is withdrawn, and the next names another, or none."""
    await desk.define("T")
    await desk.publish("T", "1", *(concept(code) for code in ("a", "b", "right", "wrong")))
    await desk.publish("T", "2", retired={"a": "wrong", "b": "wrong"})
    await desk.withdraw("T", "2")
    await desk.publish("T", "3", retired={"a": "right", "b": ""})
    assert await diff(desk, "T", "1", "3") == [
        ("a", "", Change.REMAPPED, "right"),
        ("b", "", Change.RETIRED, None),
    ]
    assert await diff(desk, "T", "1", "2") == [(code, "", Change.REMAPPED, "wrong") for code in "ab"]
    assert await history(desk, "a") == [("3", Change.REMAPPED), ("2", Change.REMAPPED), ("1", Change.ADDED)]
    assert await history(desk, "b") == [("3", Change.RETIRED), ("2", Change.REMAPPED), ("1", Change.ADDED)]
