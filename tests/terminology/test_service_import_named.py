"""The codes that the rows of a file name: whether each is there, without keeping their texts."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from nabz.kit.db import Database
from nabz.terminology.model import Kind, Read, Row, Terminology
from nabz.terminology.service import importing
from nabz.terminology.service.import_checks import Known, check_rows
from nabz.terminology.service.import_report import Outcome, Report
from tests.terminology.making import Desk, Sheet, concept, gone, row

T = Terminology(
    number=1, id="T", kind=Kind.CODES, title_fa="کد", title_en="T", defined_at=datetime(2026, 11, 1, tzinfo=UTC)
)


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    return Desk(empty_db)


async def refused(desk: Desk, rows: list[Read], **more: Any) -> list[tuple[int, str]]:
    report = await importing.check(desk.db, await desk.one("T"), Sheet(rows, **more))
    return [(line.line, line.code) for line in report.lines if line.outcome is Outcome.REFUSED]


def test_named_codes_are_remembered_without_their_texts() -> None:
    known = Known(T, 0, 2500)
    tracemalloc.start()
    for number in range(60_000):
        known.note(row(number, f"{10**9 + number}", parent=f"{10**9 + number // 3}"))
        known.note_retirement(gone(number, f"x{number}", f"{10**9 + number}"))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert size < 60_000 * 120
    assert not known.leaves_open()
    known.note(row(1, "a", parent="nowhere"))
    assert known.leaves_open()


async def test_a_name_that_is_nowhere_is_told_once_at_its_first_row(desk: Desk) -> None:
    await desk.define("T")
    rows: list[Read] = [row(2, "a", parent="z"), row(3, "b", parent="z"), row(4, "c", parent="late"), gone(5, "g", "z")]
    assert await refused(desk, [*rows, row(6, "late")]) == [(2, "z"), (5, "z")]


async def test_a_part_may_name_what_is_in_force_and_is_not_going(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("old"), concept("going"))
    rows: list[Read] = [
        row(2, "a", parent="old"),
        row(3, "b", parent="going"),
        gone(4, "going", "old"),
        gone(5, "x", "none"),
    ]
    assert await refused(desk, rows, complete=False) == [(3, "going"), (5, "none")]
    assert await refused(desk, [row(2, "a", parent="old")]) == [(2, "old")]


async def test_a_whole_file_taken_as_a_part_may_name_what_is_in_force(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("old"))
    known = Known(await desk.one("T"), 1, 2500)
    report = Report()
    await check_rows(desk.db, known, Sheet([row(2, "a", parent="old")]), report, None, partial=True)
    assert report.refused == 0


async def test_a_file_whose_names_are_all_there_is_read_once(desk: Desk) -> None:
    read = 0

    class Counted(Sheet):
        def rows(self) -> Iterator[Read]:
            nonlocal read
            read += 1
            return super().rows()

    t = await desk.define("T")
    rows = [Row(line=line, code=f"{line}", value="x", parent="" if line == 9 else f"{line + 1}") for line in range(10)]
    assert (await importing.check(desk.db, t, Counted(rows))).refused == 0
    assert read == 1
