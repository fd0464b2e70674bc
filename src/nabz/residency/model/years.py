"""The academic year: it begins in Mehr, and the examination of the next spring still belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.jalali import day_of
from nabz.kit.persian import ascii_digits

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.jalali import JalaliDate

FIRST, LAST = 1350, 1499
MEHR: Final = 7
DIGITS: Final = 4


def academic_year(day: JalaliDate) -> int:
    """Give the academic year of a day: 1402 for the examination of spring 1403."""
    return int(day.year) if day.month >= MEHR else int(day.year) - 1


def year_at(now: datetime) -> int:
    """Give the academic year of an instant."""
    return academic_year(day_of(now))


def is_year(year: int) -> bool:
    """Tell whether this is a year that the registry may know."""
    return FIRST <= year <= LAST


def read_year(text: str) -> int | None:
    """Read a year as people type it; nothing that is none."""
    digits = ascii_digits(text[: DIGITS * 4]).strip()
    return int(digits) if len(digits) == DIGITS and digits.isdecimal() and is_year(int(digits)) else None
