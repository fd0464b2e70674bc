"""Diseases that patients are marked with."""

import asyncio
from typing import Any

import pytest

from tests.prescriptions.office import Office, sample

pytestmark = pytest.mark.wire

PATIENT = "0123456789"
LISTED = (f"/ep/patient-diseases-list/v1/2000200092/{PATIENT}", f"/api/special-disease/patient/2000200092/{PATIENT}")
MARKED = ("/ep/save-patient-info-illness/v1", "/api/patient_illness/save-patient-info-illness")
BODY = {
    "patientNationalCode": PATIENT,
    "illId": 86,
    "mobileNumber": "09129999999",
    "siamId": "1234567891",
    "inputType": 1,
    "type": "1",
}


async def test_a_marked_disease_is_listed_with_its_day(tamin: Office) -> None:
    first = (await tamin.call("GET", LISTED[0])).json()
    assert first == sample("diseases.response")
    assert list((await tamin.post(MARKED[0], BODY))["result"]) == list(
        sample("mark_disease.response")["data"]["result"]
    )
    listed = [await tamin.get(path) for path in LISTED]
    assert listed[0] == listed[1]
    assert [(one["id"], one["statusDate"]) for one in listed[0]["list"]] == [
        (86, "14050901"), (89, None), (87, None), (88, None),
    ]  # fmt: skip


async def test_the_same_mark_again_is_the_same_answer(tamin: Office) -> None:
    mark = {**BODY, "illId": 87}
    answers = await asyncio.gather(*(tamin.post(path, mark) for path in MARKED * 3))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["result"]["error_Code"] is None


async def test_autism_has_three_types_and_is_listed_where_it_is_marked(tamin: Office) -> None:
    async def level(type_: Any) -> Any:
        return (await tamin.post(MARKED[0], {**BODY, "illId": 90, "type": type_}))["result"]

    assert (await tamin.get(LISTED[0]))["total"] == 4
    for wrong in ("0", "4", "", None, "x"):
        assert (await level(wrong))["error_Code"] == "186"
    first = await level(2)  # numbers are read as texts
    assert first["error_Code"] is None
    autism = (await tamin.get(LISTED[0]))["list"][-1]
    assert (autism["codeMapping"], autism["type"]) == ("F84.0", "2")
    assert await level("3") == first
    assert (await tamin.get(LISTED[0]))["list"][-1]["type"] == "3"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"patientNationalCode": "0123456780"}, "کد ملی بیمار معتبر نمی باشد"),
        ({"patientNationalCode": "UNKNOWN"}, "کد ملی بیمار معتبر نمی باشد"),
        ({"mobileNumber": ""}, "شماره تلفن همراه وارد نشده است"),
        ({"mobileNumber": "0912"}, "شماره تلفن همراه به درستی وارد نشده است"),
        ({"siamId": " "}, "شناسه سیام مرکز وارد نشده است"),
        ({"illId": 1}, "بیماری انتخاب‌شده در فهرست بیماری‌های قابل نشان‌دار کردن نیست"),
        ({"illId": None}, "بیماری انتخاب‌شده در فهرست بیماری‌های قابل نشان‌دار کردن نیست"),
        ({"inputType": 2}, "نوع بیماری به درستی وارد نشده است"),
    ],
)
async def test_a_wrong_mark_is_refused_with_its_sentence(tamin: Office, changed: dict[str, Any], text: str) -> None:
    result = (await tamin.post(MARKED[0], {**BODY, "illId": 88, **changed}))["result"]
    assert (result["head_EPRSC_ID"], result["error_Msg"]) == (None, text)


async def test_marks_and_lists_need_a_token(tamin: Office) -> None:
    for method, path in (("GET", LISTED[0]), ("POST", MARKED[1])):
        answer = await tamin.client.request(method, path, json=BODY if method == "POST" else None)
        assert answer.status_code == 401
