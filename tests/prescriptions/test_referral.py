"""Referrals, their feedback, referred services and orders of admission, at the official addresses."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from nabz.kit import jalali
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.model import Doctor
from nabz.prescriptions.service import enrolment, reading, referring
from tests.prescriptions.conftest import NOW
from tests.prescriptions.office import DRUG, Office, P, sample
from tests.prescriptions.shapes import differences, shape

pytestmark = pytest.mark.wire

PATIENT = "0123456789"
DRUG_ITEM: dict[str, Any] = DRUG["noteDetailEprscs"][0]  # type: ignore[index]
HEART = {"docId": "0000900001", "docNationalCode": synthetic_national_code(8001), "docMobileNo": "09990000001"}
GENERAL = {"docId": "0000900002", "docNationalCode": synthetic_national_code(8002), "docMobileNo": "09990000002"}
SIAM = "1a111111-2b22-3c33-4d44-5e5555555555"
TOMORROW = "14050902"


def head(kind: int, **more: Any) -> dict[str, Any]:
    """A message without drugs."""
    return {**DRUG, "prescType": {"prescTypeId": kind}, "noteDetailEprscs": [], **more}


def referral(**more: Any) -> dict[str, Any]:
    """The guide's referral, to a cardiologist."""
    one = {
        "docSpecReferred": {"specCode": "00138"},
        "icd10s": [{"icdId": "X46.49"}, {"icdId": "X46.51"}],
        "complaints": [{"id": "704425001"}],
        "message": "توضیحات پزشک",
        "referralHijriDate": TOMORROW,
        "quantity": 3,
    }
    return head(7, noteDetailsReferralList=[{**one, **more}])


def feedback(of: int, **more: Any) -> dict[str, Any]:
    """The guide's feedback, by the cardiologist."""
    answers = [
        {"questionId": 1, "answerId": {"drugAnswerId": 100}, "comments": "یک ماه دیگر"},
        {"questionId": 2, "answerId": {"drugAnswerId": 101}, "comments": ""},
    ]
    told = {"comments": "درمان آغاز شد", "referralFeedbackId": of}
    return head(8, **told, noteDetailsReferralList=[{"referralFeedbackList": answers}], **HEART, **more)


async def refer(tamin: Office, patient: str = PATIENT, **more: Any) -> tuple[int, int]:
    """Send a patient on; the number and the tracking code."""
    return await sent(tamin, {**referral(**more), "patient": patient})


async def sent(tamin: Office, body: dict[str, Any]) -> tuple[int, int]:
    result = (await tamin.post(f"{P}/v7", body))["result"]
    assert result["error_Code"] is None, result
    return int(result["head_EPRSC_ID"]), result["trackingCode"]


async def refused(tamin: Office, body: dict[str, Any]) -> str:
    return str((await tamin.post(f"{P}/v7", body))["result"]["error_Code"])


async def looks_like(tamin: Office, name: str, path: str) -> Any:
    """What a GET answers, in the letter's shape."""
    answer = (await tamin.call("GET", path)).json()
    assert differences(shape(answer), shape(sample(f"{name}.response"))) == []
    return answer["data"]


async def enrol(tamin: Office, *doctors: Doctor) -> None:
    for doctor in doctors:
        await tamin.db.write(enrolment.put_doctor, doctor, "test", NOW)


def cardiologist(place: int) -> tuple[Doctor, dict[str, str]]:
    code, mobile = synthetic_national_code(8100 + place), f"09991{place:06}"
    one = Doctor(f"00009011{place:02}", code, mobile, "دکتر", str(place), "00138", "متخصص قلب و عروق")
    return one, {"docId": one.id, "docNationalCode": code, "docMobileNo": mobile}


