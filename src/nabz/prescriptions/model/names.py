"""How Tamin names people and things: council numbers padded to ten, sign and all."""

from __future__ import annotations

import re
from typing import Final

from nabz.kit import persian
from nabz.prescriptions.errors.reading import NotThere

DOCTOR_DIGITS: Final = 10
MIDWIFE, MIDWIFE_ON_THE_WIRE, FOREIGN = "م", "*", "ات"
_DOCTOR: Final = re.compile(r"([0-9]{1,10})(\*|ات)?")
_FOREIGN_CODE: Final = re.compile(r"FDA[0-9A-Z]{4,16}")
LONGEST: Final = 40
NUMBER_DIGITS: Final = 18
"""Less than 64 bits hold."""


def doc_id(text: str) -> str:
    """Give a council number in its one spelling; nothing that is one: the empty text."""
    if len(text) > LONGEST:
        return ""
    folded = persian.fold(persian.ascii_digits(text)).replace(" ", "").replace(MIDWIFE, MIDWIFE_ON_THE_WIRE)
    found = _DOCTOR.fullmatch(folded)
    if found is None or not found[1].strip("0"):
        return ""
    return found[1].zfill(DOCTOR_DIGITS) + (found[2] or "")


def doctor_code(text: str) -> str:
    """Give a physician's national code, or that of a foreign one; nothing that is one: the empty text."""
    if len(text) > LONGEST:
        return ""
    folded = persian.ascii_digits(text).strip().upper()
    return folded if _FOREIGN_CODE.fullmatch(folded) else persian.national_code(text) or ""


def centre_id(text: str) -> str:
    """Give a centre's number padded to ten; nothing that is one: the empty text."""
    if len(text) > LONGEST:
        return ""
    digits = persian.ascii_digits(text).strip()
    return digits.zfill(DOCTOR_DIGITS) if digits.isdecimal() and len(digits) <= DOCTOR_DIGITS else ""


def read_number(text: str) -> int | None:
    """Read a number of a prescription, an item or a delivery, in any digits; nothing that is none."""
    digits = persian.ascii_digits(text[:LONGEST]).strip()
    return int(digits) if digits.isdecimal() and len(digits) <= NUMBER_DIGITS else None


def number_of(text: str) -> int:
    """Read the same. Raises NotThere: what is no number is nobody's."""
    found = read_number(text)
    if found is None:
        raise NotThere
    return found
