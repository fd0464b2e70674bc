"""The page of the rules of SIMAD's messages: in which fields each is told, and under which number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_RESIDENT: Final = (
    "StudentNumber",
    "NationalCode",
    "CourseStudyCode",
    "ResidencyStartYear",
    "ResidentStatusId",
    "DurationId",
    "StartResidencyDate",
    "FirstName",
    "LastName",
    "FatherName",
    "IsIrani",
    "BirthDate",
    "GenderId",
)
_SCORES: Final = ("BaliniScore", "OperationScore", "EthicsScore")
_DECLARATION: Final = ("YearId", "DeclareCode", "DeclarationTypeId", "HasLogBook", *_SCORES)
_NEEDED: Final = (*_RESIDENT, "Image", *_DECLARATION)
_MAY_BE_EMPTY: Final = ("EndResidencyDate", "Email", "Mobile", "Address", "RejectReasonTypeId", "Description")
_DAYS: Final = ("StartResidencyDate", "EndResidencyDate", "BirthDate")
_TEXTS: Final = ("NationalCode", "CourseStudyCode", "FirstName", "LastName", "FatherName", "Email", "Mobile", "Address")

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "resident-not-found": ("StudentNumber",),
    "required": _NEEDED,
    "unreadable": tuple(name for name in (*_NEEDED, *_MAY_BE_EMPTY) if name not in _DAYS),
    "day": ("StartResidencyDate", "EndResidencyDate"),
    "birth-day": ("BirthDate",),
    "unseen": ("StudentNumber", *_TEXTS, "Description"),
    "no-letter": ("FirstName", "LastName", "FatherName"),
    "too-long": ("StudentNumber", *_TEXTS, "Description"),
    "national-code": ("NationalCode",),
    "foreign-number": ("NationalCode",),
    "student-number": ("StudentNumber",),
    "course": ("CourseStudyCode",),
    "year": ("ResidencyStartYear", "YearId"),
    "year-early": ("YearId",),
    "year-late": ("ResidencyStartYear", "YearId"),
    "status": ("ResidentStatusId",),
    "duration": ("DurationId",),
    "gender": ("GenderId",),
    "email": ("Email",),
    "mobile": ("Mobile",),
    "birth": ("BirthDate",),
    "end-before-start": ("EndResidencyDate",),
    "date": ("StartResidencyDate", "EndResidencyDate"),
    "triple": ("NationalCode",),
    "identity-fixed": ("NationalCode",),
    "declare-code": ("DeclareCode",),
    "code-and-duration": ("DeclareCode",),
    "five-year-course": ("DeclareCode",),
    "end-needed": ("EndResidencyDate",),
    "end-not-wanted": ("EndResidencyDate",),
    "declaration-type": ("DeclarationTypeId",),
    "reason-needed": ("RejectReasonTypeId",),
    "reason-not-wanted": ("RejectReasonTypeId",),
    "reason": ("RejectReasonTypeId",),
    "score": _SCORES,
    "score-decimals": _SCORES,
    "not-open": ("YearId",),
    "closed": ("YearId",),
    "correction-closed": ("YearId",),
    "decided": ("StudentNumber",),
    "picture": ("Image",),
}
"""Where a message may break a rule."""

ELSEWHERE: Final = (
    "twice",
    "year-differs",
    "formula",
    "changed-meanwhile",
    "note-needed",
    "not-accepted",
    "result",
    "not-declared",
)
"""Told of the rows of files and on pages alone."""

OTHERS: Final = (
    "residency.token-wrong",
    "kit.not-allowed",
    "residency.under-maintenance",
    "residency.body-kind-refused",
    "residency.changed-meanwhile",
    "gateway.https-only",
    "kit.not-found",
    "kit.method-not-allowed",
    "kit.body-empty",
    "kit.body-not-json",
    "kit.body-not-text",
    "kit.body-encoded-twice",
    "kit.body-too-deep",
    "kit.body-too-large",
    "kit.too-many-values",
    "kit.too-many-files",
    "kit.key-twice",
    "kit.text-refused",
    "kit.number-refused",
    "kit.upload-broken",
    "kit.body-slow",
    "kit.busy",
    "kit.store-away",
    "kit.outcome-unknown",
)
"""What is told in the same shape and is no rule of a field."""


class _Kept(dict[str, str]):
    """Leaves what is not known yet as it stands: {most}."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def rules(written: str, persian: str, end: str) -> Iterator[str]:
    """Write the page; Persian texts stand between the two marks."""
    from nabz.kit.errors import catalogue
    from nabz.residency.errors.faults import NAMES, RULES, guid_of

    kinds = {kind.code: kind for kind in catalogue()}
    yield from ("# Rules of SIMAD's messages", "", written, "")
    yield (
        "A refused message tells all rules that it breaks, each under a number (GUID) that never changes and names the "
        "rule and the field. Programs compare the number; texts may change. What stands in braces is filled in. How a "
        "refusal looks: [Residents](../guide/residents.md#errors)."
    )
    yield from ("", "## Rules", "", "| Rule | Field | Number | Persian | English |", "|---|---|---|---|---|")
    for rule, (fa, en) in RULES.items():
        for field in FIELDS.get(rule, ()):
            told = fa.format_map(_Kept(field=NAMES[field])), en.format_map(_Kept(field=field))
            yield f"| {rule} | {field} | `{guid_of(rule, field)}` | {persian}{told[0]}{end} | {told[1]} |"
    yield from ("", "## Other refusals", "", "| Code | Status | Number | Persian | English |", "|---|---|---|---|---|")
    for kind in (kinds[code] for code in OTHERS):
        yield f"| {kind.code} | {kind.status} | `{guid_of(kind.code)}` | {persian}{kind.fa}{end} | {kind.en} |"
    yield from ("", "## In files and on pages", "", "| Rule | Persian | English |", "|---|---|---|")
    for rule in ELSEWHERE:
        yield f"| {rule} | {persian}{RULES[rule][0]}{end} | {RULES[rule][1]} |"
