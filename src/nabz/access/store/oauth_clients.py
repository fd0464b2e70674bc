"""The SQL of redirect addresses and of the names by which people are known outside."""

from __future__ import annotations

from datetime import datetime

from msgspec import convert
from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from nabz.access.model import Client, Identity
from nabz.access.tables import clients, identities, redirects, secrets
from nabz.kit.db import Statement, Tx

_PUT_IDENTITY = Statement(
    row=str,
    postgres="""
        INSERT INTO access_identity (user_id, national_code, mobile) VALUES (:user_id, :national_code, :mobile)
        ON CONFLICT (user_id) DO UPDATE SET national_code = excluded.national_code, mobile = excluded.mobile
        """,
)


def active(tx: Tx, client_id: str) -> Client | None:
    """Read a client system that may call."""
    query = select(clients.c.id, clients.c.client_id, clients.c.title, clients.c.organisation_id, clients.c.active)
    row = tx.execute(query.where(clients.c.client_id == client_id, clients.c.active)).first()
    return None if row is None else convert(row, Client, from_attributes=True)


def data_sets_of(tx: Tx, client: str, uri: str) -> frozenset[int]:
    """Tell in which data sets an address is registered for a client whose access there was not cut."""
    cut = (
        select(secrets.c.client)
        .where(secrets.c.client == redirects.c.client, secrets.c.data_set == redirects.c.data_set)
        .where(secrets.c.cut_at.is_not(None))
        .exists()
    )
    query = select(redirects.c.data_set).where(redirects.c.client == client, redirects.c.uri == uri, ~cut)
    return frozenset(tx.execute(query).scalars())


def is_anyones(tx: Tx, uri: str) -> bool:
    """Tell whether an address is registered for any client that may call."""
    query = select(redirects.c.uri).join(clients, clients.c.id == redirects.c.client)
    return tx.execute(query.where(redirects.c.uri == uri, clients.c.active).limit(1)).first() is not None


def redirects_of(tx: Tx, client: str) -> list[tuple[int, str]]:
    """List a client's redirect addresses with their data sets."""
    query = select(redirects.c.data_set, redirects.c.uri).where(redirects.c.client == client)
    return [(row.data_set, row.uri) for row in tx.execute(query.order_by(redirects.c.data_set, redirects.c.uri))]


def add_redirect(tx: Tx, client: str, data_set: int, uri: str, now: datetime) -> bool:
    """Register an address; tell whether it is new."""
    query = _insert(tx).values(client=client, data_set=data_set, uri=uri, created_at=now)
    return tx.execute(query).rowcount == 1


def remove_redirect(tx: Tx, client: str, data_set: int, uri: str) -> bool:
    """Take an address away; tell whether it was there."""
    query = delete(redirects).where(redirects.c.client == client, redirects.c.data_set == data_set)
    return tx.execute(query.where(redirects.c.uri == uri)).rowcount == 1


def identity(tx: Tx, user_id: str) -> Identity | None:
    """Read by what a person is known outside."""
    query = select(identities.c.national_code, identities.c.mobile).where(identities.c.user_id == user_id)
    row = tx.execute(query).first()
    return None if row is None else convert(row, Identity, from_attributes=True)


def put_identity(tx: Tx, user_id: str, identity: Identity) -> None:
    """Write by what a person is known outside."""
    tx.run(_PUT_IDENTITY, user_id=user_id, national_code=identity.national_code, mobile=identity.mobile)


def _insert(tx: Tx) -> Insert:
    if tx.engine == "postgresql":
        return postgresql.insert(redirects).on_conflict_do_nothing()
    return sqlite.insert(redirects).on_conflict_do_nothing()
