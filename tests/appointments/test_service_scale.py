"""A country's schedules: the same ones each time, and such as the clinics' own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from nabz.appointments.model import Booking, Caller, Status, Visitor, Wanted
from nabz.appointments.seed import scale
from nabz.appointments.seed.country import Country
from nabz.appointments.service import booking, looking, searching
from nabz.appointments.tables import appointments, person_days, slots
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.ids import new_id
from tests import services
from tests.services import Engine

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
SLOTS = 2000
DAYS = 14


@pytest.fixture
async def country(engine: Engine) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=engine)
    db = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await db.start()
    yield db.within(1)
    await db.stop()
    services.drop_database(url)


def _count(tx: Tx) -> tuple[int, int, int, int]:
    def of(table: object, *where: object) -> int:
        query = select(func.count()).select_from(table).where(table.c.data_set == tx.data_set, *where)  # type: ignore[arg-type, attr-defined]
        return int(tx.execute(query).scalar_one())

    taken = slots.c.status == int(Status.TAKEN)
    return of(slots), of(slots, taken), of(appointments), of(person_days)


async def test_a_country_is_made_once_and_its_slots_are_found_and_taken(country: Database) -> None:
    told: list[float] = []
    made = await scale(country, NOW, SLOTS, DAYS, told.append)
    assert (made.slots, made.providers, made.facilities) == (SLOTS, 10, 4)
    assert told == sorted(told)
    assert told[-1] == 1.0
    count = await country.read(_count)
    assert count == (SLOTS, made.taken, made.taken, made.taken)
    assert 0 < made.taken < SLOTS // 2

    again = await scale(country, NOW, SLOTS, DAYS)
    assert again.taken == made.taken
    assert await country.read(_count) == count

    worker = Country(SLOTS).workers[0]
    wanted = Wanted(from_=NOW, until=NOW + timedelta(days=28), provider=worker.who.id.key, quota=104)
    found = await country.read(searching.find, wanted, NOW)
    assert found
    assert {seen.agenda.specialty for seen in found} == {worker.who.specialty}
    caller = Caller("client", "", "tester", new_id())
    mine = Booking(visitor=Visitor(person="National_Code:0012345679"))
    assert (await booking.book(country, found[0].slot.id, mine, caller, NOW)).starts_at == found[0].slot.starts_at
    assert (await country.read(looking.slot, found[0].slot.id)).status == Status.TAKEN
