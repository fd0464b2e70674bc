"""One-time codes: six digits that prove that somebody reads a mobile or a mailbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import randbelow
from typing import Final

from nabz.kit.db import Tx
from nabz.kit.digest import Keyring
from nabz.notify import model
from nabz.notify.errors import CodeTooSoon
from nabz.notify.store import codes as store

REPEATS: Final = 3
"""So often may the same form arrive again, by an impatient thumb, and be answered like the first time."""


def new_code() -> str:
    """Make a code, at the edge."""
    return f"{randbelow(10**model.CODE_DIGITS):0{model.CODE_DIGITS}}"


def issue(
    tx: Tx,
    keys: Keyring,
    purpose: str,
    subject: str,
    code: str,
    now: datetime,
    *,
    seconds: int = model.CODE_SECONDS,
    tries: int = model.TRIES,
) -> str:
    """Issue a code in the place of the last one, and give it for the message. Raises CodeTooSoon."""
    who = _subject(keys, subject)
    fresh = store.put(
        tx,
        purpose=purpose,
        subject=who,
        digest=_digest(keys, purpose, subject, code),
        now=now,
        until=now + timedelta(seconds=seconds),
        tries=tries,
        quiet=now - model.QUIET,
        round=now - model.ROUND,
        most=model.MOST_IN_A_ROUND,
    )
    if not fresh:
        last = store.find(tx, purpose, who)
        wait = model.seconds_until_next(last.issued_at, last.round_at, last.round_issues, now)
        raise CodeTooSoon(retry_after=wait)
    return code


def count(tx: Tx, keys: Keyring, purpose: str, subject: str, now: datetime, most: int) -> None:
    """Count a message to somebody, so many an hour, whatever they are for. Raises CodeTooSoon."""
    who = _subject(keys, subject)
    counted = store.put(
        tx,
        purpose=purpose,
        subject=who,
        digest="",
        now=now,
        until=now,
        tries=0,
        quiet=now + model.ROUND,  # only their number counts: calls come here a little out of their order
        round=now - model.ROUND,
        most=most,
    )
    if not counted:
        last = store.find(tx, purpose, who)
        raise CodeTooSoon(retry_after=max(1.0, (last.round_at + model.ROUND - now).total_seconds()))


def redeem(tx: Tx, keys: Keyring, purpose: str, subject: str, code: str, now: datetime) -> bool:
    """Try a code: it hits once, and after so many misses no more.

    A miss is returned, never raised: an error would undo the count of it. Whoever calls this inside a use
    case of his own must end it without an error too, and raise CodeWrong at the edge.
    """
    digest = _digest(keys, purpose, subject, model.typed_code(code))
    return store.try_(tx, purpose, _subject(keys, subject), digest, now)


def prove(tx: Tx, keys: Keyring, purpose: str, subject: str, attempt: str, code: str, now: datetime) -> bool:
    """Use a code up; the same form once more finds what the first one left for its attempt."""
    typed = model.typed_code(code)
    again = f"{purpose}-again"
    subjects = [f"{attempt}/{typed}/{time}" for time in range(REPEATS)]
    if redeem(tx, keys, purpose, subject, code, now):
        for one in subjects:
            issue(tx, keys, again, one, typed, now, tries=1)
        return True
    return any(redeem(tx, keys, again, one, code, now) for one in subjects)


def free(tx: Tx, keys: Keyring, purpose: str, subject: str, now: datetime) -> None:
    """Let the next code come at once, for the last one was used up; how many came in an hour still counts."""
    store.free(tx, purpose, _subject(keys, subject), now - model.QUIET)


def prune(tx: Tx, now: datetime) -> int:
    """Forget the codes of the day before."""
    return store.prune(tx, now - timedelta(days=1))


def _subject(keys: Keyring, subject: str) -> str:
    return keys.hex("notify.code-subject", subject)


def _digest(keys: Keyring, purpose: str, subject: str, code: str) -> str:
    return keys.hex("notify.code", f"{purpose}\0{subject}\0{code}")
