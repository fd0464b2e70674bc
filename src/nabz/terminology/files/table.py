"""Tables written as text: CSV with commas, semicolons or tabs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import BinaryIO, ClassVar, Final, TextIO

from nabz.terminology.errors import RowBroken
from nabz.terminology.files.checking import broken
from nabz.terminology.files.columns import Columns, columns_of, known_roles
from nabz.terminology.files.source import Format, Source, header_refused, id_and_version, refused
from nabz.terminology.files.text import Record, check_text, records
from nabz.terminology.model import Read, Retirement

_DELIMITERS: Final = ",;\t"
_EVERY: Final = 1000
"""So often the progress is told."""


class TableSource(Source):
    """A file whose first row names the columns of the others."""

    columns: Columns

    def open_table(self, header: list[str]) -> None:
        """Find the columns, and that there are rows. Raises FileRefused."""
        self.columns = columns_of(header)
        self.kind = self.columns.kind
        if next(self.found(), None) is None:
            raise refused("فایل جز سرستون ردیفی ندارد", "the file has no rows below its header")

    @cached_property
    def complete(self) -> bool:
        return not self.columns.may_retire or any(not isinstance(one, Retirement) for one in self.found())

    def found(self) -> Iterator[Read]:
        for line, cells in islice(self.records(), 1, None):
            if isinstance(cells, RowBroken):
                yield broken(line, "", cells)
            elif one := self.columns.read(line, cells):
                yield one

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """Give the cells of every record, from the header on."""


class CsvSource(TableSource):
    """A text file with a header."""

    format: ClassVar[Format] = Format.CSV

    def __init__(self, path: Path, name: str) -> None:
        super().__init__()
        self._path = path
        self._size = max(path.stat().st_size, 1)
        self.id, self.version = id_and_version(name)
        with path.open("rb") as stream:
            check_text(stream)
        self._delimiter, header = _header(path)
        self.open_table(header)

    def records(self) -> Iterator[Record]:
        with _text(self._path) as stream:
            for number, record in enumerate(_below_blanks(stream, self._delimiter)):
                if number % _EVERY == 0:
                    self.progress = _place(stream.buffer) / self._size
                yield record


def _text(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", newline="")


def _place(stream: BinaryIO) -> int:
    return stream.tell()


def _below_blanks(stream: Iterator[str], delimiter: str) -> Iterator[Record]:
    found = records(stream, delimiter)
    for line, cells in found:
        if isinstance(cells, RowBroken) or any(map(str.strip, cells)):
            yield line, cells
            break
    yield from found


def header_of(stream: Iterator[str], delimiter: str) -> list[str]:
    """Give the names of the columns. Raises FileRefused."""
    _, cells = next(_below_blanks(stream, delimiter), (0, []))
    if isinstance(cells, RowBroken):
        raise header_refused(cells)
    return cells


def _header(path: Path) -> tuple[str, list[str]]:
    """Give the delimiter under which the header says most, and the header."""
    headers: list[tuple[str, list[str]]] = []
    for delimiter in _DELIMITERS:
        with _text(path) as stream:
            headers.append((delimiter, header_of(stream, delimiter)))
    return max(headers, key=lambda found: (known_roles(found[1]), len(found[1])))
