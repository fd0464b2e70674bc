"""The rules of the guide: what is wrong with a resident or a declaration, all of it at once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit.persian import mobile, national_code
from nabz.residency.errors.faults import fault
from nabz.residency.model.codes import DECLARE_CODES, REJECT_REASONS
from nabz.residency.model.values import (
    CERTIFICATE,
    DECIDED,
    FIVE_YEARS,
    Acceptance,
    DeclarationType,
)
from nabz.residency.model.years import is_year, year_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from nabz.residency.errors.faults import Fault
    from nabz.residency.model.values import Declaration, DeclarationDraft, Resident, ResidentDraft, Year

LONGEST: Final = {
    "StudentNumber": 20,
    "FirstName": 100,
    "LastName": 100,
    "FatherName": 100,
    "Email": 200,
    "Address": 500,
    "Mobile": 30,
    "Description": 1000,
}
CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""No text holds one, and no spreadsheet takes one."""

_UNSEEN: Final = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""Signs that nobody sees, and that turn round or part what stands beside them; joiners belong to Persian words."""

_STUDENT_NUMBER: Final = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_COURSE: Final = re.compile(r"[0-9]{4,5}")
_PASSPORT: Final = re.compile(r"[0-9A-Z]{5,16}")
_EMAIL: Final = re.compile(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_YOUNGEST, _OLDEST = timedelta(days=20 * 365), timedelta(days=90 * 365)
_FIRST_DAY, _LAST_DAY = date(1971, 3, 21), date(2121, 3, 20)
_DURATIONS: Final = range(1, 6)
_GENDERS: Final = (1, 2)
_STATUSES: Final = range(1, 10_000)


def person_number(text: str, *, is_irani: bool) -> str | None:
    """Give the one spelling of a national code, or of a foreigner's passport or BAFIA number; nothing that is none."""
    if is_irani:
        return national_code(text)
    plain = text.strip().upper()
    return plain if _PASSPORT.fullmatch(plain) else None


def resident_faults(draft: ResidentDraft, now: datetime) -> Iterator[Fault]:
    """Tell what is wrong with a resident by himself."""
    yield from _number_faults(draft.student_number)
    if person_number(draft.national_code, is_irani=draft.is_irani) is None:
        yield fault("national-code" if draft.is_irani else "foreign-number", "NationalCode")
    yield from _code_faults(draft, now)
    names = {"FirstName": draft.first_name, "LastName": draft.last_name, "FatherName": draft.father_name}
    yield from (fault("required", field) for field, text in names.items() if not text)
    yield from (fault("no-letter", field) for field, text in names.items() if text and not _has_letter(text))
    yield from _text_faults(**names, Email=draft.email, Mobile=draft.mobile, Address=draft.address)
    if draft.email and not _EMAIL.fullmatch(draft.email):
        yield fault("email", "Email")
    if draft.mobile and mobile(draft.mobile) is None and draft.is_irani:
        yield fault("mobile", "Mobile")
    if not _YOUNGEST <= now.date() - draft.birth <= _OLDEST:
        yield fault("birth", "BirthDate")
    yield from _span_faults(draft.start, draft.end)


def _code_faults(draft: ResidentDraft, now: datetime) -> Iterator[Fault]:
    if not _COURSE.fullmatch(draft.course):
        yield fault("course", "CourseStudyCode")
    if not is_year(draft.start_year):
        yield fault("year", "ResidencyStartYear")
    elif draft.start_year > year_at(now) + 1:  # those of the coming autumn are registered before it
        yield fault("year-late", "ResidencyStartYear", now=year_at(now))
    if draft.status not in _STATUSES:
        yield fault("status", "ResidentStatusId")
    if draft.duration not in _DURATIONS:
        yield fault("duration", "DurationId")
    if draft.gender not in _GENDERS:
        yield fault("gender", "GenderId")


def change_faults(draft: ResidentDraft, known: Resident, *, decided: bool) -> Iterator[Fault]:
    """Tell what may not change any more of a resident whose declaration was decided."""
    if decided and identity_of(draft) != identity_of(known):
        yield fault("identity-fixed", "NationalCode")


def identity_of(draft: ResidentDraft) -> tuple[str, str, int, bool]:
    """Give what the ministry decides about: who, of which course and year."""
    return draft.national_code, draft.course, draft.start_year, draft.is_irani


