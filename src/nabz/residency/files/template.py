"""Templates: a sheet to fill with the code tables as drop-downs, and a sheet that explains its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.persian import grouped
from nabz.kit.tabular import csv_bytes
from nabz.kit.workbook.writing import CHOSEN_ROWS, Choice, Sheet, workbook
from nabz.residency.errors.faults import NAMES
from nabz.residency.files.columns import FOR_PEOPLE, Column, Names, columns_of
from nabz.residency.model.uploads import MOST_MB, UploadKind, most_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.kit.workbook.writing import Row

NAMES_OF: Final = {
    UploadKind.DECLARATIONS: "معرفی به ارتقا",
    UploadKind.RESIDENTS: "دستیاران",
    UploadKind.RESULTS: "نتایج نهایی",
}
_CODES: Final = "کدها"
_HELP: Final = "راهنما"
_DAY: Final = "شمسی مانند 1402/07/01 یا میلادی مانند 2023-09-23 (سال 1900 به بعد میلادی خوانده می‌شود)"
_SCORE: Final = "عدد با حداکثر دو رقم اعشار"
_HINTS: Final = {
    "StudentNumber": "همان شماره‌ای که در پروندهٔ دستیار ثبت شده است؛ هر شماره یک بار",
    "YearId": "سال تحصیلی، مانند 1402؛ اگر خالی بماند سالی است که هنگام ارسال برمی‌گزینید",
    "DeclareCode": "کد یا عنوان؛ کد n برای دستیار سال n-1، کد 5 فقط رشته‌های پنج‌ساله، کد 10 گواهینامه",
    "RejectReasonTypeId": "فقط و حتماً برای «عدم معرفی»",
    "DurationId": "از 1 تا 5",
    "HasLogBook": "بله یا خیر",
    "BaliniScore": f"از 0 تا 60؛ {_SCORE}، مانند 55.5",
    "OperationScore": f"از 0 تا 60؛ {_SCORE}، مانند 55.5",
    "EthicsScore": f"از 0 تا 30؛ {_SCORE}، مانند 27.5",
    "StartResidencyDate": _DAY,
    "EndResidencyDate": f"{_DAY}؛ فقط و حتماً برای گواهینامه",
    "BirthDate": _DAY,
    "NationalCode": "ده رقم؛ اتباع خارجی: شمارهٔ گذرنامه یا شناسهٔ فراگیر",
    "CourseStudyCode": "کد چهار یا پنج رقمی، یا عنوان از فهرست",
    "ResidencyStartYear": "چهار رقم شمسی، مانند 1401",
    "IsIrani": "بله یا خیر",
    "University": "نام یا شناسه؛ فقط اگر این شمارهٔ دانشجویی در چند دانشگاه باشد",
    "FinalResultId": "کد یا عنوان",
}
_OF_RESIDENTS: Final = {
    "StudentNumber": "رقم، حرف لاتین و خط تیره؛ شمارهٔ تازه یعنی دستیار تازه، شمارهٔ ثبت‌شده یعنی تغییر همان دستیار",
    "EndResidencyDate": f"{_DAY}؛ اگر دوره تمام نشده است، خالی بماند",
}


def xlsx(kind: UploadKind, names: Names, filled: Iterable[Row] | None = None) -> bytes:
    """Write the template of a kind of file; its columns are text, so that codes keep their leading zeros."""
    columns = columns_of(kind, names)
    chosen = [column for column in columns if column.titles]
    choices = tuple(
        Choice(columns.index(column) + 1, _CODES, place, len(column.titles), strict=column.choice)
        for place, column in enumerate(chosen, 1)
    )
    sheet = Sheet(NAMES_OF[kind], _rows(columns, filled), choices, texts=True)
    return workbook([sheet, Sheet(_HELP, _explained(kind, columns)), Sheet(_CODES, _codes(chosen))])


def csv(kind: UploadKind, names: Names, filled: Iterable[Row] | None = None) -> bytes:
    """Write the head of a kind of file, and what is filled in."""
    return csv_bytes(_rows(columns_of(kind, names), filled))


def _rows(columns: list[Column], filled: Iterable[Row] | None) -> list[Row]:
    head = [column.title for column in columns]
    return [head] if filled is None else [head + [NAMES[field] for field in FOR_PEOPLE], *filled]


def _explained(kind: UploadKind, columns: list[Column]) -> list[Row]:
    return [
        ["ستون", "نام در وب‌سرویس", "لازم", "چه بنویسید"],
        *([each.title, each.field, "بله" if each.needed else "خیر", _hint(kind, each)] for each in columns),
        [],
        [f"تا {grouped(most_of(kind))} ردیف و {grouped(MOST_MB)} مگابایت در هر فایل."],
        [f"فهرست‌های انتخاب تا ردیف {grouped(CHOSEN_ROWS)} است؛ پس از آن کد یا عنوان را بنویسید."],
        ["نام ستون‌ها را عوض نکنید؛ ترتیب آن‌ها آزاد است. فرمول پذیرفته نیست، مقدار را بنویسید."],
        ["پس از ارسال، نتیجهٔ هر ردیف را می‌بینید و تا تأیید نکنید چیزی ثبت نمی‌شود."],
    ]


def _hint(kind: UploadKind, column: Column) -> str:
    own = _OF_RESIDENTS if kind is UploadKind.RESIDENTS else {}
    return own.get(column.field) or _HINTS.get(column.field) or ("کد یا عنوان از فهرست" if column.titles else "")


def _codes(columns: list[Column]) -> list[Row]:
    """Write each table as a column, in the words that a cell of the template may hold."""
    tables = [[_choice(code, title) for code, title in column.titles.items()] for column in columns]
    longest = max(map(len, tables), default=0)
    rows: list[Row] = [[NAMES[column.field] for column in columns]]
    rows += [[table[place] if place < len(table) else None for table in tables] for place in range(longest)]
    return rows


def _choice(code: str, title: str) -> str:
    """Write `2 - title`; yes and no, and names without a code, by themselves."""
    return title if title in {"بله", "خیر"} else f"{code} - {title}" if title else code
