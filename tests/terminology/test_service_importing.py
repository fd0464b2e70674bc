"""A file becomes a draft, whole or not at all; a dry run tells beforehand what it will do."""

from pathlib import Path
from typing import Any

import pytest

from nabz.kit.db import Database
from nabz.kit.errors import Problem
from nabz.terminology.errors import (
    BadLabel,
    BadRelation,
    CodeMissing,
    CodeTwice,
    DraftOpen,
    FileRefused,
    FormulaRefused,
    LabelTaken,
    MapEndMissing,
    NothingChanged,
    ParentMissing,
    RowsRefused,
    SuccessorMissing,
    UnknownDraft,
    ValueMissing,
)
from nabz.terminology.files import open_source
from nabz.terminology.model import Broken, Kind, Read, State
from nabz.terminology.service import feed, importing, reading
from nabz.terminology.service.import_report import Outcome, Progress, Report
from tests.terminology.making import AUTHOR, SECOND, Desk, Sheet, concept, everything, gone, row, sheet, told

Refusal = tuple[int, str, str, str]


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    return Desk(empty_db)


def numbers(report: Report) -> dict[str, int]:
    names = ("rows", "added", "changed", "same", "retired", "refused")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def refusal(line: int, code: str, why: Problem) -> Refusal:
    return line, code, why.text_fa, why.text_en


async def nothing_is_there(desk: Desk, id_: str = "T") -> None:
    """No draft and no row of one: as if nobody had tried."""
    with pytest.raises(UnknownDraft):
        await desk.draft(id_)
    t = await desk.one(id_)
    assert await desk.db.read(reading.diff, t, t.last, t.last + 1) == []


async def tried(desk: Desk, source: Any, id_: str = "T") -> list[Refusal]:
    """What a dry run refuses, after seeing that a load takes nothing of the file either."""
    t = await desk.one(id_)
    report = await importing.check(desk.db, t, source)
    with pytest.raises(RowsRefused) as told_:
        await importing.load(desk.db, desk.now, t, source, "9", "", AUTHOR)
    await nothing_is_there(desk, id_)
    refused = [line for line in report.lines if line.outcome is Outcome.REFUSED]
    assert report.lines[: len(refused)] == refused
    assert (told_.value.facts["count"], told_.value.facts["line"]) == (report.refused, refused[0].line)
    return [(line.line, line.code, line.why_fa, line.why_en) for line in refused]


async def test_a_file_becomes_a_draft_that_waits_for_a_second_person(desk: Desk) -> None:
    await desk.define("T")
    version, report = await desk.load("T", sheet(["b", "a"]), "1")
    assert numbers(report) == {"rows": 2, "added": 2}
    assert (version.state, version.added, version.size, version.editors) == (State.DRAFT, 2, 2, (AUTHOR,))
    assert (await desk.one("T")).last == 0
    assert await desk.db.read(feed.newest) == 0
    await desk.put("T", concept("c"))
    await desk.submit("T", by=SECOND)
    await desk.approve("T", by="third")
    assert [one[0] for one in await desk.codes("T")] == ["a", "b", "c"]


