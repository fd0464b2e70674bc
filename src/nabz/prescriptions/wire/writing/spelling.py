"""How texts, codes and sentences of a message are read."""

from __future__ import annotations

import re
from typing import Final

from nabz.kit import persian
from nabz.prescriptions.errors.writing import FormWrong, ReferralWrong

LONGEST_CODE: Final = 64
MOST_PARTS: Final = 50
_BETWEEN: Final = re.compile(r"[،,]")
_SNOMED: Final = re.compile(r"[0-9]{6,18}")


def text(value: str | None) -> str:
    """Give a text without the blanks at its ends."""
    return (value or "").strip()


def short(value: str | None, field: str) -> str:
    """Give a code or a name, which is never long. Raises FormWrong."""
    told = text(value)
    if len(told) > LONGEST_CODE:
        raise FormWrong(field=field)
    return told


def sentence(value: str | None) -> str:
    """Give what somebody wrote, in Persian letters; what is too long stays as it is, and is refused for it."""
    told = text(value)
    return told if len(told) > persian.LONGEST else persian.fold(told)


def parts(value: str | None, field: str) -> tuple[str, ...]:
    """Take apart what was joined by commas of either script. Raises FormWrong."""
    told = _BETWEEN.split(persian.ascii_digits(text(value)))
    if len(told) > MOST_PARTS:
        raise FormWrong(field=field)
    return tuple(part for part in (short(each, field) for each in told) if part)


def snomed(value: str | None) -> str:
    """Give a number of SNOMED CT; an internal id of a complaint is an error (5.2). Raises ReferralWrong."""
    told = persian.ascii_digits(short(value, "complaints"))
    if told and not _SNOMED.fullmatch(told):
        raise ReferralWrong(field="complaints")
    return told
