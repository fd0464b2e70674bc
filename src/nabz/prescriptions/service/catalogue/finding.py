"""Finding services: by type and code, in a list, and those that may stand for one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.model.catalogue import spellings, type_of, types_of
from nabz.prescriptions.store import catalogue as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model.catalogue import Key, Service

DRUG = "01"


def find(tx: Tx, type_: str, code: str, day: str) -> Service | None:
    """Read a service with the price in force on a Jalali day (8 digits), however its code is filled up."""
    return many(tx, [(type_, code)], day).get((type_, code))


def many(tx: Tx, keys: Sequence[Key], day: str) -> dict[Key, Service]:
    """Read services by the types and codes that somebody wrote; what is unknown is left out.

    A code is looked for as prescriptions name it, and then as it is printed where that is another.
    """
    wanted = {key: [(type_of(key[0]), code) for code in spellings(key[1])] for key in keys}
    found = _matched(wanted, store.of_keys(tx, _all(wanted), day), printed=False)
    missing = {key: ways for key, ways in wanted.items() if key not in found}
    if missing:
        found |= _matched(missing, store.of_printed(tx, _all(missing), day), printed=True)
    return found


async def many_at(db: Database, keys: Sequence[Key], day: str) -> dict[Key, Service]:
    """Read the same outside of a use case: in one look, unless a code is unknown as prescriptions name it."""
    wanted = {key: [(type_of(key[0]), code) for code in spellings(key[1])] for key in keys}
    rows = await db.read_one(store.OF_KEYS, keys=store.keys_text(_all(wanted)), day=day)
    found = _matched(wanted, rows, printed=False)
    missing = [key for key in keys if key not in found]
    return found | await db.read(many, missing, day) if missing else found


def _all(wanted: dict[Key, list[Key]]) -> Iterable[Key]:
    return {way for ways in wanted.values() for way in ways}


def _matched(wanted: dict[Key, list[Key]], services: Iterable[Service], *, printed: bool) -> dict[Key, Service]:
    there = {(one.type, one.srv_code if printed else one.code): one for one in services}
    return {key: there[way] for key, ways in wanted.items() for way in reversed(ways) if way in there}


def listed(tx: Tx, type_: str, day: str, after: str = "", limit: int = 0) -> list[Service]:
    """List the services of a type, of all imaging ("99"), or of all (""), from after one of them ("01/00077")."""
    return store.listed(tx, types_of(type_), after, limit, day)


def equivalents(tx: Tx, code: str, day: str) -> list[Service]:
    """List the drugs that may be given for a drug, without itself; the insured and the cheap ones first."""
    asked = find(tx, DRUG, code, day)
    if asked is None:
        return []
    others = [one for one in store.of_generic(tx, asked.generic, day) if one.code != asked.code and one.visible]
    return sorted(others, key=lambda one: (not one.insured, one.price, one.code))


def additives(tx: Tx, day: str) -> list[Service]:
    """List the drugs that may be added to what is delivered."""
    return [one for one in store.additives(tx, day) if one.visible]


def version(tx: Tx) -> int:
    """Tell how often the catalogue has changed: what was read of it before may be kept until then."""
    return store.version_of(tx)