def declaration_faults(draft: DeclarationDraft, now: datetime) -> Iterator[Fault]:
    """Tell what is wrong with a declaration by itself."""
    yield from _number_faults(draft.student_number)
    if not is_year(draft.year):
        yield fault("year", "YearId")
    elif draft.year > year_at(now):
        yield fault("year-late", "YearId", now=year_at(now))
    if draft.duration not in _DURATIONS:
        yield fault("duration", "DurationId")
    if draft.code not in DECLARE_CODES:
        yield fault("declare-code", "DeclareCode")
    elif draft.code == CERTIFICATE:
        if draft.end is None:
            yield fault("end-needed", "EndResidencyDate")
    else:
        if draft.duration in _DURATIONS and draft.duration != draft.code - 1:
            yield fault(
                "code-and-duration", "DeclareCode", code=draft.code, right=draft.code - 1, duration=draft.duration
            )
        if draft.end is not None:
            yield fault("end-not-wanted", "EndResidencyDate")
    yield from _reason_faults(draft)
    yield from _text_faults(Description=draft.description)
    yield from _span_faults(draft.start, draft.end)


def _reason_faults(draft: DeclarationDraft) -> Iterator[Fault]:
    if draft.type not in set(DeclarationType):
        yield fault("declaration-type", "DeclarationTypeId")
    elif draft.type == DeclarationType.DECLARED and draft.reason is not None:
        yield fault("reason-not-wanted", "RejectReasonTypeId")
    elif draft.type == DeclarationType.NOT_DECLARED and draft.reason is None:
        yield fault("reason-needed", "RejectReasonTypeId")
    elif draft.reason is not None and draft.reason not in REJECT_REASONS:
        yield fault("reason", "RejectReasonTypeId")


def fitting_faults(draft: DeclarationDraft, resident: Resident, course_years: int | None) -> Iterator[Fault]:
    """Tell what of a declaration does not fit the resident."""
    if is_year(draft.year) and draft.year < resident.start_year:
        yield fault("year-early", "YearId")
    if draft.code == FIVE_YEARS and course_years is not None and course_years != FIVE_YEARS:
        yield fault("five-year-course", "DeclareCode")


def time_faults(draft: DeclarationDraft, known: Declaration | None, year: Year, now: datetime) -> Iterator[Fault]:
    """Tell why it is too late for a change, or too early: after a decision only what has to be corrected changes."""
    if known is not None and known.acceptance in DECIDED:
        yield fault("decided", "StudentNumber")
    elif known is not None and (known.acceptance == Acceptance.TO_CORRECT or known.corrected_at is not None):
        if year.over(year.corrects_until, now):
            yield fault("correction-closed", "YearId", year=draft.year)
    elif year.opens_at is not None and now < year.opens_at:
        yield fault("not-open", "YearId", year=draft.year)
    elif year.over(year.closes_at, now):
        yield fault("closed", "YearId", year=draft.year)


def content_of(declaration: DeclarationDraft) -> tuple[object, ...]:
    """Give what a university says in a declaration: sent once more, the same changes nothing."""
    return tuple(getattr(declaration, field) for field in DECLARED_FIELDS)


DECLARED_FIELDS: Final = (
    "code",
    "type",
    "reason",
    "duration",
    "log_book",
    "clinical",
    "operation",
    "ethics",
    "start",
    "end",
    "description",
)
RESIDENT_FIELDS: Final = (
    "national_code",
    "course",
    "start_year",
    "status",
    "duration",
    "start",
    "end",
    "first_name",
    "last_name",
    "father_name",
    "is_irani",
    "birth",
    "email",
    "mobile",
    "address",
    "gender",
)


def _number_faults(student_number: str) -> Iterator[Fault]:
    if not student_number:
        yield fault("required", "StudentNumber")
    elif len(student_number) > LONGEST["StudentNumber"]:
        yield fault("too-long", "StudentNumber", most=LONGEST["StudentNumber"])
    elif not _STUDENT_NUMBER.fullmatch(student_number):
        yield fault("student-number", "StudentNumber")


def _text_faults(**texts: str) -> Iterator[Fault]:
    for field, text in texts.items():
        if len(text) > LONGEST[field]:
            yield fault("too-long", field, most=LONGEST[field])
        if CONTROL.search(text) or _UNSEEN.search(text):
            yield fault("unseen", field)


def _has_letter(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _span_faults(start: date, end: date | None) -> Iterator[Fault]:
    for field, day in (("StartResidencyDate", start), ("EndResidencyDate", end)):
        if day is not None and not _FIRST_DAY <= day <= _LAST_DAY:
            yield fault("date", field)
    if end is not None and end < start:
        yield fault("end-before-start", "EndResidencyDate")
