"""The check digits of LOINC's and SNOMED's codes."""

from __future__ import annotations

import re
from typing import Final

_LOINC: Final = re.compile(r"[1-9][0-9]{0,6}-[0-9]")
_SCTID: Final = re.compile(rb"[1-9][0-9]{5,17}")

# The turns and flips of a pentagon, and how Verhoeff shuffles digits before he joins them.
_SIDES: Final = 5
_SHUFFLE: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_PERIOD: Final = 8


def _joined(one: int, other: int) -> int:
    if one < _SIDES:
        return (one + other) % _SIDES + (_SIDES if other >= _SIDES else 0)
    return (one - other) % _SIDES + (_SIDES if other < _SIDES else 0)


def _shuffled(digit: int, times: int) -> int:
    for _ in range(times):
        digit = _SHUFFLE[digit]
    return digit


# For each place from the end, sum so far and ASCII digit: the new sum. One look for each digit of millions of codes.
_STEPS: Final = tuple(
    tuple(
        tuple(_joined(total, _shuffled(ascii_digit - ord("0"), place)) if ascii_digit >= ord("0") else 0
              for ascii_digit in range(ord("9") + 1))
        for total in range(10)
    )
    for place in range(_PERIOD)
)  # fmt: skip
_PLACES: Final = _STEPS * 3


def verhoeff(sctid: bytes) -> bool:
    """Tell whether an id is one of SNOMED's by its form and its check digit."""
    if not _SCTID.fullmatch(sctid):
        return False
    total = 0
    for steps, digit in zip(_PLACES, reversed(sctid), strict=False):
        total = steps[total][digit]
    return total == 0


def luhn(code: str) -> bool:
    """Tell whether a code is one of LOINC's by its form and its check digit."""
    if not _LOINC.fullmatch(code):
        return False
    digits = code.replace("-", "")
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[::-2]))) % 10 == 0
