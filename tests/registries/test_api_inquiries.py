"""The eight operations to the letter of what their clients send and read, on both databases."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.operations import BodyNotUnderstood
from nabz.registries.model import Person, PersonId, PersonIdType
from nabz.registries.service import covers, people, practitioners
from nabz.settings import Settings
from tests.registries.calling import Agencies, number
from tests.registries.making import FACILITY, MORE, OTHER_FACILITY, PHYSICIAN, TAMIN, fill

PRINTED = "0012345679"
ALI = PersonId(PersonIdType.NATIONAL_CODE, PRINTED)
PERSON = Person(ALI, "علی", "تستی", "رضا", gender="1", birth="13650630")
COVER = msgspec.structs.replace(TAMIN, number=PRINTED, expires="14050101")
ORG = number(FACILITY.upper(), "Org_ID", "MOHME_IT")
WHO = number(PRINTED, "National_Code", "National_Org_Civil_Reg")
HCP = number("1234", "Med_ID", "Med_Council")
ASKED = {"PersonID": WHO, "OrgID": ORG, "HcpID": HCP, "ClientIp": "10.0.0.5", "AppUser": "ditas"}
BY_TAMIN = {"Coded_string": "1"}
TAIL = '"status":{"statusCode":200}},"status":{"statusCode":200,"message":"OK"}}'
DONE = '"isSuccess":true,"waitTime":0,"statusCode":0,"message":[]'
IDENTITY_ANSWER = (
    '{"result":{"data":{"getEstelam3Response":{"return":{"nin":"12345679","name":"2LnZhNuM","family":"2KrYs9iq24w=",'
    '"fatherName":"2LHYttin","gender":"1","birthDate":"13650630","shenasnameNo":"0","shenasnameSeri":"0",'
    '"shenasnameSerial":"0","bookNo":"0","bookRow":[],"officeCode":"0","officeName":"","deathStatus":["0"],'
    f'"message":""}}}}}},{TAIL}'
)
COVERS_ANSWER = (
    '{"result":{"data":{"data":[{"nationalcode":"0012345679","firstName":"علی","lastName":"تستی",'
    '"birthDate":{"year":1365,"month":6,"day":30,"isoString":"1365/06/30"},'
    '"gender":{"value":"مرد","terminology_id":"thritaEHR.gender","coded_string":"1"},'
    '"insurer":{"value":"تأمین اجتماعی","terminology_id":"thritaEHR.Insurer","coded_string":"1"},'
    '"insurerBox":{"value":"بیمه اجباری","terminology_id":"thritaEHR.insuranceBox","coded_string":"1"},'
    '"insuranceNumber":{"issuer":"TAMIN","assigner":"TAMIN","id":"0012345679","type":"Insurance_Number"},'
    '"expirationDate":{"year":1405,"month":1,"day":1,"isoString":"1405/01/01"},"inquiryID":"1",'
    f'"extraProperties":[]}}],{DONE}}},{TAIL}'
)
COUNCIL_ANSWER = (
    '{"result":{"data":{"GetMemberInfoByMcCodeNumericTypeEnResponse":{"GetMemberInfoByMcCodeNumericTypeEnResult":'
    '{"Status":["1"],"message":"","ReturnValue":{"FirstName":"پزشک","LastName":"تست","McCode":"1234",'
    f'"LastSpecialityTitle":"متخصص ارتوپدی","SpecialityCodes":["171108"]}}}}}}}},{TAIL}'
)


@pytest.fixture
def clock() -> FixedClock:
    """The day before the printed cover ends."""
    return FixedClock(datetime(2026, 3, 20, 6, 30, tzinfo=UTC))


@pytest.fixture
async def agencies(sandbox: Database, clock: FixedClock) -> AsyncIterator[Agencies]:
    made = Agencies(sandbox, clock)
    await fill(sandbox, clock.now(), person=PERSON, of=(COVER,))
    yield made
    await made.close()


def reason(told: Any) -> str:
    """The first message of a refusal, which has no data."""
    assert list(told) == ["isSuccess", "waitTime", "statusCode", "message"]
    assert told["isSuccess"] is False
    assert told["statusCode"] != 0
    return str(told["message"][0])


async def test_the_printed_inquiries_get_the_printed_answers(agencies: Agencies) -> None:
    who = {"nin": PRINTED, "birthDate": "13650630", "name": None, "exceptionMessage": None}
    assert await agencies.text("getEstelam3", {"personInformation": who}) == IDENTITY_ANSWER
    asked = {"PersonID": WHO, "OrgID": ORG, "hcpID": HCP, "ClientIp": "10.0.0.5", "appUser": "ditas"}
    assert await agencies.text("CallupInsurance", {**asked, "forceUpdate": "false"}) == COVERS_ANSWER
    doctor = {"mcCodeNumeric": "1234", "mcCodeTypeEn": "MD"}
    assert await agencies.text("GetMemberInfoByMcCodeNumericTypeEn", doctor) == COUNCIL_ANSWER
    twice = json.dumps(json.dumps({"PERSONINFORMATION": {" NIN ": "۰۰۱۲۳۴۵۶۷۹"}}))
    assert await agencies.text("getestelam3", twice) == IDENTITY_ANSWER


@pytest.mark.parametrize(
    ("nin", "birth", "message"),
    [
        (PRINTED, "1365", ""),
        (PRINTED, "", ""),
        ("12345679", "1365/6/30", ""),
        (PRINTED, "13650629", "err.record.not.found"),
        (PRINTED, "1366", "err.record.not.found"),
        ("9900000021", "13650630", "err.record.not.found"),
        ("0012345678", "13650630", "Nin.Not.Valid"),
        ("0000000000", "", "Nin.Not.Valid"),
        ("", "", "Nin.Not.Valid"),
    ],
)
async def test_the_civil_registry_refuses_by_a_message(agencies: Agencies, nin: str, birth: str, message: str) -> None:
    told = await agencies.identity(nin, birth)
    assert told["message"] == message
    assert ("name" in told) is (message == "")


async def test_the_civil_registry_says_who_has_died(agencies: Agencies, clock: FixedClock) -> None:
    await agencies.db.write(people.put, msgspec.structs.replace(PERSON, alive=False), clock.now())
    assert (await agencies.identity(PRINTED))["deathStatus"] == ["1"]
    assert "درگذشته" in reason(await agencies.ask("hid", {**ASKED, "InsurerID": {"Coded_string": "37"}}))


async def test_the_council_knows_physicians_only(agencies: Agencies, clock: FixedClock) -> None:
    nobody = {"Status": ["0"], "message": "اطلاعاتی یافت نشد", "ReturnValue": None}
    assert (await agencies.council("001234", " md "))["ReturnValue"]["McCode"] == "1234"
    assert await agencies.council("1234", "TR") == nobody
    assert await agencies.council("1235") == nobody
    await agencies.db.write(practitioners.put, msgspec.structs.replace(PHYSICIAN, active=False), clock.now())
    assert await agencies.council("1234") == nobody


async def test_each_cover_is_an_element_and_without_any_the_person_pays(agencies: Agencies, clock: FixedClock) -> None:
    await agencies.db.write(covers.replace, ALI, [MORE, COVER], clock.now())
    told = await agencies.ask("CallupInsurance", {"personid": number("12345679", "")})
    assert [each["insurer"]["coded_string"] for each in told["data"]] == ["1", "12"]
    assert [each["insuranceNumber"]["issuer"] for each in told["data"]] == ["TAMIN", "BITSA"]
    await agencies.db.write(covers.replace, ALI, [], clock.now())
    (alone,) = (await agencies.ask("CallupInsurance", {"PersonID": WHO}))["data"]
    assert (alone["insurer"]["coded_string"], alone["insurerBox"]["value"]) == ("37", "فاقد پوشش بیمه")
    assert alone["expirationDate"] is None
    assert "یافت نشد" in reason(await agencies.ask("CallupInsurance", {"PersonID": number("9900000021", "")}))


class OldClients(Settings, frozen=True, kw_only=True):
    """The installation serves clients of the old service."""

    registries_pascal_case: bool = True


async def test_an_old_client_gets_covers_with_capitals(agencies: Agencies) -> None:
    agencies.deps.settings = OldClients()
    told = await agencies.ask("CallupInsurance", {"PersonID": WHO})
    assert list(told) == ["data", "isSuccess", "waitTime", "statusCode", "message"]
    (old,) = told["data"]
    assert list(old)[:3] == ["Nationalcode", "FirstName", "LastName"]
    assert old["BirthDate"] == {"Year": 1365, "Month": 6, "Day": 30, "ISOString": "1365/06/30"}
    assert old["Insurer"] == {"Value": "تأمین اجتماعی", "Terminology_id": "thritaEHR.Insurer", "Coded_string": "1"}
    assert (old["InsuranceNumber"]["ID"], old["InquiryID"]) == (PRINTED, "1")


async def test_an_entitlement_id_goes_its_way_from_issue_to_elimination(agencies: Agencies) -> None:
    told = await agencies.ask("hid", {**ASKED, "InsurerID": BY_TAMIN})
    assert list(told) == ["data", "isSuccess", "waitTime", "statusCode", "message"]
    hid = told["data"]
    assert list(hid) == ["Issuer", "Assigner", "ID", "Type"]
    assert (hid["Issuer"], hid["Assigner"], hid["Type"]) == ("TAMIN", "TAMIN", "HID")
    assert await agencies.ask("hid", {**ASKED, "InsurerID": BY_TAMIN}) == told, "the same visit, the same id"
    assert (await agencies.ask("hid", ASKED))["data"] == hid, "the insurer who covers the person"
    one = {"PersonID": WHO, "OrgID": ORG, "HID": hid}
    state = await agencies.ask("verifyhid", one)
    assert state["data"] == {"value": "صادر شده", "terminology_id": "HIDStatus", "coded_string": "1"}
    refused = reason(await agencies.ask("updatehid", {**one, "HcpID": HCP}))
    assert "رزرو قابل انجام می باشد" in refused
    assert (await agencies.ask("eliminatehid", {**one, "Reason": {"Coded_string": "1"}}))["data"] is True
    assert "قبلا" in reason(await agencies.ask("eliminatehid", one))
    assert (await agencies.ask("verifyhid", {**one, "HID": hid["ID"].lower()}))["data"]["coded_string"] == "4"
    assert "یافت نشد" in reason(await agencies.ask("verifyhid", {**one, "PersonID": number("9900000021", "")}))
    assert "پوشش" in reason(await agencies.ask("hid", {**ASKED, "InsurerID": {"Coded_string": "2"}}))


async def test_reserved_entitlement_ids_are_given_out_later(agencies: Agencies, clock: FixedClock) -> None:
    told = (await agencies.ask("batchhid", {"OrgID": ORG, "InsurerID": BY_TAMIN, "Count": "20"}))["data"]
    assert list(told) == ["HID", "ValidDate"]
    assert len({each["ID"] for each in told["HID"]}) == 20
    assert told["ValidDate"] == {"Year": 1405, "Month": 1, "Day": 30, "ISOString": "1405/01/30"}
    one = {"PersonID": WHO, "OrgID": ORG, "HcpID": HCP, "HID": told["HID"][0]}
    assert (await agencies.ask("verifyhid", one))["data"]["coded_string"] == "2"
    elsewhere = {**one, "OrgID": number(OTHER_FACILITY, "Org_ID")}
    assert "یافت نشد" in reason(await agencies.ask("updatehid", elsewhere))
    assert (await agencies.ask("updatehid", {**one, "InsurerID": BY_TAMIN}))["data"] is True
    assert (await agencies.ask("verifyhid", one))["data"]["coded_string"] == "1"
    clock.advance(31 * 86400)
    assert (await agencies.ask("verifyhid", one))["data"]["coded_string"] == "5"


@pytest.mark.parametrize(
    ("operation", "body", "violation"),
    [
        ("getEstelam3", {"personInformation": {"nin": PRINTED, "birthDate": "13651301"}}, "kit.date-wrong"),
        ("getEstelam3", {"personInformation": {"nin": PRINTED, "birthDate": "14021230"}}, "kit.date-wrong"),
        ("getEstelam3", {"personInformation": {"nin": "9" * 201}}, "kit.value-wrong"),
        ("getEstelam3", {"personInformation": {"nin": [1]}}, "kit.value-wrong"),
        ("getEstelam3", {}, "kit.value-missing"),
        ("getEstelam3", {"personInformation": {"nin": PRINTED, "NIN": PRINTED}}, "kit.key-twice"),
        ("getEstelam3", b'{"personInformation":{"nin":"001\\u0000"}}', "kit.text-refused"),
        ("getEstelam3", b"[" * 5000, "kit.body-too-deep"),
        ("CallupInsurance", {"PersonID": number("0012345678", "National_Code")}, "registries.bad-person-id"),
        ("CallupInsurance", {"PersonID": number(PRINTED, "Med_ID")}, "registries.bad-person-id"),
        ("hid", {**ASKED, "OrgID": number("1", "Org_ID")}, "registries.bad-facility-id"),
        ("hid", {**ASKED, "InsurerID": {"Coded_string": "x"}}, "registries.bad-insurer"),
        ("batchhid", {"OrgID": ORG, "InsurerID": BY_TAMIN, "Count": 0}, "kit.value-wrong"),
        ("batchhid", {"OrgID": ORG, "InsurerID": BY_TAMIN, "Count": 1001}, "kit.value-wrong"),
        ("batchhid", {"OrgID": ORG, "InsurerID": BY_TAMIN, "Count": 10**30}, "kit.number-refused"),
        ("verifyhid", {"PersonID": WHO, "HID": "1"}, "registries.bad-hid"),
        ("eliminatehid", {**ASKED, "HID": {"ID": "X" * 17}}, "registries.bad-hid"),
        ("GetMemberInfoByMcCodeNumericTypeEn", {"mcCodeNumeric": "12a"}, "registries.bad-provider-id"),
        ("GetMemberInfoByMcCodeNumericTypeEn", {"mcCodeNumeric": None}, "kit.value-wrong"),
    ],
)
async def test_what_cannot_be_understood_is_told_clearly(
    agencies: Agencies, operation: str, body: object, violation: str
) -> None:
    with pytest.raises(BodyNotUnderstood) as refused:
        await agencies.text(operation, body)
    assert refused.value.violation.code == violation


async def test_unknown_members_are_passed_over(agencies: Agencies) -> None:
    asked = {**ASKED, "Description": "…", "unknown": {"deep": [1, {"x": None}]}, "HCPID": None}
    asked.pop("HcpID")
    assert (await agencies.ask("hid", asked))["isSuccess"] is True
