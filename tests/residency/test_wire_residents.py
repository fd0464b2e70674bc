"""Sections 2 and 4: residents and declarations, refused with all that is wrong, kept with their history."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from nabz.kit.db import Tx
from nabz.kit.persian import persian_digits, synthetic_national_code
from nabz.residency.errors.faults import guid_of
from nabz.residency.model import Acceptance, Caller, CodeKind, Rules, Year
from nabz.residency.model.codes import SHIPPED
from nabz.residency.service import codes, rules, years
from tests.residency.office import (
    DECLARE,
    DECLARED,
    IMAGE,
    MINISTRY,
    NOT_FOUND,
    RESIDENT,
    YEAR,
    Office,
    a_declaration,
    a_resident,
    faults,
    sample,
)

TRACE = "8079256b87e3432f2396b43a951ead81"


def rule(name: str, field: str) -> str:
    return guid_of(name, field)


async def test_the_printed_error_is_answered_to_the_letter_but_for_our_part_of_the_trace(simad: Office) -> None:
    printed = sample("Residents_AddOrUpdate.error")
    for path, body in ((DECLARE, a_declaration("nobody")), (IMAGE, {"StudentNumber": "nobody", "Image": "/9j/"})):
        answer = await simad.post(path, body, traceparent=printed["traceId"])
        assert answer.status_code == 400
        given = answer.json()
        version, trace, span, flags = given["traceId"].split("-")
        assert (version, trace, flags) == ("00", TRACE, "00")
        assert len(span) == 16
        assert answer.headers["requestId"].replace("-", "").endswith(span)
        wanted = {**printed, "traceId": given["traceId"]}
        assert answer.text == json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
    for odd in ({}, {"traceparent": "00-" + "0" * 32 + "-477f0271782bf987-00"}, {"traceparent": "nonsense"}):
        trace = (await simad.post(DECLARE, a_declaration("nobody"), **odd)).json()["traceId"].split("-")
        assert len(trace[1]) == 32
        assert trace[1] not in {TRACE, "0" * 32}


async def test_a_student_number_that_is_known_changes_the_resident_and_the_same_again_nothing(simad: Office) -> None:
    sent = await simad.registered()
    await simad.put(RESIDENT, sent)
    student = sent["StudentNumber"]
    one = await simad.resident(student)
    assert (one.version, one.is_irani, one.start.isoformat()) == (1, True, "2025-09-23")
    changed = {**sent, "LastName": "آزمونی", "DurationId": "3", "EndResidencyDate": "1409/07/01"}
    for _ in range(2):
        await simad.put(RESIDENT, changed)
    (added, later) = await simad.history(student)
    assert (added.action, later.action) == ("resident-added", "resident-changed")
    assert later.facts == {"last_name": ["آزمون", "آزمونی"], "duration": [2, 3], "end": [None, "2030-09-23"]}
    assert (later.at, later.who) == (simad.clock.now(), added.who)
    assert (await simad.resident(student)).version == 2


async def test_what_people_write_has_one_spelling(simad: Office) -> None:
    sent = a_resident(FirstName=" سار\u0627  ب\u0643ر\u064a ", IsIrani="true", GenderId="2", Mobile="+98 999 000 0077")
    number = sent["StudentNumber"]
    sent |= {"StudentNumber": persian_digits(number), "NationalCode": persian_digits(sent["NationalCode"])}
    sent |= {"ResidencyStartYear": "۱۴۰۴", "StartResidencyDate": "2025-09-22T20:30:00Z", "CourseStudyCode": 1710}
    folded = {key.upper(): value for key, value in sent.items()}
    await simad.put(RESIDENT, json.dumps(json.dumps(folded)))
    one = await simad.resident(number)
    assert (one.first_name, one.mobile, one.gender, one.course) == ("سارا بکری", "09990000077", 2, "1710")
    assert (one.start_year, one.start.isoformat()) == (1404, "2025-09-23")


async def test_everything_that_is_wrong_is_told_at_once(simad: Office) -> None:
    needed = a_resident().keys() - {"EndResidencyDate", "Email", "Mobile", "Address"}
    assert set(await simad.told(RESIDENT, {})) == {rule("required", field) for field in needed}
    wrong = a_resident(
        NationalCode="1234567890",
        ResidencyStartYear=0,
        ResidentStatusId="x",
        BirthDate="1372/07/01",
        IsIrani="maybe",
        GenderId=3,
        StartResidencyDate="2023-02-30",
        Email="nothing",
        FirstName=["a"],
        Address="تهران\x0b",
        LastName="آزمون\x01ی",
        FatherName=5,
    )
    told = await simad.told(RESIDENT, wrong)
    assert told.keys() == {
        rule("year", "ResidencyStartYear"),
        rule("unreadable", "ResidentStatusId"),
        rule("birth-day", "BirthDate"),
        rule("unreadable", "IsIrani"),
        rule("gender", "GenderId"),
        rule("day", "StartResidencyDate"),
        rule("no-letter", "FatherName"),
        rule("email", "Email"),
        rule("unreadable", "FirstName"),
        rule("unseen", "LastName"),
    }
    assert told[rule("year", "ResidencyStartYear")] == " سال باید چهاررقمی و شمسی باشد"
    assert told[rule("day", "StartResidencyDate")] == " تاریخ شروع دوره خوانده نمی‌شود؛ مانند 2022-10-07"
    assert "میلادی" in told[rule("birth-day", "BirthDate")]
    scores = {"BaliniScore": 60.001, "OperationScore": "-0", "EthicsScore": "۳۰٫۵"}
    wrong = a_declaration("401 1", YearId=0, DeclareCode=4, RejectReasonTypeId=9, **scores)
    assert (await simad.told(DECLARE, wrong)).keys() == {
        rule("student-number", "StudentNumber"),
        rule("year", "YearId"),
        rule("score", "BaliniScore"),
        rule("score", "OperationScore"),
        rule("score", "EthicsScore"),
        rule("code-and-duration", "DeclareCode"),
        rule("reason-not-wanted", "RejectReasonTypeId"),
    }


async def test_scores_are_exact_whatever_the_message_writes(simad: Office) -> None:
    student = (await simad.registered())["StudentNumber"]
    body = json.dumps(a_declaration(student, BaliniScore="SCORE"))
    for bad in ("-0", "-0.0", "-0e0", "60.001", '"NaN"', "[]", "true", "null", '""', "1e99", '"1e400"', "59.999"):
        (number,) = await simad.told(DECLARE, body.replace('"SCORE"', bad))
        assert number in {rule(name, "BaliniScore") for name in ("score", "score-decimals", "unreadable", "required")}
    for twice in ("-0", "61"):
        (number,) = await simad.told(DECLARE, json.dumps(body.replace('"SCORE"', twice)))
        assert number == rule("score", "BaliniScore")
    for broken in ("1e400", "NaN", "-Infinity", "00", "1" * 70):
        assert len(await simad.told(DECLARE, body.replace('"SCORE"', broken))) == 1
    for good, hundredths in (("60.00", 6000), ("0", 0), ('" ۵۵٫۵ "', 5550), ("0.1", 10), ("5.55e1", 5550)):
        await simad.put(DECLARE, body.replace('"SCORE"', good))
        assert (await simad.declaration(student)).clinical == hundredths


async def test_a_person_begins_a_course_in_a_year_under_one_number(simad: Office) -> None:
    sent = await simad.registered()
    twin = a_resident(NationalCode=sent["NationalCode"])
    other = simad.of_another()
    for office in (simad, other):
        assert (await office.told(RESIDENT, twin)).keys() == {rule("triple", "NationalCode")}
    for changed in ({"CourseStudyCode": "99999"}, {"ResidencyStartYear": 1403, "DurationId": 3}):
        await simad.put(RESIDENT, {**twin, "StudentNumber": a_resident()["StudentNumber"], **changed})
    mine = await simad.registered()
    assert (await simad.told(RESIDENT, {**mine, "NationalCode": sent["NationalCode"]})).keys() == {
        rule("triple", "NationalCode")
    }


async def test_foreigners_come_by_passport_or_bafia_number(simad: Office) -> None:
    for number, kept in ((" a7654321 ", "A7654321"), ("123456789012", "123456789012"), ("0099999999", "0099999999")):
        sent = await simad.registered(IsIrani=False, NationalCode=number, Mobile="+49 170 1234567")
        assert (await simad.resident(sent["StudentNumber"])).national_code == kept
        assert len(await simad.listed(nationalCode=kept)) == 0
    assert (await simad.told(RESIDENT, a_resident(IsIrani=False, NationalCode="A-1"))).keys() == {
        rule("foreign-number", "NationalCode")
    }


async def test_a_university_knows_its_own_residents_only(simad: Office) -> None:
    other = simad.of_another()
    sent = await simad.declared()
    student = sent["StudentNumber"]
    assert (await other.told(DECLARE, sent)).keys() == {NOT_FOUND}
    assert (await other.told(IMAGE, {"StudentNumber": student, "Image": "/9j/"})).keys() == {NOT_FOUND}
    assert await other.listed(studentNumber=student) == []
    theirs = a_resident(StudentNumber=student, LastName="دیگر")
    await other.put(RESIDENT, theirs)  # a number belongs to the university that gives it
    assert (await simad.resident(student)).last_name == "آزمون"
    assert (await other.resident(student)).id != (await simad.resident(student)).id
    await other.put(DECLARE, {**sent, "EthicsScore": 1})
    assert [each["ethicsScore"] for each in await simad.listed(studentNumber=student)] == [28]
    assert [each["ethicsScore"] for each in await other.listed(studentNumber=student)] == [1]


async def test_a_declaration_changes_until_it_is_decided_and_then_only_to_correct_it(simad: Office) -> None:
    sent = await simad.declared()
    student = sent["StudentNumber"]
    await simad.put(DECLARE, {**sent, "EthicsScore": 27})
    await simad.decide(student, Acceptance.TO_CORRECT, "نمره")
    await simad.put(DECLARE, {**sent, "EthicsScore": 27})  # the same changes nothing
    assert (await simad.declaration(student)).acceptance == Acceptance.TO_CORRECT
    simad.clock.advance(60)
    await simad.put(DECLARE, {**sent, "EthicsScore": 26})
    one = await simad.declaration(student)
    assert (one.acceptance, one.corrected_at, one.version) == (None, simad.clock.now(), 4)
    await simad.decide(student, Acceptance.ACCEPTED, "")
    for again in ({}, {"BaliniScore": "55.50"}):
        await simad.put(DECLARE, {**sent, "EthicsScore": 26, **again})
    assert (await simad.told(DECLARE, sent)).keys() == {rule("decided", "StudentNumber")}
    assert [(line.action, line.facts.get("ethics")) for line in (await simad.history(student))[1:]] == [
        ("declared", [None, 2800]),
        ("declaration-changed", [2800, 2700]),
        ("decided", None),
        ("declaration-changed", [2700, 2600]),
        ("decided", None),
    ]


async def test_who_somebody_is_does_not_change_after_a_decision_and_before_it_is_seen_anew(simad: Office) -> None:
    sent = await simad.registered(CourseStudyCode="1721", DurationId=4, ResidencyStartYear=1402)
    student = sent["StudentNumber"]
    await simad.put(DECLARE, a_declaration(student, DeclareCode=5, DurationId=4))
    assert (await simad.told(RESIDENT, {**sent, "CourseStudyCode": "1710", "ResidencyStartYear": 1406})).keys() == {
        rule("five-year-course", "DeclareCode"),
        rule("year-early", "YearId"),
    }
    seen = await simad.declaration(student)
    await simad.put(RESIDENT, {**sent, "CourseStudyCode": "77777"})
    one = await simad.declaration(student)
    assert (one.course, one.version) == ("77777", seen.version + 1)
    await simad.decide(student, Acceptance.REFUSED)
    another = {"NationalCode": synthetic_national_code(659_999)}
    for changed in ({}, another, {"ResidencyStartYear": 1403}, {"IsIrani": False}):
        told = await simad.told(RESIDENT, {**sent, **changed})
        assert told.keys() == {rule("identity-fixed", "NationalCode")}, changed
    await simad.put(RESIDENT, {**sent, "CourseStudyCode": "77777", "FirstName": "مینا", "ResidentStatusId": 3})
    assert (await simad.listed(studentNumber=student))[0]["firstName"] == "مینا"


async def test_deadlines_close_a_year_and_the_same_content_is_still_welcome(simad: Office) -> None:
    at, caller = simad.clock.now(), Caller("", "test", "test")

    async def becomes(**deadlines: Any) -> None:
        def put(tx: Tx) -> None:
            years.put(tx, Year(year=1404, version=years.get(tx, 1404).version, **deadlines), caller, at)

        await simad.db.write(put)

    await becomes()
    sent = await simad.declared(YearId=1404, DeclareCode=2, DurationId=1)
    student = sent["StudentNumber"]
    await becomes(opens_at=at - timedelta(days=2), closes_at=at, corrects_until=at + timedelta(days=1))
    assert (await simad.told(DECLARE, {**sent, "EthicsScore": 1})).keys() == {rule("closed", "YearId")}
    late = a_declaration((await simad.registered())["StudentNumber"], YearId=1404, DeclareCode=2, DurationId=1)
    assert await simad.told(DECLARE, late) == {rule("closed", "YearId"): " مهلت معرفی سال ۱۴۰۴ گذشته است"}
    await simad.put(DECLARE, sent)
    await simad.decide(student, Acceptance.TO_CORRECT, "نمره", 1404)
    await simad.put(DECLARE, {**sent, "EthicsScore": 2})
    await simad.decide(student, Acceptance.TO_CORRECT, "باز هم", 1404)
    await becomes(corrects_until=at)
    assert (await simad.told(DECLARE, {**sent, "EthicsScore": 3})).keys() == {rule("correction-closed", "YearId")}
    await becomes(opens_at=at + timedelta(days=1))
    assert (await simad.told(DECLARE, late)).keys() == {rule("not-open", "YearId")}
    assert len(await simad.history(student)) == 5


async def test_a_status_may_be_anything_until_the_table_is_binding_and_a_course_always(simad: Office) -> None:
    sent = await simad.registered(ResidentStatusId=777, CourseStudyCode="98765")
    assert "777" not in SHIPPED[CodeKind.STATUS]
    now = simad.clock.now()
    known = await simad.db.read(rules.get)
    kept = await simad.db.write(rules.put, msgspec.structs.replace(known, status_binding=True), MINISTRY, now)
    assert (await simad.told(RESIDENT, a_resident(ResidentStatusId=778))).keys() == {rule("status", "ResidentStatusId")}
    await simad.put(RESIDENT, {**sent, "LastName": "دیگر"})  # who has it keeps it
    await simad.registered(ResidentStatusId=9, CourseStudyCode="1999")
    one = SHIPPED[CodeKind.STATUS]["1"]
    await simad.db.write(codes.put, msgspec.structs.replace(one, code="778", title="تازه"), MINISTRY, now)
    await simad.registered(ResidentStatusId=778)
    await simad.db.write(rules.put, Rules(version=kept.version), MINISTRY, now)


@pytest.mark.parametrize("path", [RESIDENT, DECLARE, IMAGE])
async def test_data_calls_refuse_what_they_cannot_read(path: str, simad: Office) -> None:
    wrong = await simad.client.delete(path)
    assert (wrong.status_code, wrong.json()["status"], wrong.headers["allow"]) == (405, 405, "POST")
    assert (await simad.client.post(f"{DECLARED}?yearId={YEAR}")).status_code == 405
    for kind in ("application/xml", "application/x-www-form-urlencoded", "image/jpeg"):
        refused = await simad.post(path, "x=1", **{"content-type": kind})
        assert (refused.status_code, refused.json()["status"]) == (415, 415)
    large = await simad.post(path, "x" * 9_000_000)
    assert (large.status_code, large.json()["title"]) == (413, "حجم درخواست بیش از اندازه است")
    twins, nul = b'{"StudentNumber": 1, "studentnumber": 2}', b'{"StudentNumber": "a\\u0000"}'
    for body in (b"", b"{", b"[]", b"7", nul, twins, b"\x81"):
        assert len(faults(await simad.post(path, body))) == 1, body
    assert (await simad.client.post(path, content=b"{}")).status_code == 401
    lost = await simad.client.get(f"{path.upper()}/x")
    assert (lost.status_code, lost.json()["title"]) == (404, "نشانی پیدا نشد")
    assert json.loads(lost.json()["detail"])
