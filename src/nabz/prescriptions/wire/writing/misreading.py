"""What is said of a message that cannot be read: the listed sentence of the member that is at fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nabz.kit import reader
from nabz.prescriptions.errors import writing as wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from nabz.kit.errors import Problem

_PLACE: Final = re.compile(r"\[\d+\]")
_REFERRALS: Final = "notedetailsreferrallist"

_SAYS: Final[dict[str, Callable[[str], Problem]]] = {
    "patient": lambda _: wrong.PatientWrong(),
    "mobile": lambda _: wrong.MobileWrong(),
    "presctype": lambda _: wrong.KindWrong(),
    "prescdate": lambda path: wrong.DayWrong(field=path),
    "expiredate": lambda path: wrong.DayWrong(field=path),
    "datedo": lambda path: wrong.DayWrong(field=path),
    "docid": lambda _: wrong.DoctorUnknown(),
    "docnationalcode": lambda _: wrong.DoctorMismatch(),
    "docmobileno": lambda _: wrong.DoctorMismatch(),
    "srvqty": lambda _: wrong.QuantityWrong(),
    "timesaday": lambda _: wrong.AmountWrong(),
    "druginstruction": lambda _: wrong.InstructionWrong(),
    "partarefgrp": lambda _: wrong.GroupMissing(),
    "repeat": lambda _: wrong.RepeatWrong(),
    "toothid": lambda _: wrong.ToothWrong(),
    "comments": lambda path: wrong.FormWrong(field=path),
    "dose": lambda path: wrong.FormWrong(field=path),
    "referralfeedbackid": lambda _: wrong.FeedbackUnknown(),
    "referralfeedbacklist": lambda _: wrong.AnswersWrong(),
    "notedetailseprscid": lambda _: wrong.ItemNotThere(),
}


def understood(problem: Problem) -> Problem:
    """Turn what the reader found into what the interface says of it; all other problems stay."""
    if isinstance(problem, reader.BodyEmpty):
        return wrong.NoBody()
    if isinstance(problem, reader.ValueWrong):
        return _said(str(problem.facts.get("path", "$")))
    if isinstance(problem, _UNREADABLE):
        return wrong.Misread(field=problem.facts.get("path", problem.code))
    return problem


def _said(path: str) -> Problem:
    """Choose the sentence of the innermost member that has one; what is no message at all holds no data."""
    names = _PLACE.sub("", path).lower().split(".")
    if names == ["$"]:
        return wrong.NoBody()
    for name in reversed(names):
        if name in _SAYS:
            return _SAYS[name](path)
    return wrong.ReferralWrong(field=path) if _REFERRALS in names else wrong.Misread(field=path)


_UNREADABLE: Final = (
    reader.BodyEncodedTwice,
    reader.BodyNotJson,
    reader.BodyNotText,
    reader.BodyTooDeep,
    reader.KeyTwice,
    reader.NumberRefused,
    reader.TextRefused,
    reader.TooManyValues,
    reader.ValueMissing,
)
