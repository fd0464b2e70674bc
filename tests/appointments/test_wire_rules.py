"""The rules of HQS as a client of gwHQS meets them: what is answered, and what is refused."""

import asyncio
from datetime import timedelta

from tests.appointments.conftest import NOW
from tests.appointments.messages import (
    DAYS,
    SERVICE,
    SPECIALTY,
    TEST,
    ask,
    at,
    book,
    booking,
    hqs_code,
    national,
    offer,
    provider,
    publish,
    status,
)
from tests.appointments.office import Office


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
    start = NOW + timedelta(days=next(DAYS))
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
    start = NOW + timedelta(days=next(DAYS))
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
    start = NOW + timedelta(days=next(DAYS))
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
    start = NOW + timedelta(days=next(DAYS))
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
    start = NOW + timedelta(days=next(DAYS))
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
