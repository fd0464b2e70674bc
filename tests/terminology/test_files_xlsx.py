"""Workbooks: written by another program or by hand, whole or damaged, honest or not."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nabz.kit.workbook import opening
from nabz.kit.workbook.opening import MOST_ELEMENTS
from nabz.terminology.errors import FileRefused
from nabz.terminology.files import Format, Source, open_source
from nabz.terminology.model import Broken, Kind, Read, Retirement, Row

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "codes.xlsx"


def save(file: Path, rows: Iterable[Iterable[Any]], title: str = "Sheet") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(file)
    return file


def read(source: Source) -> list[Read]:
    rows = list(source.rows())
    assert source.progress == 1.0
    return rows


def faults(rows: list[Read]) -> list[tuple[int, str]]:
    return [(row.line, row.why.code) for row in rows if isinstance(row, Broken)]


def by_hand(
    file: Path, sheet: str, strings: str = "", parts: dict[str, str] | None = None, packing: int = zipfile.ZIP_DEFLATED
) -> Path:
    """Write a workbook as plain XML, as other programs may."""
    found = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:q="{OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" q:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="sheets/one.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="/xl/styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/sheets/one.xml": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{sheet}</x:sheetData></x:worksheet>',
        **(parts or {}),
    }
    with zipfile.ZipFile(file, "w", packing) as package:
        for name, text in found.items():
            package.writestr(name, text)
    return file


def inline(place: str, text: str) -> str:
    return f'<x:c r="{place}" t="inlineStr"><x:is><x:t>{text}</x:t></x:is></x:c>'


def refusal(file: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        read(open_source(file))
    assert caught.value.text_fa
    return caught.value.text_en


# ---------------------------------------------------------------- good workbooks


def test_a_workbook_is_read_like_a_table(file: Path) -> None:
    save(
        file,
        [
            ("کد", "مقدار", "english", "والد", "توضیح", "ساختگی", "unit"),
            ("۰۱", " تب ", "Fever", None, None, "yes", "mg"),
            ("2", "سرفه", None, "01"),
            (),
            (3, "درد"),
        ],
    )
    source = open_source(file)
    assert (source.format, source.kind, source.complete) == (Format.XLSX, Kind.CODES, True)
    expected = [
        Row(line=2, code="01", value="تب", en="Fever", made_up=True, properties={"unit": "mg"}),
        Row(line=3, code="2", value="سرفه", parent="01"),
        Row(line=5, code="3", value="درد"),
    ]
    assert read(source) == expected
    assert read(source) == expected


@pytest.mark.parametrize(("number", "code"), [(12, "12"), (12.0, "12"), (1.5, "1.5"), (0.1 + 0.2, "0.3"), (-3, "-3")])
def test_numbers_are_codes_without_a_point(file: Path, number: float, code: str) -> None:
    (row,) = read(open_source(save(file, [("code", "value"), (number, "x")])))
    assert isinstance(row, Row)
    assert row.code == code


def test_a_sheet_that_is_named_for_codes_goes_before_the_first(file: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(("about", "this"))
    book.properties.title = "کدهای بخش"
    sheet = book.create_sheet("کدها")
    sheet.append(("code", "value"))
    sheet.append(("1", "a"))
    book.save(file)
    source = open_source(file)
    assert [row.line for row in read(source)] == [2]
    assert source.title == "کدهای بخش"


def test_a_workbook_may_hold_retirements_and_maps(file: Path) -> None:
    source = open_source(save(file, [("code", "successor"), ("1", "2")]))
    assert read(source) == [Retirement(line=2, code="1", successor="2")]
    assert not source.complete
    source = open_source(save(file, [("code", "target", "relation"), ("1", 2, "wider")]))
    assert (source.kind, read(source)) == (Kind.MAP, [Row(line=2, code="1", target="2", value="wider")])


def test_strings_in_pieces_and_cells_without_places_are_read(file: Path) -> None:
    strings = (
        "<si><t>code</t></si><si><t>value</t></si>"
        '<si><r><t xml:space="preserve">a </t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si>'
    )
    sheet = (
        '<x:row r="3"><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>'
        '<x:row r="70"><x:c t="str"><x:v>A_x005F_x0041_</x:v></x:c><x:c t="s"><x:v>2</x:v></x:c></x:row>'
        f"<x:row>{inline('B71', '_x0041_')}{inline('A71', '7')}</x:row>"
    )
    assert read(open_source(by_hand(file, sheet, strings))) == [
        Row(line=70, code="A_x0041_", value="a b"),
        Row(line=71, code="7", value="A"),
    ]


# ---------------------------------------------------------------- broken rows


def test_formulas_dates_and_errors_spoil_their_row_alone(file: Path) -> None:
    save(
        file,
        [
            ("code", "value"),
            ("1", "=1+1"),
            ("=A1", "x"),
            (datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None), "x"),
            (date(2026, 1, 2), "x"),
            ("5", "#N/A"),
            (12345678901234567, "x"),
            (1e30, "x"),
            ("8", True),
            ("9", "x", "beyond"),
            ("10", None),
            ("11", "x"),
        ],
    )
    rows = read(open_source(file))
    assert faults(rows) == [
        (2, "terminology.formula-refused"),
        (3, "terminology.formula-refused"),
        (4, "terminology.row-broken"),
        (5, "terminology.row-broken"),
        (6, "terminology.row-broken"),
        (7, "terminology.row-broken"),
        (8, "terminology.row-broken"),
        (10, "terminology.row-broken"),
        (11, "terminology.value-missing"),
    ]
    assert [(row.line, row.value) for row in rows if isinstance(row, Row)] == [(9, "TRUE"), (12, "x")]


def test_a_text_that_looks_like_a_formula_is_refused_as_well(file: Path) -> None:
    sheet = (
        f'<x:row r="1">{inline("A1", "code")}{inline("B1", "value")}</x:row>'
        f'<x:row r="2">{inline("A2", "1")}{inline("B2", "=1+1")}</x:row>'
        f'<x:row r="3">{inline("A3", "2")}<x:c r="B3"><x:f t="shared" si="0"/><x:v>4</x:v></x:c></x:row>'
        f'<x:row r="4">{inline("A4", "3")}{inline("XFD4", "far")}</x:row>'
    )
    assert faults(read(open_source(by_hand(file, sheet)))) == [
        (2, "terminology.formula-refused"),
        (3, "terminology.formula-refused"),
        (4, "terminology.row-broken"),
    ]


# ---------------------------------------------------------------- files that are refused whole


def test_a_workbook_without_codes_is_refused_at_once(file: Path) -> None:
    for rows in ([], [("a", "b"), (1, 2)], [("code", "value")]):
        save(file, rows)
        with pytest.raises(FileRefused):
            open_source(file)


def test_a_file_that_swells_up_is_refused_before_it_is_read(file: Path) -> None:
    by_hand(file, " " * (3 << 20))
    assert "tightly" in refusal(file)


def test_a_file_that_says_it_is_huge_is_refused_before_it_is_read(file: Path) -> None:
    save(file, [("code", "value"), ("1", "a")])
    content = bytearray(file.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 20 : at + 28] = struct.pack("<II", 0x0FFFFFFF, 0x7FFFFFFF)
    file.write_bytes(content)
    assert "1 GB" in refusal(file)


def test_a_workbook_with_a_password_is_told_what_to_do(file: Path) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    file.write_bytes(ole + bytes(3000) + "EncryptedPackage".encode("utf-16-le") + bytes(500))
    assert "password" in refusal(file)
    file.write_bytes(ole + bytes(3000))
    assert "xlsx" in refusal(file)
    save(file, [("code", "value"), ("1", "a")])
    content = bytearray(file.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(content)
    assert "password" in refusal(file)


def test_a_damaged_workbook_is_refused_not_a_bug(file: Path) -> None:
    save(file, [("code", "value"), *((str(number), "x" * 50) for number in range(300))])
    whole = file.read_bytes()
    for cut in (10, 500, len(whole) // 2, len(whole) - 30):
        file.write_bytes(whole[:cut])
        assert refusal(file)
    for start in range(40, len(whole), len(whole) // 25):
        content = bytearray(whole)
        content[start : start + 8] = b"\0\1\2\3\4\5\6\7"
        file.write_bytes(content)
        try:
            read(open_source(file))
        except FileRefused:
            continue


@pytest.mark.parametrize(
    "sheet",
    [
        '<x:row r="1">',
        '<x:row r="x"></x:row>',
        '<x:row r="1"><x:c t="s"><x:v>99</x:v></x:c></x:row>',
        '<x:row r="1"><x:c t="s"><x:v>-1</x:v></x:c></x:row>',
        '<x:row r="1"><x:c t="n"><x:v>abc</x:v></x:c></x:row>',
        f'<x:row r="1">{inline("A1", "x" * 50_000)}</x:row>',
    ],
)
def test_xml_that_is_no_sheet_is_refused(file: Path, sheet: str) -> None:
    assert refusal(by_hand(file, sheet))


def test_definitions_in_the_xml_are_refused(file: Path) -> None:
    lol = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 9))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><sst xmlns="{MAIN}"><si><t>&l8;</t></si></sst>'
    assert "damaged" in refusal(by_hand(file, "", parts={"xl/sharedStrings.xml": bomb}))


def test_a_package_of_something_else_is_refused(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    assert "nothing that we know" in refusal(file)
    with pytest.raises(FileRefused):
        open_source(file, Format.XLSX)
    file.write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(FileRefused):
        open_source(file, Format.XLSX)


def test_reading_keeps_nothing_of_the_rows_that_went_by(file: Path) -> None:
    rows = "".join(
        f'<x:row r="{number}" ht="12.8" customHeight="false">{inline(f"A{number}", f"{number}")}'
        f"{inline(f'B{number}', 'value ' * 5)}</x:row>"
        for number in range(2, 3_000)
    )
    by_hand(file, f'<x:row r="1">{inline("A1", "code")}{inline("B1", "value")}</x:row>{rows}')
    source = open_source(file)
    stream = source.rows()
    next(stream)
    tracemalloc.start()
    count = sum(1 for _ in stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2_997
    assert peak < 1_500_000


# ---------------------------------------------------------------- parts that are swollen


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/styles.xml"])
def test_a_swollen_part_that_tells_of_the_workbook_is_refused(file: Path, part: str) -> None:
    by_hand(file, "", parts={part: _swollen(part, "<a/>" * 2_000_000)}, packing=zipfile.ZIP_STORED)
    tracemalloc.start()
    try:
        assert "too large" in refusal(file)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_workbook_lists_no_more_sheets_than_anybody_has(file: Path) -> None:
    listed = "".join(f'<sheet name="{number}"/>' for number in range(MOST_ELEMENTS + 1))
    by_hand(file, "", parts={"xl/workbook.xml": _swollen("xl/workbook.xml", listed)})
    assert "too large" in refusal(file)


def test_strings_without_end_are_refused_before_they_fill_the_memory(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opening._MOST_LETTERS <= 64 << 20
    monkeypatch.setattr(opening, "_MOST_LETTERS", 1 << 16)
    by_hand(file, "", strings=f"<si><t>{'x' * 1000}</t></si>" * 100)
    assert "too much text" in refusal(file)


def _swollen(part: str, with_: str) -> str:
    """What each part of a small workbook says, and then very much more."""
    kinds = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/>{with_}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:q="{OFFICE}"><sheets>{with_}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{with_}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{with_}</styleSheet>',
    }
    return kinds[part]
