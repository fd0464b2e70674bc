"""The SQL of token pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select

from nabz.access.model.pairs import KeptPair, PairBearer
from nabz.access.tables import organisations, pairs, users
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

P = pairs.c

BEARER = Statement(
    row=PairBearer,
    postgres="""
        SELECT u.id, u.username, u.display_name, o.id, o.kind, u.data_set, p.access_until
        FROM access_pair p
        JOIN access_user u ON u.id = p.user_id
        JOIN access_organisation o ON o.id = u.organisation_id AND o.active
        WHERE u.status = 'active'
          AND EXISTS (SELECT 1 FROM access_role r WHERE r.user_id = u.id AND r.role = :role)
          AND ((p.access_digest = :digest AND p.access_until > :now)
            OR (p.former_access = :digest AND p.refreshed_at > :grace AND p.access_until > :now))
        """,
)

ROTATE = Statement(
    row=str,
    postgres="""
        UPDATE access_pair SET former_access = access_digest, former_refresh = refresh_digest, seed = :seed,
            access_digest = :new_access, refresh_digest = :new_refresh,
            access_until = :access_until, refresh_until = :refresh_until, refreshed_at = :now
        WHERE access_digest = :access AND refresh_digest = :refresh AND refresh_until > :now
        RETURNING id
        """,
)
"""Only one of those that refresh at once gets on; the others find what he has made."""

_KEPT = (
    select(
        *(P[name] for name in ("id", "user_id", "seed", "access_digest", "refresh_digest")),
        *(P[name] for name in ("former_access", "former_refresh", "access_until", "refresh_until", "refreshed_at")),
        users.c.display_name,
    )
    .join(users, users.c.id == P.user_id)
    .join(organisations, (organisations.c.id == users.c.organisation_id) & organisations.c.active)
    .where(users.c.status == "active")
)


def add(tx: Tx, kept: dict[str, object]) -> None:
    """Keep a new pair."""
    tx.execute(insert(pairs), kept)


def of_tokens(tx: Tx, access: str, refresh: str) -> list[KeptPair]:
    """Find the pairs of which one of these is, or was, a token."""
    query = _KEPT.where(
        or_(
            P.access_digest == access,
            P.refresh_digest == refresh,
            P.former_access == access,
            P.former_refresh == refresh,
        )
    )
    return [KeptPair(**row._mapping) for row in tx.execute(query)]  # noqa: SLF001 - the public name of a row's mapping


def end(tx: Tx, id_: str) -> bool:
    """End a pair; tell whether it was there."""
    return tx.execute(delete(pairs).where(P.id == id_)).rowcount == 1


def end_of_user(tx: Tx, user_id: str) -> None:
    """End all pairs of a user."""
    tx.execute(delete(pairs).where(P.user_id == user_id))


def prune(tx: Tx, now: datetime) -> int:
    """Delete what has run out."""
    return tx.execute(delete(pairs).where(P.refresh_until < now)).rowcount
