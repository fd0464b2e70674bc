"""The rules of HQS as a client of gwHQS meets them: what is answered, and what is refused under which number."""

import asyncio
import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from nabz.kit import jalali
from nabz.kit.persian import synthetic_national_code
from tests.appointments.conftest import NOW
from tests.appointments.office import PREFIX, Office, sample

TEST = "859773E8-5D81-46C6-9DF1-5FB551B00495"
SERVICE = {"Coded_string": "970015", "Terminology_id": "RVU3", "value": "ویزیت"}
SPECIALTY = {"Coded_string": "171108", "Terminology_id": "thritaEHR.specialty", "Value": "متخصص ارتوپدی"}
MARK = {"errorCode": 0, "errorMessage": "Error at Service. ", "isError": True}
_days = itertools.count(20)


def hqs_code(code: int | str) -> dict[str, str]:
    return {"Coded_string": str(code), "Terminology_id": "HQS", "Value": "…"}


def at(moment: datetime) -> dict[str, int]:
    local, day = jalali.tehran(moment), jalali.day_of(moment)
    parts = {"Year": day.year, "Month": day.month, "Day": day.day}
    return {**parts, "Hour": local.hour, "Minute": local.minute, "Second": local.second}


def national(number: int) -> dict[str, str]:
    return {"Type": "National_Code", "ID": synthetic_national_code(number)}


def message(composition: dict[str, Any], **of: Any) -> dict[str, Any]:
    sender = sample("GetAppointmentStatus.request")["Data"]["MsgId"]
    return {"Data": {"MsgId": {**sender, **of}, "Composition": composition}}


def provider(number: str) -> dict[str, Any]:
    return {"Identifier": {"Type": "Med_ID", "ID": number}, "Specialty": SPECIALTY, "FirstName": "پزشک"}


async def ask(office: Office, operator: str, composition: dict[str, Any], **of: Any) -> dict[str, Any]:
    told: dict[str, Any] = await office.ask(operator, message(composition, **of))
    inner: dict[str, Any] = told.get("Data", told)
    return inner


def offer(start: datetime, number: str = "900031", **more: Any) -> dict[str, Any]:
    return {
        "Provider": provider(number),
        "HealthcareFacility": {"ID": {"ID": TEST, "Type": "Org_ID"}},
        "StartDateTime": at(start),
        "DurationPerPatient": 10,
        "QueueNumber": 1,
        "Service": SERVICE,
        "Quota": hqs_code(104),
        "LocalID": f"local-{start:%Y%m%d%H%M}-{number}",
        **more,
    }


async def publish(office: Office, start: datetime | None = None, number: str = "900031", **more: Any) -> str:
    start = start or NOW + timedelta(days=next(_days))
    told = await ask(office, "AddProviderScheduling", offer(start, number, **more))
    assert told["isError"] is False, told
    return str(told["Result"]["Result"])


def booking(slot: str, person: dict[str, str], **more: Any) -> dict[str, Any]:
    who = {"FirstName": "آزمون", "lastName": " تستی", "NationalCode": person["ID"], "MobileNumber": "09900000123"}
    return {"TrackingQueueID": slot, "Person": who, **more}


async def book(office: Office, slot: str, number: int, **more: Any) -> dict[str, Any]:
    return await ask(office, "SetAppointment", booking(slot, national(number), **more))


async def status(office: Office, slot: str) -> str:
    told = await ask(office, "GetAppointmentStatus", {"TrackingQID": slot.upper()})
    return str(told["Result"]["Result"]["Coded_string"])


async def test_a_slot_lives_from_publishing_to_the_visit(hqs: Office) -> None:
    start = NOW + timedelta(hours=5)
    slot = await publish(hqs, start)
    assert slot.startswith("1:")
    assert await publish(hqs, start) == slot  # the same LocalID again
    assert await status(hqs, slot) == "1"
    assert (await book(hqs, slot, 1))["Result"] is True
    assert (await book(hqs, slot, 1))["Result"] is True  # a repeated call is true again
    assert await status(hqs, slot) == "2"
    other = await book(hqs, slot, 2)
    assert (other["errorCode"], other["isError"], other["Result"]) == (10, True, False)
    assert other["errorMessage"] == "این نوبت پیش‌تر گرفته شده است."

    period = {"StartDateTime": at(start - timedelta(hours=1)), "EndDateTime": at(start + timedelta(hours=1))}
    where = {"HealthcareFacility": {"ID": {"ID": TEST}}, "Provider": provider("900031")}
    taken = await ask(hqs, "GetAppointments", {**where, **period})
    patient = taken["Result"]["PersonAppointments"][0]
    assert patient["Person"]["NationalCode"] == national(1)["ID"]
    assert patient["Person"]["LastName"] == "تستی"
    assert (patient["QueueNumber"], patient["TrackingQeueID"]) == ("1", slot)

    for told, then in (("2", "2"), ("3", "3")):
        answer = await ask(hqs, "SetAppointmentStatus", {"TrackingQueueID": slot, "Status": hqs_code(told)})
        assert answer["Result"] is True
        assert await status(hqs, slot) == then
    again = await ask(hqs, "SetAppointmentStatus", {"TrackingQueueID": slot, "Status": hqs_code(6)})
    assert (again["errorCode"], again["isError"]) == (10, True)


