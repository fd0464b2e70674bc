"""What the forms of access share: who sends them, and what a person can mend in them."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import Response

from nabz.access import errors
from nabz.access.model import Person
from nabz.kit.errors import NotAllowed, Problem
from nabz.kit.http import Call
from nabz.kit.jalali import DateWrong
from nabz.kit.persian import TextTooLong, persian_digits
from nabz.web.render import render, say

FIELD_OF: Final[dict[type[Problem], str]] = {
    errors.BadCredentials: "password",
    errors.TooManyAttempts: "password",
    errors.BadUsername: "username",
    errors.UsernameTaken: "username",
    errors.BadEmail: "email",
    errors.NameMissing: "name",
    TextTooLong: "name",
    errors.NationalIdWrong: "national_id",
    errors.NationalIdTaken: "national_id",
    errors.UnknownOrganisation: "organisation_id",
    errors.UnknownDataSet: "data_set",
    errors.RoleNotFitting: "roles",
    errors.PasswordTooShort: "password",
    errors.PasswordTooLong: "password",
    errors.PasswordTooCommon: "password",
    errors.PasswordIsUsername: "password",
    errors.PasswordsDiffer: "again",
    errors.WrongPassword: "current",
    errors.WrongCode: "code",
    errors.OfferExpired: "code",
    errors.DelegateNotFitting: "username",
    errors.DelegationThere: "username",
    errors.DateNotAhead: "until",
    DateWrong: "until",
}
"""Beside which field of a form a problem is said."""

UNPROCESSABLE: Final = 422
_LOCAL: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def me(call: Call) -> Person:
    """Give the person who is signed in. Raises NotAllowed for a caller of another kind."""
    if not isinstance(call.me, Person):
        raise NotAllowed
    return call.me


def local_path(asked: str, otherwise: str = "/portal") -> str:
    """Give the address to go on to if it is one of ours: no other site, however it is spelt."""
    return asked if _LOCAL.fullmatch(asked) else otherwise


def again(call: Call, template: str, problem: Problem, **values: object) -> Response:
    """Draw a form once more with the problem beside its field; raises the problem if it has none here."""
    field = FIELD_OF.get(type(problem))
    if field is None:
        raise problem
    text = say(call, problem.text_fa, problem.text_en)
    status = UNPROCESSABLE
    if isinstance(problem, errors.TooManyAttempts):
        status = problem.status
        text = f"{text} {_wait(call, problem.retry_after or 0)}"
    answer = render(call, template, status, errors={field: text}, **values)
    if problem.retry_after is not None:
        answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
    return answer


def _wait(call: Call, seconds: float) -> str:
    whole = max(1, round(seconds))
    return say(call, f"({persian_digits(whole)} ثانیهٔ دیگر)", f"({whole} seconds from now)")
