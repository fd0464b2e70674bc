"""Section 5: what a university is told of its declarations and of their results, key by key."""

import json
from datetime import timedelta
from typing import Any, cast

import httpx2
import pytest

from nabz.kit.db import Tx
from nabz.kit.ids import new_id
from nabz.kit.persian import persian_digits
from nabz.residency.errors.faults import guid_of
from nabz.residency.model import Acceptance, Caller, Year
from nabz.residency.service import results, years
from tests.kit.asking import Answer, ask
from tests.residency.office import (
    AUTHENTICATE,
    DECLARE,
    DECLARED,
    IMAGE,
    RENEW,
    RESIDENT,
    RESULTS,
    REVOKE,
    YEAR,
    Office,
    a_declaration,
    a_resident,
    faults,
)

HOUR = timedelta(hours=1)
KINDS = {"string": ("str",), "integer": ("int",), "number": ("int", "float"), "boolean": ("bool",)}


def letters(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def test_a_declaration_is_told_to_the_letter_before_and_after_the_decision(simad: Office) -> None:
    sent = await simad.registered(CourseStudyCode="1714")
    student = sent["StudentNumber"]
    await simad.put(DECLARE, a_declaration(student, EthicsScore="28.25", Description="متن «ساده»"))
    wanted = {
        "studentNumber": student,
        "nationalCode": sent["NationalCode"],
        "firstName": "سارا",
        "lastName": "آزمون",
        "courseStudyCode": "1714",
        "yearId": 1405,
        "declareCode": 3,
        "declarationTypeId": 1,
        "rejectReasonTypeId": None,
        "durationId": 2,
        "hasLogBook": True,
        "baliniScore": 55.5,
        "operationScore": 50,
        "ethicsScore": 28.25,
        "startResidencyDate": "2025-09-23T00:00:00",
        "endResidencyDate": None,
        "description": "متن «ساده»",
        "acceptanceStatusId": None,
        "acceptanceStatusTitle": None,
        "acceptanceDescription": "",
    }
    answer = await simad.get(DECLARED, yearId=YEAR, studentNumber=student)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.text == letters([wanted])
    for acceptance, title, note in (
        (Acceptance.TO_CORRECT, "نیاز به اصلاح", "نمره"),
        (Acceptance.REFUSED, "رد", "کسر دوره"),
        (Acceptance.ACCEPTED, "پذیرش", ""),
    ):
        await simad.decide(student, acceptance, note)
        wanted |= {"acceptanceStatusId": acceptance, "acceptanceStatusTitle": title, "acceptanceDescription": note}
        assert (await simad.get(DECLARED, yearId=YEAR, studentNumber=student)).text == letters([wanted])


async def test_a_certificate_and_one_who_is_not_declared_are_told(simad: Office) -> None:
    first, second = [(await simad.registered())["StudentNumber"] for _ in range(2)]
    await simad.put(DECLARE, a_declaration(first, DeclareCode=10, DurationId=4, EndResidencyDate="1406/07/01"))
    await simad.put(DECLARE, a_declaration(second, DeclarationTypeId=2, RejectReasonTypeId="4", HasLogBook=False))
    one, other = [(await simad.listed(studentNumber=student))[0] for student in (first, second)]
    assert (one["declareCode"], one["endResidencyDate"]) == (10, "2027-09-23T00:00:00")
    assert (other["declarationTypeId"], other["rejectReasonTypeId"], other["hasLogBook"]) == (2, 4, False)


async def test_a_result_is_hidden_until_the_hour_of_publication(simad: Office) -> None:
    sent = await simad.declared()
    student, now = sent["StudentNumber"], simad.clock.now()
    one = await simad.resident(student)
    await simad.decide(student, Acceptance.ACCEPTED, "")
    ministry = Caller("", "test", new_id())

    def publish(tx: Tx, at: Any) -> None:
        results.enter(tx, one.id, YEAR, 2, "شرط", ministry, now)
        years.put(tx, Year(year=YEAR, results_at=at, version=years.get(tx, YEAR).version), ministry, now)

    wanted: dict[str, Any] = {
        "studentNumber": student,
        "nationalCode": one.national_code,
        "firstName": "سارا",
        "lastName": "آزمون",
        "courseStudyCode": "1710",
        "yearId": 1405,
        "declareCode": 3,
        "durationId": 2,
        "finalResultId": None,
        "finalResultTitle": None,
        "description": "",
    }
    await simad.db.write(publish, None)
    assert (await simad.get(RESULTS, yearId=YEAR, studentNumber=student)).text == letters([wanted])
    await simad.db.write(publish, now + HOUR)
    simad.later(HOUR - timedelta(seconds=1))
    assert (await simad.get(RESULTS, yearId=YEAR, studentNumber=student)).text == letters([wanted])
    simad.clock.advance(1)
    wanted |= {"finalResultId": 2, "finalResultTitle": "ارتقا مشروط", "description": "شرط"}
    assert (await simad.get(RESULTS, yearId=YEAR, studentNumber=student)).text == letters([wanted])
    assert "finalResultId" not in (await simad.get(DECLARED, yearId=YEAR, studentNumber=student)).text
    await simad.db.write(publish, None)  # others declare in this year


@pytest.mark.parametrize("path", [DECLARED, RESULTS])
async def test_lists_are_filtered_ordered_and_empty_where_there_is_nothing(path: str, simad: Office) -> None:
    course = {DECLARED: "54321", RESULTS: "54322"}[path]
    people = [await simad.registered(CourseStudyCode=course) for _ in range(3)]
    for person in reversed(people):
        await simad.put(DECLARE, a_declaration(person["StudentNumber"]))
    other = await simad.registered(CourseStudyCode=course, IsIrani=False, NationalCode=f"b{course}")
    await simad.put(DECLARE, a_declaration(other["StudentNumber"]))
    numbers = [each["StudentNumber"] for each in (*people, other)]

    async def found(**query: Any) -> list[str]:
        return [each["studentNumber"] for each in await simad.listed(path, courseStudyCode=course, **query)]

    assert await found() == sorted(numbers)
    assert await found(STUDENTNUMBER=persian_digits(numbers[1])) == numbers[1:2]
    assert await found(nationalCode=people[2]["NationalCode"]) == numbers[2:3]
    assert await found(nationalCode=f"B{course}") == numbers[3:]
    assert await found(nationalCode="", studentNumber="") == sorted(numbers)
    assert await found(studentNumber="4") == []
    assert await found(nationalCode="1") == []
    assert await found(yearId=1404) == []
    assert await found(yearId="۱۴۰۵", unknown="x") == sorted(numbers)
    assert numbers[0] in [each["studentNumber"] for each in await simad.listed(path)]
    assert (await simad.get(path, yearId=1399)).text == "[]"
    assert await simad.of_another().listed(path, courseStudyCode=course) == []


@pytest.mark.parametrize("path", [DECLARED, RESULTS])
async def test_a_list_without_its_year_is_refused(path: str, simad: Office) -> None:
    for query, wanted in (
        ({}, {("required", "YearId")}),
        ({"yearId": ""}, {("required", "YearId")}),
        ({"yearId": "0"}, {("year", "YearId")}),
        ({"yearId": "2026"}, {("year", "YearId")}),
        ({"yearId": "x", "courseStudyCode": "17a0"}, {("unreadable", "YearId"), ("course", "CourseStudyCode")}),
        ({"yearId": "9" * 30}, {("unreadable", "YearId")}),
    ):
        assert faults(await simad.get(path, **query)).keys() == {guid_of(*each) for each in wanted}, query
    twice = await simad.client.get(f"{path}?yearId=1405&yearId=1404", headers={"token": await simad.token()})
    assert len(faults(twice)) == 1
    nul = await simad.client.get(f"{path}?yearId=1405&studentNumber=%00", headers={"token": await simad.token()})
    assert len(faults(nul)) == 1
    raw = await send_raw(simad, path, "yearId=۱۴۰۵&studentNumber=۴۰۴".encode())
    assert (raw.status, raw.body) == (200, b"[]")
    assert (await send_raw(simad, path, b"yearId=1405&studentNumber=\xff")).status == 400
    assert (await simad.client.post(path)).status_code == 405
    assert (await simad.client.head(f"{path}?yearId=1405", headers={"token": await simad.token()})).status_code == 200


async def send_raw(simad: Office, path: str, query: bytes) -> Answer:
    """Get with a query as it stands, without an escape."""
    app = cast("httpx2.ASGITransport", simad.client._transport).app
    return await ask(app, "GET", path, query=query, headers=[("token", await simad.token())])


async def test_the_documents_describe_every_address_with_the_types_of_the_guide(simad: Office) -> None:
    told = (await simad.client.get("/openapi.json")).json()
    mine = {path for path, methods in told["paths"].items() for one in methods.values() if one["tags"] == ["simad"]}
    assert mine == {AUTHENTICATE, RENEW, REVOKE, RESIDENT, IMAGE, DECLARE, DECLARED, RESULTS}
    schemas = told["components"]["schemas"]
    for name, example in (("ResidentSent", a_resident()), ("DeclarationSent", a_declaration("1"))):
        assert list(schemas[name]["properties"]) == list(example)
        for field, value in example.items():
            kind = schemas[name]["properties"][field]["type"]
            assert "null" in kind if value is None else type(value).__name__ in KINDS[kind], field
    assert list(schemas["Authenticated"]["properties"]) == [" Token", "RefreshToken", "expires", "displayName"]
    assert len(schemas["Declared"]["properties"]) == 20
    assert told["paths"][RESIDENT]["post"]["security"] == [{"token": []}]


async def test_a_resident_moves_in_the_lists_as_he_changes(simad: Office) -> None:
    sent = await simad.registered(CourseStudyCode="54329")
    student = sent["StudentNumber"]
    await simad.put(DECLARE, a_declaration(student))
    await simad.put(RESIDENT, {**sent, "CourseStudyCode": "54330", "LastName": "دیگر"})
    assert await simad.listed(courseStudyCode="54329") == []
    (one,) = await simad.listed(courseStudyCode="54330")
    assert (one["lastName"], one["courseStudyCode"]) == ("دیگر", "54330")
