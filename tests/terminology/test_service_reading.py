"""What was published is read: versions, codes in their order, differences, history."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from nabz.kit.db import Database, Tx
from nabz.terminology.errors import UnknownCode, UnknownTerminology, UnknownVersion
from nabz.terminology.model import Change, Changed, Kind, Terminology
from nabz.terminology.service import reading
from nabz.terminology.store import entries as store
from nabz.terminology.tables import entries
from tests.terminology.making import Desk, concept, everything, sheet, told

# In the order of their bytes, which no collation of a language has.
ORDERED = ["10", "2", "A", "A.1", "B", "Z", "_", "a", "b", "آب", "ابر", "پا", "گ", "ی", "😀"]
Brief = tuple[str, str, Change, str | None]


@pytest.fixture
async def desk(db: Database) -> Desk:
    return Desk(db)


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


async def test_what_did_not_change_is_stored_once(desk: Desk) -> None:
    t = await desk.define("Big")
    codes = [f"{n:03}" for n in range(300)]
    await desk.publish_sheet("Big", "1", sheet(codes))
    await desk.publish("Big", "2", concept("007", "دیگر"), concept("008", "دیگر"), concept("300"))
    rows = await desk.db.read(lambda tx: tx.execute(select(func.count()).where(entries.c.number == t.number)).scalar())
    assert rows == 300 + 3
    assert len(await desk.codes("Big", "1")) == 300
    assert len(await desk.codes("Big", "2")) == 301


async def test_pages_give_every_code_once_in_the_order_of_bytes(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", *(concept(code) for code in reversed(ORDERED)))
    for limit in (1, 2, 7, 100):
        assert [one[0] for one in await desk.codes("T", "1", limit)] == ORDERED
    assert await diff(desk, "T", "", "1", limit=2) == [(code, "", Change.ADDED, None) for code in ORDERED]


async def test_pages_of_a_map_give_every_target_of_a_code_once(desk: Desk) -> None:
    pairs = [("A", "1"), ("A", "10"), ("A", "2"), ("A", "پ"), ("a", "1"), ("ب", "1"), ("ب", "پ")]
    for id_, codes in (("From", ["A", "a", "ب"]), ("To", ["1", "10", "2", "پ"])):
        await desk.define(id_)
        await desk.publish(id_, "1", *map(concept, codes))
    await desk.define("From--To", "From", "To")
    rows = [concept(code, "equivalent", target=target) for code, target in reversed(pairs)]
    await desk.publish("From--To", "1", *rows)
    for limit in (1, 2, 3, 100):
        assert [one[:2] for one in await desk.codes("From--To", "", limit)] == pairs
        assert [one[:2] for one in await diff(desk, "From--To", "", "1", limit)] == pairs


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
    told_ = await desk.db.read(lambda tx: reading.history(tx, reading.one(tx, "T"), "a"))
    assert [(one.version.label, one.change) for one in told_] == [
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


async def test_the_version_in_force_moves_with_publication_and_withdrawal(desk: Desk) -> None:
    await desk.define("T")
    assert (await desk.one("T")).last_label == ""
    for label in ("1", "2", "3"):
        await desk.publish("T", label, concept(f"c{label}"))
        t = await desk.one("T")
        assert (t.last_label, t.size) == (label, int(label))

    async def listed(*, withdrawn: bool = False) -> list[str]:
        found = await desk.db.read(lambda tx: reading.versions(tx, reading.one(tx, "T"), withdrawn=withdrawn))
        return [version.label for version in found]

    await desk.withdraw("T", "3")
    assert ((await desk.one("T")).last_label, (await desk.one("T")).size) == ("2", 2)
    await desk.withdraw("T", "1")
    assert (await desk.one("T")).last_label == "2"
    assert await listed() == ["2"]
    assert await listed(withdrawn=True) == ["3", "2", "1"]
    assert [one[0] for one in await desk.codes("T", "3")] == ["c1", "c2", "c3"]
    assert [one[0] for one in await desk.codes("T", "1")] == ["c1"]
    await desk.publish("T", "4", concept("c4"))
    assert ((await desk.one("T")).last_label, (await desk.one("T")).size) == ("4", 4)


async def test_the_history_of_a_code_is_true_after_a_withdrawal(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"))
    await desk.publish("T", "2", concept("a", "دیگر"), concept("c"), retired={"b": "c"})
    await desk.withdraw("T", "2")

    async def history(code: str) -> list[tuple[str, Change]]:
        found = await desk.db.read(lambda tx: reading.history(tx, reading.one(tx, "T"), code))
        return [(one.version.label, one.change) for one in found]

    assert await history("a") == [("2", Change.CHANGED), ("1", Change.ADDED)]
    assert await history("b") == [("2", Change.REMAPPED), ("1", Change.ADDED)]
    assert await history("c") == [("2", Change.ADDED)]


async def test_the_history_knows_nothing_of_a_draft(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"))
    await desk.begin("T", "2")
    await desk.put("T", concept("a", "دیگر"), concept("c"))
    await desk.retire("T", "b")
    for code in "ab":
        found = await desk.db.read(lambda tx, code=code: reading.history(tx, reading.one(tx, "T"), code))
        assert [one.change for one in found] == [Change.ADDED]
    with pytest.raises(UnknownCode):
        await desk.db.read(lambda tx: reading.history(tx, reading.one(tx, "T"), "c"))


async def test_a_code_is_found_in_any_case_unless_that_is_ambiguous(desk: Desk) -> None:
    t = await desk.define("T")
    await desk.publish("T", "1", *map(concept, ("A00.1", "m", "M", "12 ب", "ß")))

    def find(tx: Tx, code: str) -> str:
        return reading.concept(tx, t, code, 1).code

    for asked, found in {
        "A00.1": "A00.1",
        " a00.1 ": "A00.1",
        "a۰۰.۱": "A00.1",
        "m": "m",
        "M": "M",
        "12ب": "12 ب",
        "۱۲ ب": "12 ب",
        "SS": "ß",
    }.items():
        assert await desk.db.read(find, asked) == found
    for missing in ("", "n", "A00", "A00.1'--", "%", "A%", "\u200c", "x" * 5000):
        with pytest.raises(UnknownCode):
            await desk.db.read(find, missing)
    await desk.publish("T", "2", concept("N"), concept("n1"), concept("N1"))
    with pytest.raises(UnknownCode):
        await desk.db.read(find, "N1 ".replace("N", "ñ"))
    with pytest.raises(UnknownCode):
        await desk.db.read(find, "N")


async def test_two_codes_that_differ_in_case_only_are_never_mixed_up(desk: Desk) -> None:
    t = await desk.define("Units")
    await desk.publish("Units", "1", concept("mA", "میلی‌آمپر"), concept("MA", "مگاآمپر"))
    for code in ("mA", "MA"):
        assert await desk.db.read(lambda tx, code=code: reading.concept(tx, t, code, 1).code) == code
    for code in ("ma", "Ma"):
        with pytest.raises(UnknownCode):
            await desk.db.read(lambda tx, code=code: reading.concept(tx, t, code, 1))


async def test_terminologies_and_versions_are_found_however_they_are_spelt(desk: Desk) -> None:
    await desk.define("eRX.v2")
    await desk.publish("eRX.v2", "1403.B", concept("a"))
    for spelling in ("eRX.v2", " ERX.V2\t", "e rx . v2"):
        assert (await desk.one(spelling)).id == "eRX.v2"
    for label in ("1403.B", " 1403.b", "۱۴۰۳.B", ""):
        assert await desk.step("eRX.v2", label) == 1
    for unknown in ("", "eRX", "eRX.v2'", "\u06f1" * 300):
        with pytest.raises(UnknownTerminology):
            await desk.one(unknown)
    for label in ("1403", "2", "%", "x" * 300):
        with pytest.raises(UnknownVersion):
            await desk.step("eRX.v2", label)


async def test_a_draft_is_no_version_for_readers(desk: Desk) -> None:
    await desk.define("T")
    with pytest.raises(UnknownVersion):
        await desk.step("T")
    await desk.begin("T", "1")
    await desk.put("T", concept("a"))
    for label in ("", "1"):
        with pytest.raises(UnknownVersion):
            await desk.step("T", label)
    await desk.submit("T")
    with pytest.raises(UnknownVersion):
        await desk.step("T", "1")
    assert await desk.db.read(lambda tx: reading.versions(tx, reading.one(tx, "T"), withdrawn=True)) == []


async def test_children_are_listed_by_their_parent_and_roots_by_none(desk: Desk) -> None:
    t = await desk.define("Tree")
    await desk.publish("Tree", "1", concept("r"), *(concept(f"k{n}", parent="r") for n in range(5)))
    await desk.publish("Tree", "2", concept("k1", parent="k0"), concept("s"))

    def codes(tx: Tx, step: int, parent: str, after: str = "") -> list[str]:
        return [one.code for one in reading.page(tx, t, step, after, 3, parent)]

    assert await desk.db.read(codes, 1, "r") == ["k0", "k1", "k2"]
    assert await desk.db.read(codes, 1, "r", "k2") == ["k3", "k4"]
    assert await desk.db.read(codes, 2, "r") == ["k0", "k2", "k3"]
    assert await desk.db.read(codes, 2, "k0") == ["k1"]
    assert await desk.db.read(codes, 1, "") == ["r"]
    assert await desk.db.read(codes, 2, "") == ["r", "s"]


async def test_terminologies_are_listed_in_the_order_of_their_definition(desk: Desk) -> None:
    for id_ in ("Z", "A", "m"):
        await desk.define(id_)
    await desk.define("Z--A", "Z", "A")

    def ids(tx: Tx, kind: Kind | None) -> list[str]:
        return [t.id for t in reading.all_(tx, kind)]

    assert await desk.db.read(ids, None) == ["Z", "A", "m", "Z--A"]
    assert await desk.db.read(ids, Kind.CODES) == ["Z", "A", "m"]
    assert await desk.db.read(ids, Kind.MAP) == ["Z--A"]


async def test_what_stands_beside_a_value_is_kept_to_the_letter(desk: Desk) -> None:
    t = await desk.define("T")
    whole = concept(
        "A/1 (b)",
        'نیم\u200cفاصله، «گیومه» و "quotes" \\ % _ \' 😀',
        en="naïve; DROP TABLE",
        note="خط ۱",
        made_up=True,
        properties={"واحد": "قرص", "b": "\\n{}"},
    )
    await desk.publish("T", "1", whole, concept("plain"))
    found = await desk.db.read(lambda tx: reading.concept(tx, t, "A/1 (b)", 1))
    assert told(found) == told(whole)
    assert (await desk.db.read(everything, t, 1))[1] == told(concept("plain"))