async def test_a_cancelled_slot_is_offered_again_and_listed(hqs: Office) -> None:
    start = NOW + timedelta(days=next(_days))
    slot = await publish(hqs, start)
    await book(hqs, slot, 3)
    give_back = {"TrackingQueueID": slot, "PersonID": national(3), "Reason": hqs_code(301)}
    wrong = await ask(hqs, "RemoveAppointment", {**give_back, "PersonID": national(4)})
    assert (wrong["errorCode"], wrong["Result"]) == (10, False)
    for _ in range(2):
        assert (await ask(hqs, "RemoveAppointment", give_back))["Result"] is True
    assert await status(hqs, slot) == "1"
    period = {"StartDateTime": at(start - timedelta(hours=1)), "EndDateTime": at(start + timedelta(hours=1))}
    assert (await ask(hqs, "GetRemovedAppointmentList", period))["Result"]["Result"] == [slot]
    assert (await book(hqs, slot, 4))["Result"] is True


async def test_withdrawing_a_taken_slot_ends_the_appointment(hqs: Office) -> None:
    start = NOW + timedelta(days=next(_days))
    slot = await publish(hqs, start)
    await book(hqs, slot, 5)
    take_back = {"TrackingQueueID": slot, "Reason": hqs_code(302)}
    for _ in range(2):
        assert (await ask(hqs, "RemoveProviderScheduling", take_back))["Result"] is True
    assert await status(hqs, slot) == "5"
    assert (await book(hqs, slot, 6))["errorCode"] == 10
    period = {"StartDateTime": at(start - timedelta(hours=1)), "EndDateTime": at(start + timedelta(hours=1))}
    removed = {"HealthcareFacilityID": {"ID": TEST}, **period}
    assert (await ask(hqs, "GetRemovedProviderSchedulingList", removed))["Result"]["Result"] == [slot]
    again = await ask(hqs, "AddProviderScheduling", offer(start))
    assert "شناسهٔ محلی" in again["errorMessage"]


async def test_a_person_has_one_body_and_one_visit_to_a_provider_a_day(hqs: Office) -> None:
    start = NOW + timedelta(days=next(_days))
    one, later = await publish(hqs, start), await publish(hqs, start + timedelta(hours=2))
    same_time = await publish(hqs, start + timedelta(minutes=5), number="900032")
    assert (await book(hqs, one, 7))["Result"] is True
    assert "همین روز" in (await book(hqs, later, 7))["errorMessage"]
    assert "همین زمان" in (await book(hqs, same_time, 7))["errorMessage"]
    await ask(hqs, "RemoveAppointment", {"TrackingQueueID": one, "PersonID": national(7), "Reason": hqs_code(303)})
    assert (await book(hqs, same_time, 7))["Result"] is True


async def test_the_same_person_at_the_same_instant_is_told_true_twice(hqs: Office) -> None:
    slot = await publish(hqs)
    answers = await asyncio.gather(*(book(hqs, slot, 8) for _ in range(8)))
    assert [answer["Result"] for answer in answers] == [True] * 8


async def test_one_of_many_gets_the_slot(hqs: Office) -> None:
    slot = await publish(hqs)
    answers = await asyncio.gather(*(book(hqs, slot, 100 + place) for place in range(12)))
    assert sorted(answer["errorCode"] for answer in answers) == [0] + [10] * 11


