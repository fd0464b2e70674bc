"""What is refused, word for word: every listed sentence of TAMIN-WIRE 5.3, and what else a program may send."""

import json
from datetime import timedelta
from typing import Any

import pytest

from nabz.kit.persian import synthetic_national_code
from tests.prescriptions.office import DRUG, Office, P, sample

ITEM: dict[str, Any] = sample("create_drug.request")["noteDetailEprscs"][0]
LAB: dict[str, Any] = {
    "srvId": {"srvType": {"srvType": "02"}, "srvCode": "807005-275", "parTarefGrp": {"parGrpCode": "001"}},
    "srvQty": 1,
}
SERVICE: dict[str, Any] = {"srvId": {"srvType": {"srvType": "17"}, "srvCode": "0000900770"}, "srvQty": 1}
PHYSIO: dict[str, Any] = {
    "srvId": {"srvType": {"srvType": "13"}, "srvCode": "901645-403"},
    "srvQty": 10,
    "illnessId": "1",
    "planId": "1",
}
ONE: dict[str, Any] = sample("create_referral.request")["noteDetailsReferralList"][0]
REFERRAL = {**ONE, "referralHijriDate": "14050910"}


def kind(number: Any, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"prescType": {"prescTypeId": number}, "noteDetailEprscs": list(items), **more}


def item(**changed: Any) -> dict[str, Any]:
    return {"noteDetailEprscs": [{**ITEM, **changed}]}


def srv(type_: str, code: str) -> dict[str, Any]:
    return {"srvId": {"srvType": {"srvType": type_}, "srvCode": code}}


def referral(number: int = 7, **changed: Any) -> dict[str, Any]:
    return kind(number, noteDetailsReferralList=[{**REFERRAL, **changed}])


NO_BODY = "خطا در اطلاعات ورودی data is null"
MISREAD = "خطا در اطلاعات ورودی"
NO_MOBILE = "شماره تلفن همراه وارد نشده است"
BAD_MOBILE = "شماره تلفن همراه به درستی وارد نشده است"
BAD_PATIENT = "کد ملی بیمار معتبر نمی باشد"
NO_DOCTOR = "پزشک با شماره نظام پزشکی مورد نظر یافت نشد"
IDLE_DOCTOR = "پزشک فعال نشده است"
BAD_DOCTOR = "کدملی/ تلفن همراه پزشک معتبر نمی باشد"
NO_KIND = "نوع نسخه انتخاب نشده است"
BAD_KIND = "نوع نسخه بدرستی وارد نشده است"
BAD_DAY = "تاریخ به درستی وارد نشده است"
LATE_DAY = "تاریخ نسخه نمی تواند از تاریخ روز بزرگتر باشد"
NO_ITEMS = "امکان انتخاب خدمات با توجه به نوع نسخه ی انتخابی وجود ندارد"
ONLY = "با توجه به نوع نسخه ی انتخابی تنها امکان انتخاب {} وجود دارد"
NO_GROUP = "در صورت انتخاب آزمایشگاه، زیر گروه مربوطه باید انتخاب گردد"
NO_QUANTITY = "تعداد خدمت باید بزرگتر از صفر باشد"
BAD_AMOUNT = "مقادیر مصرف صحیح وارد نشده است"
BAD_TIME = "زمان مصرف صحیح وارد نشده است"
TWICE = "پزشک گرامی، امکان ثبت یک کد خدمت برای یک بیمار در یک روز بیش از یکبار امکان‌پذیر نمی باشد"
REPEATS = "تعداد تکرار حداکثر ۳ است و تاریخ انجام باید وارد شود"

