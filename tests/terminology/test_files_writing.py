"""Downloads: what they hold, and that reading gives back what was written."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import tempfile
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fhir.resources.R4B.codesystem import CodeSystem
from fhir.resources.R4B.conceptmap import ConceptMap
from hypothesis import given
from hypothesis import strategies as st

from nabz.terminology.errors import TooMany
from nabz.terminology.files import csv_parts, fhir_parts, open_source, writing_xlsx, xlsx_file
from nabz.terminology.files.columns import KEPT_BACK, name_key
from nabz.terminology.model import Concept, Kind, Relation, Row, State, Terminology, Version, would_run

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
BASE = "https://nabz.test"
FORMATS = ("csv", "xlsx", "fhir")


def terminology(kind: Kind = Kind.CODES, id_: str = "thritaEHR.Ward_1") -> Terminology:
    source, target = ("ICD10", "ISO_3166-1") if kind is Kind.MAP else (None, None)
    return Terminology(
        number=1,
        id=id_,
        kind=kind,
        title_fa="نوع <بخش>",
        title_en="Ward",
        source_fa="سند",
        defined_at=NOW,
        source=source,
        target=target,
    )


def version(state: State = State.PUBLISHED) -> Version:
    return Version(
        id=1,
        number=1,
        step=1,
        label="2.1",
        version_id=1,
        state=state,
        created_at=NOW,
        published_at=NOW,
        touched_at=NOW,
    )


async def paged(concepts: list[Concept], size: int = 3) -> AsyncIterator[list[Concept]]:
    for start in range(0, len(concepts), size):
        yield concepts[start : start + size]
    yield []


async def written(concepts: list[Concept], form: str, kind: Kind = Kind.CODES) -> bytes:
    pages = paged(concepts)
    if form == "xlsx":
        with await xlsx_file(pages, terminology(kind), kind) as file:
            return file.read()
    parts = csv_parts(pages, kind) if form == "csv" else fhir_parts(pages, terminology(kind), version(), f"{BASE}/")
    return b"".join([part async for part in parts])


def read(content: bytes, form: str, kind: Kind) -> list[Concept]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{form}"
        path.write_bytes(content)
        source = open_source(path)
        assert source.kind is kind
        rows = list(source.rows())
    found = []
    for row in rows:
        assert isinstance(row, Row), row
        found.append(Concept(**{name: getattr(row, name) for name in Concept.__struct_fields__}))
    return found


# ---------------------------------------------------------------- reading gives back what was written


def _is_kept(text: str) -> bool:
    composed = unicodedata.normalize("NFC", text.strip())
    return text == composed and not would_run(text) and not {"\ufffe", "\uffff"} & {*text}


letters = st.characters(exclude_categories=("Cc", "Cs"))
odd = st.sampled_from(
    [
        "_x0041_",
        "_x005F_",
        "<a>&amp;",
        '"',
        "#N/A",
        "'",
        ",;",
        "۱۲",
        "می‌شود",
        "\u064a",
        "a  b",
        "😀",
        "-5",
        "TRUE",
        "1.0",
    ]
)
texts = (st.text(letters, max_size=12) | odd).map(str.strip).filter(_is_kept)
values = texts.filter(bool)
codes = values.filter(lambda text: not any(letter.isdigit() and not letter.isascii() for letter in text))
names = values.filter(lambda text: text == " ".join(text.split()) and name_key(text) not in KEPT_BACK)
rest = {
    "en": texts,
    "parent": codes | st.just(""),
    "note": texts,
    "made_up": st.booleans(),
    "properties": st.dictionaries(names, values, max_size=2),
}
concepts = st.lists(
    st.builds(Concept, code=codes, value=values, **rest), min_size=1, max_size=3, unique_by=lambda one: one.code
)
pairs = st.lists(
    st.builds(Concept, code=codes, target=codes, value=st.sampled_from([one.value for one in Relation]), **rest),
    min_size=1,
    max_size=3,
    unique_by=lambda one: (one.code, one.target),
)


@pytest.mark.parametrize("form", FORMATS)
@given(concepts=concepts)
def test_codes_are_read_back_as_they_were_written(form: str, concepts: list[Concept]) -> None:
    assert read(asyncio.run(written(concepts, form)), form, Kind.CODES) == concepts


@pytest.mark.parametrize("form", FORMATS)
@given(pairs=pairs)
def test_maps_are_read_back_as_they_were_written(form: str, pairs: list[Concept]) -> None:
    assert read(asyncio.run(written(pairs, form, Kind.MAP)), form, Kind.MAP) == pairs


# ---------------------------------------------------------------- what others find in them

CODES = [
    Concept(code="01", value="بستری", en="Inpatient", note="شبانه‌روزی"),
    Concept(code="011", value="=قلب", parent="01", made_up=True, properties={"شکل": "الف", "unit": "mg"}),
    Concept(code="#N/A", value="<b>&", properties={"unit": "g"}),
    Concept(code="2", value="سرپایی"),
]
PAIRS = [
    Concept(code="A", target="1", value="equivalent"),
    Concept(code="A", target="2", value="wider", note="چرا", en="why", made_up=True, properties={"a b/c#d": "x"}),
    Concept(code="B", target="1", value="inexact"),
    Concept(code="C", target="1", value="narrower"),
]


async def test_a_csv_file_has_a_mark_for_spreadsheets_and_a_header() -> None:
    content = await written(CODES, "csv")
    assert content.startswith(b"\xef\xbb\xbfcode,value,en,parent,note,made_up,properties\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["01", "بستری", "Inpatient", "", "شبانه‌روزی", "", ""]
    assert rows[2] == ["011", "=قلب", "", "01", "", "yes", '{"شکل":"الف","unit":"mg"}']
    head = (await written(PAIRS, "csv", Kind.MAP)).decode("utf-8-sig").splitlines()[0]
    assert head == "code,target,relation,en,parent,note,made_up,properties"


async def test_an_empty_version_is_an_empty_file() -> None:
    assert (await written([], "csv")).count(b"\n") == 1
    assert openpyxl.load_workbook(io.BytesIO(await written([], "xlsx"))).worksheets[0].max_row == 1
    assert CodeSystem.model_validate_json(await written([], "fhir")).count == 0
    assert ConceptMap.model_validate_json(await written([], "fhir", Kind.MAP)).group is None


async def test_a_workbook_opens_from_the_right_with_texts_alone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(await written(CODES, "xlsx")))
    sheet = book.worksheets[0]
    assert book.properties.title == "نوع <بخش>"
    assert (sheet.title, sheet.sheet_view.rightToLeft, sheet.freeze_panes) == ("codes", True, "A2")
    assert [cell.value for cell in sheet[1]] == ["code", "value", "en", "parent", "note", "made_up", "properties"]
    assert [cell.font.b for cell in sheet[1]] == [True] * 7
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert [[sheet.cell(row, column).value for column in (1, 2)] for row in range(2, 6)] == [
        [one.code, one.value] for one in CODES
    ]
    assert sheet.column_dimensions["A"].width == 16


async def test_a_workbook_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing_xlsx, "MOST_ROWS", 4)
    assert await written(CODES, "xlsx")
    with pytest.raises(TooMany) as caught:
        await written([*CODES, Concept(code="x", value="x")], "xlsx")
    assert caught.value.facts == {"most": 4}
    monkeypatch.setattr(writing_xlsx, "MOST_BYTES", 1)
    with pytest.raises(TooMany):
        await written(CODES, "xlsx")


async def test_a_code_system_is_one_by_the_standard() -> None:
    content = await written(CODES, "fhir")
    found = json.loads(content)
    CodeSystem.model_validate_json(content)
    concept = found.pop("concept")
    assert found == {
        "resourceType": "CodeSystem",
        "language": "fa",
        "url": f"{BASE}/api/v1/terminology/thritaEHR.Ward_1",
        "version": "2.1",
        "name": "ThritaEHR_Ward_1",
        "title": "نوع <بخش>",
        "description": "سند",
        "status": "active",
        "experimental": False,
        "date": "2026-11-22T06:30:00+00:00",
        "caseSensitive": True,
        "content": "complete",
        "count": 4,
        "property": [
            {"code": "parent", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"},
            {"code": "made-up", "description": "whether the code is made up", "type": "boolean"},
            {"code": "شکل", "type": "string"},
            {"code": "unit", "type": "string"},
        ],
    }
    assert concept[:2] == [
        {
            "code": "01",
            "display": "بستری",
            "definition": "شبانه‌روزی",
            "designation": [{"language": "en", "value": "Inpatient"}],
        },
        {
            "code": "011",
            "display": "=قلب",
            "property": [
                {"code": "parent", "valueCode": "01"},
                {"code": "made-up", "valueBoolean": True},
                {"code": "شکل", "valueString": "الف"},
                {"code": "unit", "valueString": "mg"},
            ],
        },
    ]


async def test_a_concept_map_is_one_by_the_standard() -> None:
    content = await written(PAIRS, "fhir", Kind.MAP)
    ConceptMap.model_validate_json(content)
    found = json.loads(content)
    ends = {"source": f"{BASE}/api/v1/terminology/ICD10", "target": f"{BASE}/api/v1/terminology/ISO_3166-1"}
    assert (found["sourceUri"], found["targetUri"]) == (ends["source"], ends["target"])
    (group,) = found["group"]
    assert group == {**ends, "element": group["element"]}
    assert [element["code"] for element in group["element"]] == ["A", "B", "C"]
    assert group["element"][0]["target"][0] == {"code": "1", "equivalence": "equivalent"}
    second = group["element"][0]["target"][1]
    assert (second["code"], second["equivalence"], second["comment"]) == ("2", "wider", "چرا")
    assert second["extension"][1] == {
        "url": f"{BASE}/api/v1/terminology#property.a%20b%2Fc%23d",
        "valueString": "x",
    }


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.PUBLISHED, "active"), (State.WITHDRAWN, "retired"), (State.DRAFT, "draft"), (State.REVIEW, "draft")],
)
async def test_a_resource_tells_where_its_version_stands(state: State, status: str) -> None:
    parts = [part async for part in fhir_parts(paged(CODES), terminology(id_="2x.y"), version(state), BASE)]
    found: dict[str, Any] = json.loads(b"".join(parts))
    assert (found["status"], found["name"]) == (status, "T2x_y")


async def test_what_is_read_of_a_download_names_the_terminology(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(await written(CODES[:1], "fhir"))
    source = open_source(path)
    assert (source.id, source.version, source.title) == ("thritaEHR.Ward_1", "2.1", "نوع <بخش>")
    path.write_bytes(await written(PAIRS, "fhir", Kind.MAP))
    source = open_source(path)
    assert (source.map_source, source.map_target) == ("ICD10", "ISO_3166-1")
    path.write_bytes(await written(CODES, "xlsx"))
    assert open_source(path).title == "نوع <بخش>"


async def test_a_writer_that_is_broken_off_leaves_nothing_open() -> None:
    async def failing() -> AsyncIterator[list[Concept]]:
        yield CODES
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await xlsx_file(failing(), terminology(), Kind.CODES)
