"""Price lists and tables of interactions that operators bring: read line by line, in Persian or English columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.persian import search_text
from nabz.kit.tabular import TableRefused, csv_bytes, records
from nabz.kit.workbook import RowUnreadable
from nabz.prescriptions.errors.catalogue import CatalogueFileRefused, CatalogueRowsRefused
from nabz.prescriptions.model.catalogue import COLUMNS, Interaction, RowWrong, pair_of, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from nabz.prescriptions.model.catalogue import Key, Row

MOST_LINES: Final = 200_000
_PAIR: Final = ("one", "other", "severity", "text_fa", "text_en")
_PERSIAN: Final = {
    "نوع": "type",
    "کد": "code",
    "شناسه": "id",
    "کد چاپی": "srv_code",
    "نام": "name",
    "نام انگلیسی": "name_en",
    "نام فارسی": "name_fa",
    "کد شکل": "form_code",
    "شکل": "form",
    "تعهد بیمه": "insured",
    "قیمت": "price",
    "از تاریخ": "price_day",
    "قیمت ک۲": "k2_price",
    "حق فنی": "tech_price",
    "یارانه": "subsidy",
    "جنس": "sex",
    "سقف تعداد": "most",
    "سقف سن": "max_age",
    "زیرگروه": "group",
    "گروه معادل": "generic",
    "ماده مؤثر": "substance",
    "رمز تحویل": "controlled",
    "اصالت": "barcode",
    "بیمارستانی": "hospital",
    "افزودنی": "additive",
    "دندان": "teeth",
    "هشدار": "warning",
    "فعال": "visible",
    "سهم بیمه": "percent",
    "دارو": "one",
    "داروی دیگر": "other",
    "شدت": "severity",
    "متن": "text_fa",
    "متن انگلیسی": "text_en",
}
_NAMES: Final = {search_text(name): column for name, column in _PERSIAN.items()}

Cells = dict[str, str] | RowWrong
Record = tuple[int, list[str] | RowWrong]


def lines(path: Path, day: str) -> Iterator[tuple[int, Row | RowWrong]]:
    """Read a price list; a price without a date holds from a day on. Raises CatalogueFileRefused."""
    for line, cells in _table(path, frozenset(COLUMNS), frozenset({"type", "code"})):
        try:
            yield line, row_of(line, _whole(cells), day)
        except RowWrong as wrong:
            yield line, wrong


def pairs(path: Path) -> list[Interaction]:
    """Read a table of interactions, all of it. Raises CatalogueFileRefused, CatalogueRowsRefused."""
    found, wrong = [], []
    for line, cells in _table(path, frozenset(_PAIR), frozenset(_PAIR[:4])):
        try:
            found.append(pair_of(_whole(cells)))
        except RowWrong as fault:
            wrong.append((line, fault))
    if wrong:
        line, first = wrong[0]
        raise CatalogueRowsRefused(count=len(wrong), line=line, why_fa=first.fa, why_en=first.en)
    return found


def report(rows: Iterable[tuple[int, Key, str, str, str]]) -> bytes:
    """Write what becomes of every row: its line, type and code, the outcome, and why it is wrong."""
    told = ((line, *key, outcome, fa, en) for line, key, outcome, fa, en in rows)
    return csv_bytes([("line", "type", "code", "outcome", "why_fa", "why_en"), *told])


def _whole(cells: Cells) -> dict[str, str]:
    if isinstance(cells, RowWrong):
        raise cells
    return cells


def _table(path: Path, known: frozenset[str], needed: frozenset[str]) -> Iterator[tuple[int, Cells]]:
    """Give the cells of each row by the names of its columns."""
    found = _records(path)
    _, header = next(found, (0, []))
    columns = _columns([] if isinstance(header, RowWrong) else header, known, needed)
    for count, (line, cells) in enumerate(found, 1):
        if count > MOST_LINES:
            raise _refused("سطرهای آن بیش از اندازه است", f"it has more than {MOST_LINES} lines")
        if isinstance(cells, RowWrong):
            yield line, cells
        elif len(cells) > len(columns):
            yield line, RowWrong("خانه‌های سطر بیش از ستون‌هاست", "the row has more cells than there are columns")
        elif any(cell.strip() for cell in cells):
            yield line, dict(zip(columns, cells, strict=False))


def _columns(header: list[str], known: frozenset[str], needed: frozenset[str]) -> list[str]:
    columns = [_NAMES.get(search_text(name), search_text(name).replace(" ", "_")) for name in header]
    unknown = [name for name in columns if name not in known]
    missing = sorted(needed - set(columns))
    if unknown or missing or len(set(columns)) != len(columns):
        names = "، ".join(unknown or missing)[:200]
        raise _refused(f"ستون‌های آن درست نیست ({names})", f"its columns are not right ({names})")
    return columns


def _records(path: Path) -> Iterator[Record]:
    """Give the cells of each row with its line."""
    try:
        for _, line, cells in records(path):
            if isinstance(cells, RowUnreadable):
                yield line, RowWrong(str(cells.facts["why_fa"]), str(cells.facts["why"]))
            else:
                yield line, cells
    except TableRefused as fault:
        raise _refused(str(fault.facts["why_fa"]), str(fault.facts["why"])) from None


def _refused(why_fa: str, why: str) -> CatalogueFileRefused:
    return CatalogueFileRefused(why_fa=why_fa, why_en=why)
