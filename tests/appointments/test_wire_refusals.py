"""What is wrong with messages of HQS, and under which number it is refused; who may read what."""

from datetime import timedelta
from typing import Any

import pytest

from tests.appointments.conftest import NOW
from tests.appointments.messages import (
    DAYS,
    MARK,
    SERVICE,
    TEST,
    ask,
    at,
    book,
    booking,
    hqs_code,
    message,
    national,
    offer,
    provider,
    publish,
)
from tests.appointments.office import PREFIX, Office, sample

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
    start = NOW + timedelta(days=next(DAYS))
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
    for body in ("[" * 100_000, "{", b'{"Data":"\xff"}'):
        answer = await hqs.post(f"{PREFIX}/SetAppointment", body)
        assert answer.status_code == 400
        assert answer.json()["violations"]
    assert (await hqs.post(f"{PREFIX}/SetAppointment", "[" * 3_000_000)).status_code == 413


async def test_a_value_of_the_wrong_kind_is_refused_by_its_place(hqs: Office) -> None:
    wrong = offer(NOW + timedelta(days=302), DurationPerPatient="abc")
    told = await ask(hqs, "AddProviderScheduling", wrong)
    assert (told["errorCode"], told["isError"], told["Result"]) == (16, True, False)
    assert "Data.Composition.DurationPerPatient" in told["errorMessage"]
    asked = {"data": {"composition": {"pageNumber": [1]}}}
    small = (await hqs.post("/HQS.Referal/api/v1.0/Main/GetAppointmentsByReferralMap", asked)).json()
    assert (small["isSuccess"], "PageNumber" in small["errorMessage"]) == (False, True)


async def test_the_same_name_for_another_slot_is_refused(hqs: Office) -> None:
    start = NOW + timedelta(days=next(DAYS))
    await publish(hqs, start)
    for change in ({"DurationPerPatient": -5}, {"DurationPerPatient": 30}, {"Quota": hqs_code(101)}):
        told = await ask(hqs, "AddProviderScheduling", offer(start, **change))
        assert "شناسهٔ محلی" in told["errorMessage"]
    wrong: dict[str, Any] = {"Provider": {"Identifier": {"Type": "Foo", "ID": "900031"}}}
    assert "Type" in (await ask(hqs, "AddProviderScheduling", offer(start, **wrong)))["errorMessage"]


async def test_what_is_not_loaded_is_not_checked_and_the_log_says_so(hqs: Office) -> None:
    told = await hqs.post(
        f"{PREFIX}/AddProviderScheduling",
        message(offer(NOW + timedelta(days=next(DAYS)), Service={"Coded_string": "123456", "Value": "خدمت"})),
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


async def test_a_place_of_any_level_finds_what_lies_in_it(hqs: Office) -> None:
    start = NOW + timedelta(days=next(DAYS))
    town = {"Location": {"Town": {"Coded_string": "70259", "Terminology_id": "CountryDivisions"}}}
    slot = await publish(
        hqs, start, number="900050", HealthcareFacility={"ID": {"ID": TEST}, "DepartmentName": "الف", **town}
    )
    village = {"Location": {"Village": {"Coded_string": "123456", "Terminology_id": "CountryDivisions"}}}
    where = {"ID": {"ID": TEST}, "DepartmentName": "ب", **village}
    other = await publish(hqs, start, number="900051", HealthcareFacility=where)
    asked = {
        "Service": SERVICE,
        "StartDateTime": at(start - timedelta(hours=1)),
        "EndDateTime": at(start + timedelta(hours=1)),
    }
    for number, area, found in (
        ("900050", {"Province": {"Coded_string": "24"}}, slot),
        ("900050", {"City": {"Coded_string": "164"}}, slot),
        ("900050", {"NationalAreaCode": "70259"}, slot),
        ("900050", {"Province": {"Coded_string": "01"}}, None),
        ("900051", {"Village": {"Coded_string": "123456"}}, other),
        ("900051", {"NationalAreaCode": {"Coded_string": "123456"}}, other),
    ):
        who = {"Provider": provider(number), "Location": area}
        blocks = (await ask(hqs, "GetProviderSchedulingByLocation", {**asked, **who}))["Result"]["ScheduleBlocks"]
        assert [block["TrackingQueueID"] for block in blocks or []] == ([found] if found else []), area


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        ({"HealthcareFacility": {"ID": {"ID": TEST}, "Latitude": 91, "Longitude": 51}}, 7),
        ({"EndDateTime": at(NOW)}, 1),
    ],
)
async def test_a_slot_lies_on_the_earth_and_ends_after_it_begins(
    hqs: Office, wrong: dict[str, Any], number: int
) -> None:
    told = await ask(hqs, "AddProviderScheduling", offer(NOW + timedelta(days=301), **wrong))
    assert (told["errorCode"], told["isError"]) == (number, True), told


async def test_a_page_beyond_all_numbers_is_refused(hqs: Office) -> None:
    asked = sample("GetAppointmentsByReferralMap.request")
    for number in (10**18, 10**6 + 1):
        asked["data"]["composition"]["pageNumber"] = number
        told = await hqs.post("/HQS.Referal/api/v1.0/Main/GetAppointmentsByReferralMap", asked)
        assert (told.status_code, told.json()["isSuccess"]) == (200, False)
