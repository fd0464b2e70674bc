"""The file of a month as a workbook and as CSV: one row for every line that was delivered, and the sums below them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from nabz.prescriptions.errors.monthly import MonthTooLarge
from nabz.prescriptions.model.values import CentreKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nabz.prescriptions.model import Centre, Delivery, Line
    from nabz.prescriptions.model.monthly import MonthFile, Sums

Cell = str | int
Sheet = tuple[str, list[list[Cell]]]
"""Its name, and its rows with the head first."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
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

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TOP: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TEXT, _NUMBER, _HEADER = 1, 2, 3
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def lines_of(deliveries: Iterable[Delivery]) -> Sheet:
    """Write the lines of some deliveries with their sums below. Raises MonthTooLarge."""
    lines = [_cells(one, line) for one in deliveries for line in one.lines]
    if len(lines) > MOST_ROWS:
        raise MonthTooLarge(most=MOST_ROWS)
    total: list[Cell] = [sum(int(row[place]) for row in lines) for place in range(_SUMMED, len(HEAD))]
    end: list[Cell] = ["جمع", *([""] * (_SUMMED - 1)), *total]
    return "اقلام", [[*HEAD], *lines, end]


def sheets_of(file: MonthFile, centre: Centre, deliveries: Iterable[Delivery]) -> list[Sheet]:
    """Write a month's lines on one sheet, and whose they are with their sums on another. Raises MonthTooLarge."""
    return [lines_of(deliveries), ("خلاصه", summary_of(file, centre))]


def summary_of(file: MonthFile, centre: Centre) -> list[list[Cell]]:
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


def _sums(sums: Sums) -> list[list[Cell]]:
    return [
        ["تعداد نسخه", sums.deliveries],
        ["تعداد قلم", sums.lines],
        ["مبلغ کل (ریال)", sums.price],
        ["سهم بیمه‌گر (ریال)", sums.insurer],
        ["یارانه (ریال)", sums.subsidy],
        ["سهم بیمار (ریال)", sums.patient],
    ]


def _cells(one: Delivery, line: Line) -> list[Cell]:
    patient = one.patient.partition(":")[2] or one.patient
    whose: list[Cell] = [str(one.id), str(one.prescription), one.day, patient, one.doctor]
    what: list[Cell] = [line.type, line.code, line.name, line.quantity, line.asked, line.tariff]
    return [*whose, *what, line.price, line.insurer, line.subsidy, line.patient]


def csv_of(sheet: Sheet) -> bytes:
    """Write a sheet as CSV that spreadsheets read; what they would take for a formula is given as text."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in sheet[1])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


# ---- a workbook


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook, its sheets from right to left, texts as texts and whole numbers as numbers."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as package:
        for name, text in _parts([name for name, _ in sheets]).items():
            package.writestr(_entry(name), _TOP + text)
        for number, (_, rows) in enumerate(sheets, 1):
            package.writestr(_entry(f"xl/worksheets/sheet{number}.xml"), _TOP + _sheet(rows))
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the time of day, so that one content is one file to the letter."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _parts(names: list[str]) -> dict[str, str]:
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{types}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }


def _sheet(rows: list[list[Cell]]) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{_width(rows, number - 1)}" customWidth="1"/>'
        for number in range(1, len(rows[0]) + 1)
    )
    lines = "".join(f'<row r="{number}">{"".join(_row(number, row))}</row>' for number, row in enumerate(rows, 1))
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView rightToLeft="1" workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{lines}</sheetData></worksheet>"
    )


def _width(rows: list[list[Cell]], place: int) -> int:
    """As wide as what stands in its first rows, within reason."""
    return min(48, max(10, *(len(str(row[place])) + 2 for row in rows[:200])))


def _row(line: int, row: list[Cell]) -> Iterator[str]:
    for letter, cell in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", row, strict=False):
        if isinstance(cell, int):
            yield f'<c r="{letter}{line}" s="{_NUMBER}"><v>{cell}</v></c>'
        elif cell:
            text = _LOOKS_ESCAPED.sub("_x005F_", escape(_ILLEGAL.sub("", cell)))
            style = _HEADER if line == 1 else _TEXT
            yield f'<c r="{letter}{line}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
