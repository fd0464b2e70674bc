"""The SQL of facilities (Org_ID) and sending systems (System_ID)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import convert
from sqlalchemy import Row, and_, delete, insert, or_, select, update

from nabz.gateway.errors import IdentifierTaken, UnknownIdentifier
from nabz.gateway.model import Holder, Identifier, IdentifierType
from nabz.gateway.tables import identifier_grants, identifiers, packages
from nabz.kit.db import Statement, unique

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

_IDENTIFIER = select(identifiers.c.guid, identifiers.c.type, identifiers.c.name, identifiers.c.blocked)


def add(tx: Tx, identifier: Identifier, now: datetime) -> None:
    """Insert one; raises IdentifierTaken."""
    row = {"guid": identifier.guid, "type": identifier.type.value, "name": identifier.name}
    with unique(IdentifierTaken()):
        tx.execute(insert(identifiers), {**row, "blocked": identifier.blocked, "registered_at": now})


def get(tx: Tx, guid: str, type_: IdentifierType) -> Identifier:
    """Read one; raises UnknownIdentifier."""
    row = tx.execute(_IDENTIFIER.where(identifiers.c.guid == guid, identifiers.c.type == type_.value)).first()
    if row is None:
        raise UnknownIdentifier
    return _identifier(row)


def search(tx: Tx, text: str, type_: IdentifierType | None, limit: int, after: str) -> list[Identifier]:
    """List them by GUID, after a GUID or after a GUID and type (one GUID may name both)."""
    guid, _, kind = after.partition(" ")
    later = identifiers.c.guid > guid
    if kind:
        later = or_(later, and_(identifiers.c.guid == guid, identifiers.c.type > kind))
    query = _IDENTIFIER.where(later).order_by(identifiers.c.guid, identifiers.c.type).limit(limit)
    if text:
        found = identifiers.c.name.icontains(text, autoescape=True)
        query = query.where(or_(found, identifiers.c.guid.startswith(text.lower(), autoescape=True)))
    if type_ is not None:
        query = query.where(identifiers.c.type == type_.value)
    return [_identifier(row) for row in tx.execute(query)]


def set_blocked(tx: Tx, guid: str, type_: IdentifierType, *, blocked: bool) -> None:
    """Block one or let it send again; raises UnknownIdentifier."""
    query = update(identifiers).where(identifiers.c.guid == guid, identifiers.c.type == type_.value)
    if tx.execute(query.values(blocked=blocked)).rowcount == 0:
        raise UnknownIdentifier


_GRANT = Statement(
    row=str,
    postgres="""
        INSERT INTO gateway_identifier_grant (pid, guid, type) VALUES (:pid, :guid, :type)
        ON CONFLICT (pid, guid, type) DO NOTHING RETURNING guid
        """,
)


def grant(tx: Tx, pid: str, guid: str, type_: IdentifierType) -> None:
    """Let a package send in this one's name."""
    tx.run(_GRANT, pid=pid, guid=guid, type=type_.value)


def take_back(tx: Tx, pid: str, guid: str, type_: IdentifierType) -> bool:
    """Let it no more."""
    at = identifier_grants.c
    query = delete(identifier_grants).where(at.pid == pid, at.guid == guid, at.type == type_.value)
    return tx.execute(query).rowcount > 0


def is_granted(tx: Tx, pid: str, guid: str, type_: IdentifierType) -> bool:
    """Tell whether a package may send in this one's name."""
    at = identifier_grants.c
    query = select(at.pid).where(at.pid == pid, at.guid == guid, at.type == type_.value)
    return tx.execute(query).first() is not None


def of_package(tx: Tx, pid: str) -> list[Identifier]:
    """List what was granted with a package."""
    query = _IDENTIFIER.join(
        identifier_grants,
        (identifier_grants.c.guid == identifiers.c.guid) & (identifier_grants.c.type == identifiers.c.type),
    ).where(identifier_grants.c.pid == pid)
    return [_identifier(row) for row in tx.execute(query.order_by(identifiers.c.type, identifiers.c.guid))]


def holders(tx: Tx, guid: str, type_: IdentifierType, limit: int = 200) -> list[Holder]:
    """List the packages that may send in this one's name."""
    at = identifier_grants.c
    granted = select(at.pid).where(at.guid == guid, at.type == type_.value)
    query = select(packages).where(packages.c.pid.in_(granted)).order_by(packages.c.pid).limit(limit)
    return [convert(row, Holder, from_attributes=True) for row in tx.execute(query)]


def _identifier(row: Row[Any]) -> Identifier:
    return Identifier(guid=row.guid, type=IdentifierType(row.type), name=row.name, blocked=row.blocked)
