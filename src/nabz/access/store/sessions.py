"""The SQL of portal sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import and_, delete, exists, insert, or_, select, update

from nabz.access.model import Person, Role, Session, UserStatus
from nabz.access.store.users import ROLES, roles_in
from nabz.access.tables import delegations, organisations, roles, sessions, users
from nabz.kit.db import Tx

SEEN_EVERY = timedelta(minutes=1)
"""An instant that is written at every call would cost more than the call."""


class NewSession(msgspec.Struct, frozen=True):
    """A row of the table; `second_factor` is false while the code is still owed."""

    digest: str
    user_id: str
    expires_at: datetime
    origin: str
    browser: str
    second_factor: bool


_principals = users.alias("principal")
_live_delegation = and_(
    delegations.c.principal_id == sessions.c.acting_for,
    delegations.c.delegate_id == sessions.c.user_id,
    delegations.c.revoked_at.is_(None),
)
_may_delegate = and_(
    _principals.c.id == delegations.c.principal_id,
    _principals.c.status == UserStatus.ACTIVE.value,
    exists().where(roles.c.user_id == _principals.c.id, roles.c.role == Role.PHYSICIAN.value),
)


def who_is(tx: Tx, digest: str, now: datetime, idle_since: datetime) -> Person | None:
    """Read who is signed in, for whom he acts, and what he may do: one look at every call."""
    still = or_(delegations.c.until.is_(None), delegations.c.until > now)
    query = (
        select(
            users.c.id,
            users.c.username,
            users.c.display_name,
            ROLES.label("roles"),
            users.c.data_set,
            users.c.organisation_id,
            organisations.c.name,
            sessions.c.digest,
            sessions.c.seen_at,
            users.c.totp_sealed.is_not(None).label("second_factor"),
            _principals.c.id.label("principal_id"),
            _principals.c.display_name.label("principal_name"),
        )
        .select_from(sessions)
        .join(users, users.c.id == sessions.c.user_id)
        .join(organisations, organisations.c.id == users.c.organisation_id)
        .outerjoin(delegations, and_(_live_delegation, still))
        .outerjoin(_principals, and_(_may_delegate, _principals.c.data_set == users.c.data_set))
        .where(
            sessions.c.digest == digest,
            sessions.c.second_factor,
            sessions.c.expires_at > now,
            sessions.c.seen_at > idle_since,
            users.c.status == UserStatus.ACTIVE.value,
            organisations.c.active,
        )
    )
    row = tx.execute(query).first()
    if row is None:
        return None
    held = roles_in(row.roles)
    acts = row.principal_id is not None and Role.SECRETARY in held
    return Person(
        user_id=row.id,
        username=row.username,
        display_name=row.display_name,
        roles=held,
        data_set=row.data_set,
        organisation_id=row.organisation_id,
        organisation_name=row.name,
        session_digest=row.digest,
        seen_at=row.seen_at,
        second_factor=bool(row.second_factor),
        acting_for=row.principal_id if acts else None,
        acting_for_name=row.principal_name if acts else None,
    )


def owing_code(tx: Tx, digest: str, now: datetime) -> str | None:
    """Find who has given the right password here and still owes the code."""
    query = select(sessions.c.user_id).where(
        sessions.c.digest == digest, sessions.c.second_factor.is_(False), sessions.c.expires_at > now
    )
    found: str | None = tx.execute(query).scalar()
    return found


def add(tx: Tx, new: NewSession, now: datetime) -> None:
    """Insert a session."""
    tx.execute(insert(sessions), {**msgspec.structs.asdict(new), "created_at": now, "seen_at": now})


def seen(tx: Tx, digest: str, now: datetime) -> None:
    """Note that a session is in use, if that was not noted just now."""
    query = update(sessions).where(sessions.c.digest == digest, sessions.c.seen_at <= now - SEEN_EVERY)
    tx.execute(query.values(seen_at=now))


def act_for(tx: Tx, digest: str, principal_id: str | None) -> None:
    """Set for whom the person of this session acts."""
    tx.execute(update(sessions).where(sessions.c.digest == digest).values(acting_for=principal_id))


def stop_acting(tx: Tx, principal_id: str, user_id: str) -> None:
    """Let a person be himself again in every session in which he acts for this other."""
    query = update(sessions).where(sessions.c.user_id == user_id, sessions.c.acting_for == principal_id)
    tx.execute(query.values(acting_for=None))


def end(tx: Tx, digest: str) -> bool:
    """End one session; tell whether it was there."""
    return tx.execute(delete(sessions).where(sessions.c.digest == digest)).rowcount == 1


def end_one_of(tx: Tx, user_id: str, digest: str) -> bool:
    """End one session of a person; tell whether it was his."""
    query = delete(sessions).where(sessions.c.digest == digest, sessions.c.user_id == user_id)
    return tx.execute(query).rowcount == 1


def end_all(tx: Tx, user_id: str, keep: str | None = None) -> int:
    """End a person's sessions, but for the one that is kept, and tell how many."""
    query = delete(sessions).where(sessions.c.user_id == user_id)
    if keep is not None:
        query = query.where(sessions.c.digest != keep)
    return tx.execute(query).rowcount


def live(tx: Tx, user_id: str, now: datetime, idle_since: datetime) -> list[Session]:
    """List where a person is signed in, the latest use first."""
    query = (
        select(sessions.c.digest, sessions.c.created_at, sessions.c.seen_at, sessions.c.origin, sessions.c.browser)
        .where(
            sessions.c.user_id == user_id,
            sessions.c.second_factor,
            sessions.c.expires_at > now,
            sessions.c.seen_at > idle_since,
        )
        .order_by(sessions.c.seen_at.desc(), sessions.c.digest)
    )
    return [Session(**row) for row in tx.execute(query).mappings()]


def prune(tx: Tx, now: datetime, idle_since: datetime) -> int:
    """Delete the sessions that nobody can use any more."""
    query = delete(sessions).where(or_(sessions.c.expires_at <= now, sessions.c.seen_at <= idle_since))
    return tx.execute(query).rowcount


def owner(tx: Tx, digest: str) -> str | None:
    """Find whose session this is."""
    found: str | None = tx.execute(select(sessions.c.user_id).where(sessions.c.digest == digest)).scalar()
    return found
