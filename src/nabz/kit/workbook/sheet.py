"""The rows of a sheet, from its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nabz.kit.workbook.opening import Attributes, Sheet, Texts, Workbook, bare, fed, parser_of
from nabz.kit.workbook.problems import RowUnreadable, fa, refused, row_unreadable

Record = tuple[int, "list[str] | RowUnreadable"]
"""The line of a row with its cells as texts, or why it cannot be taken."""

_MOST_COLUMNS: Final = 256
_MOST_ROWS: Final = 1 << 20
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]+)")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_LARGEST_EXACT: Final = 10**15
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")


def rows_of(book: Workbook, sheet: Sheet) -> Iterator[tuple[float, Record]]:
    """Give the cells of each row as texts, its line and the part of the sheet that is read; of a broken one, why."""
    reader = _Reader(book)
    size = book.size(sheet.part)
    with book.open(sheet.part) as stream:
        for count in fed(parser_of(reader.start, reader.end, reader.texts.text), stream):
            for record in reader.ready:
                yield count / size, record
            reader.ready.clear()


class _Reader:
    """Takes the events of the parser and puts rows together."""

    def __init__(self, book: Workbook) -> None:
        self.ready: list[Record] = []
        self.texts = Texts()
        self._strings, self._dates = book.strings, book.dates
        self._line = self._column = 0
        self._cells: list[str] = []
        self._why: RowUnreadable | None = None
        self._type = self._style = ""
        self._formula = False

    def start(self, name: str, attributes: Attributes) -> None:
        name = bare(name)
        if name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1]) if place else self._column + 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._formula = False
            self.texts.taken()
        elif name == "row":
            line = int(attributes.get("r", self._line + 1))
            if not self._line < line <= _MOST_ROWS:
                raise refused("ردیف‌های فایل اکسل به ترتیب نیستند", "the rows of the workbook are not in order")
            self._line = line
            self._column, self._cells, self._why = 0, [], None
        elif name == "f":
            self._formula = True
        else:
            self.texts.start(name)

    def end(self, name: str) -> None:
        name = bare(name)
        if name == "c":
            try:
                self._take(self._cell(self.texts.taken()))
            except RowUnreadable as why:
                self._why = self._why or why.with_traceback(None)
        elif name == "row":
            self.ready.append((self._line, self._why or self._cells))
        else:
            self.texts.end(name)

    def _take(self, text: str) -> None:
        if not text:
            return
        if self._column > _MOST_COLUMNS:
            raise row_unreadable(
                f"پس از ستون {fa(_MOST_COLUMNS)} چیزی نوشته شده است", f"something stands behind column {_MOST_COLUMNS}"
            )
        self._cells += [""] * (self._column - len(self._cells))
        self._cells[self._column - 1] = text

    def _cell(self, text: str) -> str:
        if self._formula:
            # Whatever it comes to: what is told by a formula is refused by its sign.
            return "="
        if not text:
            return ""
        match self._type:
            case "s":
                return _unescaped(self._strings[int(text)])
            case "n" if self._style not in self._dates:
                return _number(text)
            case "n" | "d":
                raise row_unreadable(
                    "خانه‌ای تاریخ یا ساعت است؛ قالب آن را «متن» کنید و دوباره بنویسید",
                    "a cell is a date or a time: format it as text and write it again",
                )
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case "e":
                raise row_unreadable(f"خانه‌ای خطای «{text[:20]}» دارد", f"a cell holds the error {text[:20]}")
        return _unescaped(text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _number(text: str) -> str:
    if _WHOLE.fullmatch(text):
        return text
    value = float(text)
    if not abs(value) < _LARGEST_EXACT:
        raise row_unreadable(
            f"عددی بیش از {fa(15)} رقم دارد و اکسل رقم‌های آخر آن را نگه نمی‌دارد؛ قالب خانه را «متن» کنید",
            "a number has more than 15 digits, and spreadsheets lose the last ones: format the cell as text",
        )
    return str(int(value)) if value == int(value) else f"{value:.15g}"