async def test_quotas_hold_their_slots(hqs: Office) -> None:
    referral = await publish(hqs, Quota=hqs_code(101))
    assert "HID" in (await book(hqs, referral, 9))["errorMessage"]
    bad = await book(hqs, referral, 9, HID={"ID": "کج", "Type": "HID", "Issuer": "TAMIN"})
    assert (bad["errorCode"], bad["isError"]) == (7, True)
    good = {"ID": "19946Y6ZF7", "Type": "HID", "Issuer": "TAMIN", "Assigner": "TAMIN"}
    elsewhere = {"ID": "40afe509-3c8a-4fdf-ad31-3574c75629d5", "Type": "Org_ID"}
    composition = booking(referral, national(9), HID=good)
    far = await ask(hqs, "SetAppointment", composition, HealthCareFacilityID=elsewhere)
    assert "نقشهٔ ارجاع" in far["errorMessage"]
    assert (await book(hqs, referral, 9, HID=good))["Result"] is True
    for quota in (102, 103):
        slot = await publish(hqs, Quota=hqs_code(quota))
        taken = await ask(hqs, "SetAppointment", booking(slot, national(10)), HealthCareFacilityID=elsewhere)
        assert taken["errorMessage"].startswith("سهمیهٔ این نوبت")
        assert (await book(hqs, slot, 10))["Result"] is True


async def test_a_slot_is_seen_and_taken_only_inside_its_window(hqs: Office) -> None:
    start = NOW + timedelta(days=next(_days))
    early = await publish(hqs, start, BookingStartDate=at(NOW + timedelta(days=1)))
    over = await publish(hqs, start + timedelta(hours=1), BookingExpiryDate=at(NOW - timedelta(days=1)))
    open_ = await publish(hqs, start + timedelta(hours=2), BookingExpiryDate=at(NOW + timedelta(days=1)))
    for slot in (early, over):
        assert (await book(hqs, slot, 11))["errorMessage"].startswith("زمان گرفتن این نوبت")
    asked = {
        "Provider": provider("900031"),
        "HealthcareFacility": {"ID": {"ID": TEST}},
        "Service": SERVICE,
        "StartDateTime": at(start),
        "EndDateTime": at(start + timedelta(hours=5)),
    }
    blocks = (await ask(hqs, "GetProviderScheduling", asked))["Result"]["ScheduleBlocks"]
    assert [block["TrackingQueueID"] for block in blocks] == [open_]
    assert blocks[0]["BookingExpiryDate"]["Day"] == 2


async def test_foreigners_and_midwives_are_as_welcome(hqs: Office) -> None:
    midwife = {"Identifier": {"Type": "Midwifery_ID", "ID": "900777"}}
    slot = await publish(hqs, Provider=midwife)
    who = {"FirstName": "مهمان", "OtherIdentifier": [{"Type": "BAFIA_ID", "ID": "99000000001"}]}
    assert (await ask(hqs, "SetAppointment", {"TrackingQueueID": slot, "Person": who}))["Result"] is True
    bafia = {"Type": "BAFIA_ID", "ID": "99000000001"}
    gone = await ask(hqs, "RemoveAppointment", {"TrackingQueueID": slot, "PersonID": bafia, "Reason": hqs_code(301)})
    assert gone["Result"] is True


async def test_near_is_sorted_by_distance_and_then_by_time(hqs: Office) -> None:
    start = NOW + timedelta(days=next(_days))
    places = {"900041": 29.5, "900042": 29.51, "900043": 29.6}
    for number, latitude in reversed(places.items()):
        where = {"ID": {"ID": TEST}, "Latitude": latitude, "Longitude": 52.5, "InternalID": number}
        for minutes in (30, 0):
            at_ = start + timedelta(minutes=minutes)
            await publish(hqs, at_, HealthcareFacility=where, number=number)
    asked = {
        "Specialty": SPECIALTY,
        "Service": SERVICE,
        "StartDateTime": at(start - timedelta(hours=1)),
        "EndDateTime": at(start + timedelta(hours=2)),
        "Latitude": 29.5,
        "Longitude": 52.5,
    }
    blocks = (await ask(hqs, "GetNearProviderScheduling", {**asked, "Distance": {"Magnitude": 5000, "Unit": ""}}))[
        "Result"
    ]["ScheduleBlocks"]
    found = [(b["Provider"]["Identifier"]["ID"], b["DateTime"]["Minute"]) for b in blocks]
    assert found == [("900041", 0), ("900041", 30), ("900042", 0), ("900042", 30)]
    far = await ask(hqs, "GetNearProviderScheduling", {**asked, "Distance": {"Magnitude": 20, "Unit": "km"}})
    assert len(far["Result"]["ScheduleBlocks"]) == 6


