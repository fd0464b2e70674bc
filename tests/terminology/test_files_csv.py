"""Tables as text: what is taken, what is refused whole, and what is refused row by row."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from nabz.kit.errors import Problem
from nabz.terminology.errors import FileRefused
from nabz.terminology.files import Format, open_source
from nabz.terminology.model import Broken, Kind, Read, Retirement, Row


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "codes.csv"


def read(file: Path, text: str | bytes) -> list[Read]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    source = open_source(file)
    assert source.format is Format.CSV
    rows = list(source.rows())
    assert rows == list(source.rows()) or any(isinstance(row, Broken) for row in rows)
    assert source.progress == 1.0
    return rows


def one(file: Path, text: str) -> Row:
    (row,) = read(file, text)
    assert isinstance(row, Row), row
    return row


def faults(file: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    return [(row.line, row.code, row.why.code) for row in read(file, text) if isinstance(row, Broken)]


def refusal(file: Path, text: str | bytes) -> Problem:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileRefused) as caught:
        open_source(file, Format.CSV)
    assert caught.value.text_fa
    return caught.value


# ---------------------------------------------------------------- good files


def test_every_column_finds_its_place(file: Path) -> None:
    text = "code,value,en,parent,note,made_up,واحد\nA1,تب,Fever,A,یادداشت,yes,mg\n"
    expected = Row(
        line=2,
        code="A1",
        value="تب",
        en="Fever",
        parent="A",
        note="یادداشت",
        made_up=True,
        properties={"واحد": "mg"},
    )
    assert one(file, text) == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_header(file: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(cells) for cells in (("کد", "عنوان", "انگلیسی"), ("1", '"a,b;c"', "x")))
    row = one(file, text)
    assert (row.code, row.value, row.en) == ("1", "a,b;c", "x")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("کد,مقدار", "تب"),
        (" CODE , Value ", "تب"),
        ("coded_string,value_fa", "تب"),
        ("Code;display", "تب"),
        ("\ufeffcode,عنوان", "تب"),
        ("coded_stringField,valueField", "تب"),
    ],
)
def test_names_of_columns_are_read_without_case_and_blanks(file: Path, header: str, value: str) -> None:
    delimiter = ";" if ";" in header else ","
    assert one(file, f"{header}\n7{delimiter}{value}").value == value


def test_of_two_names_for_the_value_the_first_has_it(file: Path) -> None:
    row = one(file, "code,name,value\n1,x,تب\n")
    assert (row.value, row.properties) == ("تب", {"name": "x"})


def test_codes_get_ascii_digits_and_values_keep_their_letters(file: Path) -> None:
    kept = "\u0643\u064a ۱۲"
    row = one(file, f"code,value,parent\n ۱۲-٣ , {kept} ,۴\n")
    assert (row.code, row.value, row.parent) == ("12-3", kept, "4")


def test_values_are_composed_letter_by_letter(file: Path) -> None:
    assert one(file, "code,value\n1,\u0627\u0653\u0628\n").value == "\u0622\u0628"


def test_blank_lines_and_lines_of_empty_cells_are_passed_over(file: Path) -> None:
    rows = read(file, "\n\ncode,value\n\n1,a\n,\n2,b\n\n")
    assert [(row.line, row.code) for row in rows] == [(5, "1"), (7, "2")]


def test_a_quoted_cell_may_hold_delimiters_and_quotes(file: Path) -> None:
    assert one(file, 'code,value\r\n1,"a ""b"", c"\r\n').value == 'a "b", c'


def test_properties_may_stand_in_one_column_as_json(file: Path) -> None:
    row = one(file, 'code,value,properties,unit\n1,a,"{""شکل دارو"":""قرص"",""x"":""""}",mg\n')
    assert row.properties == {"شکل دارو": "قرص", "unit": "mg"}


def test_the_name_of_the_file_suggests_what_it_holds(tmp_path: Path) -> None:
    for name, id_, version in (
        ("Ward-2.csv", "Ward", "2"),
        ("ISO_3166-1-2024.10.csv", "ISO_3166-1", "2024.10"),
        ("eRX_v10000.csv", "eRX", "10000"),
        ("ICD10.csv", "ICD10", ""),
        ("کدها.csv", "", ""),
    ):
        path = tmp_path / name
        path.write_text("code,value\n1,a\n")
        source = open_source(path)
        assert (source.id, source.version, source.kind, source.complete) == (id_, version, Kind.CODES, True)
    path.write_text("code,value\n1,a\n")
    assert open_source(path, name="Ward-3.csv").id == "Ward"


