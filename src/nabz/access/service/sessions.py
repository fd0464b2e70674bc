"""Portal sessions: who is signed in, where, and how that ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from nabz.access.model import Person, Session
from nabz.access.store import clients
from nabz.access.store import sessions as store
from nabz.kit import audit
from nabz.kit.db import Tx
from nabz.kit.digest import Keyring

HALF_WAY = timedelta(minutes=5)
"""So long may somebody look for the code after the password."""

SEEN_EVERY = store.SEEN_EVERY


def digest_of(keys: Keyring, token: str) -> str:
    """Give what is stored of a session's token."""
    return keys.hex("access.session", token)


def who_is(tx: Tx, digest: str, now: datetime, idle: timedelta) -> Person | None:
    """Find who is signed in with a session that is neither over nor left idle."""
    return store.who_is(tx, digest, now, now - idle)


def note_seen(tx: Tx, digest: str, now: datetime) -> None:
    """Note that a session is in use."""
    store.seen(tx, digest, now)


def live(tx: Tx, user_id: str, now: datetime, idle: timedelta) -> list[Session]:
    """List where a person is signed in."""
    return store.live(tx, user_id, now, now - idle)


def sign_out(tx: Tx, digest: str, now: datetime) -> None:
    """End this session, whoever's it is."""
    who = store.owner(tx, digest)
    if who is not None and store.end(tx, digest):
        audit.record(tx, now, who, "access.signed-out", who)


def end_one(tx: Tx, by: Person, digest: str, now: datetime) -> bool:
    """End one of one's own sessions; tell whether it was there."""
    ended = store.end_one_of(tx, by.user_id, digest)
    if ended:
        audit.record(tx, now, by.user_id, "access.session-ended", by.user_id, on_behalf_of=by.acting_for)
    return ended


def end_all(tx: Tx, by: Person, now: datetime) -> int:
    """Log out everywhere, here too and in every program, and tell how many sessions there were."""
    ended = store.end_all(tx, by.user_id)
    clients.end_grants(tx, by.user_id)
    audit.record(
        tx, now, by.user_id, "access.all-sessions-ended", by.user_id, on_behalf_of=by.acting_for, sessions=ended
    )
    return ended


def prune(tx: Tx, now: datetime, idle: timedelta) -> int:
    """Delete the sessions that nobody can use any more."""
    return store.prune(tx, now, now - idle)
