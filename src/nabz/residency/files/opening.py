"""Opening a file: a workbook or CSV, its rows as texts, and never more of them than may be."""

from __future__ import annotations

import re
import zipfile
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from nabz.kit.persian import grouped
from nabz.kit.tabular import Record, TableRefused, records
from nabz.kit.workbook import RowUnreadable, Workbook, WorkbookRefused, check_zip, rows_of
from nabz.residency.errors import FileRefused
from nabz.residency.model.uploads import MOST_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nabz.kit.workbook import Sheet

Cells = list[str]
Found = tuple[int, Cells | RowUnreadable]
"""The line of a row with its cells, or why it cannot be read."""

MOST_UNPACKED: Final = 200 << 20
"""More than fifty thousand rows ever come to; whoever sends a million is told so before they are read."""

MOST_BLANK: Final = 200_000
_ZIP: Final = b"PK\x03\x04"
_OTHERS: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF")
"""Pictures and papers: what is told of those as texts would lead nobody on."""

_DAMAGED: Final = "the package is damaged"
_FROM_1904: Final = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")
_HEAD: Final = 1 << 16


def refused(why_fa: str, why_en: str) -> FileRefused:
    """Say why a whole file cannot be taken."""
    return FileRefused(why_fa=why_fa, why_en=why_en)


def too_many(most: int = MOST_LINES) -> FileRefused:
    """Say that the file has more rows than may be sent at once."""
    return refused(
        f"بیش از {grouped(most)} ردیف دارد؛ آن را در چند فایل بفرستید، و ردیف‌های خالی پایین برگه را حذف کنید",
        f"it has more than {most:,} rows: send several files, and delete blank rows below the last one",
    )


class Table(ABC):
    """A file whose rows are read one by one; `progress` goes from 0 to 1."""

    days_are_numbers = False
    """Whether a date may come as the number by which spreadsheets count days."""

    def __init__(self) -> None:
        self.progress = 0.0

    def sheets(self) -> list[Sheet | None]:
        """Name what may hold the rows, the likeliest first."""
        return [None]

    def rows(self, sheet: Sheet | None) -> Iterator[Found]:
        """Give the rows that are not blank. Raises FileRefused."""
        full = blank = 0
        try:
            for progress, line, cells in self._all(sheet):
                self.progress = progress
                if isinstance(cells, RowUnreadable) or any(map(str.strip, cells)):
                    full += 1
                    yield line, cells
                else:
                    blank += 1
                if full > MOST_LINES + 1 or blank > MOST_BLANK:
                    raise too_many()
        except (WorkbookRefused, TableRefused) as problem:
            raise _as_ours(problem) from problem

    @abstractmethod
    def _all(self, sheet: Sheet | None) -> Iterator[Record]: ...


def open_table(path: Path) -> Table:
    """Open a file as what it is. Raises FileRefused."""
    with path.open("rb") as stream:
        head = stream.read(len(_ZIP))
    if not head:
        raise refused("خالی است", "it is empty")
    if head.startswith(_OTHERS):
        raise refused("نه فایل اکسل (XLSX) است و نه CSV", "it is neither a workbook (XLSX) nor CSV")
    return _Book(path) if head == _ZIP else _Text(path)


class _Book(Table):
    days_are_numbers = True

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            if sum(one.file_size for one in check_zip(path)) > MOST_UNPACKED:
                raise too_many()
            self._book = Workbook(path)
        except WorkbookRefused as problem:
            raise _as_ours(problem) from problem
        # A day is a number here: whoever reads a column of dates knows what it means.
        self._book.dates = frozenset()
        self.days_are_numbers = not _counts_from_1904(path)

    def sheets(self) -> list[Sheet | None]:
        return list(self._book.sheets)

    def _all(self, sheet: Sheet | None) -> Iterator[Record]:
        found = rows_of(self._book, sheet) if sheet else ()
        return ((progress, line, cells) for progress, (line, cells) in found)


def _counts_from_1904(path: Path) -> bool:
    """Tell whether a workbook counts its days as old Macs did, four years off."""
    try:
        with zipfile.ZipFile(path) as package, package.open("xl/workbook.xml") as part:
            return bool(_FROM_1904.search(part.read(_HEAD)))
    except (KeyError, zipfile.BadZipFile):
        return False


def _as_ours(problem: WorkbookRefused | TableRefused) -> FileRefused:
    if str(problem.facts.get("why", "")).rstrip(".") == _DAMAGED:
        return refused(
            "فایل اکسل خراب است؛ آن را در اکسل باز و دوباره ذخیره کنید",
            "the workbook is damaged: open it in a spreadsheet and save it again",
        )
    return refused(str(problem.facts.get("why_fa", "")).rstrip("."), str(problem.facts.get("why", "")).rstrip("."))


class _Text(Table):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def _all(self, sheet: Sheet | None) -> Iterator[Record]:  # noqa: ARG002 - there is only one
        return records(self._path)
