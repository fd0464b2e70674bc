"""Times and lengths of an iCalendar (RFC 5545, section 3.3): by Tehran's clock, or by that of the whole world."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from nabz.appointments.files.lines import Line, unreadable
from nabz.kit.jalali import TEHRAN

WORLD: Final = ZoneInfo("UTC")
_TIME: Final = re.compile(r"([0-9]{8})T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_DATE: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_LENGTH: Final = re.compile(
    r"\+?P(?:([0-9]{1,4})W|(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})S)?)?)"
)
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2400
_OF_TEHRAN: Final = frozenset({"iran", "iran standard time", "asia/tehran"})
_OF_WORLD: Final = frozenset({"utc", "etc/utc", "gmt", "z"})


def zone_of(line: Line) -> ZoneInfo:
    """Tell by which clock a time is told; one that names none is Tehran's. Raises CalendarUnreadable."""
    if line.parameters.get("VALUE", "DATE-TIME").upper() != "DATE-TIME":
        raise unreadable(
            line.number, "رویداد تمام‌روز است و ساعت ندارد", "the event takes whole days and has no time of day"
        )
    if line.value.upper().endswith("Z"):
        return WORLD
    told = line.parameters.get("TZID", "Asia/Tehran").strip().lower()
    if told in _OF_TEHRAN or told.endswith("/asia/tehran"):
        return TEHRAN
    if told in _OF_WORLD:
        return WORLD
    raise unreadable(
        line.number,
        "منطقهٔ زمانی آن نه Asia/Tehran است و نه UTC",
        "its time zone is neither Asia/Tehran nor UTC",
    )


def read_time(number: int, text: str, zone: ZoneInfo) -> datetime:
    """Read 20261122T083000, to the minute. Raises CalendarUnreadable."""
    found = _TIME.fullmatch(text.strip().upper())
    if found is None:
        raise unreadable(number, "زمان آن درست نیست", "its time is not valid")
    try:
        clock = time(int(found[2]), int(found[3]), tzinfo=WORLD if found[5] else zone)
    except ValueError:
        raise unreadable(number, "ساعت آن درست نیست", "its time of day is not valid") from None
    at = datetime.combine(read_day(number, found[1]), clock)
    return at if at.tzinfo is zone else at.astimezone(zone)


def is_day(text: str) -> bool:
    """Tell whether a time is only a day: 20261122."""
    return _DATE.fullmatch(text.strip()) is not None


def read_day(number: int, text: str) -> date:
    """Read 20261122. Raises CalendarUnreadable."""
    found = _DATE.fullmatch(text.strip())
    with suppress(ValueError):
        if found is not None and _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
            return date(int(found[1]), int(found[2]), int(found[3]))
    raise unreadable(number, "تاریخ آن درست نیست", "its date is not valid")


def at_end_of(number: int, text: str, zone: ZoneInfo) -> datetime:
    """Read a day and give its last moment. Raises CalendarUnreadable."""
    return datetime.combine(read_day(number, text), time(23, 59, 59), tzinfo=zone)


def read_length(line: Line) -> timedelta:
    """Read PT1H30M. Raises CalendarUnreadable."""
    found = _LENGTH.fullmatch(line.value.upper())
    if found is None or not any(found.groups()):
        raise unreadable(line.number, "مدت آن درست نیست", "its duration is not valid")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def by_utc(at: datetime) -> datetime:
    """Give the same instant by the world's clock, as our tables keep it."""
    return at.astimezone(UTC)
