"""Proving a mobile: a code is sent to it, and whoever writes it down reads that mobile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import outbox
from nabz.notify.model import Channel, typed_code
from nabz.notify.service import codes

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

PURPOSE: Final = "appointments.citizen"
AGAIN: Final = "appointments.citizen-again"
REPEATS: Final = 3
"""So often may the same form arrive again, by an impatient thumb, and be answered like the first time."""


def issue(tx: Tx, keys: Keyring, mobile: str, code: str, letter: str, now: datetime) -> None:
    """Send a code to a mobile. Raises CodeTooSoon."""
    codes.issue(tx, keys, PURPOSE, mobile, code, now)
    # The digits stay Latin: phones offer only such codes above the keyboard.
    text = f"کد نوبت‌دهی نبض: {code}\nاین کد را به کسی ندهید."
    outbox.put(tx, letter, Channel.SMS.topic, {"to": mobile, "text": text}, now)


def prove(tx: Tx, keys: Keyring, mobile: str, attempt: str, code: str, now: datetime) -> bool:
    """Use the code up; the same form once more finds what the first one left for its attempt."""
    subjects = [f"{attempt}/{typed_code(code)}/{time}" for time in range(REPEATS)]
    if codes.redeem(tx, keys, PURPOSE, mobile, code, now):
        for subject in subjects:
            codes.issue(tx, keys, AGAIN, subject, typed_code(code), now, tries=1)
        return True
    return any(codes.redeem(tx, keys, AGAIN, subject, code, now) for subject in subjects)
