"""Tables written by a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final

from nabz.kit.workbook import RowUnreadable, Workbook, rows_of
from nabz.terminology.errors import RowBroken
from nabz.terminology.files.source import Format, as_broken, as_ours, header_refused, id_and_version, refused
from nabz.terminology.files.table import TableSource
from nabz.terminology.files.text import Record

_SHEETS: Final = ("codes", "code", "کدها", "کد")


class XlsxSource(TableSource):
    """The first sheet of a workbook, or the one that is named for codes."""

    format: ClassVar[Format] = Format.XLSX

    def __init__(self, path: Path, name: str) -> None:
        super().__init__()
        self.id, self.version = id_and_version(name)
        with as_ours():
            self._book = Workbook(path)
        self.title = self._book.title
        sheets = self._book.sheets
        if not sheets:
            raise refused("فایل برگه‌ای ندارد", "the workbook has no sheet")
        named = [sheet for sheet in sheets if sheet.name.strip().casefold() in _SHEETS]
        self._sheet = (named or sheets)[0]
        _, header = next(self.records(), (0, []))
        if isinstance(header, RowBroken):
            raise header_refused(header)
        self.open_table(header)

    def records(self) -> Iterator[Record]:
        width = 0
        with as_ours():
            for progress, (line, cells) in rows_of(self._book, self._sheet):
                self.progress = progress
                if isinstance(cells, RowUnreadable):
                    yield line, as_broken(cells)
                    continue
                while cells and not cells[-1].strip():
                    cells.pop()
                if cells:
                    # Cells at the end of a row that hold nothing are not in the file.
                    width = width or len(cells)
                    yield line, [*cells, *[""] * (width - len(cells))]
