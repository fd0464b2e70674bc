"""Delegation: a physician lets a secretary act for him, until a day or until he ends it."""

from __future__ import annotations

from datetime import datetime

from nabz.access.errors import DateNotAhead, DelegateNotFitting, UnknownDelegation
from nabz.access.model import Delegation, Person, Role, UserStatus
from nabz.access.store import delegations as store
from nabz.access.store import sessions, users
from nabz.kit import audit
from nabz.kit.db import Tx
from nabz.kit.errors import NotAllowed


def delegate(tx: Tx, by: Person, id_: str, username: str, until: datetime | None, now: datetime) -> None:
    """Let a secretary act for a physician.

    Raises NotAllowed, DateNotAhead, DelegateNotFitting, DelegationThere.
    """
    if Role.PHYSICIAN not in by.roles:
        raise NotAllowed
    if until is not None and until <= now:
        raise DateNotAhead
    account = users.by_username(tx, username)
    secretary = users.get(tx, account.id) if account and account.status is UserStatus.ACTIVE else None
    if (
        secretary is None
        or Role.SECRETARY not in secretary.roles
        or secretary.data_set != by.data_set
        or secretary.id == by.user_id
    ):
        raise DelegateNotFitting
    store.add(tx, id_, by.user_id, secretary.id, until, now)
    # What he began under one that has run out does not come alive again by this one.
    sessions.stop_acting(tx, by.user_id, secretary.id)
    audit.record(tx, now, by.user_id, "access.delegated", by.user_id, delegate=secretary.id)


def revoke(tx: Tx, by: Person, id_: str, now: datetime) -> None:
    """End a delegation, from either side, and with it all acting by it. Raises UnknownDelegation."""
    ended = store.revoke(tx, id_, by.user_id, now)
    if ended is None:
        raise UnknownDelegation
    principal_id, delegate_id = ended
    sessions.stop_acting(tx, principal_id, delegate_id)
    audit.record(tx, now, by.user_id, "access.delegation-revoked", by.user_id, delegation=id_)


def act_for(tx: Tx, by: Person, principal_id: str | None, now: datetime) -> None:
    """Begin to act for a physician in this session, or stop. Raises UnknownDelegation."""
    if principal_id is not None and (
        Role.SECRETARY not in by.roles or store.between(tx, principal_id, by.user_id, now) is None
    ):
        raise UnknownDelegation
    sessions.act_for(tx, by.session_digest, principal_id)
    action = "access.acting-stopped" if principal_id is None else "access.acting-started"
    audit.record(tx, now, by.user_id, action, by.user_id, on_behalf_of=principal_id or by.acting_for)


def given_by(tx: Tx, by: Person, now: datetime) -> list[Delegation]:
    """List who may act for somebody."""
    return store.given_by(tx, by.user_id, now)


def given_to(tx: Tx, by: Person, now: datetime) -> list[Delegation]:
    """List for whom somebody may act."""
    return store.given_to(tx, by.user_id, now)
