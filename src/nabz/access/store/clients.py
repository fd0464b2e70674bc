"""The SQL of client systems and their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import convert
from sqlalchemy import delete, insert, or_, select, update

from nabz.access.errors import ClientIdTaken, UnknownClient
from nabz.access.model import Client, ClientEntry, SecretEntry
from nabz.access.store import oauth, pairs
from nabz.access.tables import api_grants, clients, grants, organisations, secrets, users
from nabz.kit.db import Statement, unique

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Tx

_CLIENT = select(clients.c.id, clients.c.client_id, clients.c.title, clients.c.organisation_id, clients.c.active)


def add(tx: Tx, client: Client, now: datetime) -> None:
    """Insert a client system."""
    row = {"id": client.id, "client_id": client.client_id, "title": client.title, "active": client.active}
    with unique(ClientIdTaken()):
        tx.execute(insert(clients), {**row, "organisation_id": client.organisation_id, "created_at": now})


def get(tx: Tx, id_: str) -> Client:
    """Read one; raises UnknownClient."""
    row = tx.execute(_CLIENT.where(or_(clients.c.id == id_, clients.c.client_id == id_))).first()
    if row is None:
        raise UnknownClient
    return Client(row.id, row.client_id, row.title, row.organisation_id, row.active)


def search(tx: Tx, text: str, organisation_id: str | None, limit: int, after: str) -> list[ClientEntry]:
    """List client systems with their organisation's name, by client id."""
    query = (
        select(clients.c.id, clients.c.client_id, clients.c.title, clients.c.active, organisations.c.name)
        .join(organisations, organisations.c.id == clients.c.organisation_id)
        .where(clients.c.client_id > after)
        .order_by(clients.c.client_id)
        .limit(limit)
    )
    if text:
        query = query.where(
            or_(clients.c.client_id.icontains(text, autoescape=True), clients.c.title.icontains(text, autoescape=True))
        )
    if organisation_id is not None:
        query = query.where(clients.c.organisation_id == organisation_id)
    return [convert(row, ClientEntry, from_attributes=True) for row in tx.execute(query)]


def client_ids(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """Tell the client ids of those that are there."""
    query = select(clients.c.id, clients.c.client_id).where(clients.c.id.in_(list(ids)))
    return {row.id: row.client_id for row in tx.execute(query)}


def of_organisation(tx: Tx, organisation_id: str) -> list[str]:
    """List the ids of an organisation's client systems."""
    return list(tx.execute(select(clients.c.id).where(clients.c.organisation_id == organisation_id)).scalars())


def set_active(tx: Tx, id_: str, *, active: bool) -> None:
    """Cut a client off, or let it in again."""
    if tx.execute(update(clients).where(clients.c.id == id_).values(active=active)).rowcount == 0:
        raise UnknownClient


def secrets_of(tx: Tx, id_: str) -> list[SecretEntry]:
    """List the data sets for which a client has a secret."""
    query = select(secrets.c.data_set, secrets.c.issued_at, secrets.c.previous_until, secrets.c.cut_at)
    rows = tx.execute(query.where(secrets.c.client == id_).order_by(secrets.c.data_set))
    return [convert(row, SecretEntry, from_attributes=True) for row in rows]


_PUT_APIS = Statement(
    row=str,
    postgres="""
        INSERT INTO access_api_grant (client, data_set, apis) VALUES (:client, :data_set, :apis)
        ON CONFLICT (client, data_set) DO UPDATE SET apis = excluded.apis
        """,
)


def put_apis(tx: Tx, id_: str, data_set: int, apis: str) -> None:
    """Write down which of Tamin's APIs a client may use in a data set."""
    tx.run(_PUT_APIS, client=id_, data_set=data_set, apis=apis)


def apis_of(tx: Tx, id_: str) -> dict[int, str]:
    """Tell by data set which of Tamin's APIs a client may use, where that was ever written down."""
    query = select(api_grants.c.data_set, api_grants.c.apis).where(api_grants.c.client == id_)
    return {row.data_set: row.apis for row in tx.execute(query)}


_PUT = """
        INSERT INTO access_client_secret AS s (client, data_set, digest, issued_at)
        VALUES (:client, :data_set, :digest, :now)
        ON CONFLICT (client, data_set) DO UPDATE SET
            previous_digest = CASE WHEN s.cut_at IS NULL THEN s.digest END,
            previous_until = CASE WHEN s.cut_at IS NULL THEN :previous_until END,
            digest = excluded.digest, issued_at = excluded.issued_at, cut_at = NULL
        """
"""A secret that was cut does not come back as the one before."""

_PUT_SECRET = Statement(row=str, postgres=f"{_PUT} RETURNING client")
_RENEW_SECRET = Statement(row=str, postgres=f"{_PUT} WHERE s.issued_at = :seen RETURNING client")


def put_secret(tx: Tx, id_: str, data_set: int, digest: str, now: datetime, previous_until: datetime) -> None:
    """Set a secret; the one before stays good until its overlap ends."""
    tx.run(_PUT_SECRET, client=id_, data_set=data_set, digest=digest, now=now, previous_until=previous_until)


def renew_secret(
    tx: Tx, id_: str, data_set: int, digest: str, seen: datetime | None, now: datetime, previous_until: datetime
) -> bool:
    """Set a secret in the place of the one issued at `seen` (none: the first), and of no other."""
    given = {"client": id_, "data_set": data_set, "digest": digest, "seen": seen, "now": now}
    return bool(tx.run(_RENEW_SECRET, previous_until=previous_until, **given))


def cut(tx: Tx, id_: str, data_set: int, now: datetime) -> bool:
    """End a secret and every token that was got with it."""
    query = update(secrets).where(secrets.c.client == id_, secrets.c.data_set == data_set, secrets.c.cut_at.is_(None))
    hit = tx.execute(query.values(cut_at=now)).rowcount > 0  # first: a grant under way waits for it, and then finds it
    tx.execute(delete(grants).where(grants.c.client == id_, grants.c.data_set == data_set))
    oauth.end_of_client(tx, id_, data_set)
    return hit


def end_grants(tx: Tx, user_id: str) -> int:
    """End every token that was got with a person's password."""
    oauth.end_of_user(tx, user_id)
    pairs.end_of_user(tx, user_id)
    return tx.execute(delete(grants).where(grants.c.user_id == user_id)).rowcount


def names_of(tx: Tx, user_ids: list[str]) -> dict[str, str]:
    """Tell the names of those people among the given ids who are there."""
    query = select(users.c.id, users.c.display_name).where(users.c.id.in_(user_ids))
    return {row.id: row.display_name for row in tx.execute(query)}


def data_sets(tx: Tx) -> list[int]:
    """List the data sets for which there are secrets."""
    return [row.data_set for row in tx.execute(select(secrets.c.data_set).distinct().order_by(secrets.c.data_set))]
