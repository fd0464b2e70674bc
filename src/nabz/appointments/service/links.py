"""Addresses that nobody can guess: of a ticket, and of what a reminder asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nabz.kit.digest import Keyring

TICKET: Final = "appointments.ticket"
REMINDER: Final = "appointments.reminder"


def ticket_path(keys: Keyring, appointment: str) -> str:
    """Give the address of a ticket: who knows it may look at it."""
    return f"/nobat/t/{keys.sign(TICKET, appointment)}"


def reminder_path(keys: Keyring, appointment: str) -> str:
    """Give the address that a reminder brings to the patient's own mobile: who knows it may confirm or cancel."""
    return f"/nobat/r/{keys.sign(REMINDER, appointment)}"