LISTED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"mobile": None}, NO_MOBILE),
    ({"mobile": "  "}, NO_MOBILE),
    ({"mobile": "0912"}, BAD_MOBILE),
    ({"patient": "0123456788"}, BAD_PATIENT),
    ({"patient": ""}, BAD_PATIENT),
    ({"docId": "7777777"}, NO_DOCTOR),
    ({"docId": "900003", "docMobileNo": "09990000003"}, IDLE_DOCTOR),
    ({"docMobileNo": "09120000000"}, BAD_DOCTOR),
    ({"docNationalCode": "0123456789"}, BAD_DOCTOR),
    ({"prescType": None}, NO_KIND),
    ({"prescType": {}}, NO_KIND),
    ({"prescType": {"prescTypeId": 12}}, BAD_KIND),
    ({"prescDate": None}, BAD_DAY),
    ({"prescDate": "14051301"}, BAD_DAY),
    ({"prescDate": "20261122"}, BAD_DAY),
    ({"expireDate": "14050632"}, BAD_DAY),
    ({"prescDate": "14991201"}, LATE_DAY),
    (kind(3, ITEM), NO_ITEMS),
    (kind(1, LAB), ONLY.format("دارو")),
    (kind(2, ITEM), ONLY.format("خدمات پاراکلینیک")),
    (kind(5, ITEM), ONLY.format("خدمات")),
    (kind(6, LAB), ONLY.format("خدمات")),
    (kind(2, {**LAB, "srvId": srv("02", "807005-275")["srvId"]}), NO_GROUP),
    (item(srvQty=0), NO_QUANTITY),
    (item(srvQty=-1), NO_QUANTITY),
    (item(srvQty=None), NO_QUANTITY),
    (item(**srv("01", "99999")), "کد خدمت 99999 تعریف نشده است"),
    (item(**srv("01", "807005-275")), "کد خدمت 807005-275 تعریف نشده است"),
    (item(timesAday=None), BAD_AMOUNT),
    (item(timesAday={"drugAmntId": 999}), BAD_AMOUNT),
    (item(drugInstruction={}), BAD_TIME),
    (item(drugInstruction={"drugInstId": 1}), BAD_TIME),
    ({"noteDetailEprscs": [ITEM, ITEM]}, TWICE),
)
WRONG_KINDS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"patient": {}}, BAD_PATIENT),
    ({"mobile": []}, BAD_MOBILE),
    ({"prescType": "دارو"}, BAD_KIND),
    ({"prescDate": ["14050901"]}, BAD_DAY),
    ({"docId": {}}, NO_DOCTOR),
    ({"docNationalCode": []}, BAD_DOCTOR),
    (item(srvQty="ده"), NO_QUANTITY),
    (item(timesAday={"drugAmntId": "یک"}), BAD_AMOUNT),
    (item(drugInstruction=[]), BAD_TIME),
    (item(repeat="بارها"), REPEATS),
    ({"noteDetailEprscs": "هیچ"}, MISREAD),
    ({"noteDetailEprscs": [7]}, MISREAD),
    ({"siamId": {}}, MISREAD),
    ({"comments": "\u0000"}, MISREAD),
)
OURS: tuple[tuple[dict[str, Any], str], ...] = (
    (item(repeat=4, dateDo="14050901"), REPEATS),
    (item(repeat="1"), REPEATS),
    (item(dateDo="14051399"), BAD_DAY),
    (kind(1), "برای این نوع نسخه دست‌کم یک خدمت لازم است"),
    (kind(2, PHYSIO, {**PHYSIO, **srv("13", "901645-404")}), "در فیزیوتراپی، بیماری هر خدمت باید متفاوت باشد"),
    (
        kind(2, PHYSIO, {**PHYSIO, **srv("13", "901645-404"), "illnessId": "2", "srvQty": 5}),
        "در فیزیوتراپی، تعداد جلسات همهٔ خدمات باید برابر باشد",
    ),
    (
        kind(5, {**SERVICE, **srv("21", "0000903575")}, siamId="859773E8-5D81-46C6-9DF1-5FB551B00495"),
        "نسخه پرستاری باید دست‌کم یک خدمت پرستاری و یک خدمت پزشکی داشته باشد",
    ),
    (kind(5, SERVICE, {**SERVICE, **srv("21", "0000903575")}), "شناسه سیام مرکز وارد نشده است"),
    (kind(7), "اطلاعات ارجاع وارد نشده است"),
    (referral(quantity=4), "اطلاعات ارجاع به درستی وارد نشده است"),
    (referral(referralHijriDate="14990101"), "اطلاعات ارجاع به درستی وارد نشده است"),
    (referral(quantity="بسیار"), "اطلاعات ارجاع به درستی وارد نشده است"),
    (referral(complaints=[{"id": "210"}]), "اطلاعات ارجاع به درستی وارد نشده است"),
    (referral(docSpecReferred=None), "اطلاعات ارجاع به درستی وارد نشده است"),
    (referral(9, siamId=""), "شناسه سیام مرکز وارد نشده است"),
    (referral(8), "توضیحات وارد نشده است"),
    ({**referral(8), "comments": "پاسخ"}, "نسخه ارجاع یافت نشد"),
    ({"comments": "ا" * 2001}, "متن واردشده پذیرفته نیست"),
    ({"comments": "ا" * 20_001}, "متن واردشده پذیرفته نیست"),
    ({"siamId": "a" * 100}, "متن واردشده پذیرفته نیست"),
    (item(illnessId="1," * 60), "متن واردشده پذیرفته نیست"),
    (item(noteDetailDrug={"diagnosisID": {"icdId": "X" * 100}}), "متن واردشده پذیرفته نیست"),
    (item(**srv("01", "9" * 100_000)), f"کد خدمت {'9' * 64} تعریف نشده است"),
    ({"noteDetailEprscs": [ITEM] * 1000}, "تعداد اقلام نسخه بیش از حد مجاز است"),
    (kind(7, noteDetailsReferralList=[REFERRAL] * 100), "اطلاعات ارجاع به درستی وارد نشده است"),
    ({"patient": "9999999999"}, BAD_PATIENT),
)


