"""The SQL of people."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from nabz.registries.model import Person, person_id_of_key
from nabz.registries.store.rows import upsert
from nabz.registries.tables import people

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row

    from nabz.kit.db import Tx

P = people.c
_FIELDS: Final = (
    "first_name",
    "last_name",
    "father_name",
    "gender",
    "birth",
    "alive",
    "mobile",
    "postal_code",
    "father",
    "mother",
)


def find(tx: Tx, key: str) -> Person | None:
    """Read a person."""
    row = tx.execute(select(people).where(people.c.data_set == tx.data_set, people.c.key == key)).first()
    return _person(row) if row is not None else None


def children(tx: Tx, key: str) -> list[Person]:
    """List the people whose father or mother this is, the eldest first."""
    theirs = or_(people.c.father == key, people.c.mother == key)
    query = select(people).where(people.c.data_set == tx.data_set, theirs).order_by(people.c.birth, people.c.key)
    return [_person(row) for row in tx.execute(query)]


def put(tx: Tx, new: Iterable[Person], now: datetime) -> None:
    """Put people, whether or not they are there."""
    fixed = {"data_set": tx.data_set, "changed_at": now}
    upsert(
        tx, people, [{**fixed, "key": each.id.key, **{name: getattr(each, name) for name in _FIELDS}} for each in new]
    )


def _person(row: Row[Any]) -> Person:
    return Person(person_id_of_key(row.key), *(getattr(row, name) for name in _FIELDS))
