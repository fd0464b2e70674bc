"""Writing over the wire: every sample of the contract, all generations, fetching, editing, deleting."""

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from nabz.kit import jalali
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.model import Caller, Prescription
from nabz.prescriptions.model.catalogue import row_of
from nabz.prescriptions.service import catalogue, changing
from nabz.prescriptions.service.changing import Change
from tests.examples import unlike
from tests.prescriptions.office import DRUG, PRODUCTION, Office, P, sample

PLAIN = ("drug", "lab", "visit", "dentistry", "nursing", "referral", "hospital")
DOC, CODE = "2000200092", "1234567891"
ITEM: dict[str, Any] = sample("create_drug.request")["noteDetailEprscs"][0]
OTHER = {
    "docId": "0000900002",
    "docNationalCode": synthetic_national_code(8002),
    "docMobileNo": "09990000002",
}
WELL = sample("create.response")["data"]["result"]["complemantary_Msg"]
FIRST_GENERATION = (P, "/api/SendEpresc")
LATER_GENERATIONS = (f"{P}/v7", f"{P}/V2/", "/api/v2//SendEpresc", "/api/SendEpresc/v2", "/api/SendEpresc/v7")


@pytest.fixture
def office(tamin: Office) -> Office:
    """The program in days of its own, so that no test meets the prescriptions of another."""
    tamin.become(tamin.clock.now() + timedelta(days=10))
    return tamin


def day(office: Office, ahead: int = 0) -> str:
    """A day near today's, as messages have it."""
    return jalali.compact(jalali.day_of(office.clock.now() + timedelta(days=ahead)))


async def drug(office: Office, ahead: int = 0, **changed: Any) -> str:
    """Write the guide's drug prescription of a day, and give its number."""
    return str((await office.write(prescDate=day(office, ahead), **changed))["head_EPRSC_ID"])


async def written(office: Office, name: str, **changed: Any) -> dict[str, Any]:
    """Send a sample of a creation and give its result."""
    told = await office.post(f"{P}/v7", {**sample(f"create_{name}.request"), **changed})
    assert list(told) == ["result"]
    assert not list(unlike_result(told["result"])), told
    return dict(told["result"])


def unlike_result(result: dict[str, Any]) -> Any:
    """Compare a result with the printed one, whose numbers are of its own time."""
    shown = sample("create.response")["data"]["result"]
    return unlike({**shown, "trackingCode": result["trackingCode"], "head_EPRSC_ID": "…"}, result, "result")


async def test_every_sample_of_a_creation_is_written(office: Office) -> None:
    for name in PLAIN:
        result = await written(office, name)
        assert 10_000 <= result["trackingCode"] <= 99_999
        assert result["head_EPRSC_ID"].isdecimal()


async def test_a_referral_is_answered_and_a_referred_service_carried_out(office: Office) -> None:
    today = {"prescDate": day(office), **OTHER}
    referral = {**sample("create_referral.request")["noteDetailsReferralList"][0], "referralHijriDate": day(office, 1)}
    referral["docSpecReferred"] = {"specCode": "00118"}
    first = await written(office, "referral", **today, noteDetailsReferralList=[referral])
    await written(office, "feedback", prescDate=day(office), referralFeedbackId=int(first["head_EPRSC_ID"]))
    service = {"srvId": {"srvType": {"srvType": "17"}, "srvCode": "0000900770"}, "srvQty": 1, "referenceStatus": 1}
    asked = await written(office, "dentistry", **today, noteDetailEprscs=[service])
    (item,) = await office.get(f"{P}/v2/{asked['head_EPRSC_ID']}/900002")
    assert item["referenceStatus"] == 1
    done = sample("create_second_doctor.request")
    done["noteDetailEprscs"][0]["noteDetailsEprscId"] = item["noteDetailsEprscId"]
    await written(office, "second_doctor", prescDate=day(office), noteDetailEprscs=done["noteDetailEprscs"])


async def test_all_addresses_of_all_generations_write_and_know_a_twin(office: Office) -> None:
    for place, path in enumerate((*FIRST_GENERATION, *LATER_GENERATIONS)):
        body = {**DRUG, "prescDate": day(office, -place)}
        first = (await office.post(path, body))["result"]
        assert first["complemantary_Msg"] == WELL, path
        again = (await office.post(path, body))["result"]
        name = "create.duplicate_first.response" if path in FIRST_GENERATION else "create.duplicate.response"
        shown = sample(name)["data"]["result"]
        assert list(again) == list(shown)
        assert (again["error_Code"], again["trackingCode"], again["head_EPRSC_ID"]) == ("304", None, None)
        spot, still = ("complemantary_Msg", "error_Msg")[:: 1 if path in FIRST_GENERATION else -1]
        assert again[still] == shown[still]
        ids = re.search(r"شناسه (\d+)", again[spot], re.ASCII), re.search(r"کد رهگیری (\d+)", again[spot], re.ASCII)
        assert [found and found[1] for found in ids] == [first["head_EPRSC_ID"], str(first["trackingCode"])]


