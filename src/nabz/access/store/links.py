"""The SQL of one-time links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, insert, select, update

from nabz.access.model import SHUT, Link, LinkPurpose
from nabz.access.tables import links, users
from nabz.kit.db import Tx


def put(tx: Tx, digest: str, user_id: str, purpose: LinkPurpose, expires_at: datetime) -> None:
    """Insert a link in the place of the person's earlier ones."""
    tx.execute(delete(links).where(links.c.user_id == user_id))
    row = {"digest": digest, "user_id": user_id, "purpose": purpose.value, "expires_at": expires_at}
    tx.execute(insert(links), {**row, "used_at": None})


def waiting(tx: Tx, user_id: str, purpose: LinkPurpose, expires_after: datetime) -> bool:
    """Tell whether an unused link of this kind is out that lives beyond an instant."""
    query = select(
        exists().where(
            links.c.user_id == user_id,
            links.c.purpose == purpose.value,
            links.c.used_at.is_(None),
            links.c.expires_at > expires_after,
        )
    )
    return bool(tx.execute(query).scalar())


def find(tx: Tx, digest: str, now: datetime) -> Link | None:
    """Read whom a link is for, while it can be used."""
    query = (
        select(users.c.id, users.c.username, users.c.display_name, links.c.purpose)
        .join(users, users.c.id == links.c.user_id)
        .where(
            links.c.digest == digest,
            links.c.used_at.is_(None),
            links.c.expires_at > now,
            users.c.status.not_in([status.value for status in SHUT]),
        )
    )
    row = tx.execute(query).first()
    return None if row is None else Link(row.id, row.username, row.display_name, LinkPurpose(row.purpose))


def use(tx: Tx, digest: str, now: datetime) -> bool:
    """Use a link up; tell whether it was still to be had."""
    query = update(links).where(links.c.digest == digest, links.c.used_at.is_(None), links.c.expires_at > now)
    return tx.execute(query.values(used_at=now)).rowcount == 1


def end_all(tx: Tx, user_id: str) -> None:
    """Make a person's unused links worthless."""
    tx.execute(delete(links).where(links.c.user_id == user_id, links.c.used_at.is_(None)))


def prune(tx: Tx, before: datetime) -> int:
    """Delete the links that ran out before an instant."""
    return tx.execute(delete(links).where(links.c.expires_at < before)).rowcount
