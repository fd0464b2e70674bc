"""Whether the insurer pays: asked by the first generation, by the second, and by the portal."""

from typing import Any

from nabz.kit.persian import synthetic_national_code
from tests.examples import unlike
from tests.prescriptions.office import PRODUCTION, Office, sample

INFO = "/api/DeserveInfo/PatientInfo"
SECOND = "/interface/epresc/patient/v2/deserve-info/2000200092/2000200092"
TEST = "/api/v2/patients/deserve-info/1234567891/2000200092/2000200092"
PORTAL = "/api/patients/fetchPatient"
PATIENT = "0123456789"
BAD, UNKNOWN = "کد ملی بیمار معتبر نمی باشد", "کد ملی در پایگاه هویتی بیمه شدگان سازمان تامین وجود ندارد"
REASON = sample("create.not_covered.response")["data"]["result"]["error_Msg"]


def same(name: str, told: Any, *numbered: str) -> None:
    """Compare an answer with a sample to the letter; the number of the answer is of its own time."""
    shown = sample(name)
    at = shown["data"]
    came = told["data"]
    for key in numbered:
        at, came = at[key], came[key]
    assert came["trackingCode"].isdecimal()
    assert len(came["trackingCode"]) == 10
    at["trackingCode"] = came["trackingCode"]
    assert not list(unlike(shown, told, "$"))


async def test_the_first_generation_asks_by_get_and_by_post(tamin: Office) -> None:
    queries = [f"{INFO}?{name}={PATIENT}" for name in ("nationalCode", "NationalCode", "nationalcode")]
    for path in (*queries, f"{INFO.lower()}?nationalCode={PATIENT}"):
        same("patient_info.response", (await tamin.call("GET", path)).json())
    for body in (sample("patient_info.request"), {" NATIONALCODE": PATIENT, "more": 1}, {"nationalCode": 123456789}):
        same("patient_info.response", (await tamin.call("POST", f"{INFO}/", body)).json())


async def test_the_second_generation_and_the_portal_say_the_same(tamin: Office) -> None:
    for path in (SECOND, TEST):
        same("deserve_info.response", (await tamin.call("GET", f"{path}/{PATIENT}")).json())
    for path in (f"{PORTAL}/{PATIENT}/%20?_dc=1", f"{PORTAL}/{PATIENT}"):
        same("fetch_patient.response", (await tamin.call("GET", path)).json(), "patient")


async def test_who_is_not_covered_is_told_so_without_a_name(tamin: Office) -> None:
    people = tamin.demo["registries"]["people"]
    cases = [(people[who]["id"], REASON) for who in ("uncovered", "dead")]
    cases += [(synthetic_national_code(9_000_001), UNKNOWN), ("0123456788", BAD)]
    for code, reason in cases:
        first = await tamin.get(f"{INFO}?nationalCode={code}")
        assert first["hasHealthDeserve"] is False
        second = await tamin.get(f"{SECOND}/{code}")
        assert (second["hasDeserve"], second["errMsg"], second["fName"], second["bimNo"]) == (False, reason, "", "")
        portal = (await tamin.get(f"{PORTAL}/{code}/%20"))["patient"]
        assert (portal["hasDesert"], portal["errMsg"], portal["fName"]) == (False, reason, "")


async def test_a_foreigner_is_known_by_the_special_id(tamin: Office) -> None:
    foreigner = tamin.demo["registries"]["people"]["foreigner"]["id"]
    told = await tamin.get(f"{SECOND}/{foreigner}")
    assert (told["nationalCode"], told["foreignerCode"] or told["errMsg"]) in {("", foreigner), ("", REASON)}
    assert (await tamin.get(f"{INFO}?nationalCode={foreigner}"))["firstName"]


async def test_a_physician_that_nobody_enrolled_is_told_so(tamin: Office) -> None:
    told = await tamin.get(f"/interface/epresc/patient/v2/deserve-info/x/77/{PATIENT}")
    assert (told["hasDeserve"], told["errMsg"]) == (False, "پزشک با شماره نظام پزشکی مورد نظر یافت نشد")


async def test_without_a_token_nobody_is_told_anything(tamin: Office) -> None:
    for path in (f"{INFO}?nationalCode={PATIENT}", f"{SECOND}/{PATIENT}", f"{PORTAL}/{PATIENT}"):
        answer = await tamin.call("GET", path, authorization="")
        assert (answer.status_code, answer.json()["family"]) == (401, "CLIENT_ERROR")
        assert PATIENT not in answer.text
    assert (await tamin.get(f"{INFO}?nationalCode={PATIENT}", data_set=PRODUCTION))["hasHealthDeserve"] is False
    assert (await tamin.get(f"{TEST}/{PATIENT}", data_set=PRODUCTION))["hasDeserve"] is True


async def test_a_message_without_a_number_is_answered_in_its_shape(tamin: Office) -> None:
    for answer in (
        await tamin.call("GET", INFO),
        await tamin.call("POST", INFO, {}),
        await tamin.call("POST", INFO, {"nationalCode": []}),
        await tamin.call("POST", INFO, "{"),
    ):
        told = answer.json()["data"]
        assert list(told)[:5] == list(sample("patient_info.response")["data"])
        assert told["hasHealthDeserve"] is False
        assert told["error_Msg"]
