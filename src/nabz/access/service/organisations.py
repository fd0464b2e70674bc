"""Organisations: who people and systems belong to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from nabz.access.errors import NationalIdWrong, UnknownOrganisation
from nabz.access.model import Organisation, OrganisationKind, Person, Role, may_administer
from nabz.access.service.users import good_name
from nabz.access.store import organisations as store
from nabz.kit import audit
from nabz.kit.db import Tx
from nabz.kit.errors import NotAllowed
from nabz.kit.persian import fold, legal_id


def add(tx: Tx, by: Person, new: Organisation, now: datetime) -> Organisation:
    """Register an organisation. Raises NotAllowed, NameMissing, NationalIdWrong, NationalIdTaken."""
    _only_operators(by)
    made = _tidy(new)
    store.add(tx, made, now)
    audit.record(
        tx, now, by.user_id, "access.organisation-added", made.id, on_behalf_of=by.acting_for, kind=made.kind.value
    )
    return made


def change(tx: Tx, by: Person, new: Organisation, now: datetime) -> Organisation:
    """Write an organisation anew; to close it shuts out its people at their next call.

    Raises NotAllowed, NameMissing, NationalIdWrong, NationalIdTaken, UnknownOrganisation.
    """
    _only_operators(by)
    made = _tidy(new)
    store.change(tx, made)
    audit.record(
        tx,
        now,
        by.user_id,
        "access.organisation-changed",
        made.id,
        on_behalf_of=by.acting_for,
        kind=made.kind.value,
        active=made.active,
    )
    return made


def see(tx: Tx, by: Person, id_: str) -> Organisation:
    """Read an organisation that somebody administers. Raises UnknownOrganisation."""
    if not may_administer(by, id_):
        raise UnknownOrganisation
    return store.get(tx, id_)


def search(tx: Tx, by: Person, text: str = "") -> list[Organisation]:
    """List the organisations that somebody administers."""
    if Role.OPERATOR in by.roles:
        return store.search(tx, fold(text).strip())
    return store.search(tx, fold(text).strip(), only=by.organisation_id)


def names_of(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """Tell the names of some organisations."""
    return store.names_of(tx, ids)


def of_kind(tx: Tx, kind: OrganisationKind) -> dict[str, str]:
    """Tell the names of all organisations of a kind by their ids, in order."""
    return store.of_kind(tx, kind)


def _only_operators(by: Person) -> None:
    if Role.OPERATOR not in by.roles:
        raise NotAllowed


def _tidy(new: Organisation) -> Organisation:
    national_id = legal_id(new.national_id) if new.national_id else None
    if new.national_id and national_id is None:
        raise NationalIdWrong
    return replace(new, name=good_name(new.name), national_id=national_id)


def any_there(tx: Tx) -> bool:
    """Tell whether there is an organisation: the cheapest question to which the store must answer."""
    return store.any_there(tx)
