"""The LOINC table: alone, in a folder, packed; all codes and names here are made up."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from nabz.terminology.errors import FilePartMissing, FileRefused
from nabz.terminology.files import Format, Source, open_source
from nabz.terminology.files.checkdigits import luhn
from nabz.terminology.model import Broken, Kind, Read, Retirement, Row

HEADER = ["LOINC_NUM", "COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP", "CLASS"]
HEADER += ["STATUS", "LONG_COMMON_NAME", "Formula"]


def code(number: int) -> str:
    return next(made for digit in range(10) if luhn(made := f"{number}-{digit}"))


A, B, C, D = (code(number) for number in (1, 20, 333, 4444))


def line(code: str, name: str, status: str = "ACTIVE", formula: str = "") -> list[str]:
    return [code, "Iron", "MCnc", "Pt", "Ser", "Qn", "", "CHEM", status, name, formula]


def written(*rows: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


def release(folder: Path, *rows: list[str], successors: str = "") -> Path:
    table = folder / "Loinc_9.99" / "LoincTable"
    table.mkdir(parents=True)
    (table / "Loinc.csv").write_text(written(HEADER, *rows), encoding="utf-8")
    if successors:
        (table / "MapTo.csv").write_text(f"LOINC,MAP_TO,COMMENT\n{successors}", encoding="utf-8")
    return table.parent


def packed(folder: Path, **more: bytes) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for one in folder.rglob("*.csv"):
            package.write(one, one.relative_to(folder.parent))
        for name, content in more.items():
            package.writestr(name, content)
    return path


def read(source: Source) -> list[Read]:
    rows = list(source.rows())
    assert source.progress == 1.0
    return rows


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_release_gives_names_properties_and_successors(tmp_path: Path, as_zip: bool) -> None:
    rows = (line(A, "Iron in Serum"), line(B, "Old", "DEPRECATED"), line(C, "New", "TRIAL"), line(D, "X", "DEPRECATED"))
    folder = release(tmp_path, *rows, successors=f"{B},{A},\n{D},{A},\n{D},{C},\n")
    source = open_source(packed(folder) if as_zip else folder)
    assert (source.format, source.id, source.version, source.title) == (Format.LOINC, "LNC", "9.99", "LOINC")
    assert source.kind is Kind.CODES
    assert source.complete
    assert source.lenient
    properties = {"COMPONENT": "Iron", "PROPERTY": "MCnc", "TIME_ASPCT": "Pt"}
    properties |= {"SYSTEM": "Ser", "SCALE_TYP": "Qn", "CLASS": "CHEM"}
    assert read(source) == [
        Row(line=2, code=A, value="Iron in Serum", properties=properties),
        Retirement(line=3, code=B, successor=A),
        Row(line=4, code=C, value="New", properties=properties),
        Retirement(line=5, code=D),
    ]
    assert read(source) == read(source)


def test_the_table_alone_is_known_by_its_header(tmp_path: Path) -> None:
    file = tmp_path / "upload.csv"
    file.write_text(written(HEADER, line(A, "Iron")), encoding="utf-8-sig")
    source = open_source(file, name="LoincTableCore_2.80.csv")
    assert (source.format, source.version, len(read(source))) == (Format.LOINC, "2.80", 1)


def test_the_whole_table_goes_before_its_core(tmp_path: Path) -> None:
    folder = release(tmp_path, line(A, "whole"))
    core = folder / "LoincTableCore"
    core.mkdir()
    (core / "LoincTableCore.csv").write_text(written(HEADER, line(A, "core")), encoding="utf-8")
    assert [row.value for row in read(open_source(folder)) if isinstance(row, Row)] == ["whole"]
    shutil.rmtree(folder / "LoincTable")
    assert [row.value for row in read(open_source(folder)) if isinstance(row, Row)] == ["core"]


def test_a_wrong_check_digit_spoils_its_row_alone(tmp_path: Path) -> None:
    wrong = f"{A[:-1]}{(int(A[-1]) + 1) % 10}"
    rows = [line(wrong, "a"), line("x", "b"), line(B, ""), line(C, "c", "ODD"), line(D, "d")[:5], line(D, "e")]
    found = read(open_source(release(tmp_path, *rows, line(D, "=HYPERLINK(1)"), line(code(5), "= (value)"))))
    assert [(row.line, row.code, row.why.code) for row in found if isinstance(row, Broken)] == [
        (2, wrong, "terminology.row-broken"),
        (3, "x", "terminology.row-broken"),
        (4, B, "terminology.value-missing"),
        (5, C, "terminology.row-broken"),
        (6, D, "terminology.row-broken"),
        (8, D, "terminology.formula-refused"),
    ]
    assert [row.value for row in found if isinstance(row, Row)] == ["e", "= (value)"]


def test_line_breaks_in_a_column_that_we_do_not_keep_do_no_harm(tmp_path: Path) -> None:
    found = read(open_source(release(tmp_path, line(A, "a", formula="one\ntwo\r\nthree"), line(B, "b"))))
    assert [(row.line, row.code) for row in found if isinstance(row, Row)] == [(2, A), (5, B)]


@pytest.mark.parametrize("number", ["2160-0", "718-7", "4548-4", "2345-7"])
def test_check_digits_of_codes_in_use_are_right(number: str) -> None:
    assert luhn(number)
    assert not luhn(f"{number[:-1]}{(int(number[-1]) + 3) % 10}")


def test_a_release_without_its_table_is_refused_at_once(tmp_path: Path) -> None:
    folder = release(tmp_path, line(A, "a"))
    (folder / "LoincTable" / "Loinc.csv").rename(folder / "LoincTable" / "Other.csv")
    with pytest.raises(FileRefused):
        open_source(folder)
    with pytest.raises(FilePartMissing) as caught:
        open_source(folder, Format.LOINC)
    assert caught.value.facts["name"] == "Loinc.csv"


def test_a_table_without_a_column_that_is_needed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "Loinc.csv"
    file.write_text("LOINC_NUM,STATUS\n1-8,ACTIVE\n")
    with pytest.raises(FileRefused) as caught:
        open_source(file)
    assert "LONG_COMMON_NAME" in caught.value.text_en


def test_bad_bytes_and_bombs_in_a_package_are_refused(tmp_path: Path) -> None:
    folder = release(tmp_path, line(A, "a"))
    for content in (b"LOINC,MAP_TO\n\xff,1\n", b"LOINC,MAP_TO\n" + b"1,1\n" * (1 << 20)):
        with pytest.raises(FileRefused):
            open_source(packed(folder, **{"Loinc_9.99/LoincTable/MapTo.csv": content}))


def test_odd_names_in_a_package_touch_nothing(tmp_path: Path) -> None:
    folder = release(tmp_path, line(A, "a"))
    odd = {"__MACOSX/Loinc_9.99/._Loinc.csv": b"\0\1", "../../evil.csv": b"x", "/etc/evil.csv": b"x"}
    before = sorted(tmp_path.rglob("*"))
    path = packed(folder, **odd)
    assert len(read(open_source(path))) == 1
    assert sorted(tmp_path.rglob("*")) == sorted([*before, path])
