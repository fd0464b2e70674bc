"""A browser at the desk of a clinic, and what it does again and again: publish, book, look into the store."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from html import unescape
from itertools import count
from typing import Any

import msgspec
from httpx2 import Response

from nabz.access.model import Role
from nabz.appointments.pages import desk
from nabz.appointments.service import desk as at_desk
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.digest import Keyring
from nabz.kit.persian import synthetic_national_code
from nabz.registries.model import (
    Facility,
    Person,
    PersonId,
    PersonIdType,
    Practitioner,
    ProviderId,
    ProviderIdType,
)
from nabz.registries.service import facilities, people, practitioners
from tests import services
from tests.fakes import Portal, a_person
from tests.services import Engine

HERE, THERE, FOREIGN = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 4))
DOCTOR = ProviderId(ProviderIdType.MED, "900001")
NURSE = ProviderId(ProviderIdType.NURSING, "900002")
DATA_SETS = count(1000)
TODAY = date(2026, 11, 22)  # 1 Azar 1405, a Sunday
TOMORROW = date(2026, 11, 23)
KNOWN = PersonId(PersonIdType.NATIONAL_CODE, synthetic_national_code(1))


def fill(tx: Tx, now: datetime) -> None:
    for id_, name, organisation in ((HERE, "شفق", "o9"), (THERE, "سپیده", "o9"), (FOREIGN, "غریب", "o8")):
        place = ("1", "2", "3", "تهران", "تهران", "تهران")
        facilities.put(tx, Facility(id_, name, "32", "درمانگاه", *place, organisation=organisation), now)
    practitioners.put(tx, Practitioner(DOCTOR, "دکتر", "نمونه", "171108", "متخصص ارتوپدی"), now)
    practitioners.put(tx, Practitioner(NURSE, "پرستار", "نمونه", "", ""), now)
    people.put(tx, Person(KNOWN, "مینا", "آزمون", gender="2"), now)


class Desk(Portal):
    """A browser at the desk of a centre, in a data set of its own, and the store behind it."""

    def __init__(self, db: Database, clock: FixedClock) -> None:
        super().__init__(db, clock, Keyring(b"test-only-key" * 5), desk.routes())
        self.clock = clock
        data_set = next(DATA_SETS)
        self.db = db.within(data_set)
        self.person = msgspec.structs.replace(a_person(Role.CLINIC_DESK), data_set=data_set)


@asynccontextmanager
async def opened(engine: Engine) -> AsyncIterator[Database]:
    """A migrated database of an engine, for the tests of a file."""
    url = services.fresh_database("migrated", engine=engine)
    database = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


async def a_desk(db: Database, clock: FixedClock) -> Desk:
    """A desk whose registries are filled, at the first of its centres."""
    made = Desk(db, clock)
    await made.db.write(fill, clock.now())
    made.http.cookies.set("nabz_centre", HERE)
    return made


PLAN = {
    "provider": DOCTOR.key,
    "specialty": "171108",
    "service": "970015",
    "from_day": "1405/09/01",
    "until_day": "1405/09/07",
    "hours_1": "۹ تا ۱۱",
    "hours_2": "8-9",
    "minutes": "30",
    "quota": "104",
}
BOOKING = {"kind": "National_Code", "number": synthetic_national_code(7), "mobile": "09120000007"}
BOOKING |= {"first_name": "سارا", "last_name": "نمونه", "type": "202", "deposit": "500000"}


async def preview(portal: Desk, file: bytes = b"", **other: str) -> Response:
    page = "/desk/publish/plan?provider=Med_ID%3A900001"
    word = re.search(r'name="csrf" value="(\w+)"', (await portal.get(page)).text)
    assert word
    fields = {"csrf": word[1], **PLAN, **other}
    parts: dict[str, Any] = {name: (None, text) for name, text in fields.items()}
    if file:
        parts["file"] = ("week.ics", file)
    return await portal.http.post("/desk/publish/preview?provider=Med_ID%3A900001", files=parts)


def hidden(page: str) -> dict[str, str]:
    """What the preview's form carries on."""
    form = page[page.index('action="/desk/publish"') :]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}


def hidden_of(page: str) -> dict[str, str]:
    """What the last form of a page carries on."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


async def published(portal: Desk, file: bytes = b"", *, skip: bool = False, **other: str) -> Response:
    shown = await preview(portal, file, **other)
    assert shown.status_code == 200, shown.text
    fields = hidden(shown.text) | ({"skip": "1"} if skip else {})
    return await portal.http.post("/desk/publish", data=fields)


async def lines(portal: Desk, day: date = TODAY, facility: str = HERE) -> list[at_desk.Line]:
    return await portal.db.read(at_desk.day, facility, day)


async def booked(portal: Desk, place: int = -1) -> str:
    """Publish and book the slot of today at this place; give its id."""
    await published(portal)
    slot = (await lines(portal))[place][1]
    answer = await portal.post(f"/desk/book/{slot.id}", f"/desk/book/{slot.id}", **BOOKING)
    assert answer.status_code == 303, answer.text
    return slot.id


def flash(answer: Response) -> str:
    """The message for the next page."""
    cookie = (answer.cookies.get("nabz_flash") or "").strip('"')
    return bytes.fromhex(cookie.split(".")[0]).decode() if cookie else ""
