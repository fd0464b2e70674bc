"""Somebody at the counter of a demo centre: a browser without a script, patients, and prescriptions for them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from itertools import count
from typing import Any, Final

import msgspec
from httpx2 import Response

from nabz.access.model import DEMO, Role
from nabz.kit.clock import FixedClock
from nabz.kit.digest import Keyring
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.model import Caller, CentreKind, Delivery, Item, Kind, Prescription
from nabz.prescriptions.pages import services
from nabz.prescriptions.seed.demo import PHARMACY
from nabz.prescriptions.service import deliveries, enrolment, writing
from nabz.registries.model import Cover, Person, PersonId, PersonIdType
from nabz.registries.service import covers, people
from tests.fakes import Portal, a_person
from tests.prescriptions.counter import TODAY
from tests.prescriptions.office import Office

COLUMNS = ("انتخاب", "تاریخ نسخه", "نظام پزشکی", "نام پزشک", "تخصص پزشک", "تجویز شده در")
BANNER = "لطفا پس از احراز هویت بیمار و رعایت قوانین و دستورالعمل‌های مربوطه نسبت به تحویل نسخه اقدام لازم مبذول فرمایید"
COLD, SINOLAR, BARCODIN, NARVADOL, SYRINGE = "05951", "00077", "00094", "01311", "00092"
BLOOD, KNEE = ("02", "807005-275"), ("13", "901645-403")
PEOPLE: Final = count(61_001)
NUMBERS: Final = count(7_000_000_000, 100)
_FIELD: Final = re.compile(r'<input[^>]*? name="([\w-]+)"[^>]*? value="([^"]*)"')


class Counter(Portal):
    """Somebody at the counter of a demo centre, and the store behind it."""

    def __init__(self, tamin: Office, kind: CentreKind, organisation: str, clock: FixedClock | None = None) -> None:
        super().__init__(
            tamin.whole, clock or tamin.clock, Keyring(b"test-only-key" * 5), services.routes(), services.NAV
        )
        role = Role.PHARMACY if kind is CentreKind.PHARMACY else Role.PARACLINIC
        self.person = msgspec.structs.replace(a_person(role, organisation_id=organisation), data_set=DEMO)
        self.shown: Response | None = None

    async def identify(self, code: str) -> str:
        """Identify a patient; the address of the list."""
        answer = await self.post("/services/electronic", "/services/electronic", code=code)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def sheet(self, code: str, prescription: int) -> dict[str, str]:
        """Open the sheet of a delivery by its tick, and give what the form holds."""
        page = await self.http.get(await self.identify(code))
        (path,) = [unescape(found) for found in re.findall(rf'href="([^"]+/{prescription}\?p=[^"]+)"', page.text)]
        return await self.form(path)

    async def form(self, path: str) -> dict[str, str]:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        fields = {name: unescape(value) for name, value in _FIELD.findall(answer.text)}
        fields |= dict.fromkeys(re.findall(r'<textarea[^>]* name="(\w+)"', answer.text), "")
        return {name: value for name, value in fields.items() if name not in {"back", "centre", "reason"}}

    async def press(self, path: str, fields: dict[str, str]) -> Response:
        return await self.http.post(path, data=fields)


async def a_counter(tamin: Office, number: str = PHARMACY, clock: FixedClock | None = None) -> Counter:
    centre = await tamin.db.read(enrolment.centre, number)
    assert centre is not None
    assert centre.organisation is not None
    return Counter(tamin, centre.kind, centre.organisation, clock)


@asynccontextmanager
async def opened(tamin: Office, number: str) -> AsyncIterator[Counter]:
    """A counter, for as long as a test takes."""
    counter = await a_counter(tamin, number)
    yield counter
    await counter.close()


async def a_patient(tamin: Office) -> str:
    """Somebody who is insured, and has no prescription yet."""
    code = synthetic_national_code(next(PEOPLE))
    id_ = PersonId(PersonIdType.NATIONAL_CODE, code)
    cover = Cover("1", "تأمین اجتماعی", "1", "بیمه اجباری", code, "14991229", base=True)
    await tamin.db.write(people.put, Person(id_, "سارا", "نمونه", gender="2", mobile="09120000061"), tamin.clock.now())
    await tamin.db.write(covers.replace, id_, [cover], tamin.clock.now())
    return code


async def written(tamin: Office, code: str, *items: tuple[str, str, int], **more: Any) -> Prescription:
    """A prescription of these services and counts."""
    number = next(NUMBERS)
    rows = tuple(Item(number + place, type_, of, of, times, times) for place, (type_, of, times) in enumerate(items, 1))
    kind = Kind.DRUG if items[0][0] == "01" else Kind.PARACLINIC
    day = more.pop("day", TODAY)
    head = (number, number // 100, kind, f"National_Code:{code}", "سارا نمونه", "09120000061", day, "14991229")
    doctor = ("0000900001", "", "آرش پزشک‌پور", "00138", "متخصص قلب و عروق")
    one = msgspec.structs.replace(Prescription(*head, *doctor, "test", tamin.clock.now(), rows), **more)
    return await tamin.db.write(writing.put, one, Caller("test", "test", new_id()), tamin.clock.now())


async def given(tamin: Office, one: Prescription) -> list[Delivery]:
    return await tamin.db.read(deliveries.of_prescription, one.id)
