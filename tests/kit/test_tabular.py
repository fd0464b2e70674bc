"""Tables for spreadsheets: harmless when written, and read from what people send."""

import csv
import io
from pathlib import Path

import pytest

from nabz.kit.tabular import LONGEST_LINE, TableRefused, csv_bytes, csv_lines, records
from nabz.kit.workbook.writing import Sheet, workbook

ROWS = [["نام", "سال"], ["a,b", "1405"], ["", ""], ["می‌شود\nدو سطر", "2"]]


def rows(path: Path, content: bytes) -> list[tuple[int, list[str]]]:
    path.write_bytes(content)
    found = list(records(path))
    places = [place for place, _, _ in found]
    assert places == sorted(places)
    assert places == [] or 0 < places[-1] <= 1
    return [(line, cells) for _, line, cells in found if isinstance(cells, list)]


def test_what_a_spreadsheet_would_reckon_with_is_written_as_text() -> None:
    written = csv_bytes([["=1+1", 5], ["+1", -5], ["-1", ""], ["@a", "a=b"], ["\ta", None]])
    assert written.startswith(b"\xef\xbb\xbf'=1+1,5\r\n")
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert read[1:] == [["'+1", "-5"], ["'-1", ""], ["'@a", "a=b"], ["'\ta", ""]]
    pieces = list(csv_lines([number] for number in range(1200)))
    assert len(pieces) == 4
    assert b"".join(pieces).count(b"\r\n") == 1200


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_is_read_however_a_spreadsheet_saves_it(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows([*ROWS, ["=1", "x"]])
    assert rows(tmp_path / "x", text.getvalue().encode(encoding)) == [
        (1, ROWS[0]),
        (2, ROWS[1]),
        (3, ROWS[2]),
        (4, ROWS[3]),
        (6, ["=1", "x"]),
    ]


def test_a_workbook_is_read_as_a_text_is(tmp_path: Path) -> None:
    assert rows(tmp_path / "x", workbook([Sheet("a", ROWS)])) == [(1, ROWS[0]), (2, ROWS[1]), (3, []), (4, ROWS[3])]
    assert rows(tmp_path / "x", b"") == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("نام,شمار\n".encode("cp1256"), "not UTF-8"),
        (b"a,b\n1,\0\n", "neither a table of text nor a workbook"),
        ("a,b\n".encode("utf-16-le"), "neither a table of text nor a workbook"),
        (b"\xff\xfea", "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0", "UTF-8"),
        (b"PK\x03\x04 and nothing", "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x", "old format"),
        (b"<html><table>", "web page"),
        (b"a,b\n" + b"x" * (LONGEST_LINE + 1), "line 2 has more than 20000 letters"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "line 3 is left open"),
        (b'a,b\n1,"2"3\n', "line 2 is left open"),
        (b'a,b\n1,"' + b"2\n" * 300 + b'"\n', "line 2 is left open"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(TableRefused, match=why) as refused:
        rows(tmp_path / "x", content)
    assert not refused.value.text_fa.isascii()


def test_a_file_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="cannot be opened"):
        list(records(tmp_path / "none"))
