"""Our own API of appointments: publishing whole schedules, withdrawing them, comparing copies."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.appointments.calling import (
    CENTRE,
    ORTHOPAEDICS,
    OTHER_CENTRE,
    PEOPLE,
    VISIT,
    Office,
    at,
    fresh,
    iso,
    opened,
    slot,
)
from tests.services import ENGINES

DAY = {"facility": CENTRE, "from": "1405/09/02", "until": "1405/09/02"}


@pytest.fixture(scope="module", params=ENGINES)
async def whole(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with opened(request.param) as office:
        yield office


@pytest.fixture
async def office(whole: Office) -> Office:
    return await fresh(whole)


def agenda(*slots: object, provider: str = "1234", **more: object) -> dict[str, object]:
    return {"provider": provider, "specialty": ORTHOPAEDICS, "service": VISIT, "slots": slots, **more}


# ---------------------------------------------------------------- publishing


async def test_a_schedule_of_several_agendas_is_published_once(office: Office) -> None:
    agendas = [agenda(slot(9), slot(10, seats=3), provider="900002"), agenda(slot(11, localId="x"), provider="1234")]
    first = await office.do("PublishSchedule", facility=CENTRE, agendas=agendas)
    assert [first["made"], first["unchanged"]] == [5, 0]
    assert [one["provider"] for one in first["agendas"]] == ["Med_ID:900002", "Med_ID:1234"]
    slots = first["agendas"][0]["slots"]
    assert [one["localId"] for one in slots] == ["L0900", "L1000", "L1000/2", "L1000/3"]
    assert slots[0]["start"] == iso(9)
    assert slots[0]["slot"].startswith("1:")
    again = await office.do("PublishSchedule", facility=CENTRE.upper(), agendas=agendas)
    assert again["made"] == 0
    assert again["agendas"][0]["slots"][0] == {**slots[0], "made": False}
    twins = [agenda(slot(14, localId="A", seats=2), slot(15, localId="A/2"))]
    assert await office.refused("PublishSchedule", facility=CENTRE, agendas=twins) == "local-id-taken"
    found = (await office.do("Search", provider="Med_ID:1234"))["slots"]
    assert [(one["at"]["providerName"], one["at"]["facilityName"], one["startJalali"]) for one in found] == [
        ("پزشک تست", "مرکز یک", "1405/09/02 11:00")
    ]


async def test_one_bad_slot_among_good_ones_stops_all_of_them(office: Office) -> None:
    bad = [agenda(slot(9)), agenda(slot(10), slot(11, start="1405/08/30 10:00", localId="late"), provider="900002")]
    answer = await office.ask("PublishSchedule", facility=CENTRE, agendas=bad)
    assert answer["problem"]["code"] == "appointments.slot-in-past"
    assert (answer["problem"]["facts"]["agenda"], answer["problem"]["facts"]["localId"]) == (1, "late")
    assert (await office.do("Search", specialty=ORTHOPAEDICS))["slots"] == []


async def test_a_dry_run_tells_what_would_come_and_changes_nothing(office: Office) -> None:
    await office.publish(slot(9))
    told = {"facility": CENTRE, "agendas": [agenda(slot(9), slot(10))], "dryRun": True}
    answer = await office.do("PublishSchedule", **told)
    assert [answer["made"], answer["unchanged"]] == [1, 1]
    assert [one["slot"] is None for one in answer["agendas"][0]["slots"]] == [False, True]
    assert len((await office.do("Search", provider="1234"))["slots"]) == 1
    clash = await office.refused("PublishSchedule", **{**told, "agendas": [agenda(slot(9, 5))]})
    assert clash == "slots-overlap"


async def test_a_weekly_pattern_leaves_out_holidays_and_what_has_begun(office: Office) -> None:
    pattern = {
        "from": "1405/09/01",
        "until": "2026-11-30",
        "minutes": 30,
        "prefix": "w",
        "seats": 2,
        "quota": 102,
        "shares": [{"quota": 104, "times": 1}],
        "week": [{"weekday": day, "begins": "۰۹:۰۰", "ends": "11:00"} for day in range(6)],
        "holidays": ["1405/09/03"],
        "exceptions": [{"day": "1405/09/04", "hours": [{"begins": "16:00", "ends": "17:00"}]}],
    }
    told = {"facility": CENTRE, "agendas": [agenda(pattern=pattern)]}
    answer = await office.do("PublishSchedule", **told)
    (one,) = answer["agendas"]
    # 1 Azar is a Sunday whose first two times have passed at 10:00 (the third begins just now).
    assert one["passed"] == 3
    days = [day["dayJalali"] for day in (await office.do("Days", provider="1234"))["days"]]
    assert days == [f"1405/09/{day:02}" for day in (1, 2, 4, 5, 7, 8, 9)]
    assert (await office.do("Days", provider="1234", quota=104))["days"][1]["free"] == 2
    assert (await office.do("PublishSchedule", **told, listSlots=False))["made"] == 0


async def test_a_calendar_becomes_a_schedule(office: Office) -> None:
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:u1", "DTSTART:20261123T080000", "DURATION:PT1H"]
    text = "\r\n".join([*lines, "RRULE:FREQ=DAILY;COUNT=3", "END:VEVENT", "END:VCALENDAR", ""])
    told = agenda(calendar={"text": text, "minutes": 20, "prefix": "ics"})
    answer = await office.do("PublishSchedule", facility=CENTRE, agendas=[told])
    assert answer["made"] == 9
    assert answer["agendas"][0]["slots"][0]["start"] == iso(8)
    broken = agenda(calendar={"text": text.replace("PT1H", "PT"), "minutes": 20})
    assert await office.refused("PublishSchedule", facility=CENTRE, agendas=[broken]) == "calendar-unreadable"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"start": "1405/12/30 10:00"}, "date-wrong"),
        ({"start": "1405/13/01 10:00"}, "date-wrong"),
        ({"start": "1405/09/02 24:00"}, "date-wrong"),
        ({"start": "2026-11-31T10:00:00+03:30"}, "date-wrong"),
        ({"start": "1405/09/02"}, "date-wrong"),
        ({"start": "1405/08/30 10:00"}, "slot-in-past"),
        ({"start": "1408/09/02 10:00"}, "too-far-ahead"),
        ({"minutes": None, "end": at(9)}, "bad-period"),
        ({"minutes": -10}, "bad-length"),
        ({"minutes": None}, "field-missing"),
        ({"start": at(23, 55)}, "crosses-midnight"),
        ({"opens": at(9), "closes": at(8)}, "bad-window"),
        ({"seats": 501}, "seats-wrong"),
        ({"localId": "x" * 101}, "local-id-too-long"),
    ],
    ids=str,
)
async def test_a_slot_that_cannot_be_is_refused(office: Office, bad: dict[str, object], code: str) -> None:
    told = agenda({**slot(10), **bad})
    assert await office.refused("PublishSchedule", facility=CENTRE, agendas=[told]) == code
    assert (await office.do("Search", provider="1234"))["slots"] == []


async def test_more_seats_than_a_message_takes_are_refused(office: Office) -> None:
    many = [slot(8, start=at(8, day=f"1405/10/{1 + n % 30:02}"), localId=f"L{n}", seats=500) for n in range(201)]
    assert await office.refused("PublishSchedule", facility=CENTRE, agendas=[agenda(*many)]) == "too-many-slots"


async def test_a_centre_that_is_not_granted_is_refused(office: Office) -> None:
    (slot_id,) = await office.publish(slot(9))
    stranger = {"facility": OTHER_CENTRE}
    told = {"agendas": [agenda(slot(10))]}
    assert await office.refused("PublishSchedule", **stranger, **told) == "centre-unknown"
    assert await office.refused("WithdrawRange", **{**DAY, **stranger}) == "centre-unknown"
    assert await office.refused("ListAppointments", **{**DAY, **stranger}) == "centre-unknown"
    assert await office.refused("Reconcile", **{**DAY, **stranger}, slots=[]) == "centre-unknown"
    assert await office.refused("GetRules", **stranger) == "centre-unknown"
    assert await office.other.refused("WithdrawSlots", **stranger, slots=[slot_id]) == "not-your-slot"
    assert await office.other.refused("SetStatus", **stranger, slot=slot_id, status=3) == "not-your-slot"
    assert (
        await office.refused("Book", slot=slot_id, visitor={"person": PEOPLE[0]}, sender="nobody") == "centre-unknown"
    )


async def test_a_provider_is_at_one_place_at_a_time(office: Office) -> None:
    await office.publish(slot(9))
    busy = {"facility": OTHER_CENTRE, "agendas": [agenda(slot(9, 5, localId="y"))]}
    assert await office.other.refused("PublishSchedule", **busy) == "slots-overlap"


# ---------------------------------------------------------------- withdrawing


async def test_withdrawing_a_range_names_every_patient(office: Office) -> None:
    ids = await office.publish(slot(9), slot(10), slot(11))
    await office.book(ids[0], 0)
    await office.book(ids[2], 1)
    tried = await office.do("WithdrawRange", **DAY, dryRun=True)
    assert [tried["slots"], len(tried["affected"])] == [3, 2]
    assert len((await office.do("Search", provider="1234"))["slots"]) == 1
    done = await office.do("WithdrawRange", **DAY, reason=302)
    assert [one["visitor"]["person"] for one in done["affected"]] == PEOPLE[:2]
    assert [(one["status"], one["reason"]) for one in done["affected"]] == [(5, 302)] * 2
    again = await office.do("WithdrawRange", **DAY)
    assert again["slots"] == 0
    assert [one["visitor"]["person"] for one in again["affected"]] == PEOPLE[:2]  # for who lost the first answer


async def test_slots_are_withdrawn_by_either_id_and_all_or_none(office: Office) -> None:
    ids = await office.publish(slot(9), slot(10), slot(11))
    await office.book(ids[1], 0)
    stray = {"facility": CENTRE, "slots": [ids[0]], "localIds": ["nothing"]}
    answer = await office.ask("WithdrawSlots", **stray)
    assert (answer["problem"]["code"], answer["problem"]["facts"]) == (
        "appointments.slot-unknown",
        {"localId": "nothing"},
    )
    assert len((await office.do("Search", provider="1234"))["slots"]) == 2
    done = await office.do("WithdrawSlots", facility=CENTRE, slots=[ids[0].upper()], localIds=["L1000"])
    assert [done["slots"], len(done["affected"])] == [2, 1]
    again = await office.do("WithdrawSlots", facility=CENTRE, slots=ids[:2])
    assert [again["slots"], len(again["affected"])] == [0, 1]
    foreign = {"facility": CENTRE, "slots": ["2:" + ids[0][2:]]}
    assert await office.refused("WithdrawSlots", **foreign) == "foreign-node"


# ---------------------------------------------------------------- comparing copies


async def test_a_copy_that_differs_is_told_slot_by_slot(office: Office) -> None:
    ids = await office.publish(
        slot(9), slot(10), slot(11), slot(12), slot(13), slot(14, start=at(14, day="1405/09/03"))
    )
    await office.book(ids[0], 0)
    await office.do("WithdrawSlots", facility=CENTRE, localIds=["L1300"])
    theirs = [
        {**slot(9), "quota": 104, "status": 1},
        {**slot(10), "minutes": 15, "quota": 102},
        slot(11, start=iso(11)),
        slot(14),
        slot(15),
    ]
    found = await office.do("Reconcile", **DAY, slots=theirs)
    assert found["equal"] == 1
    assert found["missingHere"] == ["L1500"]
    assert [(one["localId"], one["status"]) for one in found["missingThere"]] == [("L1200", 1)]
    different = {one["localId"]: one["fields"] for one in found["different"]}
    assert different == {"L0900": ["status"], "L1000": ["minutes", "quota"], "L1400": ["start"]}
    assert next(one["here"]["status"] for one in found["different"] if one["localId"] == "L0900") == 2
    assert await office.refused("Reconcile", **DAY, slots=[slot(9), slot(9)]) == "field-wrong"
    assert await office.refused("Reconcile", **{**DAY, "until": "1405/08/01"}, slots=[]) == "bad-period"
    calls: tuple[tuple[str, dict[str, Any]], ...] = (("Reconcile", {"slots": []}), ("ListAppointments", {}))
    for operation, more in calls:
        assert await office.refused(operation, **{**DAY, "until": "1409/01/01"}, **more) == "period-too-long"
