"""The clinic's desk publishes: what would come of a schedule is shown before, and twice is once."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape

import pytest

from nabz.appointments.errors.pattern import HoursWrong
from nabz.appointments.files.writing import Written, write
from nabz.appointments.model import Status
from nabz.appointments.model.pattern import shown
from nabz.appointments.pages.desk.hours import read_hours
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from tests.appointments.desking import (
    THERE,
    TODAY,
    TOMORROW,
    Desk,
    a_desk,
    hidden,
    lines,
    opened,
    preview,
    published,
)
from tests.services import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
async def _open(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with opened(request.param) as database:
        yield database


@pytest.fixture
async def portal(_open: Database, clock: FixedClock) -> AsyncIterator[Desk]:
    made = await a_desk(_open, clock)
    yield made
    await made.close()


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
    assert there is not None
    assert there[1] == "۴", "times with their seats, as in the table of days"
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
    told = "UID:h1\r\nSUMMARY:کنگره\\, 2\r\nDTSTART;VALUE=DATE:20261124"
    holiday = f"BEGIN:VEVENT\r\n{told}\r\nEND:VEVENT\r\n".encode()
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