async def test_fetching_answers_to_the_letter_of_the_captured_one(office: Office) -> None:
    item = {
        "srvId": {"srvType": {"srvType": "01"}, "srvCode": "05760"},
        "srvQty": 3,
        "timesAday": {"drugAmntId": 186},
        "drugInstruction": {"drugInstId": 61},
    }
    id_ = await drug(office, noteDetailEprscs=[item])
    shown = sample("detail.response")
    for path in (
        f"{P}/v2/{id_}/{DOC}",
        f"/api/v2/ep/{id_}/{CODE}/{DOC}/detail",
        f"{P}/{id_}/{DOC}",
    ):
        told = (await office.call("GET", path)).json()
        shown["data"][0]["noteDetailsEprscId"] = told["data"][0]["noteDetailsEprscId"]
        assert not list(unlike(shown, told, "$")), path
    lab = await written(office, "lab", prescDate=day(office))
    told = (await office.call("GET", f"{P}/v2/{lab['head_EPRSC_ID']}/{DOC}")).json()
    shown = sample("detail_lab.response")
    shown["data"][0] |= {key: told["data"][0][key] for key in ("noteDetailsEprscId", "dateDo")}
    assert not list(unlike(shown, told, "$"))


async def test_another_physicians_prescription_is_as_if_it_were_not_there(office: Office) -> None:
    id_ = await drug(office)
    refused = sample("detail.refused.response")["data"]
    for path in (
        f"{P}/v2/{id_}/0000900001",
        f"{P}/v2/{id_}/nobody",
        f"{P}/v2/1/{DOC}",
        f"{P}/v2/{'9' * 30}/{DOC}",
        f"/api/v2/ep/{id_}/{OTHER['docNationalCode']}/{DOC}/detail",
    ):
        assert await office.get(path) == refused, path
    for path in (f"{P}/v2/remove/{id_}/0000900001", f"{P}/v2/edit/{id_}/0000900001"):
        told = await office.post(path, [ITEM])
        assert (told["statusCode"], told["error_Msg"]) == ("404", refused["error_Msg"])
    assert len(await office.get(f"{P}/v2/{id_}/{DOC}")) == 1


async def test_an_edit_deletes_adds_and_updates_and_happens_once(office: Office) -> None:
    id_ = await drug(office)
    (before,) = await office.get(f"{P}/v2/{id_}/{DOC}")
    array = sample("edit.request")
    array[0]["noteDetailsEprscId"] = before["noteDetailsEprscId"]
    told = await office.call("POST", f"/api/v2/ep/update/{id_}/{CODE}/{DOC}", array)
    shown = sample("edit.response")
    shown["data"] |= {"trackingCode": told.json()["data"]["trackingCode"], "head_EPRSC_ID": id_}
    assert told.json() == shown
    kept, added = await office.get(f"{P}/v2/{id_}/{DOC}")
    assert (kept["noteDetailsEprscId"], kept["srvQty"]) == (before["noteDetailsEprscId"], 20)
    assert added["srvId"]["wsSrvCode"] == "05760"
    again = await office.post(f"{P}/v2/edit/{id_}/{DOC}", [ITEM])
    assert (again["statusCode"], again["error_Msg"]) == ("409", "نسخه تنها یک بار قابل ویرایش است")


async def test_what_was_fetched_may_be_sent_back_as_an_edit(office: Office) -> None:
    id_ = await drug(office)
    items = await office.get(f"{P}/v2/{id_}/{DOC}")
    told = await office.post(f"{P}/v2/edit/{id_}/{DOC}", [{**items[0], "srvQty": 4}])
    assert told["statusCode"] == "200"
    assert [item["srvQty"] for item in await office.get(f"{P}/v2/{id_}/{DOC}")] == [4]


async def test_the_code_of_the_first_generation_is_accepted_and_not_asked_for(office: Office) -> None:
    for words in ("edit", "v2/edit"):
        id_ = await drug(office, -len(words))
        told = await office.post(f"{P}/{words}/{id_}/{DOC}/123456", [{**ITEM, "srvQty": 5}])
        assert told["statusCode"] == "200", words
        gone = await office.post(f"{P}/{words.replace('edit', 'remove')}/{id_}/{DOC}/123456", "")
        assert gone["complemantary_Msg"] == sample("delete.response")["data"]["complemantary_Msg"]


async def test_a_prescription_is_deleted_until_midnight_and_then_no_more(office: Office) -> None:
    kept = await drug(office)
    id_ = await drug(office, -1)
    told = await office.call("POST", f"/api/v2/ep/{id_}/{CODE}/{DOC}", "")
    shown = sample("delete.response")
    shown["data"] |= {"trackingCode": told.json()["data"]["trackingCode"], "head_EPRSC_ID": id_}
    assert told.json() == shown
    assert (await office.post(f"{P}/v2/remove/{id_}/{DOC}", ""))["statusCode"] == "200"
    assert (await office.get(f"{P}/v2/{id_}/{DOC}"))["error_Code"] == "150"
    office.become(office.clock.now() + timedelta(days=1))
    late = await office.post(f"{P}/v2/remove/{kept}/{DOC}", "")
    assert late["error_Msg"] == "حذف نسخه تنها تا پایان روز ثبت امکان‌پذیر است"
    assert len(await office.get(f"{P}/v2/{kept}/{DOC}")) == 1