async def test_a_dry_run_tells_what_the_load_then_does(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish_sheet("T", "1", sheet([f"c{n:02}" for n in range(60)]))
    t = await desk.one("T")
    rows = [row(n, f"c{n:02}", "دیگر" if n < 3 else "مقدار") for n in range(20)]
    rows += [row(n, f"d{n}", en="new") for n in range(20, 25)]
    source = Sheet([*rows, gone(25, "c30", "d20"), gone(26, "c31"), gone(27, "never")])
    before = await desk.db.read(everything, t, 1)
    foreseen = await importing.check(desk.db, t, source)
    await nothing_is_there(desk)
    assert numbers(foreseen) == {"rows": 28, "added": 5, "changed": 3, "same": 18, "retired": 40}
    version, done = await desk.load("T", source, "2")
    assert numbers(done) == numbers(foreseen)
    assert (version.added, version.changed, version.retired, version.size) == (5, 3, 40, 25)
    changes = await desk.db.read(reading.diff, t, 1, 2)
    assert {one.code: one.successor for one in changes if one.successor} == {"c30": "d20"}
    assert {line.code: line.outcome for line in foreseen.lines}["c40"] is Outcome.RETIRED
    assert await desk.db.read(everything, t, 1) == before


async def test_a_file_that_is_no_whole_version_leaves_the_other_codes(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish_sheet("T", "1", sheet("abcd"))
    source = Sheet([gone(2, "a", "b"), gone(3, "c"), gone(4, "x")], complete=False)
    version, report = await desk.load("T", source, "2")
    assert numbers(report) == {"rows": 3, "retired": 2, "same": 1}
    assert (version.retired, version.size) == (2, 2)
    await desk.submit("T")
    await desk.approve("T")
    assert [one[0] for one in await desk.codes("T")] == ["b", "d"]
    await desk.load("T", Sheet([row(2, "a"), row(3, "b", "دیگر"), row(4, "d")], complete=False), "3")
    changes = await desk.db.read(reading.diff, await desk.one("T"), 2, 3)
    assert [(one.code, one.change) for one in changes] == [("a", "added"), ("b", "changed")]


async def test_the_same_file_again_changes_nothing_and_leaves_no_draft(desk: Desk) -> None:
    await desk.define("T")
    rows = [row(2, "a", en="x"), row(3, "b", parent="a", properties={"p": "1"}), row(4, "c", made_up=True)]
    await desk.publish_sheet("T", "1", Sheet(rows))
    with pytest.raises(NothingChanged):
        await desk.load("T", Sheet(rows[::-1]), "2")
    await nothing_is_there(desk)
    with pytest.raises(NothingChanged):
        await desk.load("T", Sheet([gone(2, "x")], complete=False), "2")
    await nothing_is_there(desk)
    assert (await desk.begin("T", "2")).step == 2


async def test_a_load_is_kept_out_by_an_open_draft_and_a_taken_label(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish_sheet("T", "1", sheet("a"))
    for label, problem in (("1", LabelTaken), ("", BadLabel), ("نسخه", BadLabel)):
        with pytest.raises(problem):
            await desk.load("T", sheet("ab"), label)
        await nothing_is_there(desk)
    await desk.begin("T", "2")
    draft = await desk.put("T", concept("b"))
    with pytest.raises(DraftOpen):
        await desk.load("T", sheet("abc"), "3")
    assert await desk.draft("T") == draft


async def test_rows_that_break_a_rule_are_told_one_by_one_and_nothing_is_loaded(desk: Desk, tmp_path: Path) -> None:
    await desk.define("T")
    await desk.publish_sheet("T", "1", sheet("a"))
    file = tmp_path / "codes.csv"
    file.write_text(
        "code,value,en,parent\n"
        "a,یک,,\n"
        "a,دو,,\n"
        ",سه,,\n"
        "b,,,\n"
        "c,=1+1,,\n"
        "d,چهار,=HYPERLINK(1),\n"
        "e,پنج\n"
        "f,شش,,nowhere\n"
        "g,هفت,,h\n"
        "h,هشت,,\n",
        "utf-8",
    )
    found = await tried(desk, open_source(file))
    assert [one for one in found if one[0] != 8] == [
        refusal(3, "a", CodeTwice(code="a")),
        refusal(4, "", CodeMissing()),
        refusal(5, "b", ValueMissing()),
        refusal(6, "c", FormulaRefused(column="value")),
        refusal(7, "d", FormulaRefused(column="en")),
        refusal(9, "nowhere", ParentMissing(parent="nowhere")),
    ]
    assert [one[1] for one in found if one[0] == 8] == ["e"]


async def test_a_file_in_another_encoding_is_refused_before_anything_is_read(desk: Desk, tmp_path: Path) -> None:
    await desk.define("T")
    for name, content in (
        ("cp1256.csv", "code,value\n1,سلام\n".encode("cp1256")),
        ("utf16.csv", "code,value\n1,سلام\n".encode("utf-16")),
        ("empty.csv", b""),
        ("header.csv", b"code,value\n"),
        ("program.csv", b"MZ\x90\0\x03"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileRefused):
            open_source(tmp_path / name)
    await nothing_is_there(desk)


async def test_named_codes_have_to_be_there_in_the_end(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish_sheet("T", "1", sheet(["old", "going", "p"]))
    whole: list[Read] = [
        row(2, "k", parent="p"),
        row(3, "p", parent="old"),
        row(4, "self", parent="self"),
        gone(5, "going", "old"),
    ]
    assert await tried(desk, Sheet(whole)) == [
        refusal(3, "old", ParentMissing(parent="old")),
        refusal(4, "self", ParentMissing(parent="self")),
        refusal(5, "old", SuccessorMissing(successor="old")),
    ]
    part: list[Read] = [
        row(2, "k", parent="p"),
        row(3, "m", parent="going"),
        row(4, "n", parent="x"),
        gone(5, "going", "going"),
    ]
    assert await tried(desk, Sheet([*part, gone(6, "p", "y")], complete=False)) == [
        refusal(2, "p", ParentMissing(parent="p")),
        refusal(3, "going", ParentMissing(parent="going")),
        refusal(4, "x", ParentMissing(parent="x")),
        refusal(5, "going", SuccessorMissing(successor="going")),
        refusal(6, "y", SuccessorMissing(successor="y")),
    ]
    good = Sheet([row(2, "k", parent="old"), gone(3, "going", "old"), gone(4, "p", "k")], complete=False)
    version, _ = await desk.load("T", good, "2")
    assert (version.added, version.retired) == (1, 2)


async def test_a_release_may_name_parents_that_it_has_retired_itself(desk: Desk) -> None:
    await desk.define("T")
    rows: list[Read] = [row(2, "a", parent="none"), row(3, "b", parent="a"), gone(4, "x", "none")]
    await desk.publish_sheet("T", "1", sheet(["x", "y"]))
    await desk.publish_sheet("T", "2", Sheet([*rows, gone(5, "y", "a")], lenient=True))
    assert [(one[0], one[4]) for one in await desk.codes("T")] == [("a", ""), ("b", "a")]
    changes = await desk.db.read(reading.diff, await desk.one("T"), 1, 2)
    assert {one.code: one.successor for one in changes} == {"a": None, "b": None, "x": None, "y": "a"}


async def test_a_map_is_loaded_if_all_its_ends_are_in_force(desk: Desk, tmp_path: Path) -> None:
    for id_, codes in (("From", "abc"), ("To", "xyz")):
        await desk.define(id_)
        await desk.publish_sheet(id_, "1", sheet(codes))
    await desk.publish_sheet("To", "2", sheet("xy"))
    await desk.define("From--To", "From", "To")
    file = tmp_path / "map.csv"
    file.write_text(
        "code,target,relation\na,x,equivalent\na,y,wider\na,x,wider\nb,z,equivalent\nq,x,narrower\nc,y,same as\n",
        "utf-8",
    )
    assert await tried(desk, open_source(file), "From--To") == [
        refusal(4, "a", CodeTwice(code="a")),
        refusal(5, "b", MapEndMissing(end="z", id="To")),
        refusal(6, "q", MapEndMissing(end="q", id="From")),
        refusal(7, "c", BadRelation(relation="same as")),
    ]
    file.write_text("code,target,relation\na,x,equivalent\na,y,wider\nb,y,inexact\n", "utf-8")
    await importing.load(desk.db, desk.now, await desk.one("From--To"), open_source(file), "1", "", AUTHOR)
    await desk.submit("From--To")
    await desk.approve("From--To")
    file.write_text("code,target,relation\na,y,equivalent\nb,y,inexact\nb,x,inexact\n", "utf-8")
    t = await desk.one("From--To")
    version, report = await importing.load(desk.db, desk.now, t, open_source(file), "2", "", AUTHOR)
    assert numbers(report) == {"rows": 3, "added": 1, "changed": 1, "same": 1, "retired": 1}
    assert version.size == 3


async def test_codes_are_not_loaded_into_a_map_nor_a_map_into_codes(desk: Desk) -> None:
    for id_ in ("From", "To"):
        await desk.define(id_)
        await desk.publish_sheet(id_, "1", sheet("ab"))
    await desk.define("From--To", "From", "To")
    map_ = Sheet([row(2, "a", "equivalent", target="b")], kind=Kind.MAP)
    for id_, source in (("From", map_), ("From--To", sheet("a"))):
        t = await desk.one(id_)
        for _ in range(2):
            with pytest.raises(FileRefused):
                await importing.check(desk.db, t, source)
            with pytest.raises(FileRefused):
                await desk.load(id_, source, "2")
        await nothing_is_there(desk, id_)


async def test_progress_is_told_and_never_goes_beyond_the_whole(desk: Desk, tmp_path: Path) -> None:
    t = await desk.define("T")
    file = tmp_path / "codes.csv"
    file.write_text("code,value\n" + "".join(f"{n},مقدار {n}\n" for n in range(6000)), "utf-8")
    heard: list[Progress] = []
    await importing.load(desk.db, desk.now, t, open_source(file), "1", "", AUTHOR, heard.append)
    assert [one.stage for one in heard] == ["reading"] * 3 + ["loading"] * 3
    for stage in ("reading", "loading"):
        done = [one.done for one in heard if one.stage == stage]
        assert done == sorted(done)
        assert 0 < done[0] < done[-1] <= 1
    assert heard[-1].rows == 6000


async def test_a_report_of_many_refusals_stays_small(desk: Desk) -> None:
    t = await desk.define("T")
    many = [Broken(line=n, code=f"c{n}", why=CodeMissing()) for n in range(5000)]
    report = await importing.check(desk.db, t, Sheet([row(9999, "a"), *reversed(many)]))
    assert numbers(report) == {"rows": 5001, "added": 1, "refused": 5000}
    assert len(report.lines) == 1001
    assert report.lines[-1].outcome is Outcome.ADDED
    assert [line.line for line in report.lines[:1000]] == sorted(line.line for line in report.lines[:1000])


async def test_what_a_file_says_is_kept_to_the_letter(desk: Desk, tmp_path: Path) -> None:
    await desk.define("T")
    file = tmp_path / "codes.csv"
    file.write_text('\ufeffcode,value,en,note,unit\n۰۱,"نیم\u200cفاصله، ""گیومه""",naïve,\'; DROP,قرص\n', "utf-8")
    await importing.load(desk.db, desk.now, await desk.one("T"), open_source(file), "1", "", AUTHOR)
    await desk.submit("T")
    await desk.approve("T")
    expected = concept("01", 'نیم\u200cفاصله، "گیومه"', en="naïve", note="'; DROP", properties={"unit": "قرص"})
    assert await desk.codes("T") == [told(expected)]
