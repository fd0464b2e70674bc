"""A request of an insured person to put something right, and a look that somebody took at his record."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from nabz.prescriptions.errors.insurer import CorrectionEmpty, CorrectionTooLong

MOST_A_DAY: Final = 5
LONGEST: Final = 1000


class CorrectionState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    """The insurer has put it right."""

    DECLINED = "declined"


CORRECTION_FA: Final[dict[str, str]] = {
    CorrectionState.OPEN: "در انتظار بررسی",
    CorrectionState.DONE: "پذیرفته شد",
    CorrectionState.DECLINED: "پذیرفته نشد",
}
CORRECTION_EN: Final[dict[str, str]] = {
    CorrectionState.OPEN: "waits for the insurer",
    CorrectionState.DONE: "accepted",
    CorrectionState.DECLINED: "not accepted",
}


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says is wrong with a prescription or with one delivery of it."""

    id: str
    patient: str
    prescription: int
    delivery: int | None
    text: str
    at: datetime
    state: CorrectionState = CorrectionState.OPEN
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""


class Role(StrEnum):
    """As what somebody looked at a record."""

    PHYSICIAN = "physician"
    PHARMACY = "pharmacy"
    PARACLINIC = "paraclinic"
    INSURER = "insurer"
    PARENT = "parent"


class Sight(StrEnum):
    """What was seen."""

    RECORD = "record"
    RESULT = "result"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Who saw what of a patient, and where."""

    patient: str
    who: str
    role: Role
    place: str = ""
    """The centre's or the physician's number."""

    what: Sight = Sight.RECORD
    at: datetime | None = None


def checked_text(text: str) -> str:
    """Give what was written without blanks around it. Raises CorrectionEmpty, CorrectionTooLong."""
    bare = text.replace("\0", "").strip()
    if not bare:
        raise CorrectionEmpty
    if len(bare) > LONGEST:
        raise CorrectionTooLong(most=LONGEST)
    return bare
