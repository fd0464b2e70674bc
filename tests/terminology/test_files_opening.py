"""Opening: the format is found by what is in a file, and nothing that is sent brings the reader down."""

from __future__ import annotations

import json
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.kit.errors import Problem
from nabz.terminology.errors import FilePartMissing, FileRefused
from nabz.terminology.files import Format, open_source

CSV = b"code,value\n1,a\n"
FHIR = json.dumps({"resourceType": "CodeSystem", "concept": [{"code": "1", "display": "a"}]}).encode()
SHEET = b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>code</v></c></row></sheetData></worksheet>'


def test_the_content_goes_before_the_name(tmp_path: Path) -> None:
    file = tmp_path / "codes.xlsx"
    file.write_bytes(CSV)
    assert open_source(file).format is Format.CSV
    file.write_bytes(b"\xef\xbb\xbf\n " + FHIR)
    assert open_source(file, name="codes.csv").format is Format.FHIR


def test_a_format_that_is_asked_for_is_not_guessed(tmp_path: Path) -> None:
    file = tmp_path / "codes"
    for content, wanted in ((CSV, Format.FHIR), (FHIR, Format.CSV), (CSV, Format.XLSX), (CSV, Format.LOINC)):
        file.write_bytes(content)
        with pytest.raises(FileRefused):
            open_source(file, wanted)
    with pytest.raises(FileRefused):
        open_source(file, Format.RF2)
    assert open_source(file, Format.CSV).format is Format.CSV


def test_a_folder_is_a_release_or_nothing(tmp_path: Path) -> None:
    for wanted in (None, Format.CSV, Format.XLSX, Format.FHIR):
        with pytest.raises(FileRefused):
            open_source(tmp_path, wanted)
    with pytest.raises(FilePartMissing):
        open_source(tmp_path, Format.RF2)
    (tmp_path / "sct2_Concept_Snapshot_INT_20300101.txt").write_text("x")
    with pytest.raises(FilePartMissing) as caught:
        open_source(tmp_path)
    assert "sct2_Description_Snapshot" in caught.value.text_fa


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for wanted in (None, *Format):
        with pytest.raises(FileRefused):
            open_source(tmp_path / "gone", wanted)


def test_a_package_of_very_many_files_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "many.zip"
    with zipfile.ZipFile(file, "w") as package:
        for number in range(10_001):
            package.writestr(f"{number}.txt", "")
    with pytest.raises(FileRefused) as caught:
        open_source(file)
    assert "10001" in caught.value.text_en


def read_all(content: bytes, wanted: Format | None) -> None:
    """Read whatever it is: a problem of ours may end it, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x"
        file.write_bytes(content)
        with suppress(Problem), open_source(file, wanted) as source:
            for _ in source.rows():
                pass


def workbook(sheet: bytes) -> bytes:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = '<Relationships><Relationship Id="r" Type="{}/{}" Target="{}"/></Relationships>'
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as package:
            package.writestr("_rels/.rels", relation.format(office, "officeDocument", "xl/workbook.xml"))
            package.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="a" r:id="r"/></sheets></workbook>')
            package.writestr("xl/_rels/workbook.xml.rels", relation.format(office, "worksheet", "one.xml"))
            package.writestr("xl/one.xml", sheet)
        file.seek(0)
        return file.read()


@given(content=st.binary(max_size=200), wanted=st.sampled_from([None, *Format]))
def test_noise_is_refused_in_every_format(content: bytes, wanted: Format | None) -> None:
    read_all(content, wanted)
    read_all(b"PK\x03\x04" + content, wanted)


@given(
    at=st.floats(0, 1),
    noise=st.binary(min_size=1, max_size=4),
    made=st.sampled_from([CSV + b'2,"b"\n3;c\n', FHIR, workbook(SHEET), workbook(b"")]),
)
def test_a_file_with_a_few_bytes_changed_is_read_or_refused(at: float, noise: bytes, made: bytes) -> None:
    place = int(at * len(made))
    read_all(made[:place] + noise + made[place + len(noise) :], None)


@given(text=st.text(st.sampled_from('a1,;\t"\n\r\0=+-۱\ufeff\u200c'), max_size=60))
def test_any_text_below_a_header_gives_rows_or_says_why(text: str) -> None:
    read_all(f"code,value,status\n{text}".encode(), Format.CSV)
    read_all(text.encode(), None)


CELLS = [
    '<c t="str"><v>code</v></c>',
    '<c r="B1" t="str"><v>value</v></c>',
    '<c t="s"><v>1</v></c>',
    '<c t="s"><v>x</v></c>',
    '<c r="A0"><v>1e999</v></c>',
    '<c r="ZZZ9"><v>nan</v></c>',
    '<c t="inlineStr"><is><t>a</t><t>b</t></is></c>',
    '<c t="inlineStr"><is><rPh><t>a</t></is></c>',
    "<c><f>1</f><v>2</v></c>",
    '<c t="b"><v>2</v></c>',
    '<c t="odd"><v>2</v></c>',
    "</row><row>",
    '</row><row r="9999999999">',
    '</row><row r="1.0">',
    "<v>",
    "text",
]


@given(cells=st.lists(st.sampled_from(CELLS), max_size=12).map("".join))
def test_any_cells_in_a_sheet_give_rows_or_say_why(cells: str) -> None:
    head = "".join(CELLS[:2])
    read_all(workbook(f"<worksheet><row>{head}</row><row>{cells}</row></worksheet>".encode()), None)
