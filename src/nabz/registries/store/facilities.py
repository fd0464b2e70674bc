"""The SQL of facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import select

from nabz.kit.persian import search_text
from nabz.registries.model import Facility
from nabz.registries.store.rows import pattern, upsert
from nabz.registries.tables import facilities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Row, Select

    from nabz.kit.db import Tx

_FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(Facility))


def find(tx: Tx, guid: str) -> Facility | None:
    """Read a facility."""
    query = select(facilities).where(facilities.c.data_set == tx.data_set, facilities.c.id == guid)
    return next(iter(_read(tx, query)), None)


def search(tx: Tx, words: Iterable[str], limit: int) -> list[Facility]:
    """List the active ones in whose name, kind or place all the words stand, by name."""
    query = select(facilities).where(facilities.c.data_set == tx.data_set, facilities.c.active)
    for word in words:
        query = query.where(facilities.c.search.like(pattern(word), escape="\\"))
    return _read(tx, query.order_by(facilities.c.search, facilities.c.id).limit(limit))


def of_organisation(tx: Tx, organisation: str) -> list[Facility]:
    """List the facilities that an organisation runs, by name."""
    mine = (facilities.c.data_set == tx.data_set, facilities.c.organisation == organisation)
    return _read(tx, select(facilities).where(*mine).order_by(facilities.c.search, facilities.c.id))


def put(tx: Tx, new: Iterable[Facility], now: datetime) -> None:
    """Put facilities, whether or not they are there."""
    fixed = {"data_set": tx.data_set, "changed_at": now}
    upsert(tx, facilities, [{**fixed, **msgspec.structs.asdict(each), "search": _search(each)} for each in new])


def _search(of: Facility) -> str:
    return search_text(f"{of.name} {of.type_title} {of.city_title} {of.town_title} {of.province_title}")


def _read(tx: Tx, query: Select[Any]) -> list[Facility]:
    return [_facility(row) for row in tx.execute(query)]


def _facility(row: Row[Any]) -> Facility:
    return Facility(*(getattr(row, name) for name in _FIELDS))
