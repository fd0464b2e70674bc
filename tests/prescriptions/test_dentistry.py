"""Teeth: which there are, what may be done to them, and what not twice."""

from typing import Any

import pytest

from nabz.prescriptions.model.dentistry import MILK, PERMANENT, TEETH, tooth_of
from tests.prescriptions.office import DRUG, Office, P, sample
from tests.prescriptions.shapes import differences, shape

pytestmark = pytest.mark.wire

PATIENT = "0123456789"
FILLING, EXTRACTION, ROOT, MILK_CARE, SCALING = (f"0463{place}-901" for place in (86, 87, 88, 89, 90))
LISTS = "/api/v2/ws-dentist-base"


def srv(code: str) -> dict[str, Any]:
    return {"srvType": {"srvType": "17"}, "srvCode": code}


def row(code: str, tooth: str = "") -> dict[str, Any]:
    return {"srvId": srv(code), **({"toothId": tooth} if tooth else {})}


async def check(tamin: Office, code: str, tooth: str = "", *grid: dict[str, Any]) -> Any:
    body = {"patientId": PATIENT, "docId": "2000200092", **row(code, tooth), "allGridData": list(grid)}
    answers = [
        await tamin.post(path, body) for path in (f"{P}/v2/check-rules-in-detail", "/api/v2/check-rules-in-detail")
    ]
    assert answers[0] == answers[1]
    return answers[0]["result"]


async def write(tamin: Office, code: str, tooth: str, day: str = "14050901") -> Any:
    item = {"srvId": srv(code), "srvQty": 1, "isDentalService": 1, "toothId": tooth}
    told = {"prescType": {"prescTypeId": 5}, "creatorType": "4", "prescDate": day, "noteDetailEprscs": [item]}
    return (await tamin.post(f"{P}/v7", {**DRUG, **told}))["result"]


def test_there_are_thirty_two_permanent_and_twenty_milk_teeth() -> None:
    assert (len(PERMANENT), len(MILK), len(TEETH)) == (32, 20, 52)
    known = {text for text in map(str, range(100)) if tooth_of(text)}
    tens = [(1, 5, 8), (5, 9, 5)]
    assert known == {
        f"{ten}{one}" for first, last, most in tens for ten in range(first, last) for one in range(1, most + 1)
    }
    assert [tooth_of(text) for text in ("۱۱", " 85 ", "19", "56", "00", "1", "111", "-11", "")] == [
        "11", "85", "", "", "", "", "", "", "",
    ]  # fmt: skip


async def test_services_are_listed_with_and_without_a_tooth(tamin: Office) -> None:
    for path in (f"{P}/v2", LISTS):
        answer = await tamin.client.get(f"{path}/find-dentist-service-name-without-tooth/1")  # a list: no token
        codes = [one["wsSrvCode"] for one in answer.json()["data"]]
        assert SCALING in codes
        assert FILLING not in codes
        name = f"{path}/find-dentist-service-name-by-tooth"
        molar = [one["wsSrvCode"] for one in await tamin.get(f"{name}/16/{PATIENT}/2")]
        assert FILLING in molar
        assert ROOT not in molar  # for front teeth
        assert MILK_CARE in [one["wsSrvCode"] for one in await tamin.get(f"{name}/51/{PATIENT}/1")]
        assert (await tamin.get(f"{name}/51/{PATIENT}/2"))["error_Code"] == "184"
        assert (await tamin.get(f"{name}/19/{PATIENT}/2"))["error_Code"] == "133"
    assert (await tamin.get(f"{LISTS}/find-dentist-service-name-without-tooth/7"))["error_Code"] == "184"
    for name, path in (
        ("dentistry_services", "without-tooth/1"),
        ("dentistry_services_by_tooth", f"by-tooth/21/{PATIENT}/2"),
    ):
        answer = (await tamin.call("GET", f"{P}/v2/find-dentist-service-name-{path}")).json()
        assert differences(shape(answer), shape(sample(f"{name}.response"))) == []


async def test_a_service_is_checked_with_all_that_stands_beside_it(tamin: Office) -> None:
    asked = await tamin.post(f"{P}/v2/check-rules-in-detail", sample("dentistry_check.request"))
    assert asked == sample("dentistry_check.response")["data"]
    allowed = await check(tamin, FILLING, "21", row(FILLING, "22"), row(SCALING))
    assert allowed == sample("dentistry_check.response")["data"]["result"]
    assert (await check(tamin, FILLING, "21", row(FILLING, "21")))["error_Code"] == "181"
    refused = await check(tamin, ROOT, "21", row(EXTRACTION, "21"), row(ROOT, "16"))
    assert refused["error_Code"] == "183"  # the first of two faults, and both in the second sentence
    assert "21" in refused["complemantary_Msg"]
    assert "16" in refused["complemantary_Msg"]
    assert (await check(tamin, FILLING, "21", row("046386-999", "21")))[
        "error_Msg"
    ] == "کد خدمت 046386-999 تعریف نشده است"
    assert (await check(tamin, FILLING, "19"))["error_Code"] == "133"
    assert (await check(tamin, FILLING))["error_Code"] == "182"
    assert (await check(tamin, SCALING, "21"))["error_Code"] == "183"
    empty = await tamin.post(f"{P}/v2/check-rules-in-detail", {"srvId": srv(FILLING)})
    assert empty["result"]["error_Msg"] == "کد ملی بیمار معتبر نمی باشد"


async def test_an_extracted_tooth_is_not_treated_again(tamin: Office) -> None:
    assert (await write(tamin, FILLING, "19"))["error_Code"] == "133"
    assert (await write(tamin, FILLING, "36", "14050820"))["error_Code"] is None
    assert (await check(tamin, FILLING, "36"))["error_Code"] is None  # another day
    assert (await write(tamin, FILLING, "36"))["error_Code"] is None
    assert (await check(tamin, FILLING, "36"))["error_Code"] == "181"
    extracted = await write(tamin, EXTRACTION, "36")
    refused = await check(tamin, FILLING, "36")
    assert refused["error_Code"] == "180"
    assert refused["error_Msg"] == f"دندان 36 پیش‌تر کشیده شده است و خدمت {FILLING} برای آن ممکن نیست"
    by_tooth = f"{P}/v2/find-dentist-service-name-by-tooth/36/{PATIENT}/2"
    assert await tamin.get(by_tooth) == []
    await tamin.post(f"{P}/v2/remove/{extracted['head_EPRSC_ID']}/2000200092", {})
    assert await tamin.get(by_tooth) != []
