"""Instants as people type them: a Jalali date, and an hour of Tehran."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.persian import ascii_digits

if TYPE_CHECKING:
    from datetime import datetime

_HOUR: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")
LAST_MINUTE: Final = (23, 59)
_BETWEEN: Final = re.compile(r"[\s،,-]*(?:ساعت)?[\s،,-]+")


WRONG: Final = (
    "تاریخ و ساعت را مانند ۱۴۰۵/۰۹/۰۱ ۱۲:۰۰ بنویسید.",
    "Write a date of the Iranian calendar and an hour, such as 1405/09/01 12:00.",
)


def read(text: str, *, end: bool = False) -> datetime | None:
    """Read 1405/09/01 12:00 in any digits. Raises DateWrong, TimeWrong.

    A date alone is the beginning of that day; of what ends then, its last minute.
    """
    plain = ascii_digits(text).strip()
    if not plain:
        return None
    date, *rest = _BETWEEN.split(plain.replace("-", "/"), maxsplit=1)
    day = jalali.parse(date)
    if not rest:
        return jalali.instant(day.year, day.month, day.day, *LAST_MINUTE) if end else jalali.start_of(day)
    found = _HOUR.fullmatch(rest[0])
    if found is None:
        raise jalali.TimeWrong
    return jalali.instant(day.year, day.month, day.day, int(found[1]), int(found[2]))


def typed(at: datetime | None) -> str:
    """Write an instant as it is typed."""
    return "" if at is None else f"{jalali.slashed(jalali.day_of(at))} {jalali.tehran(at):%H:%M}"
