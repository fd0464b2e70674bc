"""The citizens' portal against bots, brokers and the curious, and the way of the referred through it."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from html import unescape

import pytest

from nabz.appointments.errors import BookingRefused, NotOnReferralMap, QuotaNotYours, SameProviderSameDay
from nabz.appointments.errors.citizens import OriginNeeded, OriginUnclear, OriginUnknown, TooManyPlaces
from nabz.appointments.model import Booking, Caller, New, OriginKind, Quota, Route, Status, Visitor
from nabz.appointments.pages.citizen.paying import pay_path
from nabz.appointments.service import booking, holding, payments, publishing, queueing, referral, visiting, waiting
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.persian import synthetic_national_code
from nabz.registries.model import Facility, HidState, HidStatus
from nabz.registries.service import facilities
from nabz.registries.store import hids
from tests.appointments.citizens import (
    CALENDAR,
    FACILITY,
    HEART,
    KEYS,
    NOW,
    OTHER,
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

MINE = "/nobat/mine"
SENDING = "00000000-0000-4000-8000-0000000000b1"
NAMESAKE = "00000000-0000-4000-8000-0000000000b2"
ELSEWHERE = "00000000-0000-4000-8000-0000000000b3"


@pytest.fixture(scope="module", params=ENGINES)
async def db(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with stocked(request.param) as database:
        await database.write(_refer)
        yield database


@pytest.fixture
async def portal(db: Database, clock: FixedClock) -> AsyncIterator[Portal]:
    made = browser(db, clock)
    yield made
    await made.close()


def _refer(tx: Tx) -> None:
    """Four times for the referred and one for the desk; one centre that refers, and two that do not."""
    heart = agenda(1, FACILITY, HEART, "متخصص قلب", "نیک‌نژاد", 35.70)
    times = [
        New(starts_at=_at(day), minutes=20, local_id=f"r{day}", quota=int(quota))
        for day, quota in ((31, 101), (32, 101), (33, 101), (34, 101), (35, Quota.IN_PERSON))
    ]
    publishing.publish(tx, heart, times, Caller("c", FACILITY, "t", "referral"), NOW)
    place = ("24", "019", "", "تهران", "تهران", "")
    names = {SENDING: "خانهٔ بهداشت یاس", NAMESAKE: "خانهٔ بهداشت یاسمن", ELSEWHERE: "پایگاه سلامت لاله"}
    facilities.put_all(tx, [Facility(id_, name, "32", "مرکز", *place) for id_, name in names.items()], NOW)
    way = Route(id="w", origin_kind=OriginKind.FACILITY, origin=SENDING, specialty=HEART, facility=FACILITY)
    referral.put(tx, way, "t", NOW)


def _at(day: int) -> datetime:
    return NOW + timedelta(days=day)


async def held(db: Database, slots: list[str]) -> int:
    """How many of some times somebody holds."""
    return sum([(await slot_of(db, slot)).held_for is not None for slot in slots])


# ---------------------------------------------------------------- holds


async def test_one_browser_with_an_unproven_mobile_holds_one_time_only(portal: Portal, db: Database) -> None:
    slots = [await free(db, 1, place) for place in range(6)]
    for number, slot in enumerate(slots):
        await portal.post(f"/nobat/book/{slot}", MINE)
        named = await name_person(portal, slot, 100 + number, mobile="09120000100")
        assert named.headers["location"] == "/nobat/code"
    assert await held(db, slots) == 1


async def test_an_address_and_a_mobile_hold_few_times_with_however_many_browsers(
    db: Database, clock: FixedClock
) -> None:
    for most, address, mobile, days in (
        (visiting.OF_ADDRESS.at_once, "192.0.2.1", "", (2, 3)),
        (visiting.OF_MOBILE.at_once, "", "09120000299", (12, 13)),
    ):
        slots = [await free(db, day, place) for day in days for place in range(6)]
        for number, slot in enumerate(slots):
            bot = browser(db, clock, address)
            named = await name_person(bot, slot, 200 + number, **({"mobile": mobile} if mobile else {}))
            assert named.headers["location"] == "/nobat/code"  # who is no bot goes on, without the time being kept
            await bot.close()
        assert await held(db, slots) == most


async def test_a_day_has_an_end_for_who_holds_again_and_again(db: Database, clock: FixedClock) -> None:
    slot = await free(db, 4, 0)
    visit = visiting.Visit("patient", "192.0.2.2")
    for time in range(visiting.OF_VISIT.a_day + 1):
        one = await db.write(visiting.hold, KEYS, slot, visit, Caller("portal", "", "portal", str(time)), clock.now())
        assert visiting.is_mine(one, visit, clock.now()) == (time < visiting.OF_VISIT.a_day)
        clock.advance((timedelta(minutes=visiting.MINUTES) + holding.PAUSE).total_seconds() + 1)


async def test_what_is_held_for_a_person_stays_his_whoever_names_him(
    portal: Portal, db: Database, clock: FixedClock
) -> None:
    his, other = await free(db, 5, 0), await free(db, 6, 0)
    person = f"National_Code:{synthetic_national_code(300)}"
    await db.write(holding.hold, his, person, 30, NOW, "app")
    await name_person(portal, other, 300, mobile="09120000399")
    assert (await slot_of(db, his)).held_for == person
    curious = browser(db, clock)
    same = [(await name_person(curious, his, number)).headers["location"] for number in (300, 301)]
    assert same == ["/nobat/code"] * 2  # nobody learns for whom it is held
    await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120000399"))
    assert (await appointment_of(db, other)).person == person
    assert (await slot_of(db, his)).held_for == person
    await curious.close()


async def test_a_stranger_is_not_told_what_a_person_has_on_a_day(
    portal: Portal, db: Database, clock: FixedClock
) -> None:
    first, second = await free(db, 10, 0), await free(db, 10, 1)
    await book(portal, db, first, 305)
    stranger = browser(db, clock)
    await name_person(stranger, second, 305, mobile="09120000398")
    told = await stranger.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120000398"))
    assert BookingRefused.fa in told.text
    own = await portal.post(f"/nobat/book/{second}/person", MINE, **person_fields(305))
    assert SameProviderSameDay.fa in own.text
    await stranger.close()


async def test_a_time_that_was_handed_over_in_vain_is_free_again(portal: Portal, db: Database) -> None:
    first, second = await free(db, 7, 0), await free(db, 7, 1)
    await book(portal, db, first, 310)
    await portal.post(f"/nobat/book/{second}", MINE)
    refused = await portal.post(f"/nobat/book/{second}/person", MINE, **person_fields(310))
    assert (refused.status_code, SameProviderSameDay.fa in refused.text) == (409, True)
    assert (await slot_of(db, second)).held_for is None


# ---------------------------------------------------------------- waiting lists


async def test_a_mobile_keeps_few_places_in_waiting_lists(portal: Portal, db: Database) -> None:
    join = f"/nobat/waiting/join?provider=Med_ID:900002&facility={OTHER}"
    mobile = "09120000400"
    await portal.post(join, join, **person_fields(400, mobile=mobile), days=7)
    await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, mobile))
    for number in range(401, 412):
        await portal.post(join, join, **person_fields(number, mobile=mobile), days=7)
    assert await db.read(waiting.length, "Med_ID:900002", "") == queueing.MOST_OF_MOBILE
    page = (await portal.get("/nobat/waiting")).text
    assert TooManyPlaces(most=queueing.MOST_OF_MOBILE).text_fa in page
    leave = re.findall(r'action="(/nobat/waiting/[^"]+/leave)"', page)
    await portal.post(leave[0], "/nobat/waiting")
    await portal.post(join, join, **person_fields(412, mobile=mobile), days=7)
    assert await db.read(waiting.length, "Med_ID:900002", "") == queueing.MOST_OF_MOBILE


# ---------------------------------------------------------------- money


async def test_a_payment_opens_by_its_signed_address_and_only_if_it_was_begun_here(
    portal: Portal, db: Database
) -> None:
    slot = await free(db, 8, 0)
    visitor = Visitor(person=f"National_Code:{synthetic_national_code(500)}", first_name="آوا", last_name="احمدی")
    app = Caller("app", "", "app", "told-deposit")
    made = await booking.book(db, slot, Booking(visitor=visitor, deposit=500_000), app, NOW)
    await db.write(payments.settle, made, NOW, by_patient=True)
    told = (await db.read(payments.receipt, made.id)).reference
    for path in (f"/nobat/pay/{made.id}", f"/nobat/pay/{told}", pay_path(KEYS, told), pay_path(KEYS, "x")):
        answer = await portal.get(path)
        assert (answer.status_code, "/nobat/t/" in answer.text) == (404, False), path
    other = await free(db, 9, 0)
    path = await book(portal, db, other, 501)
    one = await appointment_of(db, other)
    await db.write(payments.begin, one, 500_000, "begun-here", NOW)
    good = pay_path(KEYS, "begun-here")
    assert path in (await portal.get(good)).text
    for wrong in ("/nobat/pay/begun-here", good[:-1], path.replace("/t/", "/pay/")):
        assert (await portal.get(wrong)).status_code == 404, wrong


# ---------------------------------------------------------------- referral


async def test_a_citizen_tells_which_centre_referred_him_and_books(portal: Portal, db: Database) -> None:
    slot = await _slot(db, 31)
    times = (await portal.get(CALENDAR)).text
    assert "?referral=1" in times
    assert slot not in times
    soon = (await portal.get(CALENDAR, referral="1")).text
    day = re.findall(r'href="(/nobat/d/[^"]+#times)"', soon)[0]
    assert slot in (await portal.get(unescape(day))).text
    assert "مرکزی که شما را ارجاع داده است" in (await portal.get(f"/nobat/book/{slot}")).text
    hid = {"hid": "۱99۴6y6zf7"}
    for name, problem in (("", OriginNeeded), ("هیچ‌جا", OriginUnknown), ("خانه بهداشت", OriginUnclear)):
        asked = await name_person(portal, slot, 600, origin_name=name, **hid)
        assert (asked.status_code, problem.fa in asked.text) == (422, True), name
    assert set(re.findall(r'name="origin" type="radio" value="([^"]+)"', asked.text)) == {SENDING, NAMESAKE}
    await name_person(portal, slot, 600, origin_name="خانه بهداشت", origin=SENDING, **hid)
    done = await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120000600"))
    assert done.headers["location"].startswith("/nobat/t/")
    assert (await appointment_of(db, slot)).hid == "19946Y6ZF7"


async def test_the_map_decides_and_a_told_centre_gives_no_rights(portal: Portal, db: Database) -> None:
    slot, desk = await _slot(db, 32), await _slot(db, 35)
    await name_person(portal, slot, 610, origin_name="پایگاه لاله", hid="19946Y6ZF8")
    refused = await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120000610"))
    assert (refused.status_code, NotOnReferralMap.fa in refused.text) == (409, True)
    assert (await slot_of(db, slot)).status == Status.FREE
    assert (await slot_of(db, slot)).held_for is None
    for path in (f"/nobat/book/{desk}", f"/nobat/book/{desk}/person"):
        answer = await portal.post(path, MINE, **person_fields(610), origin=FACILITY, hid="19946Y6ZF8")
        assert QuotaNotYours.fa in answer.text
    assert (await slot_of(db, desk)).held_for is None


async def test_a_hid_that_is_known_tells_the_centre_itself(portal: Portal, db: Database) -> None:
    slot = await _slot(db, 33)
    person = f"National_Code:{synthetic_national_code(620)}"
    known = HidState(
        hid="19946Y6ZF9",
        person=person,
        insurer="1",
        state=HidStatus.ISSUED,
        facility=SENDING,
        provider="",
        made_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    await db.write(hids.issue, known, "visit-620")
    await name_person(portal, slot, 620, hid=known.hid)
    done = await portal.post("/nobat/code", "/nobat/code", code=await code_of(db, "09120000620"))
    assert done.headers["location"].startswith("/nobat/t/")
    assert (await appointment_of(db, slot)).person == person


async def _slot(db: Database, day: int) -> str:
    return await free(db, day, 0)
