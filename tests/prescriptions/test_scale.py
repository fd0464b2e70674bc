"""A country's prescriptions: put in once, and such as physicians and pharmacies write them."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from nabz.kit.db import Database, Tx, open_database
from nabz.prescriptions.model import Draft, ItemDraft, Kind, State, has_expired
from nabz.prescriptions.model.dispensing import Request, Wanted
from nabz.prescriptions.seed.scale import Country, country, scale
from nabz.prescriptions.service import deliveries, entitlement, reading, writing
from nabz.prescriptions.service.dispensing import delivering
from nabz.prescriptions.store import prescriptions as store
from nabz.prescriptions.tables.prescriptions import deliveries as given
from nabz.prescriptions.tables.prescriptions import lines, prescriptions
from tests import services
from tests.prescriptions.counter import NOW, TODAY, caller, dispensary
from tests.services import Engine

MANY, SERVICES = 400, 200


@pytest.fixture
async def db(engine: Engine) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=engine)
    db = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await db.start()
    yield db.within(1)
    await db.stop()
    services.drop_database(url)


def _counts(tx: Tx) -> list[int]:
    tables = (prescriptions, given, lines)
    count = select(func.count())
    return [
        int(tx.execute(count.select_from(each).where(each.c.data_set == tx.data_set)).scalar_one()) for each in tables
    ]


async def test_a_country_is_made_once_and_read_written_and_delivered_like_any_other(db: Database) -> None:
    told: list[float] = []
    made = await scale(db, NOW, MANY, SERVICES, told.append)
    whole = Country(MANY)
    assert (made.prescriptions, made.patients, told[-1]) == (MANY, whole.patients, 1.0)
    heads, rows, of_rows = await db.read(_counts)
    assert (heads, rows) == (MANY, made.deliveries)
    assert 0 < rows < MANY < of_rows + heads
    assert (await scale(db, NOW, MANY, SERVICES)).prescriptions == 0
    assert await db.read(_counts) == [heads, rows, of_rows]

    states = set()
    for place in range(0, MANY, 7):
        patient, turn = whole.patient_of(place)
        key = entitlement.person_key(country.patient_code(patient))
        one = await db.read(reading.by_tracking, key, country.tracking(patient, turn))
        (row,) = await db.read_one(store.BY_CONTENT, fingerprint=store.fingerprint(one))
        assert (row.id, row.doctor) == (one.id, country.doctor(whole.doctor_of(place)).id)
        theirs = await db.read(deliveries.of_prescription, one.id)
        assert sum(line.quantity for each in theirs for line in each.lines) == sum(
            item.quantity - item.remaining for item in one.items
        )
        states.add(one.state)
    assert states == {State.OPEN, State.PART, State.DONE}

    patient, _ = whole.patient_of(MANY - 1)
    key = entitlement.person_key(country.patient_code(patient))
    latest, *_ = await db.read(reading.active, key, TODAY, ("01",))
    assert not has_expired(latest, TODAY)
    wanted = tuple(Wanted(item=item.id, quantity=item.quantity) for item in latest.items)
    pharmacy = country.centre(0).id
    request = Request(centre=pharmacy, prescription=latest.id, lines=wanted, patient=latest.patient_code)
    done = await delivering.deliver(dispensary(db), request, caller(), NOW)
    price = sum(each.quantity * each.price for each in latest.items)
    assert (done.one.state, done.delivery.price) == (State.DONE, price)

    writer = country.doctor(0)
    item = latest.items[0]
    draft = Draft(
        patient=latest.patient_code,
        mobile=latest.mobile,
        kind=int(Kind.DRUG),
        day=TODAY,
        doctor=writer.id,
        doctor_code=writer.national_code,
        doctor_mobile=writer.mobile,
        items=(ItemDraft(type=item.type, code=item.code, quantity=5, amount=174, instruction=67),),
    )
    at = dispensary(db)
    desk = writing.Desk(at.numbers, at.catalogue, at.outside)
    assert (await writing.create(desk, db, draft, caller(), NOW)).patient == latest.patient
