"""All addresses behind the door: importing the parts registers them."""

from __future__ import annotations

from nabz.prescriptions.api import (
    dentistry,
    diseases,
    entitlement,
    nursing,
    own_paraclinic,
    own_pharmacy,
    own_writing,
    paraclinic,
    pharmacy,
    reference,
    referral,
    signing_in,
    writing,
)
from nabz.prescriptions.api.door import official

PARTS = (
    signing_in,
    reference,
    writing,
    entitlement,
    referral,
    nursing,
    dentistry,
    diseases,
    pharmacy,
    paraclinic,
    own_writing,
    own_pharmacy,
    own_paraclinic,
)

__all__ = ["PARTS", "official"]
