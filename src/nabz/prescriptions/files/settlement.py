"""The settlement of a month as a workbook: a sheet of centres with their sums, and a sheet of every line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.workbook.writing import Row, Sheet, workbook
from nabz.prescriptions.model.monthly import FILE_FA, FileState, Sums
from nabz.prescriptions.model.values import CentreKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nabz.prescriptions.model import Centre
    from nabz.prescriptions.model.monthly import MonthFile

KINDS: Final = {CentreKind.PHARMACY: "داروخانه", CentreKind.PARACLINIC: "پاراکلینیک"}
CENTRES_HEAD: Final[tuple[str, ...]] = (
    "شناسهٔ مرکز",
    "نام مرکز",
    "نوع",
    "شمارهٔ قرارداد",
    "شناسهٔ فایل",
    "وضعیت فایل",
    "تعداد نسخه",
    "تعداد قلم",
    "مبلغ کل",
    "سهم بیمه‌گر",
    "یارانه",
    "سهم بیمار",
    "قابل پرداخت",
)
LINES_HEAD: Final[tuple[str, ...]] = (
    "شناسهٔ مرکز",
    "شناسهٔ تحویل",
    "شناسهٔ نسخه",
    "تاریخ",
    "بیمار",
    "نظام پزشکی",
    "نوع",
    "کد",
    "تعداد",
    "مبلغ کل",
    "سهم بیمه‌گر",
    "یارانه",
    "سهم بیمار",
)
REPORT_HEAD: Final[tuple[str, ...]] = (
    "کد",
    "عنوان",
    "نسخه",
    "قلم",
    "تعداد",
    "مبلغ کل",
    "سهم بیمه‌گر",
    "یارانه",
    "سهم بیمار",
)
_BEFORE_SUMS: Final = 6
_BEFORE_LINE_SUMS: Final = 9
SettledCells = tuple[str, int, int, str, str, str, str, str, int, int, int, int, int]


def settlement(files: Iterable[tuple[MonthFile, Centre | None]], lines: Iterable[SettledCells]) -> bytes:
    """Write the workbook of a month; what was not accepted is listed, and comes to nothing."""
    return workbook([centres_of(files), lines_of(lines)])


def centres_of(files: Iterable[tuple[MonthFile, Centre | None]]) -> Sheet:
    """Write a row for each centre, and what all come to."""
    rows: list[Row] = []
    total, payable = Sums(), 0
    for file, centre in files:
        accepted = file.state is FileState.ACCEPTED
        due = file.sums.insurer if accepted else 0
        name, contract = (centre.name, centre.contract) if centre else ("", "")
        whose = [file.centre, name, KINDS[file.kind], contract, str(file.id), FILE_FA[file.state]]
        rows.append([*whose, *_sums(file.sums), due])
        total, payable = total + file.sums, payable + due
    end: Row = ["جمع", *([""] * (_BEFORE_SUMS - 1)), *_sums(total), payable]
    return Sheet("مراکز", [CENTRES_HEAD, *rows, end])


def lines_of(lines: Iterable[SettledCells]) -> Sheet:
    """Write a row for each line of the accepted files, and what all come to."""
    rows: list[list[str | int]] = [
        [cells[0], str(cells[1]), str(cells[2]), cells[3], cells[4].partition(":")[2] or cells[4], *cells[5:]]
        for cells in lines
    ]
    total = [sum(int(row[place]) for row in rows) for place in range(_BEFORE_LINE_SUMS, len(LINES_HEAD))]
    return Sheet("اقلام", [LINES_HEAD, *rows, ["جمع", *([""] * (_BEFORE_LINE_SUMS - 1)), *total]])


def report(title: str, rows: Sequence[tuple[str, str, int, Sums]], whole: tuple[int, Sums]) -> bytes:
    """Write a report: code, title, quantity and sums of each row, and of all that was asked for."""
    written: list[Row] = [[code, name, *_report(quantity, sums)] for code, name, quantity, sums in rows]
    return workbook([Sheet(title, [REPORT_HEAD, *written, ["جمع", "", *_report(*whole)]])])


def _report(quantity: int, sums: Sums) -> list[int]:
    return [sums.deliveries, sums.lines, quantity, sums.price, sums.insurer, sums.subsidy, sums.patient]


def _sums(sums: Sums) -> list[int]:
    return [sums.deliveries, sums.lines, sums.price, sums.insurer, sums.subsidy, sums.patient]
