"""Workbooks that we write: what spreadsheets find in them, and that they take no memory."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from nabz.kit.workbook import Workbook, rows_of
from nabz.kit.workbook.writing import Choice, Row, Sheet, Writing, workbook, write

PEOPLE: list[Row] = [["نام", "کد", "سال"], ["علی <&> _x0041_\x01\ud800", "0012", 5], ["", None, -3], ["=1+1", "😀"]]
COURSES = [["کد"], ["1201"], ["1202"]]


def test_a_workbook_has_its_texts_and_numbers_on_sheets_from_the_right() -> None:
    content = workbook([Sheet("افراد", PEOPLE), Sheet("a/b's", iter(COURSES), widths=(16,), texts=True)])
    book = openpyxl.load_workbook(io.BytesIO(content))
    people, courses = book.worksheets
    assert (people.title, courses.title) == ("افراد", "a b's")
    assert [*people.iter_rows(values_only=True)] == [
        tuple(PEOPLE[0]),
        ("علی <&> _x005F_x0041_", "0012", 5),  # this reader leaves escapes as they are
        (None, None, -3),
        ("=1+1", "😀", None),
    ]
    assert (people["A4"].data_type, people["B2"].number_format, people["C2"].number_format) == ("s", "@", "#,##0")
    for sheet in book.worksheets:
        assert (sheet.sheet_view.rightToLeft, sheet.freeze_panes, sheet["A1"].font.b) == (True, "A2", True)
    assert people.column_dimensions["A"].width == len(str(PEOPLE[1][0])) + 2
    assert courses.column_dimensions["A"].width == 16


def test_a_workbook_offers_what_stands_on_another_sheet() -> None:
    choices = (Choice(2, "it's", 1, 2), Choice(3, "it's", 2, 9, strict=False), Choice(4, "it's", 1, 0))
    book = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("a", PEOPLE, choices), Sheet("it's", COURSES)])))
    strict, free = book["a"].data_validations.dataValidation
    assert (str(strict.sqref), strict.formula1, strict.type) == ("B2:B20001", "'it''s'!$A$2:$A$3", "list")
    assert (str(free.sqref), free.formula1) == ("C2:C20001", "'it''s'!$B$2:$B$10")
    assert (strict.showErrorMessage, free.showErrorMessage, strict.allowBlank) == (True, False, True)
    with pytest.raises(ValueError, match="no sheet"):
        workbook([Sheet("a", PEOPLE, (Choice(1, "b", 1, 1),))])


def test_a_workbook_is_the_same_to_the_letter_and_read_back(tmp_path: Path) -> None:
    content = workbook([Sheet("a", PEOPLE), Sheet("b", [])])
    assert content == workbook([Sheet("a", PEOPLE), Sheet("b", [])])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    path = tmp_path / "x"
    path.write_bytes(content)
    book = Workbook(path)
    assert [sheet.name for sheet in book.sheets] == ["a", "b"]
    assert [cells for _, (_, cells) in rows_of(book, book.sheets[0])] == [
        PEOPLE[0],
        ["علی <&> _x0041_", "0012", "5"],
        ["", "", "-3"],
        ["=1+1", "😀"],
    ]
    assert list(rows_of(book, book.sheets[1])) == []


def test_a_long_workbook_takes_no_memory(tmp_path: Path) -> None:
    def many() -> Iterator[list[str | int]]:
        yield ["کد", "شمار"]
        for number in range(20_000):
            yield [f"{number:06}", number]

    with (tmp_path / "x").open("wb") as out:
        tracemalloc.start()
        write(out, [Sheet("a", many())])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 2_000_000
    book = Workbook(tmp_path / "x")
    assert sum(1 for _ in rows_of(book, book.sheets[0])) == 20_001


def test_rows_may_come_as_they_are_found() -> None:
    out = io.BytesIO()
    with Writing(out, ["a"], title="<عنوان>") as book, book.sheet(Sheet("a", (), widths=(12,))) as rows:
        rows.add([])
        for row in COURSES:
            rows.add([row])
        assert (rows.count, rows.size > 300) == (3, True)
    read = openpyxl.load_workbook(out)
    assert read.properties.title == "<عنوان>"
    assert [cell.value for cell in read["a"]["A"]] == ["کد", "1201", "1202"]
