"""The payment gateway: a small interface, and a sandbox in which no money moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote

from nabz.appointments.model import money

if TYPE_CHECKING:
    from collections.abc import Callable

PAYING: Final = "/nobat/pay"
"""Where the sandbox sends a payer: a page of our own, on which he says that he has paid."""


class PaymentGateway(Protocol):
    """Takes and returns money. Whatever is asked twice under one reference happens once."""

    async def start(self, amount: int, reference: str) -> str:
        """Open a payment and give the address that the payer goes to. Raises PaymentAway."""
        ...

    async def confirm(self, amount: int, reference: str) -> str:
        """Give the receipt's number of money that has arrived. Raises PaymentFailed, PaymentAway."""
        ...

    async def refund(self, amount: int, reference: str) -> str:
        """Return so much and give the refund's number. Raises PaymentFailed, PaymentAway."""
        ...


class SandboxGateway:
    """Every payer has money. Its numbers are made of the reference, so it need not remember anything."""

    def __init__(self, page: Callable[[str], str] = lambda reference: f"{PAYING}/{quote(reference, safe='')}") -> None:
        self._page = page

    async def start(self, amount: int, reference: str) -> str:
        """Give the address of our own page."""
        money.good_amount(amount)
        return self._page(reference)

    async def confirm(self, amount: int, reference: str) -> str:
        """Take the payer's word for it."""
        money.good_amount(amount)
        return money.number("paid", reference)

    async def refund(self, amount: int, reference: str) -> str:
        """Say that it went back."""
        money.good_amount(amount)
        return money.number("refund", reference)
