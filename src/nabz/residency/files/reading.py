"""Reading a file: every row as a draft with all that could not be read of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.persian import ascii_digits
from nabz.kit.workbook import RowUnreadable
from nabz.residency.errors.faults import Fault, fault
from nabz.residency.files import cells
from nabz.residency.files.columns import DRAFTS, NO_NAMES, Column, Head, Names, columns_of, head_of
from nabz.residency.files.opening import open_table, refused, too_many
from nabz.residency.model.uploads import Line, UploadKind, most_of
from nabz.residency.model.years import is_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nabz.residency.files.opening import Found, Table

Known = tuple[cells.Value, str]
"""What a cell means, and how it is given back."""

_OFTEN: Final = 500
_MOST_STRANGE: Final = 10
_MOST_KNOWN: Final = 2000


class Read(msgspec.Struct, frozen=True):
    """The rows of a file, and the names of columns that were not read."""

    lines: list[Line]
    strange: list[str]


def read(
    path: Path,
    kind: UploadKind,
    year: int,
    names: Names = NO_NAMES,
    tell: Callable[[float], None] = lambda _done: None,
) -> Read:
    """Read a whole file; this takes its time and belongs into a thread. Raises FileRefused."""
    table = open_table(path)
    head, rows = _headed(table, kind, names)
    head.check()
    reader = _Reader(head, kind, year)
    most = most_of(kind)
    lines: list[Line] = []
    for line, found in rows:
        if len(lines) >= most:
            raise too_many(most)
        lines.append(reader.line(line, found))
        if len(lines) % _OFTEN == 0:
            tell(table.progress)
    if not lines:
        raise refused("جز سرستون ردیفی ندارد", "it has no rows below its head")
    return Read(lines, head.strange[:_MOST_STRANGE])


def _headed(table: Table, kind: UploadKind, names: Names) -> tuple[Head, Iterator[Found]]:
    """Find the sheet that has the columns. Raises FileRefused."""
    columns = columns_of(kind, names, by_number=table.days_are_numbers)
    for sheet in table.sheets():
        rows = table.rows(sheet)
        _, first = next(rows, (0, []))
        if isinstance(first, RowUnreadable):
            continue
        head = head_of(first, columns)
        if head.knows:
            return head, rows
    raise refused(
        "ستون «شمارهٔ دانشجویی» را ندارد؛ نمونهٔ فایل را بگیرید و در آن بنویسید",
        "there is no column StudentNumber: take the template and fill it in",
    )


class _Reader:
    """Makes drafts of rows; what stands in a column again and again is read once."""

    def __init__(self, head: Head, kind: UploadKind, year: int) -> None:
        self._columns = [(each, head.places.get(each.field, -1), dict[str, Known]()) for each in head.columns]
        self._kind = kind
        self._year = year
        self._given = {} if kind is UploadKind.RESIDENTS else {"year": year}
        self._draft = DRAFTS[kind]

    def line(self, line: int, found: list[str] | RowUnreadable) -> Line:
        """Make the draft of a row, with all that could not be read of it."""
        if isinstance(found, RowUnreadable):
            why = Fault("unreadable", "", found.text_fa.rstrip("."), found.text_en.rstrip("."))
            return Line(line, "", None, (why,))
        values: dict[str, Any] = dict(self._given)
        faults: list[Fault] = []
        row: list[str] = []
        for column, place, known in self._columns:
            text = found[place] if 0 <= place < len(found) else ""
            try:
                value, told = known[text] if text in known else self._value(column, text, known)
            except cells.Broken as broken:
                faults.append(broken.told)
                value, told = column.blank, cells.shown(text, column.longest)
            row.append(told)
            if value is not None or column.into != "year":
                values[column.into] = value
        if self._kind is UploadKind.DECLARATIONS and values["year"] != self._year and is_year(values["year"]):
            faults.append(fault("year-differs", "YearId", year=self._year))
        draft = self._draft(**values)
        return Line(line, ascii_digits(draft.student_number[:100]).strip(), draft, tuple(faults), tuple(row))

    @staticmethod
    def _value(column: Column, text: str, known: dict[str, Known]) -> Known:
        """Read a cell. Raises Broken."""
        if not text.strip():
            if column.needed:
                raise cells.Broken(fault("required", column.field))
            read: Known = (column.blank, "")
        else:
            cells.check(text, column.field, column.longest)
            value = column.read(text, column.field)
            # A spreadsheet's number of a day says nothing to people, nor to a CSV file.
            read = (value, _slashed(value, text) if isinstance(value, date) else text)
        if len(known) < _MOST_KNOWN:
            known[text] = read
        return read


def _slashed(day: date, text: str) -> str:
    try:
        return jalali.slashed(jalali.of_date(day))
    except jalali.DateWrong:
        return text
