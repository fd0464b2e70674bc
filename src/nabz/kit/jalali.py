"""Jalali dates and Tehran's clock: reading, writing, and the way to aware UTC instants and back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from nabz.kit.errors import Problem
from nabz.kit.persian import ascii_digits, persian_digits

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MONTHS",
    "TEHRAN",
    "WEEKDAYS",
    "DateWrong",
    "JalaliDate",
    "TimeWrong",
    "compact",
    "day_of",
    "instant",
    "long_date",
    "moment",
    "of_date",
    "of_parts",
    "parse",
    "people_date",
    "relative",
    "slashed",
    "start_of",
    "tehran",
    "weekday",
]

TEHRAN: Final = ZoneInfo("Asia/Tehran")
# Outside of these a year is a slip (a Gregorian one, two digits), and no two calendars agree any more.
FIRST_YEAR: Final = 1200
LAST_YEAR: Final = 1500
MONTHS: Final = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
MONTHS_EN: Final = (
    "Farvardin",
    "Ordibehesht",
    "Khordad",
    "Tir",
    "Mordad",
    "Shahrivar",
    "Mehr",
    "Aban",
    "Azar",
    "Dey",
    "Bahman",
    "Esfand",
)
WEEKDAYS: Final = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")

_WRITTEN: Final = re.compile(r"([0-9]{4})([/-])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_MARKS: Final = dict.fromkeys(map(ord, "\u200c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))
_MINUTE: Final = 60
_SPANS: Final = (
    (365 * 86400, "سال"),
    (30 * 86400, "ماه"),
    (86400, "روز"),
    (3600, "ساعت"),
    (_MINUTE, "دقیقه"),
)


class DateWrong(Problem):
    """No such day in the Jalali calendar, or not written as a date."""

    code = "kit.date-wrong"
    fa = "تاریخ درست نیست؛ آن را مانند ۱۴۰۲/۱۱/۰۳ بنویسید."
    en = "This is no valid Jalali date: write it like 1402/11/03."


class TimeWrong(Problem):
    """No such time of day."""

    code = "kit.time-wrong"
    fa = "ساعت درست نیست؛ آن را از ۰۰:۰۰:۰۰ تا ۲۳:۵۹:۵۹ بنویسید."
    en = "This is no valid time of day: write it from 00:00:00 to 23:59:59."


def parse(text: str) -> JalaliDate:
    """Read 1402/11/03, 1402-11-03, 1398/1/5 or 14021103, in any digits. Raises DateWrong."""
    found = _WRITTEN.fullmatch(ascii_digits(text).translate(_MARKS).strip())
    if found is None:
        raise DateWrong
    year, _, month, day = found.groups()[:4] if found[1] else (found[5], "", found[6], found[7])
    return of_parts(int(year), int(month), int(day))


def of_parts(year: int, month: int, day: int) -> JalaliDate:
    """Make a date of its parts. Raises DateWrong."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and JalaliDate.check_date(year, month, day)):
        raise DateWrong
    return JalaliDate(year, month, day)  # type: ignore[no-untyped-call]


def of_date(day: date) -> JalaliDate:
    """Give the Jalali name of a Gregorian day. Raises DateWrong outside of our years."""
    if isinstance(day, datetime):
        raise TypeError("an instant lies in a day only by a zone: use day_of")
    try:
        found = JalaliDate(day)  # type: ignore[no-untyped-call]
    except ValueError:  # before the calendar's first day
        raise DateWrong from None
    return of_parts(found.year, found.month, found.day)


def instant(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Give the UTC instant of a Jalali date and a time of Tehran. Raises DateWrong, TimeWrong."""
    gregorian = of_parts(year, month, day).to_gregorian()
    try:
        clock = time(hour, minute, second, tzinfo=TEHRAN)
    except (ValueError, OverflowError):
        raise TimeWrong from None
    return datetime.combine(gregorian, clock).astimezone(UTC)


def start_of(day: JalaliDate) -> datetime:
    """Give the UTC instant at which a day begins in Tehran."""
    return instant(day.year, day.month, day.day)


def tehran(at: datetime) -> datetime:
    """Give an instant by Tehran's clock; a naive datetime is a defect of ours, so it is a ValueError."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a naive datetime is no instant")
    return at.astimezone(TEHRAN)


def day_of(at: datetime) -> JalaliDate:
    """Give the Jalali day that an instant lies in, in Tehran."""
    return of_date(tehran(at).date())


def slashed(day: JalaliDate) -> str:
    """Write 1402/11/03, for the wire."""
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def compact(day: JalaliDate) -> str:
    """Write 14021103, for the wire."""
    return f"{day.year:04}{day.month:02}{day.day:02}"


def people_date(day: JalaliDate) -> str:
    """Write ۱۴۰۲/۱۱/۰۳, for tables that people read."""
    return persian_digits(slashed(day))


def long_date(day: JalaliDate) -> str:
    """Write ۳ بهمن ۱۴۰۲."""
    return persian_digits(f"{day.day} {MONTHS[day.month - 1]} {day.year}")


def weekday(day: JalaliDate) -> str:
    """Name the day of the week."""
    return WEEKDAYS[day.weekday()]


def moment(at: datetime) -> str:
    """Write an instant by Tehran's clock: ۳ بهمن ۱۴۰۲، ۱۴:۰۵."""
    local = tehran(at)
    return f"{long_date(of_date(local.date()))}، {persian_digits(f'{local:%H:%M}')}"


def relative(at: datetime, now: datetime) -> str:
    """Say how long ago or how far ahead an instant is: ۳ دقیقه پیش, ۲ روز دیگر."""
    seconds = (tehran(now) - tehran(at)).total_seconds()
    if abs(seconds) < _MINUTE:
        return "همین حالا"
    size, name = next(span for span in _SPANS if abs(seconds) >= span[0])
    return f"{persian_digits(int(abs(seconds) // size))} {name} {'پیش' if seconds > 0 else 'دیگر'}"
