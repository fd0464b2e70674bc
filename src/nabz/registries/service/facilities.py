"""Places where people are treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.registries.errors import BadFacilityId
from nabz.registries.model import Facility, checked_facility, read_facility_id, search_words
from nabz.registries.store import facilities as store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Tx


def find(tx: Tx, guid: str) -> Facility | None:
    """Find a facility by its GUID, however that is spelt; also one that is closed."""
    try:
        return store.find(tx, read_facility_id(guid))
    except BadFacilityId:
        return None


def search(tx: Tx, text: str = "", limit: int = 50) -> list[Facility]:
    """List active facilities by the words of their name, kind or place."""
    return store.search(tx, search_words(text), limit)


def of_organisation(tx: Tx, organisation_id: str) -> list[Facility]:
    """List the facilities that an organisation runs."""
    return store.of_organisation(tx, organisation_id)


def put(tx: Tx, facility: Facility, now: datetime) -> Facility:
    """Put a facility, whether or not it is there. Raises BadFacilityId, BadPlace."""
    return put_all(tx, [facility], now)[0]


def put_all(tx: Tx, new: Iterable[Facility], now: datetime) -> list[Facility]:
    """Put facilities, whether or not they are there. Raises BadFacilityId, BadPlace."""
    checked = [checked_facility(each) for each in new]
    store.put(tx, checked, now)
    return checked
