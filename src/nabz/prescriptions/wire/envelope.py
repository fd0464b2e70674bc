"""What surrounds every answer of Tamin, and how a failure stands in it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from nabz.kit.errors import Problem
from nabz.prescriptions.errors.kinds import TaminProblem
from nabz.prescriptions.wire.texts import text_of

FAMILIES: Final = {2: "SUCCESSFUL", 3: "REDIRECTION", 4: "CLIENT_ERROR", 5: "SERVER_ERROR"}
REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
NO_ACCESS: Final = "خطای دسترسی"


class Envelope(msgspec.Struct, frozen=True):
    """The four keys of every reply."""

    status: int
    family: str
    reason: str
    data: Any


class TracedEnvelope(msgspec.Struct, frozen=True):
    """With the fifth of the newer ones."""

    status: int
    family: str
    reason: str
    data: Any
    traceId: str


def envelope(status: int, value: object, trace: str = "") -> Envelope | TracedEnvelope:
    """Put a value into the envelope."""
    family = FAMILIES.get(status // 100, "OTHER")
    reason = REASONS.get(status, "")
    return TracedEnvelope(status, family, reason, value, trace) if trace else Envelope(status, family, reason, value)


class Fault(msgspec.Struct, frozen=True):
    """A failure as an object of its own, where a list was asked for."""

    error_Code: str | None
    error_Msg: str | None
    complemantary_Msg: str | None
    trackingCode: int | None = None
    head_EPRSC_ID: str | None = None


class Result(msgspec.Struct, frozen=True):
    """What writing answers, well or badly."""

    trackingCode: int | None = None
    head_EPRSC_ID: str | None = None
    error_Code: str | None = None
    error_Msg: str | None = None
    complemantary_Msg: str | None = None


class Resulting(msgspec.Struct, frozen=True):
    """The same one level down."""

    result: Result


def number_of(problem: Problem) -> str:
    """Give a failure's error_Code."""
    return problem.number if isinstance(problem, TaminProblem) else str(problem.status)


def complement_of(problem: Problem) -> str | None:
    """Give a failure's second sentence."""
    return (problem.complement_fa or None) if isinstance(problem, TaminProblem) else None


def fault(problem: Problem) -> Fault:
    """Tell a failure where something else was asked for."""
    return Fault(number_of(problem), text_of(problem), complement_of(problem))


def resulting(problem: Problem) -> Resulting:
    """Tell a failure of writing."""
    return Resulting(Result(None, None, number_of(problem), text_of(problem), complement_of(problem)))


__all__ = [
    "NO_ACCESS",
    "Envelope",
    "Fault",
    "Result",
    "Resulting",
    "TracedEnvelope",
    "complement_of",
    "envelope",
    "fault",
    "number_of",
    "resulting",
]
