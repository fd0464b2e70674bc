"""Workbooks that we write: sheets from right to left, row by row, and one content is one file to the letter.

They are written by hand: a million rows take no more memory than one.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain, islice
from string import ascii_uppercase
from types import TracebackType
from typing import IO, Final, Self
from xml.sax.saxutils import escape

import msgspec

from nabz.kit.workbook import parts

Row = Sequence[str | int | Decimal | None]
"""Whole numbers are amounts, parted by thousands; a decimal stands there as it is."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_575
"""A sheet has one row more, for the head."""

CHOSEN_ROWS: Final = 20_000
"""So many rows below the head offer their choices."""

_LIGHT: Final = 3
"""How hard the packing is tried: more takes twice the time for a tenth of the size."""

_AT_ONCE: Final = 500
_MEASURED: Final = 200
_NARROWEST, _WIDEST = 10, 48
_LETTERS: Final = (*ascii_uppercase, *(first + second for first in ascii_uppercase for second in ascii_uppercase))
_ODD: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x")
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Choice(msgspec.Struct, frozen=True):
    """A drop-down: the cells of a column are chosen from those of another sheet, below its head."""

    column: int
    """The first is 1."""

    sheet: str
    range_column: int
    rows: int
    """How many there are to choose from."""

    strict: bool = True
    """Whether a spreadsheet refuses what is not among them."""


class Sheet(msgspec.Struct, frozen=True):
    """A sheet whose first row is its head; without widths it is as wide as what stands in its first rows."""

    name: str
    rows: Iterable[Row]
    choices: tuple[Choice, ...] = ()
    widths: tuple[int, ...] = ()
    texts: bool = False
    """Cells where nothing stands yet are text as well: a code that somebody types in keeps its leading zeros."""


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook and give it whole."""
    out = io.BytesIO()
    write(out, sheets)
    return out.getvalue()


def write(out: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write a workbook; its rows are asked for as they are written."""
    with Writing(out, [sheet.name for sheet in sheets]) as book:
        for sheet in sheets:
            with book.sheet(sheet) as written:
                written.add(sheet.rows)


class Writing:
    """A workbook that is being written, its sheets in the order of their names."""

    def __init__(self, out: IO[bytes], names: Sequence[str], *, title: str = "") -> None:
        self._names = [parts.sheet_name(name) for name in names]
        self._title = _ILLEGAL.sub("", title)
        self._next = 1
        self._package = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LIGHT)

    def __enter__(self) -> Self:
        for name, text in parts.package_of(self._names, self._title).items():
            # Opened by its name a part has no time of day.
            with self._package.open(name, "w") as part:
                part.write((parts.TOP + text).encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._package.close()

    @contextmanager
    def sheet(self, sheet: Sheet) -> Iterator[Rows]:
        """Begin the next sheet; the caller adds its rows, the sheet's own or as they come."""
        choices = [self._choice(choice) for choice in sheet.choices if choice.rows > 0]
        with self._package.open(parts.sheet_part(self._next), "w") as part:
            rows = Rows(part, sheet)
            yield rows
            rows.end(choices)
        self._next += 1

    def _choice(self, choice: Choice) -> str:
        name = parts.sheet_name(choice.sheet)
        if name not in self._names:
            raise ValueError(f"there is no sheet {choice.sheet}")
        own, other = _LETTERS[choice.column - 1], _LETTERS[choice.range_column - 1]
        those = f"${other}$2:${other}${choice.rows + 1}"
        return parts.choice(f"{own}2:{own}{CHOSEN_ROWS + 1}", name, those, strict=choice.strict)


class Rows:
    """The rows of a sheet that is being written."""

    def __init__(self, part: IO[bytes], sheet: Sheet) -> None:
        self._part, self._widths, self._texts = part, sheet.widths, sheet.texts
        self.count = 0
        self.size = 0
        """How many bytes are written, before packing."""

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows below those that are there; the first of all is the head."""
        coming = iter(rows)
        if not self.count:
            first = list(islice(coming, _MEASURED))
            if not first:
                return
            self._put(parts.before_rows(self._widths or _widths(first), texts=self._texts))
            coming = chain(first, coming)
        while some := list(islice(coming, _AT_ONCE)):
            self._put("".join(_row(number, row) for number, row in enumerate(some, self.count + 1)))
            self.count += len(some)

    def end(self, choices: Sequence[str]) -> None:
        """Write what stands behind the rows."""
        if not self.count:
            self._put(parts.before_rows(self._widths, texts=self._texts))
        self._put(parts.after_rows(choices))

    def _put(self, text: str) -> None:
        self.size += self._part.write(text.encode())


def _widths(rows: Sequence[Row]) -> list[int]:
    columns = max(map(len, rows), default=0)
    longest = [max(len(str(row[place])) for row in rows if place < len(row)) for place in range(columns)]
    return [min(_WIDEST, max(_NARROWEST, length + 2)) for length in longest]


def _row(line: int, row: Row) -> str:
    if len(row) > len(_LETTERS):
        raise ValueError(f"row {line} has {len(row)} cells")
    return f'<row r="{line}">{"".join(_cells(line, row))}</row>'


def _cells(line: int, row: Row) -> Iterator[str]:
    style = parts.TEXT if line > 1 else parts.HEAD
    for letter, cell in zip(_LETTERS, row, strict=False):
        if isinstance(cell, int):
            yield f'<c r="{letter}{line}" s="{parts.NUMBER}"><v>{cell:d}</v></c>'
        elif isinstance(cell, Decimal):
            yield f'<c r="{letter}{line}"><v>{cell:f}</v></c>'
        elif cell:
            text = _written(cell) if _ODD.search(cell) else cell
            yield f'<c r="{letter}{line}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _written(text: str) -> str:
    return _LOOKS_ESCAPED.sub("_x005F_", escape(_ILLEGAL.sub("", text)))
