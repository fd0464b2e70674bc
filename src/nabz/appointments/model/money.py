"""Deposits: what is given back, and where the money of an appointment stands. Money is whole rial."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors.payments import AmountWrong

if TYPE_CHECKING:
    from nabz.appointments.model.values import FacilityRules

MOST_DEPOSIT: Final = 1_000_000_000
TOLD: Final = "told:"
_ALL: Final = 100
_NUMBER_DIGITS: Final = 16


class PaymentState(StrEnum):
    """Where the money stands."""

    WAITING = "waiting"
    """The payer was sent to the gateway; nothing is known to have arrived."""

    PAID = "paid"
    REFUNDED = "refunded"
    PART = "part"
    KEPT = "kept"


STATE_FA: Final = {
    PaymentState.WAITING: "در انتظار پرداخت",
    PaymentState.PAID: "پرداخت‌شده",
    PaymentState.REFUNDED: "بازگردانده",
    PaymentState.PART: "بخشی بازگردانده",
    PaymentState.KEPT: "بازگردانده نمی‌شود",
}
STATE_EN: Final = {
    PaymentState.WAITING: "to be paid",
    PaymentState.PAID: "paid",
    PaymentState.REFUNDED: "given back",
    PaymentState.PART: "given back in part",
    PaymentState.KEPT: "not given back",
}


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """The deposit of one appointment, which is also its receipt."""

    appointment: str
    agenda: int
    starts_at: datetime
    amount: int
    state: PaymentState
    reference: str
    receipt: str | None = None
    refund: int = 0
    refund_receipt: str | None = None
    at: datetime
    paid_at: datetime | None = None
    settled_at: datetime | None = None
    """When the appointment was given back or withdrawn; money that arrives afterwards goes back whole."""

    refunded_at: datetime | None = None

    @property
    def is_owed(self) -> bool:
        """Tell whether a refund is still on its way from here."""
        return self.collected_here and self.refund > 0 and self.refunded_at is None

    @property
    def collected_here(self) -> bool:
        """Tell whether our gateway has the money; what a booking app told of, it has itself, and gives back itself."""
        return not self.reference.startswith(TOLD)


class Settlement(msgspec.Struct, frozen=True):
    """What became of a deposit when its appointment ended."""

    deposit: int = 0
    refund: int = 0

    @property
    def kept(self) -> int:
        """What stays with the centre."""
        return self.deposit - self.refund


def refund(rules: FacilityRules, deposit: int, starts_at: datetime, now: datetime, *, by_patient: bool) -> int:
    """Tell how much of a deposit goes back: all when the centre withdraws or the patient is early, else a part."""
    early = starts_at - now >= timedelta(hours=rules.refund_hours)
    if early or not by_patient:
        return deposit
    return deposit * min(max(rules.late_refund_percent, 0), _ALL) // _ALL


def state_after(deposit: int, back: int) -> PaymentState:
    """Name the end of a deposit of which so much goes back."""
    if back == deposit:
        return PaymentState.REFUNDED
    return PaymentState.PART if back else PaymentState.KEPT


def good_amount(amount: int) -> int:
    """Check a deposit. Raises AmountWrong."""
    if not 1 <= amount <= MOST_DEPOSIT:
        raise AmountWrong(most=MOST_DEPOSIT)
    return amount


def some_amount(amount: int) -> int:
    """Check that anything was paid at all. Raises AmountWrong."""
    if amount < 1:
        raise AmountWrong(most=MOST_DEPOSIT)
    return amount


def number(purpose: str, reference: str) -> str:
    """A receipt's number, made of what it is for, so that asking twice gives the same one."""
    digest = hashlib.blake2b(f"{purpose}\x1f{reference}".encode(), digest_size=8).digest()
    return str(int.from_bytes(digest, "big") % 10**_NUMBER_DIGITS).zfill(_NUMBER_DIGITS)
