"""The citizens' portal, as a browser without scripts sees it: found, booked, shown, moved, given back."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
from httpx2 import Response

from nabz.appointments.errors import TooManyBookings
from nabz.appointments.model import Caller, Status
from nabz.appointments.pages.citizen.finding import City, Province
from nabz.appointments.pages.citizen.limits import MOST_OF_MOBILE
from nabz.appointments.pages.citizen.mapping import MIDDLE, RADIUS, drawn
from nabz.appointments.print import calendar_entry
from nabz.appointments.service import booking, waiting
from nabz.appointments.service.links import reminder_path, ticket_path
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.persian import synthetic_national_code
from tests.appointments.citizens import (
    BUSY,
    CALENDAR,
    FACILITY,
    HEART,
    KEYS,
    NOW,
    OTHER,
    TOMORROW,
    agenda,
    appointment_of,
    book,
    browser,
    code_of,
    free,
    name_person,
    person_fields,
    slot_of,
    stocked,
)
from tests.fakes import Portal
from tests.services import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
async def db(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with stocked(request.param) as database:
        yield database


@pytest.fixture
async def portal(db: Database, clock: FixedClock) -> AsyncIterator[Portal]:
    made = browser(db, clock)
    yield made
    await made.close()


# ---------------------------------------------------------------- finding


async def test_doctors_are_found_by_specialty_name_and_city_with_their_next_times(portal: Portal) -> None:
    home = (await portal.get("/nobat")).text
    assert "متخصص قلب" in home
    assert '<optgroup label="تهران">' in home
    for asked in ({"specialty": HEART}, {"q": "دکتر نیک نژاد"}, {"place": "24-019", "q": "قلب"}):
        page = (await portal.get("/nobat/search", **asked)).text
        assert "دکتر مریم نیک‌نژاد" in page, asked
        assert "کریمی" not in page, asked
        assert "فردا، دوشنبه ۲ آذر" in page
        assert "درمانگاه نیک‌نژاد &lt;b&gt;" in page
    assert "پزشکی پیدا نشد" in (await portal.get("/nobat/search", q="هیچ‌کس")).text


async def test_a_month_shows_the_days_with_what_is_free(portal: Portal) -> None:
    page = (await portal.get(CALENDAR)).text
    assert re.search(r'<h2 id="month-title">آذر ۱۴۰۵</h2>', page)
    assert 'aria-label="چهارشنبه ۱۸ آذر، ۶ نوبت خالی"' in page
    assert "<td><span>۲۹</span>" in re.sub(r"\s+", "", page)  # nothing is offered there, so nothing leads there
    day = (await portal.get(CALENDAR, day="1405/09/18")).text
    assert len(re.findall(r'formaction="/nobat/book/', day)) == 6
    assert "۱۰:۰۰" in day
    assert "Wednesday 18 Azar" in (await portal.get(CALENDAR, day="1405/09/18", lang="en")).text
    for wrong in ({"day": "1405/13/01"}, {"month": "1405/13"}, {"day": "x"}):
        assert (await portal.get(CALENDAR, **wrong)).status_code == 400, wrong
    assert (await portal.get(f"/nobat/d/Med_ID:1/{FACILITY}")).status_code == 404


async def test_the_map_shows_centres_as_points_that_lead_to_calendars(portal: Portal) -> None:
    page = (await portal.get("/nobat/map", place="24-019", metres="10000")).text
    points = re.findall(r'<a href="([^"]+)" aria-label="[^"]*درمانگاه', page)
    assert {unescape(path) for path in points} == {CALENDAR, BUSY}
    assert "<svg" in page
    assert "//" not in re.sub(r"https?://nabz\.test|<!--.*?-->", "", page.split("<svg")[1].split("</svg>")[0])
    near = (await portal.get("/nobat/map", latitude="۳۵٫۷۰", longitude="51.4", metres="1000")).text
    assert "جای شما" in near
    assert "کریمی" not in near
    for wrong in ({"latitude": "91", "longitude": "51"}, {"latitude": "nan", "longitude": "51"}, {"place": "24-999"}):
        assert (await portal.get("/nobat/map", **wrong)).status_code == 422, wrong


def test_points_that_lie_close_share_a_marker() -> None:
    cities = [City("019", "تهران", 35.70, 51.40), City("1", "دور", 36.70, 51.40)]
    picture = drawn(
        (35.70, 51.40), [(35.71, 51.40), (35.7101, 51.40), (35.70, 51.49)], [Province("24", "تهران", cities)]
    )
    assert [marker.numbers for marker in picture.markers] == [[1, 2], [3]]
    assert all(abs(marker.x - MIDDLE) <= RADIUS for marker in picture.markers)
    assert picture.markers[1].x > MIDDLE  # the east is where maps have it, in both directions of reading
    assert [name.title for name in picture.names] == ["تهران"]


# ---------------------------------------------------------------- booking


async def test_a_time_is_booked_with_a_code_and_the_ticket_hides_the_national_code(
    portal: Portal, db: Database
) -> None:
    slot = await free(db, 1, 0)
    chosen = await portal.post(f"/nobat/book/{slot}", f"{CALENDAR}?day={TOMORROW}")
    assert chosen.headers["location"] == f"/nobat/book/{slot}"
    assert "تا ساعت <strong>۱۰:۱۰</strong>" in re.sub(r"\s+", " ", (await portal.get(f"/nobat/book/{slot}")).text)
    path = await book(portal, db, slot, 1)
    ticket = (await portal.get(path)).text
    for told in ("دکتر مریم نیک‌نژاد", "دوشنبه ۲ آذر ۱۴۰۵", "۱۰:۰۰", "آوا احمدی", f"1:{slot}", "data:image/svg+xml"):
        assert told in ticket, told
    code = synthetic_national_code(1)
    persian = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert code not in ticket
    assert persian not in ticket
    assert (await appointment_of(db, slot)).mobile == "09120000001"


async def test_the_same_form_twice_answers_the_same_ticket(portal: Portal, db: Database) -> None:
    slot = await free(db, 1, 1)
    await name_person(portal, slot, 2)
    code = await code_of(db, "09120000002")
    both = await asyncio.gather(*(portal.post("/nobat/code", "/nobat/code", code=code) for _ in range(2)))
    later = await portal.post("/nobat/code", "/nobat/code", code=code)
    assert [one.status_code for one in (*both, later)] == [303, 303, 303]
    assert len({one.headers["location"] for one in (*both, later)}) == 1
    # Within the half hour no second code is needed.
    again = await portal.post(f"/nobat/book/{slot}/person", "/nobat/mine", **person_fields(2))
    assert again.headers["location"] == later.headers["location"]


async def test_a_wrong_code_books_nothing(portal: Portal, db: Database) -> None:
    slot = await free(db, 1, 2)
    await name_person(portal, slot, 3)
    wrong = "000000" if await code_of(db, "09120000003") != "000000" else "111111"
    answer = await portal.post("/nobat/code", "/nobat/code", code=wrong)
    assert answer.status_code == 422
    assert "کد نادرست است" in answer.text
    assert (await slot_of(db, slot)).status == Status.FREE
    assert (await browser_without_cookies(portal)).headers["location"] == "/nobat"


async def browser_without_cookies(portal: Portal) -> Response:
    portal.http.cookies.clear()
    return await portal.get("/nobat/code")


async def test_what_cannot_be_read_is_told_beside_its_field(portal: Portal, db: Database) -> None:
    slot = await free(db, 1, 3)
    empty = await name_person(portal, slot, 4, first_name="", last_name=" ", mobile="")
    assert empty.status_code == 422
    for told in ("نام را بنویسید", "نام خانوادگی را بنویسید", "شمارهٔ همراه را بنویسید"):
        assert told in empty.text, told
    assert "شمارهٔ همراه درست نیست" in (await name_person(portal, slot, 4, mobile="021-555")).text
    assert "شناسهٔ شخص درست نیست" in (await name_person(portal, slot, 4, identity="1234567890")).text
    foreigner = await name_person(portal, slot, 4, id_type="Passport_ID", identity="k1234567", mobile="۰۹۱۲۰۰۰۰۰۰۴")
    assert foreigner.headers["location"] == "/nobat/code"


async def test_a_time_that_is_held_or_taken_is_told_with_the_next_ones(
    portal: Portal, db: Database, clock: FixedClock
) -> None:
    slot = await free(db, 2, 0)
    other = browser(db, clock)
    await portal.post(f"/nobat/book/{slot}", f"{CALENDAR}?day={TOMORROW}")
    held = await other.post(f"/nobat/book/{slot}", f"{CALENDAR}?day={TOMORROW}")
    assert held.status_code == 409
    assert "موقتاً نگه داشته" in held.text
    assert "زمان‌های خالی بعدی" in held.text
    assert slot not in held.text.split("زمان‌های خالی بعدی")[1]
    clock.advance(11 * 60)  # nobody went on
    assert (await other.get(f"/nobat/book/{slot}")).status_code == 200
    await book(other, db, slot, 5)
    assert (await portal.get(f"/nobat/book/{slot}")).status_code == 409
    late = await portal.post(f"/nobat/book/{slot}", f"{CALENDAR}?day={TOMORROW}")
    assert (late.status_code, "پیش‌تر گرفته شده" in late.text) == (409, True)
    await other.close()


async def test_a_browser_holds_one_time_only(portal: Portal, db: Database) -> None:
    first, second = await free(db, 2, 1), await free(db, 2, 2)
    for slot in (first, second):
        await portal.post(f"/nobat/book/{slot}", f"{CALENDAR}?day={TOMORROW}")
    assert (await slot_of(db, first)).held_for is None
    held = (await slot_of(db, second)).held_for
    assert held is not None
    assert held.startswith("visit:")
    await name_person(portal, second, 7)
    assert (await slot_of(db, second)).held_for == held  # a name without proof changes nothing
    back = await portal.post(f"/nobat/book/{second}", f"{CALENDAR}?day={TOMORROW}")
    assert back.headers["location"] == f"/nobat/book/{second}"


async def test_a_stranger_who_knows_the_number_of_a_person_gets_no_ticket(
    portal: Portal, db: Database, clock: FixedClock
) -> None:
    slot = await free(db, 2, 3)
    path = await book(portal, db, slot, 6)
    stranger = browser(db, clock)
    await stranger.post("/nobat/mine", "/nobat/mine", **person_fields(6, mobile="09120009999"))
    await stranger.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120009999"))
    assert path not in (await stranger.get("/nobat/mine")).text
    assert path in (await portal.get("/nobat/mine")).text
    taken = await stranger.post(f"/nobat/book/{slot}/person", "/nobat/mine", **person_fields(6, mobile="09120009999"))
    assert taken.status_code == 409
    assert (await appointment_of(db, slot)).mobile == "09120000006"
    await stranger.close()


async def test_a_mobile_books_so_many_on_a_day_and_no_more(portal: Portal, db: Database) -> None:
    mobile = "09120000010"
    await portal.post("/nobat/mine", "/nobat/mine", **person_fields(10, mobile=mobile))
    await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, mobile))
    for place in range(MOST_OF_MOBILE):
        slot = await free(db, 3 + place, 0)
        made = await portal.post(
            f"/nobat/book/{slot}/person", f"/nobat/book/{slot}", **person_fields(10 + place, mobile=mobile)
        )
        assert made.status_code == 303, made.text
    one_more = await free(db, 3 + MOST_OF_MOBILE, 0)
    answer = await portal.post(
        f"/nobat/book/{one_more}/person", f"/nobat/book/{one_more}", **person_fields(30, mobile=mobile)
    )
    assert (answer.status_code, TooManyBookings.fa in answer.text) == (429, True)
    assert (await slot_of(db, one_more)).status == Status.FREE


# ---------------------------------------------------------------- the ticket


async def test_a_ticket_address_cannot_be_guessed(portal: Portal, db: Database) -> None:
    slot = await free(db, 10, 0)
    path = await book(portal, db, slot, 40)
    made = await appointment_of(db, slot)
    assert path == ticket_path(KEYS, made.id)
    reminder = reminder_path(KEYS, made.id)
    for wrong in (
        f"/nobat/t/{made.id}",
        f"{path}x",
        path[:-1],
        reminder.replace("/r/", "/t/"),
        path.replace("/t/", "/r/"),
    ):
        assert (await portal.get(wrong)).status_code == 404, wrong


async def test_looking_changes_nothing_and_one_tap_confirms_or_cancels(portal: Portal, db: Database) -> None:
    slot, other = await free(db, 10, 1), await free(db, 11, 1)
    path = await book(portal, db, slot, 41)
    before = await appointment_of(db, slot)
    reminder = reminder_path(KEYS, before.id)
    for looked in (path, f"{path}.ics", f"{path}/move/{other}", reminder, f"{reminder}/confirm", f"{reminder}/cancel"):
        await portal.get(looked)
    assert await appointment_of(db, slot) == before
    assert (await portal.post(f"{reminder}/confirm", reminder)).status_code == 303
    assert (await appointment_of(db, slot)).confirmed_at == NOW
    assert "آمدن تأیید شده" in (await portal.get(path)).text
    for _ in range(2):
        assert (await portal.post(f"{reminder}/cancel", "/nobat/mine")).status_code == 303
    assert "لغو شده توسط بیمار" in (await portal.get(path)).text
    assert (await slot_of(db, slot)).status == Status.FREE


async def test_only_who_reads_the_mobile_moves_and_cancels(portal: Portal, db: Database, clock: FixedClock) -> None:
    slot, other = await free(db, 11, 0), await free(db, 12, 0)
    path = await book(portal, db, slot, 42)
    stranger = browser(db, clock)
    for deed in ("cancel", f"move/{other}"):
        asked = await stranger.post(f"{path}/{deed}", "/nobat/mine")
        assert asked.headers["location"] == "/nobat/mine"
    assert "لغو نوبت" not in (await stranger.get(path)).text
    moved = [await portal.post(f"{path}/move/{other}", "/nobat/mine") for _ in range(2)]
    assert moved[0].headers["location"] == moved[1].headers["location"]
    assert (await slot_of(db, slot)).status == Status.FREE
    new = str(moved[0].headers["location"])
    assert (await portal.post(f"{new}/cancel", new)).headers["location"] == new
    assert (await slot_of(db, other)).status == Status.FREE
    await stranger.close()


async def test_a_deposit_is_paid_and_cancelling_tells_what_comes_back(portal: Portal, db: Database) -> None:
    day = (await portal.get(BUSY, day=TOMORROW)).text
    slot = re.findall(r'formaction="/nobat/book/([^"]+)"', day)[0]
    assert "۵۰۰٬۰۰۰ ریال ودیعه" in (await portal.get(f"/nobat/book/{slot}")).text
    path = await book(portal, db, slot, 43)
    gateway = (await portal.post(f"{path}/pay", path)).headers["location"]
    assert (await portal.post(gateway, gateway)).headers["location"] == path
    ticket = (await portal.get(path)).text
    assert "پرداخت ودیعه" not in ticket
    assert "از ودیعه ۱۵۰٬۰۰۰ ریال برمی‌گردد" in ticket
    # Now the doctor has nothing free: the next one waits, and is offered what is given back.
    waiter = browser(db, FixedClock(NOW))
    assert "اکنون نوبت خالی ندارد" in (await waiter.get(BUSY)).text
    join = f"/nobat/waiting/join?provider=Med_ID:900002&facility={OTHER}"
    await waiter.post(join, join, **person_fields(44), days=30)
    await waiter.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120000044"))
    assert "در فهرست انتظار هستید" in (await waiter.get("/nobat/waiting")).text
    await portal.post(f"{path}/cancel", path)
    offered = (await waiter.get("/nobat/waiting")).text
    take = re.search(r'action="(/nobat/waiting/[^"]+/take)"', offered)
    assert take
    assert (await portal.get(f"/nobat/book/{slot}")).status_code == 200  # it may be the one for whom it is kept
    taken = await waiter.post(take[1], "/nobat/waiting")
    assert taken.headers["location"].startswith("/nobat/t/")
    person = (await appointment_of(db, slot)).person
    assert [one.state for one in await db.read(waiting.of_person, person)] == ["booked"]
    await waiter.close()


async def test_a_place_in_the_waiting_list_is_left_again(portal: Portal, db: Database) -> None:
    join = f"/nobat/waiting/join?provider=Med_ID:900002&facility={OTHER}"
    await portal.post(join, join, **person_fields(45), days=7)
    await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120000045"))
    again = await portal.post(join, join, **person_fields(45), days=7)
    assert again.headers["location"] == "/nobat/waiting"
    page = (await portal.get("/nobat/waiting")).text
    assert "در همین فهرست انتظار هست" in page
    leave = re.search(r'action="(/nobat/waiting/[^"]+/leave)"', page)
    assert leave
    await portal.post(leave[1], "/nobat/waiting")
    assert "در فهرستی نیستید" in (await portal.get("/nobat/waiting")).text


async def test_a_form_of_another_site_is_refused(portal: Portal, db: Database) -> None:
    slot = await free(db, 13, 0)
    answer = await portal.http.post(f"/nobat/book/{slot}", data={"csrf": "x"})
    assert answer.status_code == 403
    assert (await slot_of(db, slot)).held_for is None


async def test_the_calendar_entry_is_folded_and_escaped(portal: Portal, db: Database) -> None:
    slot = await free(db, 14, 0)
    path = await book(portal, db, slot, 46)
    answer = await portal.get(f"{path}.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    whole = answer.content.decode().replace("\r\n ", "")
    assert f"URL:http://nabz.test{path}\r\n" in whole
    assert "DTSTART:20261206T063000Z\r\nDTEND:20261206T065000Z" in whole
    one = await appointment_of(db, slot)
    odd = agenda(1, FACILITY, HEART, "", "a;b,c\\d\ne", 35.7)
    told = calendar_entry(one, odd, "http://nabz.test", NOW).decode().replace("\r\n ", "")
    assert "SUMMARY:نوبت دکتر مریم a\\;b\\,c\\\\d e\r\n" in told
    await db.write(booking.cancel, slot, one.person, 301, Caller("portal", "", "t", "gone"), NOW)
    assert "STATUS:CANCELLED" in (await portal.get(f"{path}.ics")).text
