"""What people write into the wizard: hours of a day, and days with a word beside them."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Final

from nabz.appointments.errors.pattern import ExceptionWrong, HoursWrong
from nabz.appointments.model.pattern import Exceptional, Hours, check_hours
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.jalali import DateWrong
from nabz.kit.persian import ascii_digits

MOST_LINES: Final = 400
LONGEST_LINE: Final = 200
_SPAN: Final = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(?:-|–|تا|to|until)\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_BETWEEN: Final = re.compile(r"\s*(?:[,،;؛+\n]|و|and)\s*")
_DAY: Final = re.compile(r"\s*([0-9]{4}[/-][0-9]{1,2}[/-][0-9]{1,2})\s*[:،,]?\s*(.*)", re.DOTALL)
_CLOSED: Final = frozenset({"", "-", "تعطیل", "بسته", "closed", "off"})
_MIDNIGHT: Final = 24


def read_hours(text: str) -> tuple[Hours, ...]:
    """Read `8-12، 16 تا 19:30`; nothing means that nobody works. Raises HoursWrong."""
    plain = ascii_digits(text[: LONGEST_LINE * 2]).strip().lower()
    if plain in _CLOSED:
        return ()
    return tuple(_span(part) for part in _BETWEEN.split(plain) if part)


def _span(text: str) -> Hours:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise HoursWrong(hours=text[:40])
    return Hours(_clock(text, found[1], found[2]), _clock(text, found[3], found[4]))


def _clock(text: str, hour: str, minute: str | None) -> time:
    if int(hour) == _MIDNIGHT and not int(minute or 0):
        return time(23, 59)
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise HoursWrong(hours=text[:40]) from None


def read_days(text: str) -> frozenset[date]:
    """Read a list of Jalali days, between blanks, commas or lines. Raises DateWrong."""
    words = re.split(r"[\s,،;؛]+", ascii_digits(text).strip())
    if len(words) > MOST_LINES:
        raise DateWrong
    return frozenset(jalali.parse(word).to_gregorian() for word in words if word)


def read_exceptions(text: str, minutes: int) -> tuple[Exceptional, ...]:
    """Read lines like `1405/09/12 تعطیل` and `1405/09/13 9-11`, with room for visits of so many minutes.

    Raises DateWrong, ExceptionWrong.
    """
    lines = [(number, line) for number, line in enumerate(ascii_digits(text).splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise DateWrong
    return tuple(_exception(number, line, minutes) for number, line in lines)


def _exception(number: int, line: str, minutes: int) -> Exceptional:
    found = _DAY.fullmatch(line[:LONGEST_LINE])
    try:
        if found is None:
            raise DateWrong
        hours = read_hours(found[2])
        check_hours(hours, minutes)
        return Exceptional(jalali.parse(found[1]).to_gregorian(), hours)
    except Problem as problem:
        named = found[1] if found is not None else line.strip()[:40]
        raise ExceptionWrong(line=number, text=named, why=problem.text_en, why_fa=problem.text_fa) from None
