"""One-time links: to accept an invitation, and to a new password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from nabz.access.errors import LinkSpent
from nabz.access.model import Account, Link, LinkPurpose, UserStatus
from nabz.access.service import attempts, letters
from nabz.access.service.letters import Posting
from nabz.access.store import clients, sessions, users
from nabz.access.store import links as store
from nabz.kit import audit
from nabz.kit.db import Tx
from nabz.kit.digest import Keyring

RESET_HOURS = 2
QUIET = timedelta(minutes=5)
"""Nobody's post is flooded: within so long of the last letter there is no other."""

AT_MOST = 5
"""So many accounts of one address are written to."""


def digest_of(keys: Keyring, token: str) -> str:
    """Give what is stored of a link's token."""
    return keys.hex("access.link", token)


def ask(tx: Tx, keys: Keyring, name: str, postings: Sequence[Posting], origin: str, now: datetime) -> None:
    """Write to whom a forgotten password may be about; who asks learns nothing. Raises TooManyAttempts."""
    attempts.note_asking(tx, keys, origin, now)
    for account, posting in zip(users.by_name_or_email(tx, name, len(postings)), postings, strict=False):
        if account.status is UserStatus.ACTIVE and not _written_just_now(tx, account, now):
            send_reset(tx, keys, account.id, account.username, account.email, posting, now)
            audit.record(tx, now, account.id, "access.new-password-asked", account.id)


def send_reset(
    tx: Tx, keys: Keyring, user_id: str, username: str, email: str | None, posting: Posting, now: datetime
) -> None:
    """Put a link to a new password out; somebody without an address gets it from who asked for it."""
    until = now + timedelta(hours=RESET_HOURS)
    store.put(tx, digest_of(keys, posting.token), user_id, LinkPurpose.RESET, until)
    if email:
        letters.new_password(tx, email, username, posting, RESET_HOURS, now)


def find(tx: Tx, digest: str, now: datetime) -> Link:
    """Read whom a link is for, without using it. Raises LinkSpent."""
    link = store.find(tx, digest, now)
    if link is None:
        raise LinkSpent
    return link


def accept(tx: Tx, keys: Keyring, digest: str, password_hash: str, origin: str, browser: str, now: datetime) -> None:
    """Use a link up and set the password that was chosen; every session and token ends. Raises LinkSpent.

    Who holds the link has shown that the mailbox is his, so strangers' failures do not stand in his way here.
    """
    link = find(tx, digest, now)
    users.locked_account(tx, link.user_id)
    if not store.use(tx, digest, now) or not users.set_first_password(tx, link.user_id, password_hash):
        raise LinkSpent
    store.end_all(tx, link.user_id)
    sessions.end_all(tx, link.user_id)
    clients.end_grants(tx, link.user_id)
    attempts.note_success(tx, keys, link.username, origin, now, browser=browser)
    action = "access.invitation-accepted" if link.purpose is LinkPurpose.INVITE else "access.password-reset"
    audit.record(tx, now, link.user_id, action, link.user_id)


def prune(tx: Tx, now: datetime) -> int:
    """Delete the links that ran out a day ago."""
    return store.prune(tx, now - timedelta(days=1))


def _written_just_now(tx: Tx, account: Account, now: datetime) -> bool:
    return store.waiting(tx, account.id, LinkPurpose.RESET, now + timedelta(hours=RESET_HOURS) - QUIET)
