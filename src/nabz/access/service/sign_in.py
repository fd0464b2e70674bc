"""The way in: password, then the code where a second factor is on, then a session with a new name."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from nabz.access.errors import BadCredentials, SignInExpired
from nabz.access.model import Account, Gate, UserStatus, folded_username
from nabz.access.service import attempts, second_factor
from nabz.access.service.passwords import Passwords
from nabz.access.service.sessions import HALF_WAY
from nabz.access.store import sessions, users
from nabz.kit import audit
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring


class Visit(msgspec.Struct, frozen=True):
    """From where somebody comes, and under which digest his session would be kept."""

    origin: str
    browser: str
    """The random number that this browser has kept since its first page."""

    agent: str
    """What the browser says of itself, shown to its owner."""

    digest: str
    replaces: str | None
    """The session that this browser came with: nothing of it lives on."""

    life: timedelta


async def check_password(
    db: Database,
    keys: Keyring,
    passwords: Passwords,
    username: str,
    password: str,
    origin: str,
    now: datetime,
    *,
    browser: str | None = None,
) -> Account:
    """Check a password between two transactions, one guess at a name at a time.

    Raises BadCredentials, TooManyAttempts, Busy.
    """
    name = folded_username(username)

    def find(tx: Tx) -> Account | None:
        attempts.may_try(tx, keys, name, origin, now, browser=browser)
        return users.by_username(tx, name)

    async with passwords.one_at_a_time(name):
        account = await db.read(find)
        right = await passwords.verify(password, account.password_hash if account else None, now)
        if account is None or not right or account.status is not UserStatus.ACTIVE:
            await db.write(attempts.note_failure, keys, name, origin, now, browser=browser)
            raise BadCredentials
    return account


def enter(tx: Tx, keys: Keyring, checked: Account, visit: Visit, now: datetime) -> bool:
    """Open a session after the right password; tell whether a code is still owed. Raises BadCredentials.

    The password was checked outside: it counts only if the account is still as it was then.
    """
    account = users.locked_account(tx, checked.id)
    if account is None or account.status is not UserStatus.ACTIVE or account.password_hash != checked.password_hash:
        raise BadCredentials
    owes_code = account.totp_sealed is not None
    _open(tx, account, visit, now, owes_code=owes_code)
    if not owes_code:
        _note_entry(tx, keys, account, visit, now)
    return owes_code


def give_code(tx: Tx, keys: Keyring, half: str, code: str, visit: Visit, now: datetime) -> bool:
    """Open the session that was waiting for the code; tell whether the code was right.

    A wrong one is counted, so it is no error here. Raises SignInExpired, TooManyAttempts.
    """
    user_id = sessions.owing_code(tx, half, now)
    account = users.locked_account(tx, user_id) if user_id else None
    if account is None or account.status is not UserStatus.ACTIVE:
        raise SignInExpired
    attempts.may_try(tx, keys, account.username, visit.origin, now, browser=visit.browser, gate=Gate.CODE)
    if not second_factor.use_code(tx, keys, account, code, now):
        attempts.note_failure(tx, keys, account.username, visit.origin, now, browser=visit.browser, gate=Gate.CODE)
        return False
    if not sessions.end(tx, half):
        raise SignInExpired
    _open(tx, account, visit, now, owes_code=False)
    _note_entry(tx, keys, account, visit, now)
    return True


def _open(tx: Tx, account: Account, visit: Visit, now: datetime, *, owes_code: bool) -> None:
    if visit.replaces is not None:
        sessions.end(tx, visit.replaces)
    new = sessions.NewSession(
        digest=visit.digest,
        user_id=account.id,
        expires_at=now + (HALF_WAY if owes_code else visit.life),
        origin=visit.origin,
        browser=visit.agent[:200],
        second_factor=not owes_code,
    )
    sessions.add(tx, new, now)


def _note_entry(tx: Tx, keys: Keyring, account: Account, visit: Visit, now: datetime) -> None:
    attempts.note_success(tx, keys, account.username, visit.origin, now, browser=visit.browser)
    with_code = account.totp_sealed is not None
    audit.record(tx, now, account.id, "access.signed-in", account.id, second_factor=with_code)