async def test_a_referral_is_found_by_both_of_its_physicians(tamin: Office) -> None:
    id_, code = await refer(tamin)
    both = f"{HEART['docNationalCode']}/{PATIENT}/{code}"
    found = await looks_like(tamin, "referral_cartable", f"{P}/v7/fetchReferralCartable/{both}")
    (line,) = found["list"]
    assert found["total"] == 1
    assert line["noteHeadId"] == id_
    assert line["prescType"] == {"prescTypeId": 7, "prescTypeCode": "07", "prescTypeDesc": "ارجاع پزشک"}
    assert line["referralDate"] == int(jalali.start_of(jalali.parse(TOMORROW)).timestamp() * 1000)
    assert (line["specCodeReferral"], line["specCodeReferred"], line["firstName"]) == ("00118", "00138", "مهتاب")
    for path in (f"/api/cartablenoteDetailsReferral/{both}", f"/api/cartable/noteDetailsReferral/{both}"):
        assert await tamin.get(path) == found
    general = synthetic_national_code(8002)  # of another specialty: nothing is for her
    assert await tamin.get(f"{P}/v7/fetchReferralCartable/{general}/{PATIENT}/{code}") == {"total": 0, "list": []}

    reader = f"{P}/v7/findNoteReferral/{PATIENT}/{HEART['docId']}/{code}"
    (mine,) = (await looks_like(tamin, "find_referral", reader))["list"]
    assert (mine["masterParent"], mine["masterChild"], mine["quantity"]) == (id_, None, 3)
    assert mine["diagnosisIDs"] == "X46.49،X46.51"
    writer = f"/api/v7/ep/findNoteReferral/{PATIENT}/2000200092/{code}"
    assert (await tamin.get(writer))["list"] == [mine]
    stranger = await tamin.get(f"{P}/v7/findNoteReferral/{PATIENT}/0000900002/{code}")
    assert stranger["error_Code"] == "150"

    lately = f"{P}/v7/noteDetailsReferral/referredList/{DRUG['docNationalCode']}"
    assert mine in (await looks_like(tamin, "referred_list", lately))["list"]
    for path in (f"{P}/v7/noteDetailsReferral/count", "/api/v2/referral/count"):
        counted = await looks_like(tamin, "referral_count", f"{path}/{PATIENT}/{HEART['docId']}")
        assert counted["count"] >= 1
        assert counted["trackingCode"] == code
    for path in (f"{P}/v2/patientNoteDetailsReferral/count/{PATIENT}", f"/api/v2/referral/count/{PATIENT}"):
        open_ = await looks_like(tamin, "patient_referral_count", path)
        assert open_["noteDetailsReferrals"][0]["specCode"] == "00138"
        assert open_["count"] == len(open_["noteDetailsReferrals"])


async def test_feedback_is_given_once_and_read_by_its_sender(tamin: Office) -> None:
    id_, _ = await refer(tamin, referralHijriDate="14050903")
    answer, code = await sent(tamin, feedback(id_))
    again = (await tamin.post(f"{P}/v7", feedback(id_)))["result"]
    assert again["error_Code"] == "304"  # whoever sends it again learns both numbers
    assert str(answer) in again["error_Msg"]
    assert str(code) in again["error_Msg"]
    assert await refused(tamin, feedback(id_, prescDate="14050830")) == "173"
    assert await refused(tamin, feedback(id_ + 500_000)) == "129"
    assert await refused(tamin, feedback(id_, patient="1234567891")) == "129"
    assert await refused(tamin, {**feedback(id_), **GENERAL}) == "170"

    (line,) = (await looks_like(tamin, "answered_referral", f"{P}/v7/findNoteReferral/{id_}/{PATIENT}"))["list"]
    assert (line["id"], line["masterParent"], line["masterChild"], line["docId"]) == (0, id_, answer, HEART["docId"])
    referral_id = (await tamin.db.read(reading.by_id, id_)).referrals[0].id
    assert (await looks_like(tamin, "feedback_list", f"{P}/v2/referralList/1/{referral_id}"))["list"] == [line]
    shown = await looks_like(tamin, "feedback_details", f"{P}/v7/referral/noteDetail/0/{id_}")
    (one,) = shown["list"]
    assert (one["noteHeadEprscId"], one["comments"], one["patient"]) == (answer, "درمان آغاز شد", PATIENT)
    told = one["noteDetailsReferralList"][0]["referralFeedbackList"]
    assert told[0] == {"questionId": 1, "answerId": {"drugAnswerId": 100}, "comments": "یک ماه دیگر"}
    assert await tamin.get(f"/api/noteDetailsReferral/noteheads/{answer}/{id_}") == shown

    removed = await tamin.post(f"{P}/v2/remove/{answer}/{HEART['docId']}", {})
    assert removed["statusCode"] == "200"
    assert (await tamin.get(f"{P}/v7/findNoteReferral/{id_}/{PATIENT}"))["list"] == []
    await sent(tamin, feedback(id_))


