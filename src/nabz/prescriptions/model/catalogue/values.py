"""Services with their prices by date, what drugs do to each other, and how a code is spelt."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from nabz.kit.persian import ascii_digits, fold

IMAGING: Final = "99"
IMAGING_TYPES: Final = ("03", "04", "05", "06", "14")
"""What the type that is only asked for, never written, stands for."""

_COMPLETE: Final = 10
_SHORT: Final = 5

Key = tuple[str, str]
"""Type and code."""


class Price(NamedTuple):
    """What a service costs from a day on, in rials."""

    price: int = 0
    k2_price: int = 0
    tech_price: int = 0
    subsidy: int = 0


class Service(msgspec.Struct, frozen=True, omit_defaults=True):
    """A drug or another service that may be prescribed, with the price in force on the day it was asked for."""

    id: int
    """srvId: stable, and never given to another."""

    type: str
    code: str
    """The one spelling under which it is kept, as prescriptions name it: wsSrvCode."""

    srv_code: str
    """The printed srvCode; nearly always the same."""

    name: str
    """As the official list prints it, Arabic letters and all."""

    name_en: str = ""
    form_code: str = ""
    form: str = ""
    insured: bool = True
    price: int = 0
    price_day: str = ""
    """Since when the price holds, Jalali, 8 digits; empty when none is known."""

    k2_price: int = 0
    tech_price: int = 0
    subsidy: int = 0
    sex: str = ""
    """"1" for men alone, "2" for women alone."""

    most: int = 0
    """So many at most in one prescription; 0: any count."""

    max_age: int = 0
    group: str = ""
    """The subgroup of a laboratory service: parGrpCode."""

    generic: str = ""
    """One group of drugs that may be given for each other: substance, strength and form."""

    irc: str = ""
    controlled: bool = False
    """Given only against the patient's one-time code."""

    barcode: bool = False
    """Each package's authenticity is asked for."""

    hospital: bool = False
    additive: bool = False
    dental: str = ""
    """"1" of the care list, "2" by tooth."""

    teeth: str = ""
    """The FDI numbers that it is for, with commas; empty: all."""

    warning: str = ""
    terminology: str = ""
    visible: bool = True
    percent: int = 70
    """The insurer's share."""

    name_fa: str = ""
    """A Persian name, where the official one is Latin."""

    substance: str = ""
    """What works in it: two drugs of one substance are the same therapy."""

    @property
    def key(self) -> Key:
        """Type and code."""
        return self.type, self.code

    @property
    def title(self) -> str:
        """The name as people read it."""
        return fold(self.name)

    @property
    def complete(self) -> str:
        """The printed code filled up to ten places: srvCodeComplete."""
        return self.srv_code.zfill(_COMPLETE)


class Severity(StrEnum):
    """How bad it is when two drugs meet."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    FORBIDDEN = "forbidden"


class Interaction(NamedTuple):
    """Two drugs of a prescription, by the codes that were asked for, and what they do to each other."""

    one: str
    other: str
    severity: Severity
    text_fa: str
    text_en: str = ""


def type_of(text: str) -> str:
    """Give a service type as it is kept: "1" and " ۰۱ " are "01"."""
    digits = ascii_digits(text).strip()
    return digits.zfill(2) if digits.isdecimal() else digits


def types_of(text: str) -> tuple[str, ...]:
    """Give the types that a search for one means; none for nothing: all."""
    wanted = type_of(text)
    if not wanted:
        return ()
    return IMAGING_TYPES if wanted == IMAGING else (wanted,)


def code_of(text: str) -> str:
    """Give a code as it is asked for: trimmed, in ASCII digits and capitals."""
    return ascii_digits(text).strip().upper()


def spellings(code: str) -> tuple[str, ...]:
    """Give the ways in which a code may be kept, the likeliest first: clients fill it up or cut its zeros away."""
    asked = code_of(code)
    if not asked.isdecimal():
        return (asked,)
    bare = asked.lstrip("0")
    return tuple(dict.fromkeys((asked, bare.zfill(_SHORT), bare.zfill(_COMPLETE))))


def name_of(text: str) -> str:
    """Give a substance, a generic group or a code as the table of interactions is looked up by."""
    return " ".join(ascii_digits(text).casefold().split())
