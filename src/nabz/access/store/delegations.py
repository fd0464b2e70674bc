"""The SQL of delegations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, insert, or_, select, update

from nabz.access.errors import DelegationThere
from nabz.access.model import Delegation
from nabz.access.tables import delegations, users
from nabz.kit.db import Tx, unique

_principals, _delegates = users.alias("principal"), users.alias("delegate")
_DELEGATION = (
    select(
        delegations.c.id,
        delegations.c.principal_id,
        _principals.c.display_name.label("principal_name"),
        delegations.c.delegate_id,
        _delegates.c.display_name.label("delegate_name"),
        delegations.c.created_at,
        delegations.c.until,
    )
    .join(_principals, _principals.c.id == delegations.c.principal_id)
    .join(_delegates, _delegates.c.id == delegations.c.delegate_id)
    .order_by(delegations.c.created_at)
)


def add(tx: Tx, id_: str, principal_id: str, delegate_id: str, until: datetime | None, now: datetime) -> None:
    """Insert a delegation. Raises DelegationThere."""
    pair = (delegations.c.principal_id == principal_id, delegations.c.delegate_id == delegate_id)
    # What has run out makes room for what is new.
    gone = update(delegations).where(*pair, delegations.c.revoked_at.is_(None), delegations.c.until <= now)
    tx.execute(gone.values(revoked_at=delegations.c.until))
    row = {"id": id_, "principal_id": principal_id, "delegate_id": delegate_id, "created_at": now}
    with unique(DelegationThere()):
        tx.execute(insert(delegations), {**row, "until": until, "revoked_at": None})


def given_by(tx: Tx, principal_id: str, now: datetime) -> list[Delegation]:
    """List who may act for a person."""
    return _live(tx, now, delegations.c.principal_id == principal_id)


def given_to(tx: Tx, delegate_id: str, now: datetime) -> list[Delegation]:
    """List for whom a person may act."""
    return _live(tx, now, delegations.c.delegate_id == delegate_id)


def between(tx: Tx, principal_id: str, delegate_id: str, now: datetime) -> Delegation | None:
    """Find the delegation of two people while it holds; nobody else ends it before this is committed."""
    pair = (delegations.c.principal_id == principal_id, delegations.c.delegate_id == delegate_id)
    tx.execute(select(delegations.c.id).where(*pair, delegations.c.revoked_at.is_(None)).with_for_update())
    return next(iter(_live(tx, now, *pair)), None)


def revoke(tx: Tx, id_: str, party: str, now: datetime) -> tuple[str, str] | None:
    """End a delegation that somebody has given or was given; tell who gave it to whom if there was one."""
    query = update(delegations).where(
        delegations.c.id == id_,
        or_(delegations.c.principal_id == party, delegations.c.delegate_id == party),
        delegations.c.revoked_at.is_(None),
    )
    ended = query.values(revoked_at=now).returning(delegations.c.principal_id, delegations.c.delegate_id)
    row = tx.execute(ended).first()
    return None if row is None else (row.principal_id, row.delegate_id)


def _live(tx: Tx, now: datetime, *conditions: ColumnElement[bool]) -> list[Delegation]:
    holds = or_(delegations.c.until.is_(None), delegations.c.until > now)
    query = _DELEGATION.where(delegations.c.revoked_at.is_(None), holds, *conditions)
    return [Delegation(**row) for row in tx.execute(query).mappings()]