async def test_what_is_written_on_one_day_is_one_visit_of_a_referral(tamin: Office) -> None:
    id_, code = await refer(tamin, referralHijriDate="14050904", quantity=2)
    referral_id = (await tamin.db.read(reading.by_id, id_)).referrals[0].id
    under = [{**DRUG_ITEM, "noteDetailsEprscId": referral_id, "referenceStatus": 1}]
    drug, _ = await sent(tamin, {**DRUG, **HEART, "noteDetailEprscs": under})
    lab = [{"srvId": {"srvType": {"srvType": "02"}, "srvCode": "807005-275", "parTarefGrp": {"parGrpCode": "001"}},
            "srvQty": 1}]  # fmt: skip
    test, _ = await sent(tamin, head(2, noteDetailEprscs=lab, referralFeedbackId=id_, **HEART))
    onward, _ = await sent(tamin, {**referral(), **HEART, "referralFeedbackId": id_})
    (one,) = (await tamin.db.read(reading.by_id, id_)).referrals
    assert [(use.day, use.prescriptions) for use in one.uses] == [("14050901", (drug, test, onward))]
    listed = (await tamin.get(f"{P}/v7/findNoteReferral/{id_}/{PATIENT}"))["list"]
    assert [line["id"] for line in listed] == [drug, test, onward]
    (whole,) = (await tamin.get(f"{P}/v7/referral/noteDetail/{drug}/{id_}"))["list"]
    assert whole["noteDetailEprscs"][0]["srvId"]["srvCode"] == "05951"
    assert (await tamin.get(f"{P}/v7/referral/noteDetail/{id_}/{id_}"))["error_Code"] == "150"  # not under itself

    other, him = cardiologist(1)
    third, her = cardiologist(2)
    await enrol(tamin, other, third)
    visit = head(3, referralFeedbackId=id_)
    second, _ = await sent(tamin, {**visit, **him})
    assert await refused(tamin, {**visit, **her}) == "172"
    gone = f"{P}/v7/fetchReferralCartable/{third.national_code}/{PATIENT}/{code}"
    assert (await tamin.get(gone))["total"] == 0
    await tamin.post(f"{P}/v2/remove/{second}/{other.id}", {})
    assert (await tamin.get(gone))["total"] == 1
    await sent(tamin, {**visit, **her})
    await sent(tamin, feedback(id_))  # also after the last visit


async def test_racing_physicians_never_make_one_visit_too_many(tamin: Office) -> None:
    id_, _ = await refer(tamin, referralHijriDate="14050905", quantity=3)
    racing = [cardiologist(10 + place) for place in range(9)]
    await enrol(tamin, *(one for one, _ in racing))
    visit = head(3, referralFeedbackId=id_)
    answers = await asyncio.gather(*(tamin.post(f"{P}/v7", {**visit, **who}) for _, who in racing))
    codes = sorted(str(answer["result"]["error_Code"]) for answer in answers)
    assert codes == ["172"] * 6 + ["None"] * 3
    (one,) = (await tamin.db.read(reading.by_id, id_)).referrals
    assert len(one.uses) == 3
    written = [answer["result"]["head_EPRSC_ID"] for answer in answers if answer["result"]["head_EPRSC_ID"]]
    assert sorted(str(use.prescriptions[0]) for use in one.uses) == sorted(written)


async def test_a_referred_service_is_used_up_by_those_who_carry_it_out(tamin: Office) -> None:
    service = {"srvId": {"srvType": {"srvType": "17"}, "srvCode": "0000900770"}, "srvQty": 2}
    id_, code = await sent(tamin, head(6, noteDetailEprscs=[{**service, "referenceStatus": 1}]))
    for path in (
        f"{P}/v2/{PATIENT}/{HEART['docId']}/{code}/referentalPrescDetail",
        f"{P}/v2/{PATIENT}/{HEART['docId']}/{code}/referentialPrescDetail",
        f"/api/v7/ep/{PATIENT}/{HEART['docNationalCode']}/{HEART['docId']}/{code}/detail",
    ):
        (item,) = await looks_like(tamin, "referred_services", path)
        assert (item["srvRem"], item["referenceStatus"]) == (2, 1)
    carried = {**service, "srvQty": 1, "referenceStatus": 1, "noteDetailsEprscId": item["noteDetailsEprscId"]}
    done, _ = await sent(tamin, head(5, noteDetailEprscs=[carried], **HEART))
    more = head(5, noteDetailEprscs=[{**carried, "srvQty": 2}], **cardiologist(1)[1])
    await enrol(tamin, cardiologist(1)[0])
    assert await refused(tamin, more) == "175"
    for wrong in (id_, id_ + 500_000):  # the prescription, and nothing
        lost = {**carried, "noteDetailsEprscId": wrong}
        assert await refused(tamin, head(5, noteDetailEprscs=[lost], **cardiologist(1)[1])) == "174"
    assert (await tamin.db.read(reading.by_id, id_)).items[0].remaining == 1
    await tamin.post(f"{P}/v2/remove/{done}/{HEART['docId']}", {})
    assert (await tamin.db.read(reading.by_id, id_)).items[0].remaining == 2
    await sent(tamin, more)


