"""The optional second factor: codes by time (RFC 6238), and recovery codes for the day the phone is gone."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pyotp

from nabz.access.errors import OfferExpired, SecondFactorOff, SecondFactorOn, UserNotActive, WrongCode
from nabz.access.model import Account, Person, User
from nabz.access.service import letters
from nabz.access.service.reach import operated
from nabz.access.store import recovery_codes, sessions, users
from nabz.kit import audit
from nabz.kit.db import Tx
from nabz.kit.digest import Keyring
from nabz.kit.persian import ascii_digits

STEP: Final = 30
CODES: Final = 10
OFFER_LASTS: Final = timedelta(minutes=15)
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters that are read for one another."""

_SECRET, _OFFER, _RECOVERY = "access.totp", "access.totp-offer", "access.recovery-code"


class Offer(msgspec.Struct, frozen=True):
    """A secret for the phone that counts only once a code made with it comes back."""

    secret: str
    sealed: str
    uri: str


def offer(keys: Keyring, username: str, user_id: str, now: datetime) -> Offer:
    """Make a secret for somebody's phone, at the edge; nothing is stored yet."""
    fresh = pyotp.random_base32()
    until = int((now + OFFER_LASTS).timestamp())
    uri = pyotp.TOTP(fresh).provisioning_uri(name=username, issuer_name="Nabz")
    return Offer(fresh, keys.seal(_OFFER, f"{user_id} {until} {fresh}"), uri)


def offered_again(keys: Keyring, username: str, user_id: str, sealed: str, now: datetime) -> Offer | None:
    """Read an offer that was made before, if it was made to this person and is not too old."""
    whose, _, rest = (keys.unseal(_OFFER, sealed) or "").partition(" ")
    until, _, fresh = rest.partition(" ")
    if whose != user_id or not fresh or int(until) < now.timestamp():
        return None
    return Offer(fresh, sealed, pyotp.TOTP(fresh).provisioning_uri(name=username, issuer_name="Nabz"))


def new_recovery_codes() -> list[str]:
    """Make a fresh set, at the edge, to be shown once."""
    parts = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2 * CODES))
    return [f"{part}-{next(parts)}" for part in parts]


def switch_on(
    tx: Tx, keys: Keyring, by: Person, sealed: str, code: str, recovery: Sequence[str], now: datetime
) -> None:
    """Switch the second factor on with a first code from the phone; other sessions end.

    Raises OfferExpired, WrongCode, SecondFactorOn.
    """
    made = offered_again(keys, by.username, by.user_id, sealed, now)
    if made is None:
        raise OfferExpired
    step = _step_of(made.secret, code, now)
    if step is None:
        raise WrongCode
    if not users.set_second_factor(tx, by.user_id, keys.seal(_SECRET, made.secret), step):
        raise SecondFactorOn
    recovery_codes.replace(tx, by.user_id, _digests(keys, by.user_id, recovery))
    sessions.end_all(tx, by.user_id, keep=by.session_digest)
    audit.record(tx, now, by.user_id, "access.second-factor-on", by.user_id, on_behalf_of=by.acting_for)


def switch_off(tx: Tx, by: Person, letter_id: str, now: datetime) -> None:
    """Switch one's own second factor off. Raises SecondFactorOff."""
    _clear(tx, users.get(tx, by.user_id), letter_id, now)
    audit.record(tx, now, by.user_id, "access.second-factor-off", by.user_id, on_behalf_of=by.acting_for)


def reset(tx: Tx, by: Person, user_id: str, letter_id: str, now: datetime) -> None:
    """Take a lost second factor off somebody's account, and end his sessions; an operator's deed.

    Raises UnknownUser, NotAllowed, SecondFactorOff.
    """
    user = operated(tx, by, user_id)
    _clear(tx, user, letter_id, now)
    sessions.end_all(tx, user_id)
    audit.record(tx, now, by.user_id, "access.second-factor-reset", user_id, on_behalf_of=by.acting_for)


def renew_recovery_codes(tx: Tx, keys: Keyring, by: Person, recovery: Sequence[str], now: datetime) -> None:
    """Put fresh recovery codes in the place of the old ones. Raises SecondFactorOff, UserNotActive."""
    account = users.locked_account(tx, by.user_id)
    if account is None:
        raise UserNotActive
    if account.totp_sealed is None:
        raise SecondFactorOff
    recovery_codes.replace(tx, by.user_id, _digests(keys, by.user_id, recovery))
    audit.record(tx, now, by.user_id, "access.recovery-codes-renewed", by.user_id, on_behalf_of=by.acting_for)


def codes_left(tx: Tx, user_id: str) -> int:
    """Count the recovery codes that can still be used."""
    return recovery_codes.left(tx, user_id)


def use_code(tx: Tx, keys: Keyring, account: Account, code: str, now: datetime) -> bool:
    """Use up a code of the phone, or a recovery code; tell whether it was good. No code is good twice."""
    secret = keys.unseal(_SECRET, account.totp_sealed) if account.totp_sealed else None
    if secret is None:
        return False
    step = _step_of(secret, code, now)
    if step is not None:
        return users.use_step(tx, account.id, step)
    used = recovery_codes.use(tx, account.id, _digest(keys, account.id, code), now)
    if used:
        audit.record(tx, now, account.id, "access.recovery-code-used", account.id)
    return used


def _clear(tx: Tx, user: User, letter_id: str, now: datetime) -> None:
    if not users.clear_second_factor(tx, user.id):
        raise SecondFactorOff
    recovery_codes.replace(tx, user.id, ())
    if user.email:
        fa = f"ورود دومرحله‌ای حساب {user.username} خاموش شد."
        letters.notice(tx, letter_id, user.email, fa, f"The second factor of {user.username} was switched off.", now)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Find the step whose code this is: now's, or a neighbour's, since clocks and fingers are slow."""
    given = re.sub(r"[\s-]", "", ascii_digits(code))
    maker = pyotp.TOTP(secret, interval=STEP)
    here = int(now.timestamp()) // STEP
    for step in (here, here - 1, here + 1):
        made = maker.at(step * STEP)
        if hmac.compare_digest(made.encode(), given.encode("utf-8", "surrogatepass")):
            return step
    return None


def _digests(keys: Keyring, user_id: str, recovery: Sequence[str]) -> list[str]:
    return [_digest(keys, user_id, code) for code in recovery]


def _digest(keys: Keyring, user_id: str, code: str) -> str:
    return keys.hex(_RECOVERY, f"{user_id} {re.sub(r'[^a-z0-9]', '', ascii_digits(code).lower())}")
