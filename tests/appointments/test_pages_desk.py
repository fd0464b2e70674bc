"""The clinic's desk: a schedule is published, people come or do not, slots go back; and never another centre's."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from html import unescape
from itertools import count
from typing import Any

import msgspec
import pytest
from httpx2 import Response

from nabz.access.model import Role
from nabz.appointments.errors import NotYours, SlotTaken
from nabz.appointments.errors.pattern import HoursWrong
from nabz.appointments.files.writing import Written, write
from nabz.appointments.model import Status
from nabz.appointments.model.pattern import shown
from nabz.appointments.pages import desk
from nabz.appointments.pages.desk.hours import read_hours
from nabz.appointments.service import desk as at_desk
from nabz.appointments.service import payments, rules
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
from tests.services import ENGINES

HERE, THERE, FOREIGN = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 4))
DOCTOR = ProviderId(ProviderIdType.MED, "900001")
NURSE = ProviderId(ProviderIdType.NURSING, "900002")
DATA_SETS = count(1000)
TODAY = date(2026, 11, 22)  # 1 Azar 1405, a Sunday
TOMORROW = date(2026, 11, 23)
KNOWN = PersonId(PersonIdType.NATIONAL_CODE, synthetic_national_code(1))


@pytest.fixture(scope="module", params=ENGINES)
async def _open(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=request.param)
    database = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


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


@pytest.fixture
async def portal(_open: Database, clock: FixedClock) -> AsyncIterator[Desk]:
    made = Desk(_open, clock)
    await made.db.write(fill, clock.now())
    made.http.cookies.set("nabz_centre", HERE)
    yield made
    await made.close()


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


# ---- publishing


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("8-12", "08:00-12:00"),
        ("۸ تا ۱۲ و ۱۶:۳۰ تا ۱۹", "08:00-12:00 16:30-19:00"),
        ("٠٨:٣٠–١٢.١٥، ۲۰-۲۴", "08:30-12:15 20:00-23:59"),
        ("9 to 11, 13 until 14; 15-16", "09:00-11:00 13:00-14:00 15:00-16:00"),
        ("تعطیل", ""),
        ("8", None),
        ("8-25", None),
        ("صبح", None),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, read: str | None) -> None:
    if read is None:
        with pytest.raises(HoursWrong):
            read_hours(typed)
    else:
        assert " ".join(map(shown, read_hours(typed))) == read


async def test_a_schedule_is_shown_before_it_is_published_and_twice_is_once(portal: Desk) -> None:
    assert "۹۰۰۰۰۱" in (await portal.get("/desk/publish", q="نمونه")).text
    shown = await preview(portal)
    assert "انتشار ۳ نوبت" in shown.text, "at ten o'clock one time of today is left, and two are tomorrow's"
    assert not await lines(portal), "a preview changes nothing"
    for _ in range(2):
        assert (await published(portal)).status_code == 303
        assert [slot.queue for _, slot, _ in await lines(portal)] == ["4"]
        assert len(await lines(portal, TOMORROW)) == 2
    week = (await portal.get("/desk/week", day="1405/09/02")).text
    assert week.count("week-slot-1") == 6, "three slots, in the table and in the list of days"


async def test_what_is_wrong_is_told_beside_its_field_and_what_was_typed_stays(portal: Desk) -> None:
    answer = await preview(portal, hours_1="11-9", hours_4="۸", until_day="1405/13/01", exceptions="1405/09/01 هیچ")
    assert answer.status_code == 422
    for field in ("hours_1", "hours_4", "until_day", "exceptions"):
        assert f'id="f-{field}-error"' in answer.text
    assert 'value="11-9"' in answer.text
    assert 'id="f-minutes-error"' in (await preview(portal, minutes="ده")).text
    assert 'id="f-minutes-error"' in (await preview(portal, minutes="0")).text
    assert 'id="f-hours_0-error"' in (await preview(portal, hours_1="", hours_2="")).text
    far = await preview(portal, from_day="1407/09/01", until_day="1407/10/01")
    assert 'id="f-until_day-error"' in far.text, "told before the preview, not after it"
    changed = await portal.http.post("/desk/publish/plan", data=hidden((await preview(portal)).text))
    assert 'value="۹ تا ۱۱"' in changed.text


async def test_holidays_and_exceptions_and_shares_make_the_schedule(portal: Desk) -> None:
    await published(
        portal,
        until_day="1406/01/15",
        fixed="1",
        holidays="1405/09/08، 1405/09/09",
        exceptions="1405/09/03 ۱۶ تا ۱۷\n1405/09/02 تعطیل",
        share_101="1",
        seats="2",
    )
    assert not await lines(portal, TOMORROW)
    special = sorted((slot.quota, slot.queue) for _, slot, _ in await lines(portal, TODAY + timedelta(days=2)))
    assert special == [(101, "1"), (101, "2"), (104, "3"), (104, "4")]
    assert not await lines(portal, TODAY + timedelta(days=7))
    assert await lines(portal, TODAY + timedelta(days=14))
    nowruz = date(2027, 3, 21)
    assert nowruz.weekday() == TODAY.weekday()
    assert not await lines(portal, nowruz)


async def test_a_calendar_is_published_and_kept_through_a_change_of_the_form(portal: Desk) -> None:
    begins = portal.clock.now() + timedelta(days=1)
    raw = write([Written("u1@clinic", begins, begins + timedelta(hours=1), "ویزیت")], portal.clock.now())
    shown = await preview(portal, raw)
    assert "انتشار ۲ نوبت" in shown.text
    changed = (await portal.http.post("/desk/publish/plan", data=hidden(shown.text))).text
    assert 'name="calendar"' in changed
    await published(portal, raw)
    assert [slot.local_id.split("-")[1] for _, slot, _ in await lines(portal, TOMORROW)] == ["u1@clinic"] * 2
    broken = await preview(portal, b"BEGIN:VCALENDAR")
    assert (broken.status_code, 'id="f-file-error"' in broken.text) == (422, True)
    assert (await preview(portal, b"x" * 1_400_000)).status_code == 422


async def test_what_was_published_otherwise_before_is_told_with_what_differs(portal: Desk) -> None:
    await published(portal, seats="2", hours_1="")
    shown = (await preview(portal, seats="3", hours_1="")).text
    assert "۲ زمان پیش‌تر جور دیگری منتشر شده است" in shown
    assert shown.count("ظرفیت ۲ است، نه ۳") == 2
    assert "نوبت تازه‌ای برای انتشار نیست" in shown
    there = re.search(r"<dt>نوبتی که هست</dt><dd>([۰-۹]+)</dd>", shown)
    assert there and there[1] == "۴", "times with their seats, as in the table of days"
    assert re.search(r'data-label="هست"><span>\s*۴', shown)
    way = re.search(r'href="(/desk/withdraw\?[^"]+)"', shown)
    assert way
    assert "برداشتن ۴ نوبت" in (await portal.get(unescape(way[1]))).text
    same = (await preview(portal, seats="2", hours_1="")).text
    assert "همهٔ این نوبت‌ها پیش‌تر منتشر شده است" in same
    assert "جور دیگری" not in same


async def test_events_of_whole_days_are_left_out_and_told(portal: Desk) -> None:
    begins = portal.clock.now() + timedelta(days=1)
    raw = write([Written("u1@clinic", begins, begins + timedelta(hours=1), "ویزیت")], portal.clock.now())
    holiday = b"BEGIN:VEVENT\r\nUID:h1\r\nSUMMARY:\xda\xa9\xd9\x86\xda\xaf\xd8\xb1\xd9\x87\\, 2\r\nDTSTART;VALUE=DATE:20261124\r\nEND:VEVENT\r\n"
    shown = (await preview(portal, raw.replace(b"BEGIN:VEVENT", holiday + b"BEGIN:VEVENT", 1))).text
    assert "انتشار ۲ نوبت" in shown
    assert "سه‌شنبه ۳ آذر ۱۴۰۵: <bdi>کنگره, 2</bdi>" in shown


async def test_a_wrong_exception_is_told_with_its_line_and_date(portal: Desk) -> None:
    told = (await preview(portal, exceptions="1405/09/03 تعطیل\n\n1405/09/04 11-9")).text
    assert "سطر ۳ («۱۴۰۵/۰۹/۰۴»): ساعت کار" in told
    assert "سطر ۱ («صبح»): تاریخ درست نیست" in (await preview(portal, exceptions="صبح")).text


async def test_times_that_are_in_the_way_are_told_and_left_out_if_wanted(portal: Desk) -> None:
    await published(portal)
    await portal.post("/desk/centre", "/desk", centre=THERE)
    shown = await preview(portal, hours_2="8-10")
    assert "در مرکزی دیگر" in shown.text
    fields = hidden(shown.text)
    refused = await portal.http.post("/desk/publish", data=fields)
    assert refused.status_code == 200, "all or nothing, unless somebody says otherwise"
    assert not await lines(portal, TOMORROW, THERE)
    await portal.http.post("/desk/publish", data={**fields, "skip": "1"})
    assert len(await lines(portal, TOMORROW, THERE)) == 2


async def test_what_was_taken_back_may_be_published_again(portal: Desk) -> None:
    await published(portal)
    asked = {"from_day": "1405/09/02", "reason": "304"}
    await portal.post("/desk/withdraw", "/desk/withdraw?from_day=1405/09/02&reason=304", **asked)
    for _ in range(2):
        await published(portal)
        live = [slot for _, slot, _ in await lines(portal, TOMORROW) if slot.status == Status.FREE]
        assert len(live) == 2


# ---- the day


async def test_a_patient_is_booked_comes_and_is_seen(portal: Desk) -> None:
    slot = await booked(portal)
    day = (await portal.get("/desk")).text
    assert "سارا نمونه" in day
    assert "۰۹۱۲۰۰۰۰۰۰۷" in day
    assert "ودیعه داده شده" in day
    assert "۵۰۰٬۰۰۰ ریال" in day
    assert str(BOOKING["number"]) not in day, "national codes are masked"
    for deed, text in (("arrived", "در انتظار از"), ("visited", "ویزیت شده")):
        answer = await portal.post(f"/desk/slot/{slot}", "/desk", deed=deed, back="/desk")
        assert answer.headers["location"] == "/desk"
        assert text in (await portal.get("/desk")).text
    again = await portal.post(f"/desk/slot/{slot}", "/desk/rules", deed="late", back="/desk")
    assert "نمی‌پذیرد" in flash(again), "a visit that was held cannot be undone"
    assert "سارا نمونه" in (await portal.get("/desk/print")).text


async def test_who_did_not_come_is_counted_and_may_still_be_seen(portal: Desk) -> None:
    slot = await booked(portal)
    portal.clock.advance(3600)
    assert "نیامد" in (await portal.get("/desk")).text
    await portal.post(f"/desk/slot/{slot}", "/desk", deed="late")
    assert "۱ بار نیامده" in (await portal.get("/desk")).text
    await portal.post(f"/desk/slot/{slot}", "/desk", deed="visited")
    assert "بار نیامده" not in (await portal.get("/desk")).text


async def test_a_known_person_needs_no_name_and_mistakes_are_told(portal: Desk) -> None:
    await published(portal)
    slot = (await lines(portal))[0][1].id
    path = f"/desk/book/{slot}"
    wrong = await portal.post(path, path, **{**BOOKING, "number": "1234567890"})
    assert (wrong.status_code, 'id="f-number-error"' in wrong.text) == (422, True)
    assert 'id="f-mobile-error"' in (await portal.post(path, path, **{**BOOKING, "mobile": "12"})).text
    nameless = {**BOOKING, "first_name": "", "last_name": ""}
    assert 'id="f-last_name-error"' in (await portal.post(path, path, **nameless)).text
    await portal.post(path, path, **{**nameless, "number": KNOWN.value})
    assert "مینا آزمون" in (await portal.get("/desk")).text
    assert (await portal.get(path)).headers["location"] == f"/desk/slot/{slot}"


async def test_a_patient_is_found_by_name_or_number_on_this_day_and_others(portal: Desk) -> None:
    await booked(portal)
    code = str(BOOKING["number"])
    for q in ("سارا", "نمونه سا", code, code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), "0000007"):
        assert "سارا نمونه" in (await portal.get("/desk", q=q)).text, q
    nobody = (await portal.get("/desk", q="سارا کس")).text
    assert "سارا نمونه" not in nobody
    assert "در روزهای نزدیک هم یافت نشد" in nobody
    elsewhere = (await portal.get("/desk", day="1405/09/02", q=code)).text
    assert "در این روز بیماری با این مشخصات نیست" in elsewhere
    assert "در روزهای دیگر" in elsewhere
    assert 'href="#now"' in (await portal.get("/desk")).text
    await portal.post("/desk/centre", "/desk", centre=THERE)
    assert "سارا نمونه" not in (await portal.get("/desk", q="سارا")).text


async def test_an_appointment_is_moved_once_however_often_it_is_sent(portal: Desk) -> None:
    slot = await booked(portal)
    assert f'href="/desk/slot/{slot}/move"' in (await portal.get(f"/desk/slot/{slot}")).text
    offered = (await portal.get(f"/desk/slot/{slot}/move")).text
    to = re.search(r"/move\?to=([0-9a-f-]+)", offered)
    assert to
    page = f"/desk/slot/{slot}/move?to={to[1]}"
    fields = hidden_of((await portal.get(page)).text)
    for _ in range(2):
        answer = await portal.http.post(f"/desk/slot/{slot}/move", data=fields)
        assert answer.headers["location"] == f"/desk/slot/{to[1]}"
    assert [one.status for _, one, _ in await lines(portal)] == [Status.FREE]
    assert [there.name for _, _, there in await lines(portal, TOMORROW) if there] == ["سارا نمونه"]
    assert (await portal.get(f"/desk/slot/{slot}/move")).status_code == 303, "nobody has it any more"
    await portal.post("/desk/centre", "/desk", centre=THERE)
    for path in (f"/desk/slot/{to[1]}/move", f"/desk/slot/{slot}/move?to={to[1]}"):
        assert (await portal.get(path)).status_code == 403
    assert (await portal.http.post(f"/desk/slot/{to[1]}/move", data={**fields, "to": slot})).status_code == 403


async def test_an_appointment_is_not_moved_to_a_time_that_is_gone(portal: Desk) -> None:
    slot = await booked(portal)
    there, other = [slot.id for _, slot, _ in await lines(portal, TOMORROW)]
    fields = hidden_of((await portal.get(f"/desk/slot/{slot}/move?to={there}")).text)
    somebody = {**BOOKING, "number": KNOWN.value, "mobile": "09120000008"}
    await portal.post(f"/desk/book/{there}", f"/desk/book/{there}", **somebody)
    answer = await portal.http.post(f"/desk/slot/{slot}/move", data=fields)
    assert answer.headers["location"] == f"/desk/slot/{slot}/move"
    assert SlotTaken.fa in flash(answer)
    strange = await portal.http.post(f"/desk/slot/{there}/move", data={**fields, "to": other})
    assert NotYours.fa in flash(strange), "the form of one appointment moves no other"
    assert [one.status for _, one, _ in await lines(portal)] == [Status.TAKEN]


async def test_the_state_of_a_deposit_is_shown_and_printed(portal: Desk) -> None:
    slot = await booked(portal)
    there = (await lines(portal))[0][2]
    assert there is not None
    assert "به گفتهٔ کسی که نوبت را ثبت کرد" in (await portal.get(f"/desk/slot/{slot}")).text
    await portal.db.write(payments.begin, there, 500_000, "r1", portal.clock.now())
    for path in (f"/desk/slot/{slot}", "/desk/print"):
        assert "۵۰۰٬۰۰۰ ریال، در انتظار پرداخت" in (await portal.get(path)).text
    await portal.db.write(payments.confirm, "r1", "77", portal.clock.now())
    assert "پرداخت‌شده" in (await portal.get("/desk/print")).text
    await portal.post(f"/desk/slot/{slot}/withdraw", f"/desk/slot/{slot}", reason="302")
    gone = (await portal.get(f"/desk/slot/{slot}")).text
    assert "بازگردانده، بازگشت ۵۰۰٬۰۰۰ ریال" in gone
    assert "(در راه)" in gone


# ---- taking back


async def test_who_is_affected_is_shown_before_and_phoned_after(portal: Desk) -> None:
    slot = await booked(portal)
    asked = {"from_day": "1405/09/01", "until_day": "1405/09/02", "reason": "302", "provider": DOCTOR.key}
    shown = await portal.get("/desk/withdraw", **asked)
    assert "سارا نمونه" in shown.text
    assert "برداشتن ۳ نوبت" in shown.text
    assert (await lines(portal))[0][1].status == Status.TAKEN, "asking changes nothing"
    answer = await portal.post("/desk/withdraw", "/desk/rules", **asked)
    for _ in range(2):
        phone = await portal.get(answer.headers["location"])
        assert "tel:09120000007" in phone.text
    assert [one.status for _, one, _ in await lines(portal)] == [Status.WITHDRAWN]
    assert "عدم امکان حضور پزشک" in (await portal.get(f"/desk/slot/{slot}")).text
    bare = await portal.get("/desk/withdrawn")
    assert "tel:09120000007" in bare.text, "without days: all that is to come soon"
    assert 'href="/desk/withdrawn"' in (await portal.get("/desk/withdraw")).text
    assert "tel:" not in (await portal.get("/desk/withdrawn", from_day="1405/09/02")).text
    assert (await portal.get("/desk/withdrawn", from_day="1405/12/30")).status_code == 422
    nothing = await portal.get("/desk/withdraw", **asked)
    assert "نوبتی نیست" in nothing.text


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("from_day", {"from_day": "1405/12/30"}),
        ("until_day", {"from_day": "1405/09/02", "until_day": "1405/09/01"}),
        ("until_day", {"from_day": "1405/09/02", "until_day": "1406/09/01"}),
        ("until_time", {"from_day": "1405/09/02", "until_time": "24:30"}),
        ("reason", {"from_day": "1405/09/02", "reason": "301"}),
    ],
)
async def test_a_withdrawal_that_makes_no_sense_is_refused(portal: Desk, field: str, asked: dict[str, str]) -> None:
    answer = await portal.get("/desk/withdraw", **{"reason": "302", **asked})
    assert (answer.status_code, f'href="#f-{field}"' in answer.text) == (422, True)


async def test_what_patients_give_back_waits_for_the_centre_if_it_says_so(portal: Desk) -> None:
    told = {
        "reoffer": "0",
        "deposit": "200000",
        "refund_hours": "12",
        "late_refund_percent": "50",
        "reminder_hours": "24",
    }
    assert (await portal.post("/desk/rules", "/desk/rules", **told)).status_code == 303
    kept = await portal.db.read(rules.of, HERE)
    assert (kept.reoffer, kept.deposit, kept.late_refund_percent) == (False, 200_000, 50)
    wrong = await portal.post("/desk/rules", "/desk/rules", **{**told, "late_refund_percent": "101"})
    assert wrong.status_code == 422
    slot = await booked(portal)
    await portal.post(f"/desk/slot/{slot}/cancel", f"/desk/slot/{slot}")
    assert "دوباره عرضه شود" in (await portal.get("/desk/cancelled")).text
    await portal.post(f"/desk/slot/{slot}", "/desk/cancelled", deed="offer", back="/desk/cancelled")
    assert (await lines(portal))[0][1].status == Status.FREE
    assert "نوبتی در انتظار" in (await portal.get("/desk/cancelled")).text


# ---- whose it is


async def test_another_centre_sees_nothing_and_changes_nothing(portal: Desk) -> None:
    slot = await booked(portal)
    word = {"csrf": hidden((await preview(portal)).text)["csrf"]}
    assert portal.person
    ours, portal.person = portal.person, msgspec.structs.replace(portal.person, organisation_id="o8")
    for path in (f"/desk/slot/{slot}", f"/desk/book/{slot}"):
        assert (await portal.get(path)).status_code == 403
    for path, fields in (
        (f"/desk/slot/{slot}", {"deed": "visited"}),
        (f"/desk/slot/{slot}/withdraw", {"reason": "302"}),
        (f"/desk/slot/{slot}/cancel", {}),
        (f"/desk/book/{slot}", BOOKING),
    ):
        assert (await portal.http.post(path, data={**word, **fields})).status_code == 403
    assert "سارا" not in (await portal.get("/desk", all="1")).text
    await portal.http.post("/desk/centre", data={**word, "centre": HERE})
    assert "شفق" not in (await portal.get("/desk")).text, "nobody chooses another's centre"
    nobody = msgspec.structs.replace(ours, organisation_id="o7")
    portal.person = nobody
    assert (await portal.get("/desk")).status_code == 403
    portal.person = msgspec.structs.replace(ours, roles=frozenset({Role.PHARMACY}))
    assert (await portal.get("/desk")).status_code == 403
    portal.person = ours
    assert (await portal.get("/desk/slot/zzz")).status_code == 422
    assert [one.status for _, one, _ in await lines(portal)] == [Status.TAKEN]