def test_progress_grows_while_the_file_is_read(file: Path) -> None:
    file.write_text("code,value\n" + "".join(f"{number},{'x' * 200}\n" for number in range(20_000)))
    source = open_source(file)
    seen = [source.progress for _ in source.rows()]
    assert seen == sorted(seen)
    assert seen[0] < 0.1
    assert 0.4 < seen[10_000] < 0.6


# ---------------------------------------------------------------- maps


def test_a_column_target_makes_a_map(file: Path) -> None:
    rows = read(file, "code,target,relation,note\nA,۱,equivalent,\nA,2,عام‌تر,\nB,1,Subsumes,\nC,1,خاص‌تر,x\n")
    assert [(row.code, row.target, row.value) for row in rows if isinstance(row, Row)] == [
        ("A", "1", "equivalent"),
        ("A", "2", "wider"),
        ("B", "1", "wider"),
        ("C", "1", "narrower"),
    ]
    assert open_source(file).kind is Kind.MAP


def test_a_map_may_call_its_relation_value(file: Path) -> None:
    assert one(file, "کد,مقصد,مقدار\nA,1,inexact\n").value == "inexact"


def test_pairs_of_a_map_are_told_apart_by_both_ends(file: Path) -> None:
    text = "code,target,relation\nA,1,wider\nA,2,wider\nA,1,narrower\nB,,wider\nB,1,near\n"
    assert faults(file, text) == [
        (4, "A", "terminology.code-twice"),
        (5, "B", "terminology.value-missing"),
        (6, "B", "terminology.bad-relation"),
    ]


def test_a_map_holds_no_retired_pairs(file: Path) -> None:
    text = "code,target,relation,status\nA,1,wider,active\nA,2,wider,retired\n"
    assert faults(file, text) == [(3, "A", "terminology.row-broken")]


# ---------------------------------------------------------------- retirements


@pytest.mark.parametrize("word", ["retired", "Deprecated", "INACTIVE", "منسوخ", "yes", "غیر‌فعال"])
def test_a_status_can_say_that_a_code_is_retired(file: Path, word: str) -> None:
    rows = read(file, f"code,value,وضعیت,جایگزین\n1,a,active,\n2,b,{word},۱\n")
    assert rows[1:] == [Retirement(line=3, code="2", successor="1")]
    assert open_source(file).complete


def test_one_is_yes_only_where_yes_is_asked_for(file: Path) -> None:
    rows = read(file, "code,value,retired\n1,a,0\n2,b,1\n3,c,\n4,d,بله\n")
    assert [type(row) for row in rows] == [Row, Retirement, Row, Retirement]
    assert faults(file, "code,value,status\n1,a,1\n") == [(2, "1", "terminology.row-broken")]


def test_a_file_of_retirements_alone_is_no_whole_version(file: Path) -> None:
    for text in (
        "code,successor\n1,2\n3,\n",
        "code,value,status,successor\n1,a,retired,2\n3,b,retired,\n",
    ):
        assert read(file, text) == [
            Retirement(line=2, code="1", successor="2"),
            Retirement(line=3, code="3"),
        ]
        assert not open_source(file).complete


def test_a_code_in_force_has_no_successor(file: Path) -> None:
    assert faults(file, "code,value,successor\n1,a,2\n2,b,\n") == [(2, "1", "terminology.row-broken")]


# ---------------------------------------------------------------- broken rows


def test_a_broken_row_spoils_no_other(file: Path) -> None:
    text = 'code,value\n1,a\n2\n3,c,d\n4,"open\n5,e\n6,x"y"\n7,"z"w\n8,\0\n9,i\n,j\n10,\n'
    rows = read(file, text)
    assert [(row.line, row.code) for row in rows if isinstance(row, Row)] == [
        (2, "1"),
        (6, "5"),
        (7, "6"),
        (10, "9"),
    ]
    assert faults(file, text) == [
        (3, "2", "terminology.row-broken"),
        (4, "3", "terminology.row-broken"),
        (5, "", "terminology.row-broken"),
        (8, "", "terminology.row-broken"),
        (9, "", "terminology.row-broken"),
        (11, "", "terminology.code-missing"),
        (12, "10", "terminology.value-missing"),
    ]


def test_a_quote_left_open_at_the_end_of_a_long_file_is_found(file: Path) -> None:
    text = "code,value\n" + "".join(f'{number},"{number}"\n' for number in range(3000)) + '3000,"open\n3001,b\n'
    rows = read(file, text)
    assert len(rows) == 3002
    assert [row.line for row in rows if isinstance(row, Broken)] == [3002]
    assert rows[-1] == Row(line=3003, code="3001", value="b")


