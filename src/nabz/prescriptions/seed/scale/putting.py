"""A country's prescriptions are put in: the catalogue, who there is, and then chunk by chunk what was written."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from nabz.kit.ids import new_id
from nabz.prescriptions.seed import catalogue as made_up
from nabz.prescriptions.seed.scale import country as people
from nabz.prescriptions.seed.scale.country import Country
from nabz.prescriptions.seed.scale.writing import NUMBERS, Drugs, day_of, written
from nabz.prescriptions.service import catalogue, enrolment
from nabz.prescriptions.store import bulk, numbers
from nabz.registries.service import crowd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from nabz.kit.db import Database, Tx

PRESCRIPTIONS: Final = 1_000_000
SERVICES: Final = 30_000
CHUNK: Final = 5000
SEEDED: Final = "seed"
DRUG: Final = "01"


class Made(NamedTuple):
    """What has been put in, and how fast the prescriptions went in."""

    prescriptions: int
    deliveries: int
    patients: int
    doctors: int
    centres: int
    seconds: float

    @property
    def per_second(self) -> int:
        """Prescriptions a second, with what was delivered of them."""
        return round(self.prescriptions / self.seconds) if self.seconds else 0


async def scale(
    db: Database,
    now: datetime,
    prescriptions: int = PRESCRIPTIONS,
    services: int = SERVICES,
    tell: Callable[[float], None] | None = None,
) -> Made:
    """Put in a country's prescriptions of the last three months (`db` is seen from their data set), once."""
    country = Country(prescriptions)
    if await db.read(enrolment.centre, people.centre(0).id) is not None:
        return Made(0, 0, 0, 0, 0, 0.0)
    await made_up.scale(db, services, new_id(), now)
    drugs = Drugs(await db.read(catalogue.listed, DRUG, day_of(now, 0).day))
    await _put_people(db, country, now)
    begun, given = perf_counter(), 0
    putting: asyncio.Task[None] | None = None
    for places in _chunks(prescriptions):
        (after,) = await db.write_one(numbers.TAKE, many=len(places) * NUMBERS)
        some = list(written(country, drugs, places, after - len(places) * NUMBERS, now))
        if putting is not None:
            await putting
        # The store works on these while the next ones are made up.
        putting = asyncio.create_task(db.write(bulk.put, some, SEEDED))
        await asyncio.sleep(0)
        given += sum(len(theirs) for _, theirs in some)
        if tell is not None:
            tell(places.stop / prescriptions)
    if putting is not None:
        await putting
    await db.write(bulk.count_all)
    await db.write(crowd.count)
    seconds = perf_counter() - begun
    return Made(prescriptions, given, country.patients, country.doctors, country.centres, seconds)


async def _put_people(db: Database, country: Country, now: datetime) -> None:
    def put(tx: Tx, places: range, one: Callable[[int], Any], into: Callable[[Tx, list[Any], datetime], None]) -> None:
        into(tx, [one(number) for number in places], now)

    for places in _chunks(country.patients):
        await db.write(put, places, people.insured, crowd.put)
    for places in _chunks(country.doctors):
        await db.write(put, places, people.doctor, bulk.put_doctors)
    for places in _chunks(country.centres):
        await db.write(put, places, people.centre, bulk.put_centres)


def _chunks(many: int) -> Iterator[range]:
    return (range(start, min(many, start + CHUNK)) for start in range(0, many, CHUNK))
