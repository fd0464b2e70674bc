"""A day is counted by province and specialty, kept, and summed up; nobody else's slots are in it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import insert

from nabz.appointments.errors import BadPeriod
from nabz.appointments.errors.reports import ReportTooLong
from nabz.appointments.model import Agenda, Appointment, Slot, Status, number_of, tracking
from nabz.appointments.model.counting import Counts, Period
from nabz.appointments.service import payments, reports
from nabz.appointments.store import agendas, parts, slots
from nabz.appointments.tables import appointments
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.ids import random_uuid
from tests.appointments.emptied import forget_all, migrated
from tests.services import ENGINES

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)
BOOKED = {Status.TAKEN, Status.VISITED, Status.LATE, Status.CANCELLED}
CENTRE = "6a2f41a3-c54c-4b8f-9e6d-2b1f5d3c7a90"


def agenda(province: str, specialty: str) -> Agenda:
    one = Agenda(
        facility=f"{province}{CENTRE[2:]}",
        provider="Med_ID:900001",
        province=province,
        specialty=specialty,
        province_title=f"استان {province}",
        specialty_title=f"تخصص {specialty}",
    )
    return msgspec.structs.replace(one, id=number_of(one))


def offer(tx: Tx, of: Agenda, at: datetime, status: Status, days: float = 3, deposit: int = 0) -> None:
    """Put a slot there as if it had come to this status, with its appointment if it had one."""
    parts.ensure(tx, at)
    agendas.put(tx, of)
    free = status is Status.CANCELLED  # it was given back, and is offered again
    slot = Slot(
        id=tracking.new(at, random_uuid()),
        agenda=of.id,
        facility=of.facility,
        starts_at=at,
        minutes=15,
        status=Status.FREE if free else status,
        changed_at=NOW,
    )
    slots.add(tx, [slot])
    if status in BOOKED:
        book(tx, of, slot, status, days, deposit)


def book(tx: Tx, of: Agenda, slot: Slot, status: Status, days: float, deposit: int) -> None:
    one = Appointment(
        id=random_uuid(),
        slot=slot.id,
        facility=of.facility,
        provider=of.provider,
        agenda=of.id,
        person="National_Code:0000000000",
        type=None,
        deposit=deposit,
        starts_at=slot.starts_at,
        minutes=15,
        status=status,
        booked_at=slot.starts_at - timedelta(days=days),
        first_name="",
        last_name="",
        mobile="",
        postal_code="",
        gender="",
        hid="",
        booked_by="",
    )
    tx.execute(insert(appointments), [msgspec.structs.asdict(one) | {"data_set": tx.data_set}])
    if deposit and status is Status.CANCELLED:
        payments.settle(tx, one, NOW, by_patient=True)


TEHRAN_HEART, TEHRAN_EYE, FARS_HEART = agenda("23", "17001"), agenda("23", "17002"), agenda("07", "17001")


def fill(tx: Tx) -> None:
    """A day of two provinces, and what stands right beside it."""
    midnight = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    for status, days in ((Status.VISITED, 2.5), (Status.VISITED, 20), (Status.LATE, 1), (Status.FREE, 0)):
        offer(tx, TEHRAN_HEART, midnight, status, days, deposit=100_000 if status is Status.LATE else 0)
    offer(tx, TEHRAN_HEART, NOW + timedelta(hours=2), Status.CANCELLED, deposit=70_000)
    offer(tx, TEHRAN_EYE, NOW, Status.WITHDRAWN)
    offer(tx, FARS_HEART, midnight + timedelta(hours=24, microseconds=-1), Status.TAKEN, 0.5)
    offer(tx, FARS_HEART, midnight + timedelta(hours=24), Status.FREE)  # tomorrow
    offer(tx, FARS_HEART, midnight - timedelta(microseconds=1), Status.LATE)  # yesterday


@pytest.fixture(scope="module", params=ENGINES)
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with migrated(request.param) as database:
        yield database


@pytest.fixture
async def empty_db(opened: Database) -> Database:
    return await forget_all(opened)


@pytest.fixture
async def db(empty_db: Database) -> Database:
    within = empty_db.within(1)
    await within.write(fill)
    await empty_db.within(2).write(fill)
    return within


async def test_a_day_in_tehran_is_counted_by_province_and_specialty(db: Database) -> None:
    assert await reports.count_day(db, TODAY, NOW) == 1
    report = await db.read(reports.report, Period(TODAY, TODAY), NOW)
    known = {"offered": 5, "free": 2, "visited": 2, "late": 1, "cancelled": 1}
    heart = Counts(**known, waited=3, wait_days=23, waited_long=1, deposits=170_000)
    found = {(one.province, one.specialty): one.counts for one in await db.read(reports.cells, Period(TODAY, TODAY))}
    assert found == {
        ("23", "17001"): heart,
        ("23", "17002"): Counts(offered=1, withdrawn=1),
        ("07", "17001"): Counts(offered=1, taken=1, waited=1),
    }
    assert (report.total.offered, report.total.used, report.total.open) == (7, 4, 6)
    assert [one.title for one in report.provinces] == ["استان 07", "استان 23"]
    assert report.used == {"2026-11-22": 4}
    assert (report.freshness.counted, report.freshness.oldest) == (1, NOW)


async def test_the_next_free_day_does_not_depend_on_the_period(db: Database) -> None:
    for day in (TODAY, TODAY + timedelta(days=1)):
        await reports.count_day(db, day, NOW)
    report = await db.read(reports.report, Period(TODAY, TODAY), NOW)
    assert {one.code: one.next_free for one in report.provinces} == {"23": "2026-11-22", "07": "2026-11-23"}
    later = await db.read(reports.report, Period(TODAY, TODAY, specialty="17001"), NOW + timedelta(hours=3))
    assert {one.code: one.next_free for one in later.provinces} == {"23": None, "07": "2026-11-23"}
    assert [one.code for one in later.specialties] == ["17001"]


async def test_an_older_count_never_takes_the_place_of_a_newer_one(db: Database) -> None:
    assert await reports.count_day(db, TODAY, NOW) == 1
    assert await reports.count_day(db, TODAY, NOW - timedelta(minutes=1)) == 0
    assert await reports.count_day(db, TODAY, NOW + timedelta(minutes=1)) == 1
    report = await db.read(reports.report, Period(TODAY, TODAY), NOW)
    assert (report.total.offered, report.freshness.oldest) == (7, NOW + timedelta(minutes=1))


async def test_the_task_counts_until_nothing_is_due(db: Database, clock: FixedClock) -> None:
    rounds = 0
    while await reports.keep_counting(db, clock, [1]):
        rounds += 1
    assert rounds > 1
    period = Period(TODAY - timedelta(days=1), TODAY + timedelta(days=1))
    report = await db.read(reports.report, period, clock.now())
    assert (report.total.offered, report.freshness.counted) == (9, 3)
    clock.advance(601)
    assert await reports.keep_counting(db, clock, [1]) == 3


async def test_a_period_upside_down_or_without_end_is_refused(db: Database) -> None:
    with pytest.raises(BadPeriod):
        await db.read(reports.report, Period(TODAY, TODAY - timedelta(days=1)), NOW)
    with pytest.raises(ReportTooLong):
        await db.read(reports.cells, Period(TODAY, TODAY + timedelta(days=366)))
