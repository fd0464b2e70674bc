"""What a patient pays for a visit to a family doctor, as text (TAMIN-WIRE 5.7)."""

from __future__ import annotations

from typing import Final

import msgspec

OUTSIDE: Final = "مراجعه خارج از پزشک خانواده"


class PatientShare(msgspec.Struct, frozen=True):
    """The sum in rials with commas, or that this is no visit to a family doctor (#34)."""

    price: str
    familyDoctor: bool


def patient_share(price: int | None) -> PatientShare:
    """Write what a patient pays."""
    return PatientShare(OUTSIDE, familyDoctor=False) if price is None else PatientShare(f"{price:,}", familyDoctor=True)
