"""The file of a month as sheets: one row for every line that was delivered, and the sums below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.workbook.writing import Row, Sheet
from nabz.prescriptions.errors.monthly import MonthTooLarge
from nabz.prescriptions.model.values import CentreKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.prescriptions.model import Centre, Delivery, Line
    from nabz.prescriptions.model.monthly import MonthFile, Sums

MOST_ROWS: Final = 1_048_000
HEAD: Final = (
    "شناسهٔ تحویل",
    "شناسهٔ نسخه",
    "تاریخ",
    "بیمار",
    "نظام پزشکی",
    "نوع",
    "کد",
    "نام",
    "تعداد",
    "بهای واحد",
    "تعرفهٔ واحد",
    "مبلغ کل",
    "سهم بیمه‌گر",
    "یارانه",
    "سهم بیمار",
)
_SUMMED: Final = 11
"""From this column on there are sums."""


def lines_of(deliveries: Iterable[Delivery]) -> Sheet:
    """Write the lines of some deliveries with their sums below. Raises MonthTooLarge."""
    lines = [_cells(one, line) for one in deliveries for line in one.lines]
    if len(lines) > MOST_ROWS:
        raise MonthTooLarge(most=MOST_ROWS)
    total = [sum(int(row[place]) for row in lines) for place in range(_SUMMED, len(HEAD))]
    return Sheet("اقلام", [HEAD, *lines, ["جمع", *([""] * (_SUMMED - 1)), *total]])


def sheets_of(file: MonthFile, centre: Centre, deliveries: Iterable[Delivery]) -> list[Sheet]:
    """Write a month's lines on one sheet, and whose they are with their sums on another. Raises MonthTooLarge."""
    return [lines_of(deliveries), Sheet("خلاصه", summary_of(file, centre))]


def summary_of(file: MonthFile, centre: Centre) -> list[Row]:
    """Tell whose file it is and what it comes to."""
    kind = "داروخانه" if centre.kind is CentreKind.PHARMACY else "مرکز پاراکلینیک"
    return [
        ["عنوان", "مقدار"],
        ["شناسهٔ فایل", str(file.id)],
        [kind, centre.name],
        ["شناسهٔ مرکز", centre.id],
        ["شمارهٔ قرارداد", centre.contract],
        ["ماه", f"{file.month[:4]}/{file.month[4:]}"],
        *_sums(file.sums),
    ]


def _sums(sums: Sums) -> list[Row]:
    return [
        ["تعداد نسخه", sums.deliveries],
        ["تعداد قلم", sums.lines],
        ["مبلغ کل (ریال)", sums.price],
        ["سهم بیمه‌گر (ریال)", sums.insurer],
        ["یارانه (ریال)", sums.subsidy],
        ["سهم بیمار (ریال)", sums.patient],
    ]


def _cells(one: Delivery, line: Line) -> list[str | int]:
    patient = one.patient.partition(":")[2] or one.patient
    whose: list[str | int] = [str(one.id), str(one.prescription), one.day, patient, one.doctor]
    what: list[str | int] = [line.type, line.code, line.name, line.quantity, line.asked, line.tariff]
    return [*whose, *what, line.price, line.insurer, line.subsidy, line.patient]
