"""Reading the fields of a message one by one, so that all that is wrong is told at once."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.jalali import DateWrong
from nabz.kit.persian import ascii_digits
from nabz.residency.errors.faults import Fault, fault
from nabz.residency.model.rules import CONTROL
from nabz.residency.model.scores import score_of, typed_score

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST: Final = 4000
LONGEST_DAY: Final = 40
NOWHERE: Final = date(1, 1, 1)
"""Stands for a day that could not be read; its fault is told."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.0+)?")
_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False}
_FIRST_GREGORIAN: Final = 1700
"""A date of an earlier year is Jalali: no resident lived then."""


class Fields:
    """Gives the fields of one message, and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def tell(self, rule: str, field: str, **facts: object) -> None:
        """Note what is wrong."""
        self.faults.append(fault(rule, field, **facts))

    def merged(self, more: Iterable[Fault]) -> list[Fault]:
        """Give what is wrong with the fields, and what else is wrong with those that could be read."""
        unread = {each.field for each in self.faults}
        return [*self.faults, *(each for each in more if each.field not in unread)]

    def text(self, value: object, field: str, *, needed: bool = True) -> str:
        """Read a text; numbers are written down as such."""
        if isinstance(value, bool | list | dict):
            self.tell("unreadable", field)
            return ""
        text = "" if value is None else str(value).strip()
        if CONTROL.search(text):
            self.tell("unseen", field)
            return ""
        if len(text) > LONGEST:
            self.tell("too-long", field, most=LONGEST)
            return ""
        if not text and needed:
            self.tell("required", field)
        return text

    def whole(self, value: object, field: str) -> int:
        """Read a whole number."""
        return self._whole(value, field, needed=True) or 0

    def maybe_whole(self, value: object, field: str) -> int | None:
        """Read a whole number that may be missing."""
        return self._whole(value, field, needed=False)

    def _whole(self, value: object, field: str, *, needed: bool) -> int | None:
        if isinstance(value, bool):
            self.tell("unreadable", field)
        elif isinstance(value, int):
            return value
        elif isinstance(value, float) and value.is_integer():
            return int(value)
        elif isinstance(value, str) and value.strip():
            plain = ascii_digits(value[:LONGEST]).strip()
            if _WHOLE.fullmatch(plain):
                return int(plain.partition(".")[0])
            self.tell("unreadable", field)
        elif value is not None and not isinstance(value, str):
            self.tell("unreadable", field)
        elif needed:
            self.tell("required", field)
        return None

    def yes(self, value: object, field: str) -> bool:
        """Read yes or no."""
        if isinstance(value, bool):
            return value
        if isinstance(value, int | str):
            found = _BOOLEANS.get(str(value).strip().lower())
            if found is not None:
                return found
        self.tell("required" if value is None or value == "" else "unreadable", field)
        return False

    def day(self, value: object, field: str, *, may_be_jalali: bool = True) -> date:
        """Read a day."""
        return self._day(value, field, needed=True, may_be_jalali=may_be_jalali) or NOWHERE

    def maybe_day(self, value: object, field: str) -> date | None:
        """Read a day that may be missing."""
        return self._day(value, field, needed=False, may_be_jalali=True)

    def _day(self, value: object, field: str, *, needed: bool, may_be_jalali: bool) -> date | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            if needed:
                self.tell("required", field)
            return None
        found = read_day(value, may_be_jalali=may_be_jalali) if isinstance(value, str) else None
        if found is None:
            self.tell("day" if may_be_jalali else "birth-day", field)
        return found

    def score(self, value: object, field: str, signed: Iterable[str] = ()) -> int:
        """Read a score in hundredths; `signed` names those that came with a minus before a nought."""
        if value is None or (isinstance(value, str) and not value.strip()):
            self.tell("required", field)
            return 0
        found = _score(value, field) if field.lower() not in set(signed) else _score("-0", field)
        if isinstance(found, Fault):
            self.faults.append(found)
            return 0
        return found


def _score(value: object, field: str) -> int | Fault:
    if isinstance(value, str):
        return typed_score(value, field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return fault("unreadable", field)
    try:
        return score_of(Decimal(repr(value)), field)
    except InvalidOperation:  # pragma: no cover - every number that JSON knows is a Decimal
        return fault("unreadable", field)


def read_day(text: str, *, may_be_jalali: bool) -> date | None:
    """Read a day: ISO with or without a time, Gregorian; a Jalali one is known by its year. Nothing that is none."""
    plain = ascii_digits(text[: LONGEST_DAY * 2]).strip()
    if len(plain) > LONGEST_DAY:
        return None
    try:
        at = datetime.fromisoformat(plain.replace("/", "-") if "T" not in plain else plain)
        if at.year >= _FIRST_GREGORIAN:
            # What was midnight in Tehran is the evening before in UTC.
            return jalali.tehran(at).date() if at.tzinfo is not None else at.date()
    except (ValueError, OverflowError):  # the last evening of the calendar has no morning in Tehran
        pass
    if not may_be_jalali:
        return None
    try:
        found: date = jalali.parse(plain.partition("T")[0].partition(" ")[0]).to_gregorian()
    except (DateWrong, ValueError):
        return None
    return found
