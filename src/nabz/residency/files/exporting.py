"""The lists that are given out as workbooks and CSV: headed as the templates are, so that they can be sent again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.persian import persian_digits
from nabz.kit.tabular import CSV, csv_bytes
from nabz.kit.workbook.writing import XLSX, Sheet, workbook
from nabz.residency.errors.faults import NAMES
from nabz.residency.files.columns import DEED, LINE, NO_NAMES, STATE, WHO, WHY, YES_NO, columns_of
from nabz.residency.model import Standing
from nabz.residency.model.codes import (
    ACCEPTANCES,
    DECLARATION_TYPES,
    DECLARE_CODES,
    GENDERS,
    REJECT_REASONS,
    RESULTS,
)
from nabz.residency.model.scores import score_text
from nabz.residency.model.uploads import Deed, RowState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from nabz.kit.workbook.writing import Row
    from nabz.residency.files.columns import Names
    from nabz.residency.model import Declaration, Resident
    from nabz.residency.model.uploads import Receipt, UploadKind

TYPES: Final = {"xlsx": XLSX, "csv": CSV}
STATES: Final = {
    RowState.GOOD: "پذیرفتنی",
    RowState.SAME: "بدون تغییر",
    RowState.REFUSED: "رد شده",
    RowState.STORED: "ثبت شده",
}
DEEDS: Final = {Deed.NEW: "تازه", Deed.CHANGED: "تغییر", Deed.CORRECTED: "اصلاح"}
_WHOSE: Final = ("University", "NationalCode", "FirstName", "LastName", "CourseStudyCode")
_DECLARED: Final = (
    "YearId",
    "DeclareCode",
    "DeclarationTypeId",
    "RejectReasonTypeId",
    "DurationId",
    "HasLogBook",
    "BaliniScore",
    "OperationScore",
    "EthicsScore",
    "StartResidencyDate",
    "EndResidencyDate",
    "Description",
)
_RESIDENT: Final = (
    "ResidencyStartYear",
    "ResidentStatusId",
    "DurationId",
    "StartResidencyDate",
    "EndResidencyDate",
    "FatherName",
    "IsIrani",
    "BirthDate",
    "Email",
    "Mobile",
    "Address",
    "GenderId",
)


def written(name: str, rows: Iterable[Row], format_: str) -> bytes:
    """Write a sheet as a workbook or as CSV; this takes its time and belongs into a thread."""
    return csv_bytes(rows) if format_ == "csv" else workbook([Sheet(name, rows)])


def declared(rows: Iterable[Declaration], names: Names) -> Iterator[Row]:
    """Write declarations with what the ministry says to them."""
    yield [*_heads("StudentNumber", *_WHOSE, *_DECLARED), "پذیرش وزارت", "توضیح وزارت"]
    for one in rows:
        stands = ACCEPTANCES.get(one.acceptance, "") if one.acceptance else "در انتظار"
        if one.standing is Standing.CORRECTED:
            stands = "اصلاح‌شده، در انتظار"
        yield [one.student_number, *_whose(one, names), *_said(one), stands, one.note]


def results(rows: Iterable[Declaration], names: Names) -> Iterator[Row]:
    """Write the final results of accepted declarations; filled in, the ministry may send the list back."""
    yield _heads("StudentNumber", *_WHOSE, "YearId", "DeclareCode", "DurationId", "FinalResultId", "Description")
    for one in rows:
        said: Row = [Decimal(one.year), coded(one.code, DECLARE_CODES), Decimal(one.duration)]
        yield [one.student_number, *_whose(one, names), *said, coded(one.result, RESULTS), one.result_note]


def residents(rows: Iterable[Resident], names: Names) -> Iterator[Row]:
    """Write residents."""
    yield _heads("StudentNumber", *_WHOSE, *_RESIDENT)
    for one in rows:
        yield [
            one.student_number,
            *_whose(one, names),
            Decimal(one.start_year),
            _titled(str(one.status), names.statuses),
            Decimal(one.duration),
            day_text(one.start),
            day_text(one.end),
            one.father_name,
            YES_NO[str(int(one.is_irani))],
            day_text(one.birth),
            one.email,
            one.mobile,
            one.address,
            coded(one.gender, GENDERS),
        ]


def receipts(kind: UploadKind, rows: Iterable[Receipt]) -> Iterator[Row]:
    """Write the receipts of a file, each beside its row as it came: mended, the file may be sent again."""
    titles = [column.title for column in columns_of(kind, NO_NAMES)]
    yield [LINE, *titles, WHO, STATE, DEED, WHY]
    for one in rows:
        row = one.row or ("",) * len(titles)
        deed = DEEDS[one.deed] if one.deed else ""
        yield [Decimal(one.line), *row, one.who, STATES[one.state], deed, "؛ ".join(each.fa for each in one.faults)]


def _heads(*fields: str) -> list[str]:
    return [NAMES[field] for field in fields]


def _whose(one: Declaration | Resident, names: Names) -> list[str]:
    university = names.universities.get(one.university, one.university)
    return [university, one.national_code, one.first_name, one.last_name, _titled(one.course, names.courses)]


def _said(one: Declaration) -> Row:
    return [
        Decimal(one.year),
        coded(one.code, DECLARE_CODES),
        coded(one.type, DECLARATION_TYPES),
        coded(one.reason, REJECT_REASONS),
        Decimal(one.duration),
        YES_NO[str(int(one.log_book))],
        *(Decimal(score_text(each)) for each in (one.clinical, one.operation, one.ethics)),
        day_text(one.start),
        day_text(one.end),
        one.description,
    ]


def coded(code: int | None, titles: Mapping[int, str]) -> str:
    """Write `2 - title`, as a drop-down offers it."""
    return "" if code is None else f"{code} - {persian_digits(titles.get(code, ''))}"


def _titled(code: str, titles: Mapping[str, str]) -> str:
    return f"{code} - {titles[code]}" if titles.get(code) else code


def day_text(day: date | None) -> str:
    """Write a day as people read it."""
    return "" if day is None else jalali.slashed(jalali.of_date(day))
