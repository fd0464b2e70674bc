"""The entitlement id (HID, شناسهٔ استحقاق درمان): its shape, its issuer, its states."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from nabz.kit import jalali
from nabz.kit.persian import ascii_digits
from nabz.registries.errors import BadHid, BadInsurer
from nabz.registries.model.ids import LONGEST

NO_INSURER: Final = "37"
"""آزاد: whom nobody covers."""

INSURER_ISSUERS: Final[dict[str, str]] = {"1": "TAMIN", "2": "IHIO"}
OTHER_ISSUER: Final = "BITSA"
ISSUED_FOR: Final = timedelta(days=30)
RESERVED_FOR: Final = timedelta(days=30)
"""The contract names no spans; so long is a visit with what follows from it, and so long an insurer's failure."""

_SHAPE: Final = re.compile(r"[0-9A-Z]{8,16}")
_INSURER: Final = re.compile(r"[0-9]{1,3}")
# C, J and O stand in none of the known ones.
_LETTERS: Final = "0123456789ABDEFGHIKLMNPQRSTUVWXYZ"
_MADE_LENGTH: Final = 10


class HidStatus(StrEnum):
    """Where an HID stands; one that has expired keeps its state."""

    ISSUED = "issued"
    RESERVED = "reserved"
    USED = "used"
    ELIMINATED = "eliminated"


class HidState(msgspec.Struct, frozen=True):
    """What is known of an HID."""

    hid: str
    person: str
    """The key of the person; empty while it is reserved."""

    insurer: str
    state: HidStatus
    facility: str
    provider: str
    made_at: datetime
    expires_at: datetime
    used_for: str = ""
    """What it was used for, in the words of the one who used it."""

    reason: str = ""
    """The code of the reason for which it was eliminated."""

    def has_expired(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return now >= self.expires_at


class HidWish(msgspec.Struct, frozen=True):
    """For whom, by whom and at whose cost an HID shall be issued."""

    person: str
    insurer: str
    """Empty: that of the person's first cover."""

    facility: str
    provider: str = ""


def read_hid(text: str) -> str:
    """Read an HID. Raises BadHid."""
    hid = ascii_digits(text).strip().upper()
    if len(text) > LONGEST or not _SHAPE.fullmatch(hid):
        raise BadHid
    return hid


def read_insurer(text: str) -> str:
    """Read an insurer's code, without zeros in front. Raises BadInsurer."""
    code = ascii_digits(text).strip()
    if len(text) > LONGEST or not _INSURER.fullmatch(code) or not code.strip("0"):
        raise BadInsurer
    return code.lstrip("0")


def issuer_of(insurer: str) -> str:
    """Name who issues the ids of an insurer (HQS guide, appendix 1)."""
    return INSURER_ISSUERS.get(insurer, OTHER_ISSUER)


def made_hid(insurer: str, chance: int) -> str:
    """Write a random number as an HID of ten letters that begins with the insurer's code."""
    hid = insurer
    while len(hid) < _MADE_LENGTH:
        chance, place = divmod(chance, len(_LETTERS))
        hid += _LETTERS[place]
    return hid


def visit_of(wish: HidWish, now: datetime) -> str:
    """Name the visit that an HID is for: asking again on the same day gives the same one."""
    day = jalali.compact(jalali.day_of(now))
    return f"{wish.person}|{wish.insurer}|{wish.facility}|{wish.provider}|{day}"
