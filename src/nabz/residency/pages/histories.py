"""The history of a resident in words: what was done, by whom, and what it changed from what to what."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.residency.errors.faults import NAMES
from nabz.residency.model import Acceptance
from nabz.residency.seed.demo import SEEDED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from nabz.residency.model import Change
    from nabz.residency.pages.frame import Words

ACTIONS: Final = {
    "resident-added": ("دستیار ثبت شد", "resident added"),
    "resident-changed": ("مشخصات تغییر کرد", "resident changed"),
    "picture-put": ("تصویر ثبت شد", "picture put"),
    "declared": ("معرفی ثبت شد", "declared"),
    "declaration-changed": ("معرفی تغییر کرد", "declaration changed"),
    "decided": ("وزارت تصمیم گرفت", "the ministry decided"),
    "result-entered": ("نتیجه ثبت شد", "result entered"),
}
DECIDED: Final = {
    Acceptance.ACCEPTED: ("وزارت پذیرفت", "the ministry accepted"),
    Acceptance.REFUSED: ("وزارت رد کرد", "the ministry refused"),
    Acceptance.TO_CORRECT: ("وزارت برای اصلاح برگرداند", "the ministry sent it back"),
}
UNPUBLISHED: Final = "result-entered"
"""Nobody but the ministry sees it before the results are published."""

FIELDS: Final = {
    "national_code": "NationalCode",
    "course": "CourseStudyCode",
    "start_year": "ResidencyStartYear",
    "status": "ResidentStatusId",
    "duration": "DurationId",
    "start": "StartResidencyDate",
    "end": "EndResidencyDate",
    "first_name": "FirstName",
    "last_name": "LastName",
    "father_name": "FatherName",
    "is_irani": "IsIrani",
    "birth": "BirthDate",
    "email": "Email",
    "mobile": "Mobile",
    "address": "Address",
    "gender": "GenderId",
    "picture": "Image",
    "code": "DeclareCode",
    "type": "DeclarationTypeId",
    "reason": "RejectReasonTypeId",
    "log_book": "HasLogBook",
    "clinical": "BaliniScore",
    "operation": "OperationScore",
    "ethics": "EthicsScore",
    "description": "Description",
    "result": "FinalResultId",
}
_OTHERS: Final = {
    "acceptance": ("پاسخ وزارت", "answer of the ministry"),
    "note": ("توضیح وزارت", "words of the ministry"),
    "result_note": ("توضیح نتیجه", "note to the result"),
}
_TABLES: Final = {
    "code": "declare_codes",
    "type": "declaration_types",
    "reason": "reject_reasons",
    "acceptance": "acceptances",
    "result": "results",
    "gender": "genders",
}


class Line(msgspec.Struct, frozen=True):
    """A line of the history; each of its changes is a field, what it was, and what it is."""

    at: datetime
    who: str
    text: str
    year: int
    changes: list[tuple[str, str, str]]


def lines(changes: Iterable[Change], names: Mapping[str, str], words: Words, published: Collection[int]) -> list[Line]:
    """Write a history for those who see results of the published years only."""
    return [_line(each, names, words) for each in changes if each.action != UNPUBLISHED or each.year in published]


def _line(one: Change, names: Mapping[str, str], words: Words) -> Line:
    told = [_change(field, fact, words) for field, fact in one.facts.items()]
    who = words.text("دادهٔ نمایشی", "demo data") if one.who == SEEDED else names.get(one.who, one.who)
    return Line(one.at, who, _deed(one, words), one.year, told)


def _deed(one: Change, words: Words) -> str:
    """Say what was done; of a decision and of a result also which."""
    if one.action == "decided" and (decided := DECIDED.get(_is("acceptance", one))):
        return words.text(*decided)
    deed = words.text(*ACTIONS.get(one.action, (one.action, one.action)))
    if one.action == UNPUBLISHED and "result" in one.facts:
        result = _is("result", one)
        if result is None:
            return words.text("نتیجه برداشته شد", "result taken back")
        return f"{deed}: {words.title('results', result)}"
    return deed


def _is(field: str, one: Change) -> Any:  # noqa: ANN401
    return _pair(one.facts.get(field))[1]


def _pair(fact: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Part what was from what is."""
    return (fact[0], fact[1]) if isinstance(fact, list) and len(fact) == 2 else (None, fact)  # noqa: PLR2004


def _change(field: str, fact: Any, words: Words) -> tuple[str, str, str]:  # noqa: ANN401 - as it stands in the store
    was, is_ = _pair(fact)
    if field in _OTHERS:
        name = words.text(*_OTHERS[field])
    else:
        wire = FIELDS.get(field, field)
        name = words.text(NAMES.get(wire, wire), wire)
    return name, _value(field, was, words), _value(field, is_, words)


def _value(field: str, value: Any, words: Words) -> str:  # noqa: ANN401
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return words.text("بله", "yes") if value else words.text("خیر", "no")
    if field in _TABLES:
        return words.title(_TABLES[field], value)
    return _SPELT.get(field, _as_it_is)(value, words)


def _as_it_is(value: object, _words: Words) -> str:
    return str(value)


_SPELT: Final[dict[str, Callable[[Any, Words], str]]] = {
    **dict.fromkeys(("clinical", "operation", "ethics"), lambda value, words: words.score(value)),
    **dict.fromkeys(("start", "end", "birth"), lambda value, words: words.day(date.fromisoformat(value))),
    **dict.fromkeys(
        ("national_code", "course", "start_year", "status", "duration", "mobile"),
        lambda value, words: words.digits(value),
    ),
    "picture": lambda value, words: words.text("تصویر ", "picture ") + str(value)[:8],
}
