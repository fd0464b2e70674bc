"""Instants and days as callers write them: ISO 8601, or Iran's calendar; what names no zone is Tehran's time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from nabz.appointments.errors import DateWrongHere
from nabz.kit import jalali
from nabz.kit.jalali import TEHRAN, DateWrong
from nabz.kit.persian import ascii_digits

_WRITTEN: Final = re.compile(
    r"([0-9]{4})([/-])([0-9]{1,2})\2([0-9]{1,2})"
    r"(?:(?:[Tt]|\s{1,3})([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?\s?(Z|z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?")
_LONGEST: Final = 40
_FIRST_GREGORIAN: Final = 1900
_LAST_GREGORIAN: Final = 2200
_THIS_CENTURY: Final = "20"
_DASH: Final = 4
_DAY_LETTERS: Final = 10


def instant(text: str, field: str, *, day_is_enough: bool = False) -> datetime:
    """Read an instant; a day alone stands for its beginning where that is enough. Raises DateWrongHere."""
    if text.startswith(_THIS_CENTURY) and text[_DASH : _DASH + 1] == "-" and len(text) > _DAY_LETTERS:
        try:  # as most write it, and a hundred times as fast
            at = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return (at if at.tzinfo is not None else at.replace(tzinfo=TEHRAN)).astimezone(UTC)
    found = _WRITTEN.fullmatch(_folded(text, field))
    if found is None or (found[5] is None and not day_is_enough):
        raise DateWrongHere(field=field)
    on = _day(int(found[1]), int(found[3]), int(found[4]), field)
    try:
        zone = TEHRAN if found[8] is None else datetime.strptime(found[8].upper(), "%z").tzinfo
        clock = time(int(found[5] or 0), int(found[6] or 0), int(found[7] or 0), tzinfo=zone)
    except ValueError:
        raise DateWrongHere(field=field) from None
    return datetime.combine(on, clock).astimezone(UTC)


def maybe(text: str | None, field: str) -> datetime | None:
    """Read an instant if there is one. Raises DateWrongHere."""
    return instant(text, field) if text else None


def day(text: str, field: str) -> date:
    """Read a day. Raises DateWrongHere."""
    found = _WRITTEN.fullmatch(_folded(text, field))
    if found is None or found[5] is not None:
        raise DateWrongHere(field=field)
    return _day(int(found[1]), int(found[3]), int(found[4]), field)


def clock(text: str, field: str) -> time:
    """Read a time of day, to the minute. Raises DateWrongHere."""
    found = _CLOCK.fullmatch(_folded(text, field))
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise DateWrongHere(field=field)


def period(from_: str, until: str | None, now: datetime, usual: timedelta) -> tuple[datetime, datetime]:
    """Read from when to when; without a beginning from now on, without an end as long as usual.

    A day alone as the end stands for the whole of it. Raises DateWrongHere.
    """
    begin = instant(from_, "from", day_is_enough=True) if from_ else now
    if not until:
        return begin, begin + usual
    end = instant(until, "until", day_is_enough=True)
    return begin, end + timedelta(days=1) if len(until.strip()) <= _DAY_LETTERS else end


def shown(at: datetime) -> str:
    """Write an instant by Iran's calendar and Tehran's clock: 1405/09/02 10:30."""
    local = jalali.tehran(at)
    return f"{shown_day(local.date())} {local:%H:%M}"


@lru_cache(1000)
def shown_day(of: date) -> str:
    """Write a day by Iran's calendar: 1405/09/02."""
    return jalali.slashed(jalali.of_date(of))


def _folded(text: str, field: str) -> str:
    if len(text) > _LONGEST:
        raise DateWrongHere(field=field)
    return ascii_digits(text).strip()


def _day(year: int, month: int, of_month: int, field: str) -> date:
    found = _known_day(year, month, of_month)
    if found is None:
        raise DateWrongHere(field=field)
    return found


@lru_cache(4000)
def _known_day(year: int, month: int, of_month: int) -> date | None:
    """Tell which day it is; two calendars share no year, so the year tells which one is meant."""
    try:
        if _FIRST_GREGORIAN <= year <= _LAST_GREGORIAN:
            return date(year, month, of_month)
        return jalali.of_parts(year, month, of_month).to_gregorian()
    except (ValueError, DateWrong):
        return None