async def test_a_message_is_edited_under_its_uid_a_few_times(hqs: Office) -> None:
    slot = await publish(hqs)
    await book(hqs, slot, 12)
    for place in range(3):
        told = booking(slot, national(12), Deposit={"Magnitude": 1000 * (place + 1), "Unit": ""})
        assert (await ask(hqs, "SetAppointment", told, CompositionUID=slot))["Result"] is True
    told = booking(slot, national(12), Deposit={"Magnitude": 9000})
    assert "ویرایش" in (await ask(hqs, "SetAppointment", told, CompositionUID=slot))["errorMessage"]
    unknown = "NodeTest.behdasht.gov.ir::11111111-1111-4111-8111-111111111111"
    assert (await ask(hqs, "SetAppointment", told, CompositionUID=unknown))["errorCode"] == 5


BAD_OFFERS: list[tuple[dict[str, Any], int]] = [
    ({"StartDateTime": {"Year": 1405, "Month": 13, "Day": 1, "Hour": 9, "Minute": 0, "Second": 0}}, 1),
    ({"StartDateTime": {"Year": 1405, "Month": 12, "Day": 30, "Hour": 9, "Minute": 0, "Second": 0}}, 1),
    ({"StartDateTime": {"Year": 1405, "Month": 10, "Day": 1, "Hour": 24, "Minute": 0, "Second": 0}}, 1),
    ({"StartDateTime": {"Year": 1405, "Month": 10, "Day": 1}}, 6),
    ({"StartDateTime": {"Year": 1404, "Month": 10, "Day": 1, "Hour": 9, "Minute": 0, "Second": 0}}, 1),
    ({"StartDateTime": {"Year": 1405, "Month": 10, "Day": 1, "Hour": 23, "Minute": 55, "Second": 0}}, 1),
    ({"DurationPerPatient": -5}, 7),
    ({"DurationPerPatient": 0}, 7),
    ({"Service": None}, 6),
    ({"Quota": {"Coded_string": "105", "Terminology_id": "HQS", "Value": "x"}}, 2),
    ({"Provider": {"Identifier": {"Type": "Med_ID", "ID": "x"}}}, 7),
    ({"Provider": {"Identifier": {"Type": "Med_ID", "ID": "900099"}, "Specialty": {"Coded_string": "0"}}}, 2),
    ({"HealthcareFacility": {"ID": {"ID": "40afe509-3c8a-4fdf-ad31-3574c75629d5"}}}, 14),
    ({"LocalID": "x" * 200}, 7),
]


@pytest.mark.parametrize(("wrong", "number"), BAD_OFFERS)
async def test_a_bad_offer_is_refused_under_its_number(hqs: Office, wrong: dict[str, Any], number: int) -> None:
    told = await ask(hqs, "AddProviderScheduling", offer(NOW + timedelta(days=300), **wrong))
    assert (told["errorCode"], told["isError"], told["Result"]) == (number, True, False), told


async def test_overlapping_schedules_of_one_provider_are_refused(hqs: Office) -> None:
    start = NOW + timedelta(days=next(_days))
    await publish(hqs, start)
    told = await ask(hqs, "AddProviderScheduling", offer(start + timedelta(minutes=5)))
    assert told["errorCode"] == 10
    assert told["errorMessage"].startswith("ارائه‌دهنده در این زمان نوبت دیگری دارد")
    other = await ask(hqs, "AddProviderScheduling", offer(start + timedelta(minutes=10)))
    assert other["isError"] is False


async def test_what_names_nobody_gets_the_letter_of_the_samples(hqs: Office) -> None:
    slot = await publish(hqs)
    assert await ask(hqs, "SetAppointment", {}) == {**MARK, "Result": False}
    assert await ask(hqs, "GetAppointmentStatus", {"TrackingQID": ""}) == {**MARK, "Result": False}
    nobody = {"TrackingQueueID": slot, "PersonID": {"ID": "33721"}, "Reason": hqs_code(301)}
    assert await ask(hqs, "RemoveAppointment", nobody) == {**MARK, "Result": True}
    assert (await hqs.ask("SetAppointment", {}))["Data"] == {**MARK, "Result": False}
    wrong_sum = await ask(hqs, "SetAppointment", booking(slot, {"ID": "9900000014"}))
    assert (wrong_sum["errorCode"], wrong_sum["Result"]) == (7, False)


