"""Tables for spreadsheets: written as CSV, and read from a CSV file or a workbook that somebody sends."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from nabz.kit.errors import Told
from nabz.kit.persian import grouped
from nabz.kit.workbook import RowUnreadable, Workbook, WorkbookRefused, rows_of

CSV: Final = "text/csv; charset=utf-8"
LONGEST_LINE: Final = 20_000
MOST_LINES_OF_ROW: Final = 200
"""A row that runs over more lines has a quotation mark that nobody closes."""

_AT_ONCE: Final = 500
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS: Final = ",;\t"
_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Record = tuple[float, int, list[str] | RowUnreadable]
"""The part of the file that is read (0 to 1), the line of a row, and its cells or why it cannot be taken."""


class TableRefused(Told):
    """A file that is no table, or one that cannot be read."""

    code = "kit.table-refused"
    status = 422
    fa = "فایل خوانده نشد: {why}"
    en = "The file could not be read: {why}"


# ---- writing


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Write lines of cells; what a spreadsheet would take for a formula is given as text."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """Write a file some lines at a time; the mark at its beginning tells spreadsheets that it is UTF-8."""
    coming = iter(rows)
    yield codecs.BOM_UTF8
    while some := list(islice(coming, _AT_ONCE)):
        yield csv_text(some).encode()


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """Write a whole file."""
    return b"".join(csv_lines(rows))


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


# ---- reading


def records(path: Path) -> Iterator[Record]:
    """Give the rows of a file, blank ones too, from its head on: CSV or a workbook's first sheet, by its first bytes.

    Raises TableRefused, also behind some rows. A formula of a workbook comes as "="; what it comes to is not asked.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_OLD_OFFICE))
    except OSError:
        raise _refused("باز نمی‌شود", "it cannot be opened") from None
    if head.startswith(_OLD_OFFICE):
        raise _refused(
            "قالب آن قدیمی (xls) یا رمزدار است؛ آن را به قالب xlsx و بی‌رمز ذخیره کنید و دوباره بفرستید",
            "it is of an old format (xls), or locked: save it as xlsx, without a password, and send it again",
        )
    yield from _sheet(path) if head.startswith(_ZIP) else _text(path, "utf-16" if head[:2] in _UTF_16 else "utf-8-sig")


def _sheet(path: Path) -> Iterator[Record]:
    try:
        book = Workbook(path)
        if not book.sheets:
            raise _refused("فایل برگه‌ای ندارد", "the workbook has no sheet")
        for read, (line, cells) in rows_of(book, book.sheets[0]):
            yield read, line, cells
    except WorkbookRefused as fault:
        raise _refused(str(fault.facts["why_fa"]), str(fault.facts["why"])) from None


def _text(path: Path, encoding: str) -> Iterator[Record]:
    size = max(path.stat().st_size, 1)
    with path.open("rb") as content, io.TextIOWrapper(content, encoding, newline="") as stream:
        lines = _Lines(stream)
        try:
            reader = csv.reader(lines, delimiter=lines.delimiter(), strict=True)
            for cells in reader:
                yield content.tell() / size, lines.done(), cells
        except UnicodeError:
            raise _refused(
                "نویسه‌های آن UTF-8 نیست؛ در اکسل «CSV UTF-8» را برگزینید",
                "it is not UTF-8: choose CSV UTF-8 in the spreadsheet",
            ) from None
        except csv.Error:
            raise lines.left_open() from None


class _Lines:
    """The lines of a file, none of them longer than those of a table, with the line where a row begins."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._first: str | None = None
        self._read = 0
        self._done = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self._first = self._line() if self._first is None else self._first, None
        if not line:
            raise StopIteration
        self._read += 1
        if self._read - self._done > MOST_LINES_OF_ROW:
            raise self.left_open()
        return line

    def delimiter(self) -> str:
        """Tell by the first line what stands between its cells."""
        self._first = self._line()
        if self._first.lstrip().startswith("<"):
            raise _refused("صفحهٔ وب یا XML است، نه جدول", "it is a web page or XML, and no table")
        return max(_DELIMITERS, key=self._first.count)

    def done(self) -> int:
        """Go on behind a row and tell the line where it began."""
        began, self._done = self._done + 1, self._read
        return began

    def left_open(self) -> TableRefused:
        """Say in which row there is a quotation mark too many or too few."""
        line = self._done + 1
        return _refused(
            f"گیومه‌ای در سطر {grouped(line)} باز مانده یا نابجاست",
            f"a quotation mark of line {line} is left open or out of place",
        )

    def _line(self) -> str:
        line = self._stream.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            at = self._read + 1
            raise _refused(
                f"سطر {grouped(at)} بیش از {grouped(LONGEST_LINE)} نویسه دارد؛ این فایل جدول نیست",
                f"line {at} has more than {LONGEST_LINE} letters: this is no table",
            )
        if "\0" in line:
            raise _refused("جدول متنی یا فایل اکسل نیست", "it is neither a table of text nor a workbook")
        return line


def _refused(why_fa: str, why_en: str) -> TableRefused:
    return TableRefused(why_fa=why_fa, why_en=why_en)
