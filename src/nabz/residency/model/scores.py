"""Scores: exact, with two decimals at most, kept as whole hundredths."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from nabz.kit.persian import ascii_digits
from nabz.residency.errors.faults import fault

if TYPE_CHECKING:
    from nabz.residency.errors.faults import Fault

MOST: Final = {"BaliniScore": 60, "OperationScore": 60, "EthicsScore": 30}
HUNDRED: Final = 100
LONGEST: Final = 40
_POINTS: Final = str.maketrans({"٫": ".", "/": ".", "،": "."})
"""How people write a decimal point in Persian."""


def score_of(value: Decimal, field: str) -> int | Fault:
    """Read a score in hundredths, or tell what is wrong with it: a minus sign too, even before a nought."""
    most = MOST[field]
    if not value.is_finite() or value.is_signed() or value > most:
        return fault("score", field, most=most)
    hundredths = value * HUNDRED
    return int(hundredths) if hundredths == hundredths.to_integral_value() else fault("score-decimals", field)


def typed_score(text: str, field: str) -> int | Fault:
    """Read a score as people type it."""
    plain = ascii_digits(text[:LONGEST]).strip().translate(_POINTS)
    try:
        return score_of(Decimal(plain), field)
    except InvalidOperation:
        return fault("score", field, most=MOST[field])


def score_text(hundredths: int) -> str:
    """Write a score without noughts at its end: 55.5."""
    whole, rest = divmod(hundredths, HUNDRED)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
