"""What was published is read: versions, codes in their order, spellings."""

import pytest
from sqlalchemy import func, select

from nabz.kit.db import Database, Tx
from nabz.terminology.errors import UnknownCode, UnknownTerminology, UnknownVersion
from nabz.terminology.model import Change, Changed, Kind, Terminology
from nabz.terminology.service import reading
from nabz.terminology.tables import entries
from tests.terminology.making import Desk, concept, everything, sheet, told

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
    assert ((await desk.one("T")).last_label, (await desk.one("T")).size) == ("4", 3)
    assert [one[0] for one in await desk.codes("T", "4")] == ["c1", "c2", "c4"], "what was withdrawn does not come back"


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
        assert (await desk.db.read(reading.concept, t, code, 1)).code == code
    for code in ("ma", "Ma"):
        with pytest.raises(UnknownCode):
            await desk.db.read(reading.concept, t, code, 1)


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