async def test_a_deleted_prescription_gives_back_only_what_it_has_used(tamin: Office) -> None:
    services = [{"srvId": {"srvType": {"srvType": "17"}, "srvCode": code}, "srvQty": 2, "referenceStatus": 1}
                for code in ("0000900770", "0000602595")]  # fmt: skip
    id_, _ = await sent(tamin, head(6, noteDetailEprscs=services, prescDate="14050829"))
    items = (await tamin.db.read(reading.by_id, id_)).items
    first, second = (
        {**one, "srvQty": 1, "noteDetailsEprscId": item.id} for one, item in zip(services, items, strict=True)
    )
    await sent(tamin, head(5, noteDetailEprscs=[second], **HEART))
    beside = {**second, "referenceStatus": 0}  # names it, and carries nothing of it out
    who = cardiologist(40)
    await enrol(tamin, who[0])
    both, _ = await sent(tamin, head(5, noteDetailEprscs=[first, beside], **who[1]))
    await tamin.post(f"{P}/v2/remove/{both}/{who[0].id}", {})
    assert [item.remaining for item in (await tamin.db.read(reading.by_id, id_)).items] == [2, 1]


async def test_a_hospital_sees_the_orders_that_name_it(tamin: Office) -> None:
    order = {"icd10s": [{"icdId": "X46.43"}], "message": "بستری", "referralHijriDate": "14050910", "siamId": SIAM}
    id_, _ = await sent(tamin, head(9, noteDetailsReferralList=[order]))
    await sent(tamin, head(9, noteDetailsReferralList=[order], **GENERAL))
    path = f"hospitalization-order/fetch/{SIAM}/{synthetic_national_code(77)}"
    latest, first = await looks_like(tamin, "hospitalization_orders", f"{P}/v2/{path}")
    assert (first["masterParent"], first["diagnosisIDs"], first["docFamily"]) == (id_, "X46.43", False)
    assert latest["docFamily"] is True
    for test in ("/api/noteDetailsReferral", "/api/v2/noteDetailsReferral"):
        told = await tamin.get(f"{test}/hospitalization-order/{SIAM.upper()}/{synthetic_national_code(77)}")
        assert told == [latest, first]
    assert await tamin.get(f"{P}/v2/hospitalization-order/fetch/other/{PATIENT}") == []


async def test_the_questions_of_the_feedback_need_no_token(tamin: Office) -> None:
    for path in ("/ep/referral-feedback-questions/v1", "/api/referral-feedback/question-list"):
        assert (await tamin.client.get(path)).json() == sample("feedback_questions.response")
    for path in ("/ep/referral-feedback-responses/v1", "/api/referral-feedback/answer-list"):
        assert (await tamin.client.get(path)).json() == sample("feedback_answers.response")


async def test_a_program_that_asks_for_one_patient_all_the_time_is_slowed(tamin: Office) -> None:
    path = f"/api/v2/referral/count/{synthetic_national_code(4)}"
    answers = [await tamin.call("GET", path) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert answers[-1].headers["retry-after"] == "60"


async def test_own_referrals_are_listed_for_three_days(tamin: Office) -> None:
    id_, _ = await refer(tamin, patient="1234567891", referralHijriDate="14050906")
    doctor = await tamin.db.read(enrolment.doctor, "2000200092")
    assert doctor is not None
    for days, there in ((3, True), (4, False)):
        found = await tamin.db.read(referring.lately, doctor, NOW + timedelta(days=days))
        assert (id_ in {each.one.id for each in found}) is there
