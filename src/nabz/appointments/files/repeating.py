"""Repetition (RFC 5545, section 3.3.10): by days or weeks, and never without an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.appointments.errors.pattern import CalendarTooLarge
from nabz.appointments.files.lines import Line, unreadable
from nabz.appointments.files.times import at_end_of, read_time

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MOST_STEPS: Final = 200_000
"""So many days and weeks of all events are looked at; a file that asks for more is refused."""

_DAYS: Final = {name: place for place, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_KNOWN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})
_LENGTHS: Final = {"DAILY": 1, "WEEKLY": 7}


class Rule(NamedTuple):
    """How an event repeats."""

    days: int
    """The length of a step: 1 or 7 days, so many times the interval."""

    times: int | None
    """So often in all, if that is told."""

    until: datetime | None
    weekdays: frozenset[int]
    weekly: bool
    week_begins: int


class Steps:
    """Counts what is looked at, so that a small file cannot keep us busy for long."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._left = most

    def take(self) -> None:
        """Go one step. Raises CalendarTooLarge."""
        self._left -= 1
        if self._left < 0:
            raise CalendarTooLarge(most=MOST_STEPS, why="repetitions", why_fa="تکرار")


def read_rule(line: Line, zone: ZoneInfo) -> Rule:
    """Read an RRULE. Raises CalendarUnreadable."""
    parts: dict[str, str] = {}
    for part in line.value.upper().rstrip(";").split(";"):
        key, _, value = part.partition("=")
        if key not in _KNOWN or not value or key in parts:
            raise unreadable(
                line.number,
                f"تکرار «{part[:40]}» پشتیبانی نمی‌شود؛ تنها تکرار روزانه و هفتگی خوانده می‌شود",
                f"the repetition {part[:40]} is not supported: only daily and weekly ones are",
            )
        parts[key] = value
    if parts.get("FREQ") not in _LENGTHS or ("COUNT" in parts and "UNTIL" in parts):
        raise unreadable(line.number, "تکرار آن روزانه یا هفتگی نیست", "it repeats neither daily nor weekly")
    length = _LENGTHS[parts["FREQ"]]
    return Rule(
        days=length * _number(line, parts.get("INTERVAL", "1")),
        times=_number(line, parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(line, parts["UNTIL"], zone) if "UNTIL" in parts else None,
        weekdays=frozenset(_weekday(line, day) for day in parts["BYDAY"].split(","))
        if "BYDAY" in parts
        else frozenset(),
        weekly=length > 1,
        week_begins=_weekday(line, parts.get("WKST", "MO")),
    )


def _number(line: Line, text: str) -> int:
    if not _NUMBER.fullmatch(text) or not int(text):
        raise unreadable(line.number, "عدد تکرار درست نیست", "a number of the repetition is not valid")
    return int(text)


def _weekday(line: Line, text: str) -> int:
    if text not in _DAYS:
        raise unreadable(line.number, "روز هفتهٔ تکرار درست نیست", "a weekday of the repetition is not valid")
    return _DAYS[text]


def _until(line: Line, text: str, zone: ZoneInfo) -> datetime:
    return read_time(line.number, text, zone) if "T" in text else at_end_of(line.number, text, zone)


def repeated(start: datetime, rule: Rule, after: datetime, until: datetime, steps: Steps) -> Iterator[datetime]:
    """Give the starts of an event within a time; `start` is told by the clock of the event's own zone."""
    clock = start.timetz()
    last = until.toordinal() + 1  # clocks of two zones may be a day apart
    for place, day in enumerate(_days(start.toordinal(), rule, after.toordinal(), last), 1):
        steps.take()
        at = datetime.combine(date.fromordinal(day), clock)
        if at > until or (rule.until is not None and at > rule.until):
            return
        if at > after:
            yield at
        if place == rule.times:
            return


def _days(first: int, rule: Rule, after: int, last: int) -> Iterator[int]:
    """Give the days of a rule in order, numbered; what lies far back is skipped unless it has to be counted."""
    begins, offsets = first, [0]
    if rule.weekly:
        begins -= _into_week(first, rule)
        offsets = sorted(_into_week(day, rule) for day in range(first, first + 7) if _is_on(day, rule, first))
    if rule.times is None and (far := after - begins - 7) > 0:
        begins += far // rule.days * rule.days
    while begins <= last:
        yield from (day for day in (begins + offset for offset in offsets) if day >= first and _is_on(day, rule, first))
        begins += rule.days


def _into_week(day: int, rule: Rule) -> int:
    return (_weekday_of(day) - rule.week_begins) % 7


def _is_on(day: int, rule: Rule, first: int) -> bool:
    if rule.weekdays:
        return _weekday_of(day) in rule.weekdays
    return not rule.weekly or _weekday_of(day) == _weekday_of(first)


def _weekday_of(day: int) -> int:
    """Number a day of the week as Python does: the first day of the calendar was a Monday."""
    return (day - 1) % 7
