"""What somebody wants to write, before it is checked."""

from __future__ import annotations

import msgspec

from nabz.prescriptions.model.values import Answer


class ItemDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it was sent."""

    type: str
    code: str
    quantity: int
    amount: int | None = None
    instruction: int | None = None
    usage: int = 0
    dose: str = ""
    repeat: int = 0
    day: str = ""
    group: str = ""
    illnesses: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    tooth: str = ""
    dental: bool = False
    reference: int | None = None
    of: int | None = None
    diagnosis: str = ""
    terminology: str = ""
    id: int | None = None
    """The item that is changed, in an edit."""


class ReferralDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One referral, order of admission or answer as it was sent."""

    specialty: str = ""
    icd10s: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    message: str = ""
    day: str = ""
    quantity: int = 1
    siam: str = ""
    patient: str = ""
    answers: tuple[Answer, ...] = ()


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A prescription as it was sent."""

    patient: str
    mobile: str
    kind: int | None
    day: str
    doctor: str
    doctor_code: str
    doctor_mobile: str
    expires: str = ""
    comments: str = ""
    items: tuple[ItemDraft, ...] = ()
    referrals: tuple[ReferralDraft, ...] = ()
    feedback_of: int | None = None
    complaints: tuple[str, ...] = ()
    siam: str = ""
    creator: str = ""
    client: str = ""
    """The clientId that the message names."""
