"""Proving a mobile: a code is sent to it, and whoever writes it down reads that mobile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import outbox
from nabz.notify.model import Channel
from nabz.notify.service import codes

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

PURPOSE: Final = "appointments.citizen"


def issue(tx: Tx, keys: Keyring, mobile: str, code: str, letter: str, now: datetime) -> None:
    """Send a code to a mobile. Raises CodeTooSoon."""
    codes.issue(tx, keys, PURPOSE, mobile, code, now)
    # The digits stay Latin: phones offer only such codes above the keyboard.
    text = f"کد نوبت‌دهی نبض: {code}\nاین کد را به کسی ندهید."
    outbox.put(tx, letter, Channel.SMS.topic, {"to": mobile, "text": text}, now)


def prove(tx: Tx, keys: Keyring, mobile: str, attempt: str, code: str, now: datetime) -> bool:
    """Use the code up; the same form once more finds what the first one left for its attempt."""
    return codes.prove(tx, keys, PURPOSE, mobile, attempt, code, now)
