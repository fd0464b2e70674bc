"""The rules of the guide, each by itself: what breaks it, in which field it is told, and under which number."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import msgspec
import pytest

from nabz.kit.jalali import of_parts
from nabz.kit.persian import persian_digits, synthetic_national_code
from nabz.residency.errors.faults import NAMES, RULES, Fault, fault, guid_of
from nabz.residency.model import Acceptance, Declaration, DeclarationDraft, Resident, ResidentDraft, Year
from nabz.residency.model.rules import (
    change_faults,
    content_of,
    declaration_faults,
    fitting_faults,
    person_number,
    resident_faults,
    time_faults,
)
from nabz.residency.model.scores import MOST, score_text, typed_score
from nabz.residency.model.years import academic_year, read_year
from nabz.residency.wire.fields import Fields, read_day

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
RESIDENT = ResidentDraft(
    student_number="404-A7",
    national_code=synthetic_national_code(651_001),
    course="1710",
    start_year=1404,
    status=1,
    duration=2,
    start=date(2025, 9, 23),
    end=None,
    first_name="سارا",
    last_name="آزمون",
    father_name="رضا",
    is_irani=True,
    birth=date(1993, 9, 23),
    email="",
    mobile="",
    address="",
    gender=1,
)
DECLARED = DeclarationDraft(
    student_number="404-A7",
    year=1405,
    code=3,
    type=1,
    reason=None,
    duration=2,
    log_book=True,
    clinical=5550,
    operation=5000,
    ethics=2800,
    start=date(2025, 9, 23),
    end=None,
    description="",
)
OF_RESIDENT: dict[str, tuple[dict[str, Any], ...]] = {
    "required StudentNumber": ({"student_number": ""},),
    "too-long StudentNumber": ({"student_number": "4" * 21},),
    "student-number StudentNumber": ({"student_number": "۴۰۴"}, {"student_number": "-4"}, {"student_number": "4 4"}),
    "national-code NationalCode": ({"national_code": "1234567890"}, {"national_code": "1111111111"}),
    "foreign-number NationalCode": (
        {"is_irani": False, "national_code": "A-12"},
        {"is_irani": False, "national_code": "A1"},
    ),
    "course CourseStudyCode": ({"course": "171"}, {"course": "171000"}, {"course": "17a0"}),
    "year ResidencyStartYear": ({"start_year": 0}, {"start_year": 2025}, {"start_year": 1349}, {"start_year": -1404}),
    "year-late ResidencyStartYear": ({"start_year": 1407},),
    "status ResidentStatusId": ({"status": 0}, {"status": 10_000}, {"status": -1}),
    "duration DurationId": ({"duration": 0}, {"duration": 6}),
    "gender GenderId": ({"gender": 0}, {"gender": 3}),
    "required FirstName": ({"first_name": ""},),
    "required LastName": ({"last_name": ""},),
    "too-long FatherName": ({"father_name": "آ" * 101},),
    "too-long Address": ({"address": "آ" * 501},),
    "email Email": ({"email": "sara"}, {"email": "a@b@c"}, {"email": "a b@c.ir"}, {"email": "@c.ir"}),
    "mobile Mobile": ({"mobile": "123"}, {"mobile": "0912123456"}),
    "no-letter FirstName": ({"first_name": "5"}, {"first_name": "\u200c"}, {"first_name": "-"}),
    "no-letter LastName": ({"last_name": "۱۲"},),
    "no-letter FatherName": ({"father_name": "."},),
    "unseen FirstName": ({"first_name": "سا\u202eرا"}, {"first_name": "سارا\u200f"}, {"first_name": "سا\u200bرا"}),
    "unseen LastName": ({"last_name": "آزمون\x01"}, {"last_name": "\ufeffآزمون"}),
    "unseen Address": ({"address": "تهران\x00"},),
    "too-long Mobile": ({"mobile": "+" + "9" * 30, "is_irani": False, "national_code": "A1234567"},),
    "birth BirthDate": ({"birth": date(2010, 1, 1)}, {"birth": date(1900, 1, 1)}, {"birth": date(2027, 1, 1)}),
    "date StartResidencyDate": ({"start": date(1970, 1, 1)},),
    "date EndResidencyDate": ({"end": date(2200, 1, 1)},),
    "end-before-start EndResidencyDate": ({"end": date(2025, 9, 22)},),
}
OF_DECLARATION: dict[str, tuple[dict[str, Any], ...]] = {
    "required StudentNumber": ({"student_number": ""},),
    "year YearId": ({"year": 0}, {"year": 2026}, {"year": 1500}),
    "year-late YearId": ({"year": 1406},),
    "duration DurationId": ({"duration": 0}, {"duration": 6}),
    "declare-code DeclareCode": ({"code": 1}, {"code": 6}, {"code": 0}, {"code": 11}),
    "code-and-duration DeclareCode": ({"code": 2}, {"code": 4}, {"code": 5}, {"duration": 5}),
    "end-needed EndResidencyDate": ({"code": 10, "duration": 4},),
    "end-not-wanted EndResidencyDate": ({"end": date(2026, 9, 22)},),
    "declaration-type DeclarationTypeId": ({"type": 0}, {"type": 3}),
    "reason-needed RejectReasonTypeId": ({"type": 2},),
    "reason-not-wanted RejectReasonTypeId": ({"reason": 1},),
    "reason RejectReasonTypeId": ({"type": 2, "reason": 0}, {"type": 2, "reason": 7}),
    "too-long Description": ({"description": "آ" * 1001},),
    "date StartResidencyDate": ({"start": date(1, 1, 1)},),
    "end-before-start EndResidencyDate": ({"code": 10, "duration": 4, "end": date(2024, 9, 22)},),
}
GOOD_DECLARATIONS: tuple[dict[str, Any], ...] = (
    {},
    *({"code": duration + 1, "duration": duration} for duration in range(1, 5)),
    {"code": 10, "duration": 3, "end": date(2027, 9, 22)},
    {"type": 2, "reason": 6},
    {"year": 1404},
)


def told(faults: Any) -> list[str]:
    return [f"{each.rule} {each.field}" for each in faults]


@pytest.mark.parametrize("wanted", OF_RESIDENT)
def test_a_broken_rule_of_a_resident_is_told_alone(wanted: str) -> None:
    for changed in OF_RESIDENT[wanted]:
        assert told(resident_faults(msgspec.structs.replace(RESIDENT, **changed), NOW)) == [wanted], changed


@pytest.mark.parametrize("wanted", OF_DECLARATION)
def test_a_broken_rule_of_a_declaration_is_told_alone(wanted: str) -> None:
    for changed in OF_DECLARATION[wanted]:
        assert told(declaration_faults(msgspec.structs.replace(DECLARED, **changed), NOW)) == [wanted], changed


def test_what_is_good_breaks_no_rule_and_all_that_is_wrong_is_told_at_once() -> None:
    foreigner = {"is_irani": False, "national_code": "A1234567", "mobile": "+49 170 1234567"}
    for good in ({}, foreigner, {"start_year": 1406}, {"end": date(2025, 9, 23)}, {"email": "s.a@uni-1.ac.ir"}):
        assert not told(resident_faults(msgspec.structs.replace(RESIDENT, **good), NOW)), good
    for declared in GOOD_DECLARATIONS:
        assert not told(declaration_faults(msgspec.structs.replace(DECLARED, **declared), NOW)), declared
    worst = msgspec.structs.replace(
        DECLARED, year=0, code=9, type=9, duration=9, start=date(1, 1, 1), description="x" * 1001
    )
    assert len(told(declaration_faults(worst, NOW))) == 6


def test_numbers_of_people_have_one_spelling() -> None:
    assert person_number("012345679", is_irani=True) == "0012345679"
    assert person_number(" a1234567 ", is_irani=False) == "A1234567"
    assert person_number("123456789012", is_irani=False) == "123456789012"
    for bad in ("", "12", "A 123456", "آ1234567", "1" * 17):
        assert person_number(bad, is_irani=False) is None


def kept(**changed: Any) -> Resident:
    more = {"id": "r", "university": "u", "version": 1, "picture": "", "changed_at": NOW}
    return Resident(**{**msgspec.structs.asdict(RESIDENT), **more, **changed})


def declared(**changed: Any) -> Declaration:
    none = dict.fromkeys(("acceptance", "decided_at", "corrected_at", "result"))
    empty = dict.fromkeys(("note", "decided_by", "sent_by", "result_note", "first_name", "last_name"), "")
    more = {"resident": "r", "university": "u", "national_code": "", "course": "1710", "version": 1, "sent_at": NOW}
    return Declaration(**{**msgspec.structs.asdict(DECLARED), **none, **empty, **more, **changed})


def test_what_was_decided_about_stays_who_he_is() -> None:
    one = kept()
    for changed in ({"national_code": "x"}, {"course": "1712"}, {"start_year": 1403}, {"is_irani": False}):
        other = msgspec.structs.replace(RESIDENT, **changed)
        assert told(change_faults(other, one, decided=True)) == ["identity-fixed NationalCode"], changed
        assert not told(change_faults(other, one, decided=False))
    assert not told(change_faults(msgspec.structs.replace(RESIDENT, first_name="مینا", status=2), one, decided=True))


def test_a_declaration_fits_its_resident_and_his_course() -> None:
    assert told(fitting_faults(DECLARED, kept(start_year=1406), None)) == ["year-early YearId"]
    five = msgspec.structs.replace(DECLARED, code=5, duration=4)
    assert told(fitting_faults(five, kept(), 4)) == ["five-year-course DeclareCode"]
    for years in (5, None):
        assert not told(fitting_faults(five, kept(), years))


@pytest.mark.parametrize(
    ("acceptance", "deadlines", "wanted"),
    [
        (None, {}, []),
        (Acceptance.ACCEPTED, {}, ["decided StudentNumber"]),
        (Acceptance.REFUSED, {"closes_at": NOW - HOUR}, ["decided StudentNumber"]),
        (Acceptance.TO_CORRECT, {"closes_at": NOW - HOUR}, []),
        (Acceptance.TO_CORRECT, {"corrects_until": NOW}, ["correction-closed YearId"]),
        (None, {"corrects_until": NOW}, []),
        (None, {"opens_at": NOW + HOUR}, ["not-open YearId"]),
        (None, {"opens_at": NOW, "closes_at": NOW + HOUR}, []),
        (None, {"closes_at": NOW}, ["closed YearId"]),
    ],
)
def test_a_declaration_comes_in_its_time(acceptance: int | None, deadlines: dict[str, Any], wanted: list[str]) -> None:
    year = Year(year=1405, **deadlines)
    assert told(time_faults(DECLARED, declared(acceptance=acceptance), year, NOW)) == wanted
    if acceptance is None:
        assert told(time_faults(DECLARED, None, year, NOW)) == wanted


def test_the_content_of_a_declaration_is_what_the_university_says() -> None:
    assert content_of(DECLARED) == content_of(declared(acceptance=1, version=9))
    for changed in ({"ethics": 2799}, {"log_book": False}, {"description": "x"}, {"end": date(2026, 1, 1)}):
        assert content_of(DECLARED) != content_of(msgspec.structs.replace(DECLARED, **changed)), changed


BAD_SCORES = ("60.01", "-1", "-0", "-0.0", "NaN", "Infinity", "1e400", "", "x", "5,5,5", "۱۲۳", "0x10", "5_5", "1" * 60)


def test_a_score_is_read_exactly_and_without_a_sign() -> None:
    for text, wanted in (("55.5", 5550), ("۵۵٫۵", 5550), (" 60 ", 6000), ("0", 0), ("50/25", 5025), ("60.00", 6000)):
        assert typed_score(text, "BaliniScore") == wanted, text
    for bad in BAD_SCORES:
        found = typed_score(bad, "BaliniScore")
        assert isinstance(found, Fault), bad
        assert (found.rule, "۶۰" in found.fa) == ("score", True)
    too_fine = typed_score("59.999", "BaliniScore")
    assert isinstance(too_fine, Fault)
    assert too_fine.rule == "score-decimals"
    assert isinstance(typed_score("30.01", "EthicsScore"), Fault)
    assert [score_text(each) for each in (5550, 5000, 5, 0, 6001)] == ["55.5", "50", "0.05", "0", "60.01"]


@pytest.mark.parametrize("value", [*BAD_SCORES[:6], 60.001, 61, -1, -0.0, -0.5, True, [], {}, "5_5", "5 5", 1e99])
def test_a_bad_score_of_the_wire_is_told_and_a_good_one_is_exact(value: Any) -> None:
    read = Fields()
    assert read.score(value, "BaliniScore") == 0
    assert [each.field for each in read.faults] == ["BaliniScore"]
    assert (read.score(0.1, "EthicsScore"), read.score(29.99, "EthicsScore")) == (10, 2999)
    assert read.score(0, "OperationScore", signed=["operationscore"]) == 0
    assert [each.field for each in read.faults] == ["BaliniScore", "OperationScore"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-09-23T00:00:00", date(2025, 9, 23)),
        ("2025-09-23", date(2025, 9, 23)),
        ("2025/09/23", date(2025, 9, 23)),
        ("2025-09-22T20:30:00Z", date(2025, 9, 23)),
        ("2025-09-22T20:29:59.9999999Z", date(2025, 9, 22)),
        ("2025-09-23T00:00:00.0000000+03:30", date(2025, 9, 23)),
        ("1404/07/01", date(2025, 9, 23)),
        ("۱۴۰۴/۷/۱", date(2025, 9, 23)),
        ("14040701", date(2025, 9, 23)),
        ("1404-07-01T00:00:00", date(2025, 9, 23)),
        ("1402-02-30", date(2023, 5, 20)),
        ("2023-02-30", None),
        ("2023-02-30T00:00:00", None),
        ("1402-12-30", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("10/7/2022", None),
        ("0", None),
        ("2025-09-23T00:00:00" + " " * 30 + "x", None),
        ("2" * 5000, None),
    ],
)
def test_a_day_is_read_in_either_calendar(text: str, wanted: date | None) -> None:
    assert read_day(text, may_be_jalali=True) == wanted
    if wanted is not None and not text.startswith("2"):
        assert read_day(text, may_be_jalali=False) is None


def test_the_academic_year_begins_in_mehr() -> None:
    assert [academic_year(of_parts(*day)) for day in ((1402, 7, 1), (1403, 1, 20), (1403, 6, 31))] == [1402] * 3
    assert academic_year(of_parts(1403, 7, 1)) == 1403
    assert [read_year(text) for text in ("1402", "۱۴۰۲ ", "0", "02", "2024", "")] == [1402, 1402, *[None] * 4]


def test_every_rule_has_a_number_of_its_own_in_every_field_for_ever() -> None:
    numbers = {guid_of(rule, field) for rule, field in product(RULES, NAMES) if rule != "resident-not-found"}
    assert len(numbers) == (len(RULES) - 1) * len(NAMES)
    assert {guid_of("resident-not-found", field) for field in NAMES} == {"3fa85f64-5717-4562-b3fc-2c963f66afa6"}
    assert guid_of("score", "BaliniScore") == "08c3ee09-3f5e-5138-872f-76eac28267bb"
    assert guid_of("triple", "NationalCode") == "7a34c102-0dcc-5b9c-95a8-322a044f9558"
    assert guid_of("decided", "StudentNumber") == "19ceaa25-4c55-5c3f-bfe2-d3fa716962c9"


def test_every_rule_is_told_in_both_languages_with_persian_digits() -> None:
    facts = {"most": 60, "now": 1405, "year": 1405, "code": 3, "right": 2, "duration": 1, "line": 7}
    texts = set()
    for rule in RULES:
        one = fault(rule, "YearId", why="کوچک است", why_en="it is small", **facts)
        told = one.fa if rule not in {"day", "birth-day"} else re.sub(r" [0-9]{4}-[0-9]{2}-[0-9]{2}$", "", one.fa)
        assert not set("{}0123456789") & set(told), one.fa
        assert "{" not in one.en
        texts |= {one.fa, one.en}
    assert len(texts) == 2 * len(RULES)
    assert persian_digits(MOST["EthicsScore"]) in fault("score", "EthicsScore", most=MOST["EthicsScore"]).fa