def test_a_quote_left_open_at_the_beginning_does_not_swallow_the_file(file: Path) -> None:
    text = 'code,value\n0,"open\n' + "".join(f"{number},x\n" for number in range(1, 3000))
    assert faults(file, text) == [(2, "", "terminology.row-broken")]
    assert len(read(file, text)) == 3000


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "@SUM(A1)", " =1", "+SUM(1)", "-2+cmd|x", "+a!b", '"\t=x"', "'\t'x", "=cmd|' /C calc'!A0"],
)
def test_what_a_spreadsheet_would_run_is_refused(file: Path, cell: str) -> None:
    cell = "\tx" if cell == "'\t'x" else cell.strip('"')
    file.write_text(f"code;value;en\n1;{cell};x\n2;y;{cell}\n3;z;x\n")
    rows = list(open_source(file).rows())
    assert [(row.line, row.why.code, row.why.facts["column"]) for row in rows if isinstance(row, Broken)] == [
        (2, "terminology.formula-refused", "value"),
        (3, "terminology.formula-refused", "en"),
    ]


@pytest.mark.parametrize("cell", ["-5", "+98 21 1234", "-", "−5 (x)", "a=b", "- درد", "(=x)", "1-2(3)", "#1"])
def test_what_only_looks_like_a_formula_is_taken(file: Path, cell: str) -> None:
    assert one(file, f"code,value\n1,{cell}\n").value == cell


def test_a_code_that_stands_twice_is_refused_the_second_time(file: Path) -> None:
    text = "code,value,status\nA,x,\na,x,\nA,y,\n۱,x,\n1,x,retired\n"
    assert faults(file, text) == [(4, "A", "terminology.code-twice"), (6, "1", "terminology.code-twice")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{'x' * 101},a,", "terminology.bad-code"),
        (f"1,a,{'x' * 101}", "terminology.bad-code"),
        (f"1,{'x' * 4001},", "terminology.value-too-long"),
        ("1,a\x07b,", "terminology.bad-text"),
        ("1,a\ufffeb,", "terminology.bad-text"),
        ('1,"a\nb",', "terminology.bad-text"),
    ],
)
def test_the_rules_of_codes_hold_in_files(file: Path, row: str, code: str) -> None:
    (fault,) = faults(file, f"code,value,parent\n{row}\n")
    assert fault[2] == code
    assert len(fault[1]) <= 100


@pytest.mark.parametrize(
    "properties",
    ["{", "[]", '{""a"":1}', '{""parent"":""x""}', '{""Made-Up"":""x""}', '{""a  b"":""x""}', '{"""":""x""}'],
)
def test_properties_that_are_no_texts_are_refused(file: Path, properties: str) -> None:
    assert faults(file, f'code,value,properties\n1,a,"{properties}"\n')[0][2] == "terminology.row-broken"


def test_what_stands_below_no_name_is_refused(file: Path) -> None:
    text = "code,value,,\n1,a,,\n2,b,x,\n"
    assert faults(file, text) == [(3, "2", "terminology.row-broken")]


# ---------------------------------------------------------------- files that are refused whole


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\n", "empty"),
        ("code,value\n1,تب\n".encode("utf-16"), "UTF-16"),
        ("code,value\n1,a\n".encode("utf-16-le"), "UTF-16"),
        ("code,value\n1,a\n2,\u067e\n".encode("cp1256"), "line 3"),
        (b"code,value\n" * 5 + codecs.BOM_UTF8[:2], "line 6"),
        (b"value,note\na,b\n", "code"),
        (b"code,note\na,b\n", "value"),
        (b"code,target\na,b\n", "relation"),
        (b"code,value\n", "no rows"),
        (b"code,value\n\n,\n", "no rows"),
        (b'"code,value\n1,a\n', "header"),
        (b"code,value,unit,UNIT\n1,a,b,c\n", "twice"),
        (b"code,value," + b",".join(b"p%d" % number for number in range(21)) + b"\n1", "21"),
        (b"code,value," + b"x" * 61 + b"\n1,a,b\n", "letters"),
        (b"code,value,a\x07\n1,a,b\n", "control"),
        (b"x" * (3 << 20), "megabyte"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_once(file: Path, content: bytes, says: str) -> None:
    assert says in refusal(file, content).text_en


def test_a_file_in_another_encoding_is_told_how_to_save_it(file: Path) -> None:
    problem = refusal(file, "code,value\n1,\u067e\n".encode("cp1256"))
    assert "سطر ۲" in problem.text_fa
    assert "UTF-8" in problem.text_fa


def test_a_bad_byte_far_down_is_found_with_its_line(file: Path) -> None:
    text = b"code,value\n" + b"".join(b"%d,%s\n" % (number, b"x" * 100) for number in range(30_000)) + b"x,\xff\n"
    assert "30002" in refusal(file, text).text_en
