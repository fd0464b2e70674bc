"""People of the civil registry, and foreigners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.registries.model import Person, PersonId, checked_person
from nabz.registries.store import people as store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Tx


def find(tx: Tx, id_: PersonId) -> Person | None:
    """Find a person."""
    return store.find(tx, id_.key)


def children(tx: Tx, id_: PersonId) -> list[Person]:
    """List a person's children, the eldest first."""
    return store.children(tx, id_.key)


def put(tx: Tx, person: Person, now: datetime) -> Person:
    """Put a person, whether or not he is there. Raises DateWrong, BadMobile, BadPostalCode."""
    return put_all(tx, [person], now)[0]


def put_all(tx: Tx, new: Iterable[Person], now: datetime) -> list[Person]:
    """Put people, whether or not they are there. Raises DateWrong, BadMobile, BadPostalCode."""
    checked = [checked_person(each) for each in new]
    store.put(tx, checked, now)
    return checked
