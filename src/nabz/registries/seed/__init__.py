"""The registries' part of the demo sandbox: made-up people, practitioners and facilities in a few provinces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nabz.registries.model import Facility
from nabz.registries.seed.members import TEST_PHYSICIAN, practitioners
from nabz.registries.seed.places import ROWS, TEST_FACILITY
from nabz.registries.seed.population import Population
from nabz.registries.service import covers
from nabz.registries.service import facilities as facility_service
from nabz.registries.service import people as people_service
from nabz.registries.service import practitioners as practitioner_service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.registries.model import Person

TEST_PHONE: Final = "02100000000"


async def demo(
    db: Database, keys: Keyring, now: datetime, organisations: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Make what is not there yet, and tell a handful of it; what is there stays as somebody may have changed it.

    `organisations` are the ids of access's demo organisations, of which some run a facility.
    """
    population, members = Population(), practitioners()
    facilities = [_facility(keys, place, organisations or {}) for place in range(len(ROWS))]

    def fill(tx: Tx) -> None:
        _people(tx, population, now)
        missing = [each for each in members if practitioner_service.find(tx, each.id) is None]
        practitioner_service.put_all(tx, missing, now)
        lacking = [each for each in facilities if facility_service.find(tx, each.id) is None]
        facility_service.put_all(tx, lacking, now)

    await db.write(fill)
    family = population.family
    return {
        "people": {
            "parent": _told(family.parent),
            "child": _told(family.child),
            "uncovered": _told(family.uncovered),
            "dead": _told(family.dead),
            "foreigner": _told(family.foreigner),
        },
        "practitioners": {
            "test": {"type": "Med_ID", "id": TEST_PHYSICIAN},
            "physician": {"type": members[1].id.type, "id": members[1].id.value},
            "nurse": {"type": members[-5].id.type, "id": members[-5].id.value},
            "midwife": {"type": members[-1].id.type, "id": members[-1].id.value},
        },
        "facilities": {row.key: facility.id for row, facility in zip(ROWS, facilities, strict=True)},
    }


def _people(tx: Tx, population: Population, now: datetime) -> None:
    missing = [person for person in population.people if people_service.find(tx, person.id) is None]
    people_service.put_all(tx, missing, now)
    for person in missing:
        covers.replace(tx, person.id, population.covers[person.id], now)


def _told(person: Person) -> dict[str, str]:
    return {"type": person.id.type, "id": person.id.value, "birth": person.birth}


def _facility(keys: Keyring, place: int, organisations: Mapping[str, str]) -> Facility:
    row = ROWS[place]
    at = row.place
    return Facility(
        id=TEST_FACILITY if row.key == "test" else keys.uuid("registries.demo", f"facility {row.key}"),
        name=row.name,
        type=row.type,
        type_title=row.type_title,
        province=at.province,
        city=at.city,
        town=at.town,
        province_title=at.province_title,
        city_title=at.city_title,
        town_title=at.town_title,
        address=row.address,
        phone="" if row.key == "test" else TEST_PHONE,
        latitude=at.latitude,
        longitude=at.longitude,
        organisation=organisations.get(row.organisation),
    )
