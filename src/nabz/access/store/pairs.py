"""The SQL of token pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, false, insert, or_, select, true

from nabz.access.model.pairs import Generation, KeptPair, PairBearer
from nabz.access.tables import organisations, pairs, pairs_spent, roles, users
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

P = pairs.c

S = pairs_spent.c


def _bearer(is_former: int, access_until: datetime, former_until: datetime | None, *who: str | int) -> PairBearer:
    """Make a bearer of a row. The ends come as columns: SQLite does not know that a CASE gives a time."""
    until = former_until if is_former and former_until is not None else access_until
    user_id, username, display_name, organisation_id, kind, data_set = who
    told = (str(user_id), str(username), str(display_name), str(organisation_id), str(kind))
    return PairBearer(*told, int(data_set), until)


BEARER = Statement(
    row=_bearer,
    postgres="""
        SELECT p.access_digest <> :digest, p.access_until, p.former_until,
            u.id, u.username, u.display_name, o.id, o.kind, u.data_set
        FROM access_pair p
        JOIN access_user u ON u.id = p.user_id
        JOIN access_organisation o ON o.id = u.organisation_id AND o.active
        WHERE u.status = 'active'
          AND EXISTS (SELECT 1 FROM access_role r WHERE r.user_id = u.id AND r.role = :role)
          AND ((p.access_digest = :digest AND p.access_until > :now)
            OR (p.former_access = :digest AND p.refreshed_at > :grace AND p.former_until > :now))
        """,
)

ROTATE = Statement(
    row=str,
    postgres="""
        UPDATE access_pair SET former_access = access_digest, former_refresh = refresh_digest,
            former_until = access_until, seed = :seed, access_digest = :new_access, refresh_digest = :new_refresh,
            access_until = CASE WHEN ends_at < :access_until THEN ends_at ELSE :access_until END,
            refresh_until = CASE WHEN ends_at < :refresh_until THEN ends_at ELSE :refresh_until END,
            refreshed_at = :now
        WHERE access_digest = :access AND refresh_digest = :refresh AND refresh_until > :now
          AND EXISTS (
              SELECT 1 FROM access_user u
              JOIN access_organisation o ON o.id = u.organisation_id AND o.active
              JOIN access_role r ON r.user_id = u.id AND r.role = :role
              WHERE u.id = access_pair.user_id AND u.status = 'active')
        RETURNING id
        """,
)
"""Only one of those that refresh at once gets on; the others find what he has made."""


def add(tx: Tx, kept: dict[str, object]) -> None:
    """Keep a new pair."""
    tx.execute(insert(pairs), kept)


def spend(tx: Tx, pair: str, access: str, refresh: str) -> None:
    """Note tokens that a pair has no more."""
    tx.execute(insert(pairs_spent), {"digest": refresh, "access_digest": access, "pair": pair})


def after(tx: Tx, access: str, refresh: str, role: str) -> KeptPair | None:
    """Find the pair that stands in the place of this one."""
    query = (
        select(P.seed, P.access_until, P.refreshed_at, users.c.display_name)
        .join(users, users.c.id == P.user_id)
        .join(organisations, (organisations.c.id == users.c.organisation_id) & organisations.c.active)
        .join(roles, (roles.c.user_id == users.c.id) & (roles.c.role == role))
        .where(users.c.status == "active", P.former_access == access, P.former_refresh == refresh)
    )
    row = tx.execute(query).first()
    return None if row is None else KeptPair(**row._mapping)  # noqa: SLF001 - the public name of a row's mapping


def generations(tx: Tx, access: str, refresh: str) -> list[Generation]:
    """Find the pairs of which one of these is, or once was, a token, with both tokens of that time."""
    of_pair = P.id.label("pair"), P.user_id, P.former_refresh, P.refreshed_at
    current = select(
        *of_pair, P.access_digest.label("access"), P.refresh_digest.label("refresh"), false().label("spent")
    )
    spent = select(*of_pair, S.access_digest.label("access"), S.digest.label("refresh"), true().label("spent"))
    found = (
        *tx.execute(current.where(or_(P.access_digest == access, P.refresh_digest == refresh))),
        *tx.execute(spent.join(pairs, S.pair == P.id).where(or_(S.access_digest == access, S.digest == refresh))),
    )
    return [Generation(**row._mapping) for row in found]  # noqa: SLF001 - the same


def end(tx: Tx, id_: str) -> bool:
    """End a pair; tell whether it was there."""
    return tx.execute(delete(pairs).where(P.id == id_)).rowcount == 1


def end_of_user(tx: Tx, user_id: str) -> None:
    """End all pairs of a user."""
    tx.execute(delete(pairs).where(P.user_id == user_id))


def prune(tx: Tx, now: datetime) -> int:
    """Delete what has run out."""
    return tx.execute(delete(pairs).where(P.refresh_until < now)).rowcount