@pytest.mark.parametrize(
    ("operator", "wrong", "number"),
    [
        ("GetAppointmentStatus", {"TrackingQID": "2:806085e5-4bbc-4dbe-92fa-fb9980f9653c"}, 5),
        ("GetAppointmentStatus", {"TrackingQID": "1:no-uuid"}, 5),
        ("GetAppointmentByTQID", {"TrackingQID": "1:11111111-1111-4111-8111-111111111111"}, 5),
        ("GetNearProviderScheduling", {"Latitude": 91}, 7),
        ("GetNearProviderScheduling", {"Distance": {"Magnitude": 5, "Unit": "فرسنگ"}}, 7),
        ("GetNearProviderScheduling", {"Distance": {"Magnitude": -5, "Unit": ""}}, 7),
        ("GetProviderScheduling", {"EndDateTime": at(NOW - timedelta(days=900))}, 1),
        ("GetProviderSchedulingByLocation", {"Location": None, "HealthcareFacility": None}, 6),
        ("GetRemovedProviderSchedulingList", {"HealthcareFacilityID": None}, 6),
    ],
)
async def test_bad_questions_are_refused_under_their_number(
    hqs: Office, operator: str, wrong: dict[str, Any], number: int
) -> None:
    asked = sample(f"{operator}.request")["Data"]["Composition"]
    told = await ask(hqs, operator, {**asked, **wrong})
    assert (told["errorCode"], told["isError"], told["Result"]) == (number, True, False), told
    assert told["errorMessage"]


async def test_unknown_senders_are_refused(hqs: Office) -> None:
    for of, number in (
        ({"HealthCareFacilityID": {"ID": "11111111-1111-4111-8111-111111111111"}}, 14),
        ({"HealthCareFacilityID": {"ID": "x"}}, 14),
        ({"SystemID": {"ID": "11111111-1111-4111-8111-111111111111"}}, 11),
        ({"HealthCareFacilityID": None}, 6),
    ):
        told = await ask(hqs, "GetAppointmentStatus", {"TrackingQID": "1:x"}, **of)
        assert (told["errorCode"], told["isError"]) == (number, True), told


async def test_nests_and_garbage_are_refused_at_the_gate(hqs: Office) -> None:
    for body in ("[" * 100_000, "{", '{"Data":{"MsgId":1}}', b'{"Data":"\xff"}'):
        answer = await hqs.post(f"{PREFIX}/SetAppointment", body)
        assert answer.status_code == 400
        assert answer.json()["violations"]
    assert (await hqs.post(f"{PREFIX}/SetAppointment", "[" * 3_000_000)).status_code == 413


async def test_what_is_not_loaded_is_not_checked_and_the_log_says_so(hqs: Office) -> None:
    told = await hqs.post(
        f"{PREFIX}/AddProviderScheduling",
        message(offer(NOW + timedelta(days=next(_days)), Service={"Coded_string": "123456", "Value": "خدمت"})),
    )
    assert told.json()["Data"]["isError"] is False
    note = await hqs.note_of(told.headers["requestid"])
    assert note is not None
    assert "RVU3" in note


async def test_only_who_booked_reads_the_patient_of_an_appointment(hqs: Office) -> None:
    slot = await publish(hqs)
    await book(hqs, slot, 13)
    mine = await ask(hqs, "GetAppointmentByTQID", {"TrackingQID": slot})
    assert mine["Result"]["PersonAppointment"]["Person"]["NationalCode"] == national(13)["ID"]
    elsewhere = await hqs.somebody_elses(slot)
    assert elsewhere["Result"]["PersonAppointment"]["Person"]["NationalCode"] == ""
    assert elsewhere["Result"]["PersonAppointment"]["TrackingQeueID"] == slot


async def test_the_referral_map_really_filters(hqs: Office) -> None:
    path = "/HQS.Referal/api/v1.0/Main/GetAppointmentsByReferralMap"
    asked = sample("GetAppointmentsByReferralMap.request")
    asked["data"]["composition"]["startDate"] = {name.lower(): value for name, value in at(NOW).items()}
    led = (await hqs.post(path, asked)).json()
    assert {one["provider"]["identifier"]["id"] for one in led["data"]} <= {f"90000{n}" for n in range(1, 6)}
    asked["data"]["msgID"]["healthCareFacilityID"]["id"] = TEST
    nowhere = (await hqs.post(path, asked)).json()
    assert (nowhere["isSuccess"], nowhere["totalScheduleBlock"], nowhere["data"]) == (True, 0, [])
    asked["data"]["composition"]["specialty"]["coded_string"] = "no code"
    refused = (await hqs.post(path, asked)).json()
    assert (refused["isSuccess"], refused["data"]) == (False, None)
    assert refused["errorMessage"]
