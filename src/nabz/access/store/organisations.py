"""The SQL of organisations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import convert
from sqlalchemy import insert, or_, select, update

from nabz.access.errors import NationalIdTaken, UnknownOrganisation
from nabz.access.model import Organisation
from nabz.access.tables import organisations
from nabz.kit.db import Tx, unique

_ORGANISATION = select(
    organisations.c.id,
    organisations.c.name,
    organisations.c.kind,
    organisations.c.national_id,
    organisations.c.active,
)


def add(tx: Tx, new: Organisation, now: datetime) -> None:
    """Insert an organisation. Raises NationalIdTaken."""
    row = {"id": new.id, "name": new.name, "kind": new.kind.value, "national_id": new.national_id}
    with unique(NationalIdTaken()):
        tx.execute(insert(organisations), {**row, "active": new.active, "created_at": now})


def get(tx: Tx, id_: str) -> Organisation:
    """Read one. Raises UnknownOrganisation."""
    row = tx.execute(_ORGANISATION.where(organisations.c.id == id_)).first()
    if row is None:
        raise UnknownOrganisation
    return convert(row, Organisation, from_attributes=True)


def search(tx: Tx, text: str = "", only: str | None = None, limit: int = 500) -> list[Organisation]:
    """List organisations by name."""
    query = _ORGANISATION.order_by(organisations.c.name, organisations.c.id).limit(limit)
    if text:
        query = query.where(
            or_(organisations.c.name.icontains(text, autoescape=True), organisations.c.national_id == text)
        )
    if only is not None:
        query = query.where(organisations.c.id == only)
    return [convert(row, Organisation, from_attributes=True) for row in tx.execute(query)]


def change(tx: Tx, new: Organisation) -> None:
    """Write name, kind, national id and state anew. Raises NationalIdTaken, UnknownOrganisation."""
    query = update(organisations).where(organisations.c.id == new.id)
    query = query.values(name=new.name, kind=new.kind.value, national_id=new.national_id, active=new.active)
    with unique(NationalIdTaken()):
        found = tx.execute(query).rowcount
    if not found:
        raise UnknownOrganisation


def names_of(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """Read the names that go with some ids."""
    query = select(organisations.c.id, organisations.c.name).where(organisations.c.id.in_(sorted(frozenset(ids))))
    return {row.id: row.name for row in tx.execute(query)}


def of_kind(tx: Tx, kind: str) -> dict[str, str]:
    """Read the names of all organisations of a kind, in their order."""
    query = select(organisations.c.id, organisations.c.name).where(organisations.c.kind == kind)
    return {row.id: row.name for row in tx.execute(query.order_by(organisations.c.name, organisations.c.id))}


def any_there(tx: Tx) -> bool:
    """Tell whether there is an organisation."""
    return tx.execute(select(organisations.c.id).limit(1)).first() is not None
