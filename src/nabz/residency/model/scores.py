"""Scores: exact, with two decimals at most, kept as whole hundredths."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from nabz.kit.persian import ascii_digits
from nabz.residency.errors.faults import fault

if TYPE_CHECKING:
    from nabz.residency.errors.faults import Fault

MOST: Final = {"BaliniScore": 60, "OperationScore": 60, "EthicsScore": 30}
HUNDRED: Final = 100
LONGEST: Final = 40
_HUNDREDTH: Final = Decimal("0.01")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?")
_POINTS: Final = str.maketrans({"٫": ".", "/": ".", "،": "."})
"""How people write a decimal point in Persian."""


def score_of(value: Decimal, field: str) -> int | Fault:
    """Read a score in hundredths, or tell what is wrong with it: a minus sign too, even before a nought."""
    most = MOST[field]
    if not value.is_finite() or value.is_signed() or value > most:
        return fault("score", field, most=most)
    kept = value.quantize(_HUNDREDTH)
    return int(kept * HUNDRED) if kept == value else fault("score-decimals", field)


def typed_score(text: str, field: str) -> int | Fault:
    """Read a score as people type it."""
    plain = ascii_digits(text[: LONGEST + 1]).strip().translate(_POINTS)
    if len(text) > LONGEST or not _NUMBER.fullmatch(plain):
        return fault("score", field, most=MOST[field])
    return score_of(Decimal(plain), field)


def score_text(hundredths: int) -> str:
    """Write a score without noughts at its end: 55.5."""
    whole, rest = divmod(hundredths, HUNDRED)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
