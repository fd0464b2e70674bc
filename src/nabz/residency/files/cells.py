"""Cells of a file as values: codes by number or title, days of both calendars, scores, yes and no."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.persian import LONGEST, ascii_digits, search_text
from nabz.residency.errors.faults import fault
from nabz.residency.model.scores import typed_score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nabz.residency.errors.faults import Fault

Value = str | int | bool | date | None

FIRST_GREGORIAN: Final = 1900
"""A year from this one on is Gregorian; the Jalali calendar has not come so far."""

LAST_JALALI: Final = 1700
_YES: Final = frozenset({"1", "true", "yes", "y", "بله", "بلی", "آری", "دارد", "کامل", "درست", "ایرانی", "است"})
_NO: Final = frozenset({"0", "false", "no", "n", "خیر", "نه", "ندارد", "ناقص", "نادرست", "غیرایرانی", "نیست"})
_CODED: Final = re.compile(r"([0-9]{1,5})(?:\.0+)?(?:\s*[-–—:]\s*.*)?", re.DOTALL)
_DAY: Final = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME: Final = re.compile(r"[T ][0-9:.+Z]*$")
_NUMBERED: Final = re.compile(r"([0-9]{4,5})(?:\.[0-9]+)?")
_DAY_NOUGHT: Final = date(1899, 12, 30)
_ODD: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Broken(Exception):  # noqa: N818 - told as a fault, seen by nobody else
    """A cell that cannot be read, with what is told of it."""

    def __init__(self, told: Fault) -> None:
        self.told = told
        super().__init__(told.en)


def check(text: str, field: str, longest: int) -> None:
    """Refuse what no cell may hold: formulas, signs that are no text, more letters than its column. Raises Broken."""
    if text.startswith("="):
        raise Broken(fault("formula", field))
    if len(text.strip().removeprefix("'")) > longest:
        raise Broken(fault("too-long", field, most=longest))
    if _ODD.search(text):
        raise Broken(fault("unreadable", field))


def shown(text: str, longest: int) -> str:
    """Give back a cell that was refused, no longer than it takes to be refused again."""
    return _ODD.sub("\ufffd", text.strip()[: longest + 2])


def words(text: str, field: str) -> str:  # noqa: ARG001 - all readers are called alike
    """Read a text."""
    return text.strip().removeprefix("'")


def number(text: str, field: str) -> int:
    """Read a whole number, or the number at the beginning of `2 - title`. Raises Broken."""
    found = _CODED.fullmatch(ascii_digits(text).strip())
    if found is None:
        raise Broken(fault("unreadable", field))
    return int(found[1])


def code_of(titles: Mapping[str, str]) -> Callable[[str, str], str]:
    """Make a reader of codes that takes a code, its title, or both; other codes pass, to be told as such."""
    known = {key_of(title): code for code, title in titles.items()}

    def read(text: str, field: str) -> str:
        if text and (code := known.get(key_of(text))):
            return code
        found = _CODED.fullmatch(ascii_digits(text).strip())
        if found is None:
            raise Broken(fault("unreadable", field))
        return found[1]

    return read


def yes_or_no(text: str, field: str) -> bool:
    """Read yes or no. Raises Broken."""
    plain = key_of(text)
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Broken(fault("unreadable", field))


def score(text: str, field: str) -> int:
    """Read a score in hundredths. Raises Broken."""
    found = typed_score(text, field)
    if isinstance(found, int):
        return found
    raise Broken(found)


def day(text: str, field: str, *, by_number: bool = False) -> date:
    """Read a day: Jalali before 1700, Gregorian from 1900 on, or as spreadsheets count days. Raises Broken."""
    plain = _TIME.sub("", ascii_digits(text).strip())
    if by_number and (counted := _NUMBERED.fullmatch(plain)):
        return _DAY_NOUGHT + timedelta(days=int(counted[1]))
    found = _DAY.fullmatch(plain)
    if found is None:
        raise Broken(fault("unreadable", field))
    year, month, of_month = (int(part) for part in (found[1] or found[5], found[3] or found[6], found[4] or found[7]))
    try:
        if year < LAST_JALALI:
            return jalali.of_parts(year, month, of_month).to_gregorian()
        if year >= FIRST_GREGORIAN:
            return date(year, month, of_month)
    except (ValueError, jalali.DateWrong):
        pass
    raise Broken(fault("unreadable", field))


def key_of(text: str) -> str:
    """Give what two spellings of a word have in common."""
    return re.sub(r"[\W_]+", "", search_text(text[:LONGEST]))
