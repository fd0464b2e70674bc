"""What SIMAD answers: the tokens with their leading blank, the lists, the problem details."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import jalali
from nabz.residency.model.codes import ACCEPTANCES, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Declaration

TITLE: Final = "خطا در درج اطلاعات"
BUG: Final = "Something went wrong. Please try again later."

_TYPES: Final = {
    400: "https://tools.ietf.org/html/rfc7231#section-6.5.1",
    401: "https://tools.ietf.org/html/rfc7235#section-3.1",
    403: "https://tools.ietf.org/html/rfc7231#section-6.5.3",
    404: "https://tools.ietf.org/html/rfc7231#section-6.5.4",
    405: "https://tools.ietf.org/html/rfc7231#section-6.5.5",
    408: "https://tools.ietf.org/html/rfc7231#section-6.5.7",
    409: "https://tools.ietf.org/html/rfc7231#section-6.5.8",
    413: "https://tools.ietf.org/html/rfc7231#section-6.5.11",
    415: "https://tools.ietf.org/html/rfc7231#section-6.5.13",
    503: "https://tools.ietf.org/html/rfc7231#section-6.6.4",
}
_TITLES: Final = {
    401: "احراز هویت ناموفق بود",
    403: "دسترسی مجاز نیست",
    404: "نشانی پیدا نشد",
    405: "روش درخواست پذیرفته نیست",
    408: "درخواست به‌موقع نرسید",
    409: "تغییر هم‌زمان",
    413: "حجم درخواست بیش از اندازه است",
    415: "نوع محتوا پذیرفته نیست",
    503: "سامانه در دسترس نیست",
}
WORDS: Final = {
    401: "Authentication failure",
    403: "Forbidden",
    404: "Resource not found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    503: "Service Unavailable",
}
"""What the guide's glossary calls a status, for the plain texts of the token calls."""

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_NO_TRACE: Final = "0" * 32


class Authenticated(msgspec.Struct, frozen=True):
    """1.1: the key begins with a blank."""

    token: str = msgspec.field(name=" Token")
    refresh: str = msgspec.field(name="RefreshToken")
    expires: str
    display_name: str = msgspec.field(name="displayName")


class Refreshed(msgspec.Struct, frozen=True):
    """1.2."""

    token: str = msgspec.field(name=" Token")
    refresh: str = msgspec.field(name="RefreshToken")


class ProblemDetails(msgspec.Struct, frozen=True):
    """1.4: what is wrong, as JSON in a text."""

    type: str
    title: str
    status: int
    detail: str
    trace: str = msgspec.field(name="traceId")


class Declared(msgspec.Struct, frozen=True, rename="camel"):
    """5: a declaration with what the ministry says to it."""

    student_number: str
    national_code: str
    first_name: str
    last_name: str
    course_study_code: str
    year_id: int
    declare_code: int
    declaration_type_id: int
    reject_reason_type_id: int | None
    duration_id: int
    has_log_book: bool
    balini_score: float
    operation_score: float
    ethics_score: float
    start_residency_date: str
    end_residency_date: str | None
    description: str
    acceptance_status_id: int | None
    acceptance_status_title: str | None
    acceptance_description: str

    @classmethod
    def of(cls, one: Declaration) -> Declared:
        """Write it."""
        return cls(
            student_number=one.student_number,
            national_code=one.national_code,
            first_name=one.first_name,
            last_name=one.last_name,
            course_study_code=one.course,
            year_id=one.year,
            declare_code=one.code,
            declaration_type_id=one.type,
            reject_reason_type_id=one.reason,
            duration_id=one.duration,
            has_log_book=one.log_book,
            balini_score=score(one.clinical),
            operation_score=score(one.operation),
            ethics_score=score(one.ethics),
            start_residency_date=midnight(one.start),
            end_residency_date=None if one.end is None else midnight(one.end),
            description=one.description,
            acceptance_status_id=one.acceptance,
            acceptance_status_title=None if one.acceptance is None else ACCEPTANCES[one.acceptance],
            acceptance_description="" if one.acceptance is None else one.note,
        )


class FinalResult(msgspec.Struct, frozen=True, rename="camel"):
    """5: a declaration with the result of the examination."""

    student_number: str
    national_code: str
    first_name: str
    last_name: str
    course_study_code: str
    year_id: int
    declare_code: int
    duration_id: int
    final_result_id: int | None
    final_result_title: str | None
    description: str

    @classmethod
    def of(cls, one: Declaration) -> FinalResult:
        """Write it."""
        return cls(
            student_number=one.student_number,
            national_code=one.national_code,
            first_name=one.first_name,
            last_name=one.last_name,
            course_study_code=one.course,
            year_id=one.year,
            declare_code=one.code,
            duration_id=one.duration,
            final_result_id=one.result,
            final_result_title=None if one.result is None else RESULTS[one.result],
            description=one.result_note,
        )


def score(hundredths: int) -> float:
    """Write a score as the guide does: 55.5, and 50 without a point."""
    whole, rest = divmod(hundredths, 100)
    return hundredths / 100 if rest else whole


def midnight(day: date) -> str:
    """Write a day as .NET writes a DateTime."""
    return f"{day.isoformat()}T00:00:00"


def expires(at: datetime) -> str:
    """Write an instant by Tehran's clock, with microseconds: 2024-01-20T17:15:04.141904+03:30."""
    return jalali.tehran(at).isoformat(timespec="microseconds")


def trace_of(parent: str | None, request: str) -> str:
    """Name a call as W3C's Trace Context does: by the caller's trace if he has one, else by our number of the call."""
    number = request.replace("-", "")
    found = _TRACEPARENT.fullmatch((parent or "").strip().lower())
    trace = found[1] if found is not None and found[1] != _NO_TRACE else number
    return f"00-{trace}-{number[-16:]}-00"


def details(faults: Iterable[Fault], trace: str) -> ProblemDetails:
    """Tell which rules a message breaks: each under its number, with the blank that the guide's example has."""
    told = {each.guid: f" {each.fa}" for each in faults}
    return ProblemDetails(_TYPES[400], TITLE, 400, msgspec.json.encode(told).decode(), trace)


def refusal(status: int, guid: str, text: str, trace: str) -> ProblemDetails:
    """Tell any other refusal in the same shape."""
    told = msgspec.json.encode({guid: f" {text}"}).decode()
    return ProblemDetails(_TYPES.get(status, "about:blank"), _TITLES.get(status, TITLE), status, told, trace)