async def test_an_edit_is_for_open_prescriptions_of_drugs_and_paraclinic(office: Office) -> None:
    visit = await written(office, "visit", prescDate=day(office))
    told = await office.post(f"{P}/v2/edit/{visit['head_EPRSC_ID']}/{DOC}", [])
    assert told["error_Msg"] == "این نوع نسخه قابل ویرایش نیست"
    id_ = await drug(office)
    strange = [{**ITEM, "noteDetailsEprscId": 1}]
    assert (await office.post(f"{P}/v2/edit/{id_}/{DOC}", strange))["error_Msg"] == "ردیف نسخه یافت نشد"
    assert (await office.post(f"{P}/v2/edit/{id_}/{DOC}", ""))["error_Msg"] == "خطا در اطلاعات ورودی data is null"
    assert (await office.post(f"{P}/v2/edit/{id_}/{DOC}", {}))["error_Msg"] == "خطا در اطلاعات ورودی data is null"
    assert len(await office.get(f"{P}/v2/{id_}/{DOC}")) == 1


async def test_a_token_of_production_sees_the_sandbox_only_where_the_address_says_test(office: Office) -> None:
    id_ = await drug(office)
    seen = await office.get(f"/api/v2/ep/{id_}/{CODE}/{DOC}/detail", data_set=PRODUCTION)
    assert isinstance(seen, list)
    hidden = await office.get(f"{P}/v2/{id_}/{DOC}", data_set=PRODUCTION)
    assert hidden["error_Code"] == "150"
    for token in ("", "Bearer nothing"):
        answer = await office.call("POST", f"{P}/v7", {**DRUG, "prescDate": day(office)}, authorization=token)
        assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")


async def test_what_a_centre_has_delivered_of_is_changed_no_more(office: Office) -> None:
    id_ = await drug(office)

    def delivered(one: Prescription) -> Change:
        (item,) = one.items
        given = msgspec.structs.replace(item, remaining=4, delivered=1)
        return Change(one=msgspec.structs.replace(one, items=(given,)), action="prescriptions.delivered")

    caller = Caller("pharmacy", "pharmacy", new_id())
    await changing.change(office.db, int(id_), delivered, caller, office.clock.now())
    (item,) = await office.get(f"{P}/v2/{id_}/{DOC}")
    assert (item["srvQty"], item["srvRem"], item["isOk"]) == (10, 4, "1")
    sentence = "نسخه توسط مرکز ارائه‌دهنده خدمت دریافت شده و قابل تغییر نیست"
    for words in ("edit", "remove"):
        told = await office.post(f"{P}/v2/{words}/{id_}/{DOC}", [{**ITEM, "srvQty": 1}])
        assert (told["statusCode"], told["error_Msg"]) == ("409", sentence)
    assert await office.get(f"{P}/v2/{id_}/{DOC}") == [item]


async def test_only_the_system_that_wrote_it_edits_it(office: Office) -> None:
    id_ = await drug(office)

    def taken_over(one: Prescription) -> Change:
        return Change(one=msgspec.structs.replace(one, client="another"), action="prescriptions.moved")

    caller = Caller("another", "another", new_id())
    await changing.change(office.db, int(id_), taken_over, caller, office.clock.now())
    told = await office.post(f"{P}/v2/edit/{id_}/{DOC}", [{**ITEM, "srvQty": 1}])
    assert told["error_Msg"] == "ویرایش نسخه تنها با همان نرم‌افزار ثبت‌کننده امکان‌پذیر است"


async def test_a_service_may_be_named_by_the_code_of_the_ministry(office: Office) -> None:
    cells = {"type": "01", "code": "99001", "name": "ZARADRAN 5MG TAB", "price": "1000", "irc": "1228066321"}
    await catalogue.load(office.db, [(2, row_of(2, cells, "14040101"))], new_id(), "test", office.clock.now())
    office.clock.advance(2)
    service = {"srvType": {"srvType": "01"}, "srvCode": "1228066321"}
    unknown = await office.write(prescDate=day(office), noteDetailEprscs=[{**ITEM, "srvId": service}])
    assert unknown["error_Msg"] == "کد خدمت 1228066321 تعریف نشده است"
    spoken = {**service, "terminology": "thritaEHR.BEHDASHT"}
    id_ = await drug(office, noteDetailEprscs=[{**ITEM, "srvId": spoken}])
    (item,) = await office.get(f"{P}/v2/{id_}/{DOC}")
    assert (item["srvId"]["wsSrvCode"], item["srvId"]["srvName"]) == ("99001", cells["name"])


async def test_a_program_that_asks_thousands_of_times_is_slowed_and_told(office: Office) -> None:
    id_ = await drug(office)
    answers = [await office.call("GET", f"{P}/v2/{id_}/{DOC}") for _ in range(61)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    office.clock.advance(61)
    assert isinstance(await office.get(f"{P}/v2/{id_}/{DOC}"), list)
