"""The SQL of practitioners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from nabz.kit.persian import search_text
from nabz.registries.model import Practitioner, provider_id_of_key
from nabz.registries.store.rows import pattern, upsert
from nabz.registries.tables import practitioners

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.kit.db import Tx

_FIELDS: Final = ("first_name", "last_name", "specialty", "specialty_title", "active")


def find(tx: Tx, key: str) -> Practitioner | None:
    """Read a practitioner."""
    query = select(practitioners).where(practitioners.c.data_set == tx.data_set, practitioners.c.key == key)
    row = tx.execute(query).first()
    return _practitioner(row) if row is not None else None


def search(tx: Tx, words: Iterable[str], limit: int) -> list[Practitioner]:
    """List the active ones in whose name, specialty or number all the words stand, by name."""
    query = select(practitioners).where(practitioners.c.data_set == tx.data_set, practitioners.c.active)
    for word in words:
        query = query.where(practitioners.c.search.like(pattern(word), escape="\\"))
    query = query.order_by(practitioners.c.search, practitioners.c.key).limit(limit)
    return [_practitioner(row) for row in tx.execute(query)]


def put(tx: Tx, new: Iterable[Practitioner], now: datetime) -> None:
    """Put practitioners, whether or not they are there."""
    fixed = {"data_set": tx.data_set, "changed_at": now}
    rows = [
        {
            **fixed,
            "key": each.id.key,
            "search": search_text(f"{each.last_name} {each.first_name} {each.specialty_title} {each.id.value}"),
            **{name: getattr(each, name) for name in _FIELDS},
        }
        for each in new
    ]
    upsert(tx, practitioners, rows)


def _practitioner(row: Row[Any]) -> Practitioner:
    return Practitioner(provider_id_of_key(row.key), *(getattr(row, name) for name in _FIELDS))
