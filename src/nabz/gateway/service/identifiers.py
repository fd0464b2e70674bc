"""Facilities (Org_ID) and sending systems (System_ID): registered, granted with a pid, blockable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.gateway.errors import IdentifierBlocked, IdentifierNotGranted
from nabz.gateway.model import Holder, Identifier, IdentifierType, read_guid
from nabz.gateway.service.packages import named
from nabz.gateway.store import identifiers as store
from nabz.gateway.store import packages
from nabz.kit import audit

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx


def register(tx: Tx, identifier: Identifier, by: str, now: datetime) -> Identifier:
    """Register a facility or a sending system; raises IdentifierTaken."""
    store.add(tx, identifier, now)
    audit.record(tx, now, by, "gateway.identifier-registered", identifier.guid, type=identifier.type.value)
    return identifier


def block(tx: Tx, guid: str, type_: IdentifierType, by: str, now: datetime, *, blocked: bool) -> None:
    """Block one, or let it send again; raises UnknownIdentifier."""
    store.set_blocked(tx, guid, type_, blocked=blocked)
    audit.record(tx, now, by, "gateway.identifier-blocked" if blocked else "gateway.identifier-freed", guid)


def grant(tx: Tx, pid: str, guid: str, type_: IdentifierType, by: str, now: datetime) -> None:
    """Let a package send in the name of a facility or system; raises UnknownPackage, UnknownIdentifier."""
    packages.get(tx, pid)
    store.get(tx, guid, type_)
    store.grant(tx, pid, guid, type_)
    audit.record(tx, now, by, "gateway.identifier-granted", guid, pid=pid)


def take_back(tx: Tx, pid: str, guid: str, type_: IdentifierType, by: str, now: datetime) -> None:
    """Let it no more."""
    if store.take_back(tx, pid, guid, type_):
        audit.record(tx, now, by, "gateway.identifier-taken-back", guid, pid=pid)


def check(tx: Tx, pid: str, guid: str, type_: IdentifierType) -> Identifier:
    """Tell whether a call with this pid may speak for a facility or system; raises what it may not."""
    found = store.get(tx, read_guid(guid), type_)
    if found.blocked:
        raise IdentifierBlocked
    if not store.is_granted(tx, pid, found.guid, type_):
        raise IdentifierNotGranted
    return found


def search(
    tx: Tx, text: str = "", type_: IdentifierType | None = None, limit: int = 50, after: str = ""
) -> list[Identifier]:
    """List facilities and sending systems."""
    return store.search(tx, text, type_, limit, after)


def of_package(tx: Tx, pid: str) -> list[Identifier]:
    """List what was granted with a package."""
    return store.of_package(tx, pid)


def find(tx: Tx, guid: str, type_: IdentifierType) -> Identifier:
    """Read one; raises UnknownIdentifier."""
    return store.get(tx, guid, type_)


def holders_of(tx: Tx, guid: str, type_: IdentifierType) -> list[Holder]:
    """List the packages with which one was granted."""
    return named(tx, store.holders(tx, guid, type_))
