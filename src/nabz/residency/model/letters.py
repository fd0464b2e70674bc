"""The letter about a result: its number, which nobody makes up, and what a stranger may confirm by it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from nabz.kit.persian import ascii_digits
from nabz.residency.model.values import Declaration, Resident

MARK_LETTERS: Final = 12
"""Sixty bits: too many to try out."""

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS: Final = 5
_LONGEST: Final = 60
_NUMBER: Final = re.compile(r"([0-9]{4})-([0-9A-Za-z-]{1,20})-([0-9A-Za-z]{12})")
_ALIKE: Final = str.maketrans("OIL", "011")


class LetterNumber(msgspec.Struct, frozen=True):
    """The parts of a letter's number: the year, whose it is, and the mark by which it is genuine."""

    year: int
    student_number: str
    mark: str

    def __str__(self) -> str:
        return f"{self.year}-{self.student_number}-{self.mark}"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """All that the letter says."""

    number: LetterNumber
    resident: Resident
    declaration: Declaration
    university: str
    """Its name."""

    course: str
    """Its title, or nothing where none is known."""

    at: datetime
    """When the results of the year were published."""


class Confirmed(msgspec.Struct, frozen=True):
    """What a stranger may know of a genuine letter."""

    number: str
    initials: str
    year: int
    result: int


def mark_of(digest: bytes) -> str:
    """Write the first bits of a keyed digest in letters and digits that nobody mistakes for each other."""
    number = int.from_bytes(digest[:8], "big")
    return "".join(_ALPHABET[number >> _BITS * place & 31] for place in range(MARK_LETTERS))


def read_number(text: str) -> LetterNumber | None:
    """Read a letter's number as people type it; nothing that is none."""
    plain = "".join(ascii_digits(text[: _LONGEST * 2]).split())
    found = _NUMBER.fullmatch(plain) if len(plain) <= _LONGEST else None
    return None if found is None else LetterNumber(int(found[1]), found[2], found[3].upper().translate(_ALIKE))


def initials(one: Declaration) -> str:
    """Give the first letters of a name: م. آ."""
    return " ".join(f"{name[0]}." for name in (one.first_name, one.last_name) if name)
