"""Downloads as workbooks: one sheet of texts, written row by row into a file that goes when it is closed."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Final
from xml.sax.saxutils import escape

from nabz.kit.workbook import MOST_BYTES
from nabz.terminology.errors import TooMany
from nabz.terminology.files.writing import HEADERS, Pages, cells_of
from nabz.terminology.model import Kind, Terminology

MOST_ROWS: Final = 1_048_575
"""A sheet has one row more, for the header."""

_WIDTHS: Final = {"code": 16, "target": 16, "value": 60, "en": 60, "note": 40}
_USUAL_WIDTH: Final = 12
_LIGHT: Final = 3
"""How hard the packing is tried: more takes twice the time for a tenth of the size."""

_TEXT, _HEADER = 1, 2
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_TOP: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET: Final = "xl/worksheets/sheet1.xml"

_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
    '<sheets><sheet name="codes" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # Format 49 is "text": a code that somebody types into the sheet keeps its leading zeros.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


async def xlsx_file(pages: Pages, terminology: Terminology, kind: Kind) -> IO[bytes]:
    """Write a workbook and give it open, at its beginning. Raises TooMany."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - who asked for it closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LIGHT) as package:
            for name, text in {**_PARTS, "docProps/core.xml": _core(terminology.title_fa)}.items():
                package.writestr(name, _TOP + text)
            with package.open(_SHEET, "w") as sheet:
                await _write(sheet, pages, kind)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


async def _write(sheet: IO[bytes], pages: Pages, kind: Kind) -> None:
    size = sheet.write((_top(kind) + _row(1, HEADERS[kind], _HEADER)).encode())
    count = 0
    async for page in pages:
        if count + len(page) > MOST_ROWS:
            raise TooMany(most=MOST_ROWS)
        rows = "".join(_row(number, cells_of(one, kind), _TEXT) for number, one in enumerate(page, count + 2))
        count, size = count + len(page), size + sheet.write(rows.encode())
        # What could not be read again is not written either.
        if size > MOST_BYTES:
            raise TooMany(most=count)
    sheet.write(b"</sheetData></worksheet>")


def _core(title: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )


def _top(kind: Kind) -> str:
    widths = [_WIDTHS.get(name, _USUAL_WIDTH) for name in HEADERS[kind]]
    columns = (
        f'<col min="{number}" max="{number}" width="{width}" style="{_TEXT}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    return (
        f'{_TOP}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView rightToLeft="1" workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{''.join(columns)}</cols><sheetData>"
    )


def _row(line: int, cells: Iterable[str], style: int) -> str:
    return f'<row r="{line}">{"".join(_cells(line, cells, style))}</row>'


def _cells(line: int, cells: Iterable[str], style: int) -> Iterator[str]:
    for letter, cell in zip("ABCDEFGH", cells, strict=False):
        if cell:
            text = _LOOKS_ESCAPED.sub("_x005F_", escape(cell))
            yield f'<c r="{letter}{line}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
