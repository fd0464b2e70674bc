"""The file of a month: what one centre delivered in it, sent to the insurer as a whole and decided as a whole."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from nabz.kit.jalali import FIRST_YEAR, LAST_YEAR
from nabz.kit.persian import ascii_digits
from nabz.prescriptions.errors.monthly import MonthWrong
from nabz.prescriptions.model.values import CentreKind

_WRITTEN: Final = re.compile(r"([0-9]{4})[/-]?(0?[1-9]|1[0-2])")
_YEAR: Final = 12
MOST_REASONS: Final = 50
LONGEST_REASON: Final = 500


class FileState(StrEnum):
    """Where the file of a month stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    """The insurer has sent it back: its deliveries can be corrected, and the file sent again."""


FILE_FA: Final[dict[str, str]] = {
    FileState.SENT: "ارسال شده، در انتظار بررسی",
    FileState.ACCEPTED: "پذیرفته شده",
    FileState.RETURNED: "برگشت خورده",
}
FILE_EN: Final[dict[str, str]] = {
    FileState.SENT: "sent, waits for the insurer",
    FileState.ACCEPTED: "accepted",
    FileState.RETURNED: "sent back",
}


class Sums(msgspec.Struct, frozen=True):
    """What some deliveries come to, in whole rials: price = insurer + subsidy + patient."""

    deliveries: int = 0
    lines: int = 0
    price: int = 0
    insurer: int = 0
    subsidy: int = 0
    patient: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(one + more for one, more in zip(_cells(self), _cells(other), strict=True)))


def _cells(sums: Sums) -> tuple[int, ...]:
    return sums.deliveries, sums.lines, sums.price, sums.insurer, sums.subsidy, sums.patient


class Reason(msgspec.Struct, frozen=True):
    """Why the insurer sent a file back; of one delivery, or of the whole."""

    text: str
    delivery: int | None = None


class MonthFile(msgspec.Struct, frozen=True):
    """The file of one centre and month, as it was sent last."""

    id: int
    centre: str
    kind: CentreKind
    month: str
    """Jalali, six digits: 140508."""

    state: FileState
    sums: Sums
    sent_at: datetime
    sent_by: str
    version: int = 1
    times: int = 1
    """How often it was sent."""

    decided_at: datetime | None = None
    decided_by: str = ""
    reasons: tuple[Reason, ...] = ()


def month_of(text: str) -> str:
    """Read 1405/08, 1405-8 or 140508, in any digits. Raises MonthWrong."""
    found = _WRITTEN.fullmatch(ascii_digits(text).strip())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise MonthWrong
    return f"{found[1]}{int(found[2]):02}"


def days_of(month: str) -> tuple[str, str]:
    """Give the first day of a month and what no day of it comes after, as days are compared."""
    return f"{month}01", f"{month}31"


def is_over(month: str, today: str) -> bool:
    """Tell whether nothing can be delivered in a month any more."""
    return month < today[:6]


def before(month: str, count: int = 1) -> str:
    """Give the month so many months earlier."""
    whole = int(month[:4]) * _YEAR + int(month[4:]) - 1 - count
    return f"{whole // _YEAR:04}{whole % _YEAR + 1:02}"


def months_until(month: str, count: int) -> list[str]:
    """List so many months, the given one last."""
    return [before(month, step) for step in range(count - 1, -1, -1)]
