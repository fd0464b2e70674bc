"""The barcode of a package: who brought it into the country's shelves, who activated it, with what it was given."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from nabz.kit.persian import ascii_digits
from nabz.prescriptions.errors.dispensing import BarcodeMalformed, BatchTooLarge

MOST_OF_A_BATCH: Final = 5000
_CODE: Final = re.compile(r"[0-9]{20}")


class Barcode(msgspec.Struct, frozen=True):
    """One package."""

    code: str
    drug: str
    batch: str
    expires: str
    registered_by: str
    registered_at: datetime
    centre: str = ""
    """Who has activated it; empty until then."""

    activated_at: datetime | None = None
    delivery: int | None = None

    @property
    def free(self) -> bool:
        """Tell whether nobody has activated it."""
        return not self.centre


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What a distributor registers at one time."""

    drug: str
    number: str
    codes: tuple[str, ...]
    expires: str = ""


def barcode(text: str) -> str:
    """Read a barcode as a scanner or a person gives it. Raises BarcodeMalformed."""
    digits = "".join(ascii_digits(text[:64]).split())
    if not _CODE.fullmatch(digits):
        raise BarcodeMalformed
    return digits


def checked(batch: Batch) -> Batch:
    """Give a batch with its codes in their one spelling. Raises BarcodeMalformed, BatchTooLarge."""
    if len(batch.codes) > MOST_OF_A_BATCH:
        raise BatchTooLarge(most=MOST_OF_A_BATCH)
    codes = tuple(dict.fromkeys(barcode(each) for each in batch.codes))
    if not codes:
        raise BarcodeMalformed
    return msgspec.structs.replace(batch, codes=codes, number=batch.number.strip()[:64])