@pytest.fixture
def office(tamin: Office) -> Office:
    """The program on a day of its own."""
    tamin.become(tamin.clock.now() + timedelta(days=1))
    return tamin


async def refused(office: Office, body: Any, path: str = f"{P}/v7") -> str:
    """Send what is wrong, and give the sentence: in the one shape, with nothing written."""
    answer = await office.call("POST", path, body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert list(told) == ["status", "family", "reason", "data"]
    result = told["data"]["result"]
    assert list(result) == list(sample("create.response")["data"]["result"])
    assert (result["trackingCode"], result["head_EPRSC_ID"]) == (None, None)
    assert isinstance(result["error_Code"], str)
    return str(result["error_Msg"])


async def test_every_listed_sentence_is_said_word_for_word(office: Office) -> None:
    assert (await office.call("POST", f"{P}/v7", {**DRUG, "mobile": None})).json() == sample("create.refused.response")
    for changed, sentence in LISTED:
        assert await refused(office, {**DRUG, **changed}) == sentence, changed


async def test_a_member_of_the_wrong_kind_gets_the_sentence_of_its_field(office: Office) -> None:
    for changed, sentence in WRONG_KINDS:
        assert await refused(office, {**DRUG, **changed}) == sentence, changed


async def test_every_rule_that_the_list_has_no_sentence_for_has_one(office: Office) -> None:
    for changed, sentence in OURS:
        assert await refused(office, {**DRUG, **changed}) == sentence, changed


async def test_what_is_no_message_is_answered_in_the_same_shape(office: Office) -> None:
    for empty in ("", "  ", "null", "[]", "7"):
        assert await refused(office, empty) == NO_BODY, empty
    broken: tuple[str | bytes, ...] = (
        '{"patient"',
        b"\xff\xfe{}",
        '{"mobile": 1, "Mobile": 2}',
        '{"a": ' * 40 + "1" + "}" * 40,
        b'{"comments": "\x00"}',
        '{"comments": "\\ud800"}',
    )
    for body in broken:
        assert await refused(office, body, P) == MISREAD, body
    assert await refused(office, json.dumps(DRUG | {"mobile": None}), "/api/SendEpresc") == NO_MOBILE


async def test_a_body_beyond_all_measure_is_refused_by_its_status(office: Office) -> None:
    answer = await office.call("POST", f"{P}/v7", b" " * (1 << 21))
    assert (answer.status_code, answer.json()["family"]) == (413, "CLIENT_ERROR")


async def test_who_is_not_covered_gets_no_prescription(office: Office) -> None:
    people = office.demo["registries"]["people"]
    shown = sample("create.not_covered.response")["data"]["result"]["error_Msg"]
    for who in ("uncovered", "dead"):
        assert await refused(office, {**DRUG, "patient": people[who]["id"]}) == shown
    unknown = "کد ملی در پایگاه هویتی بیمه شدگان سازمان تامین وجود ندارد"
    assert await refused(office, {**DRUG, "patient": synthetic_national_code(9_000_000)}) == unknown


async def test_every_spelling_of_clients_is_read(office: Office) -> None:
    spelt: tuple[dict[str, Any], ...] = (
        {" Patient ": "۰۱۲۳۴۵۶۷۸۹", "prescTypE": {"prescTypeId": "1"}, "somethingElse": {"a": [1]}},
        {"patient": "123456789", **item(srvQty="3", isDentalService="0", color=None)},
        item(dateDO="14050905", repeat="2"),
        item(srvId={"srvType": 1, "srvCode": "5951"}),
        {"noteHeadEprscSupplementary": {"complaintIDs": "210،211"}, "mobile": "+98 912 999 9999"},
        {"complaint": {"complaintIDs": "208"}},
        {"Complaint": "209,210"},
        kind(2, {**PHYSIO, "illnessId": "1,2", "planId": "1،2"}),
        kind(2, {**LAB, "srvId": {**LAB["srvId"], "parTarefGrp": "001"}}),
        kind("5", {**SERVICE, "isDentalService": True, "toothId": 11}),
    )
    for place, changed in enumerate(spelt):
        names = {name.strip().lower() for name in changed}
        body = {name: value for name, value in DRUG.items() if name.lower() not in names}
        told = await office.post(f"{P}/v7", {**body, "prescDate": f"1405/۰۷/{place + 1}", **changed})
        assert told["result"]["error_Code"] is None, (changed, told)
    twice = json.dumps(json.dumps({**DRUG, "prescDate": "14050720"}))
    assert (await office.post(f"{P}/v7", twice))["result"]["error_Code"] is None
