"""One-time codes of patients: for controlled drugs, and for what was set aside for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import outbox
from nabz.notify.model import Channel
from nabz.notify.service import codes

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.prescriptions.model import Caller

CONTROLLED: Final = "prescriptions.controlled"
SET_ASIDE: Final = "prescriptions.set-aside"
DAY_SECONDS: Final = 24 * 3600
TO_A_MOBILE: Final = "prescriptions.to-a-mobile"
MOST_AN_HOUR: Final = 20
"""Codes of all prescriptions and pharmacies together."""


def subject_of(tx: Tx, centre: str, prescription: int) -> str:
    """Name what a code is for: this prescription, at this pharmacy."""
    return f"{tx.data_set}/{centre}/{prescription}"


def send(
    tx: Tx, keys: Keyring, centre: str, prescription: int, mobile: str, code: str, caller: Caller, now: datetime
) -> None:
    """Send the code for the controlled drugs of a prescription. Raises CodeTooSoon."""
    codes.issue(tx, keys, CONTROLLED, subject_of(tx, centre, prescription), code, now)
    text = f"کد تحویل داروی کنترل‌شده: {code}\nآن را تنها به داروخانه بگویید."
    _post(tx, keys, mobile, text, caller, now)


def redeem(tx: Tx, keys: Keyring, centre: str, prescription: int, code: str, now: datetime) -> bool:
    """Try a code for controlled drugs; whoever calls must end without an error, so that a miss counts."""
    return codes.redeem(tx, keys, CONTROLLED, subject_of(tx, centre, prescription), code, now)


def send_confirmation(
    tx: Tx, keys: Keyring, delivery: int, mobile: str, code: str, caller: Caller, now: datetime
) -> None:
    """Send the code with which the patient confirms what was set aside; it lives as long. Raises CodeTooSoon."""
    codes.issue(tx, keys, SET_ASIDE, f"{tx.data_set}/{delivery}", code, now, seconds=DAY_SECONDS)
    text = f"کد تأیید داروهای کنارگذاشته: {code}\nهنگام دریافت دارو آن را به داروخانه بگویید."
    _post(tx, keys, mobile, text, caller, now)


def redeem_confirmation(tx: Tx, keys: Keyring, delivery: int, code: str, now: datetime) -> bool:
    """Try the patient's confirmation; as `redeem`."""
    return codes.redeem(tx, keys, SET_ASIDE, f"{tx.data_set}/{delivery}", code, now)


def _post(tx: Tx, keys: Keyring, mobile: str, text: str, caller: Caller, now: datetime) -> None:
    """Send a patient a code; no mobile gets more than so many an hour. Raises CodeTooSoon."""
    codes.count(tx, keys, TO_A_MOBILE, f"{tx.data_set}/{mobile}", now, MOST_AN_HOUR)
    # The digits stay Latin: phones offer only such codes above the keyboard.
    outbox.put(tx, f"{caller.seed}-code", Channel.SMS.topic, {"to": mobile, "text": text}, now)
