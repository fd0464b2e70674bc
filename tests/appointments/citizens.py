"""What tests of the citizens' portal need: two doctors, a browser, and the way from a form to a ticket."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx2
from httpx2 import Response
from sqlalchemy import select

from nabz.appointments.model import Agenda, Appointment, Caller, FacilityRules, New, Slot
from nabz.appointments.pages import citizen
from nabz.appointments.service import desk, looking, publishing, rules
from nabz.kit import outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.digest import Keyring
from nabz.kit.persian import synthetic_national_code
from tests import services
from tests.fakes import Portal

KEYS = Keyring(b"test-only-key" * 5)
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # 10 in the morning of Sunday, 1 Azar 1405
TOMORROW = "1405/09/02"
FACILITY = "00000000-0000-4000-8000-0000000000a1"
OTHER = "00000000-0000-4000-8000-0000000000a2"
HEART, CHILDREN = "171174", "171373"
CALENDAR = f"/nobat/d/Med_ID:900001/{FACILITY}"
BUSY = f"/nobat/d/Med_ID:900002/{OTHER}"


def agenda(number: int, facility: str, specialty: str, title: str, last: str, latitude: float) -> Agenda:
    return Agenda(
        facility=facility,
        provider=f"Med_ID:90000{number}",
        first_name="مریم",
        last_name=last,
        full_name=f"دکتر مریم {last}",
        specialty=specialty,
        specialty_title=title,
        service_title="ویزیت",
        facility_name=f"درمانگاه {last} <b>",
        province="24",
        province_title="تهران",
        city="019",
        city_title="تهران",
        address="خیابان یاس، پلاک ۱۲",
        latitude=latitude,
        longitude=51.4,
    )


def fill(tx: Tx) -> None:
    """A heart specialist with twenty days of times, and a children's doctor with one time alone."""
    heart = agenda(1, FACILITY, HEART, "متخصص قلب", "نیک‌نژاد", 35.70)
    times = [
        New(starts_at=NOW + timedelta(days=day, minutes=20 * place), minutes=20, local_id=f"{day}-{place}")
        for day in range(1, 21)
        for place in range(6)
    ]
    publishing.publish(tx, heart, times, Caller("c", FACILITY, "t", "heart"), NOW)
    children = agenda(2, OTHER, CHILDREN, "متخصص کودکان", "کریمی", 35.75)
    only = [New(starts_at=NOW + timedelta(days=1), minutes=20, local_id="only")]
    publishing.publish(tx, children, only, Caller("c", OTHER, "t", "children"), NOW)
    rules.put(tx, FacilityRules(facility=OTHER, deposit=500_000, late_refund_percent=30, refund_hours=48), "t", NOW)


@asynccontextmanager
async def stocked(engine: services.Engine) -> AsyncIterator[Database]:
    """A database with these doctors, for the tests of one file: each has people and times of its own."""
    url = services.fresh_database("migrated", engine=engine)
    database = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await database.start()
    await database.write(fill)
    yield database
    await database.stop()
    services.drop_database(url)


_addresses = (f"10.{number >> 8}.{number & 255}.1" for number in count())


def browser(db: Database, clock: FixedClock, address: str = "") -> Portal:
    """A browser at a line of its own, or at one that it shares."""
    made = Portal(db, clock, KEYS, citizen.routes())
    line = httpx2.ASGITransport(app=made.app, client=(address or next(_addresses), 1))
    made.http = httpx2.AsyncClient(transport=line, base_url="http://nabz.test")
    return made


async def code_of(db: Database, mobile: str) -> str:
    """The code that was sent last to a mobile."""

    def texts(tx: Tx) -> list[Any]:
        rows = tx.execute(select(outbox.messages).where(outbox.messages.c.topic == "notify.sms"))
        return [(row.at, row.id, row.payload) for row in rows]

    found = [payload for _, _, payload in sorted(await db.read(texts), key=lambda one: one[:2])]
    text = [payload["text"] for payload in found if payload.get("to") == mobile][-1]
    return re.search(r"\d{6}", text)[0]  # type: ignore[index]


def person_fields(number: int, **more: object) -> dict[str, object]:
    return {
        "id_type": "National_Code",
        "identity": synthetic_national_code(number),
        "first_name": "آوا",
        "last_name": "احمدی",
        "mobile": f"0912000{number:04}",
        **more,
    }


async def free(db: Database, day: int, place: int) -> str:
    """The slot of a day and a place."""
    at = NOW + timedelta(days=day, minutes=20 * place)
    lines = await db.read(desk.day, FACILITY, at.date())
    return next(slot.id for _, slot, _ in lines if slot.starts_at == at)


async def name_person(portal: Portal, slot: str, number: int, **more: object) -> Response:
    return await portal.post(f"/nobat/book/{slot}/person", f"/nobat/book/{slot}", **person_fields(number, **more))


async def book(portal: Portal, db: Database, slot: str, number: int) -> str:
    """The address of the ticket."""
    named = await name_person(portal, slot, number)
    assert named.headers["location"] == "/nobat/code", named.text
    done = await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, f"0912000{number:04}"))
    assert done.status_code == 303, done.text
    return str(done.headers["location"])


async def appointment_of(db: Database, slot: str) -> Appointment:
    return await db.read(looking.appointment, slot)


async def slot_of(db: Database, slot: str) -> Slot:
    return await db.read(looking.slot, slot)
