"""What stands around the rows of a workbook that we write: its package, its styles, its columns and drop-downs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

TOP: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TEXT, NUMBER, HEAD = 1, 2, 3
"""The styles of cells, by their places in the list below."""

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TITLED: Final = "application/vnd.openxmlformats-package.core-properties+xml"
# Format 49 is "text": a code that somebody types into the sheet keeps its leading zeros. Format 3 groups digits.
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
_NOT_CHOSEN: Final = 'errorTitle="نادرست" error="یکی از گزینه‌های فهرست را برگزینید."'
_LONGEST_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def sheet_name(text: str) -> str:
    """Give a name that spreadsheets take for a sheet."""
    return _NOT_IN_NAMES.sub(" ", text)[:_LONGEST_NAME].strip(" '") or "-"


def sheet_part(number: int) -> str:
    """Tell where a sheet stands in the package; the first is 1."""
    return f"xl/worksheets/sheet{number}.xml"


def package_of(names: Sequence[str], title: str) -> dict[str, str]:
    """Write every part of a workbook but its sheets."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/{sheet_part(number)}" ContentType="{_TYPE}.worksheet+xml"/>' for number in numbers
    )
    listed = "".join(
        f'<sheet name="{_quoted(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    core_type, core_link, core = _core(title)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{types}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{core_type}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>{core_link}'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        **core,
    }


def _core(title: str) -> tuple[str, str, dict[str, str]]:
    """Write where a title is told: its type, its link and its part."""
    if not title:
        return "", "", {}
    place = "docProps/core.xml"
    kind = f"{_PACKAGE}/relationships/metadata/core-properties"
    text = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )
    return (
        f'<Override PartName="/{place}" ContentType="{_TITLED}"/>',
        f'<Relationship Id="rId2" Type="{kind}" Target="{place}"/>',
        {place: text},
    )


def before_rows(widths: Sequence[int], *, texts: bool) -> str:
    """Begin a sheet: from right to left, its head frozen, its columns as wide as they are told to be."""
    style = f' style="{TEXT}"' if texts else ""
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}"{style} customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    return (
        f'{TOP}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView rightToLeft="1" workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    )


def after_rows(choices: Sequence[str]) -> str:
    """End a sheet with its drop-downs."""
    listed = f'<dataValidations count="{len(choices)}">{"".join(choices)}</dataValidations>' if choices else ""
    return f"</sheetData>{listed}</worksheet>"


def choice(cells: str, sheet: str, those: str, *, strict: bool) -> str:
    """Write a drop-down of some cells from those of another sheet."""
    where = escape(f"'{sheet.replace(chr(39), chr(39) * 2)}'!{those}")
    refused = f'showErrorMessage="1" {_NOT_CHOSEN}' if strict else 'showErrorMessage="0"'
    return (
        f'<dataValidation type="list" allowBlank="1" {refused} sqref="{cells}"><formula1>{where}</formula1>'
        "</dataValidation>"
    )


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})
