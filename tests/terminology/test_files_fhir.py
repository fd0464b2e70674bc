"""FHIR resources: code systems, value sets and concept maps, of R4 and of R5."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nabz.terminology.errors import FileRefused
from nabz.terminology.files import Format, Source, open_source
from nabz.terminology.model import Broken, Kind, Read, Retirement, Row


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "resource.json"


def opened(file: Path, kind: str, **fields: Any) -> Source:
    file.write_text(json.dumps({"resourceType": kind, "status": "active", **fields}), encoding="utf-8")
    source = open_source(file)
    assert source.format is Format.FHIR
    return source


def read(source: Source) -> list[Read]:
    rows = list(source.rows())
    assert source.progress == 1.0
    return rows


def faults(rows: list[Read]) -> list[tuple[int, str, str]]:
    return [(row.line, row.code, row.why.code) for row in rows if isinstance(row, Broken)]


def refusal(file: Path, content: str | bytes) -> str:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FileRefused) as caught:
        open_source(file, Format.FHIR)
    assert caught.value.text_fa
    return caught.value.text_en


# ---------------------------------------------------------------- code systems


def test_a_code_system_gives_its_concepts_with_their_parents(file: Path) -> None:
    fields = {
        "url": "http://example.test/fhir/CodeSystem/ward-type",
        "version": "2.1",
        "title": "نوع بخش",
        "content": "complete",
        "concept": [
            {
                "code": "1",
                "display": "بستری",
                "definition": "شبانه‌روزی",
                "designation": [{"language": "fa", "value": "x"}, {"language": "en-US", "value": "Inpatient"}],
                "concept": [{"code": "۱۱", "display": "داخلی", "concept": [{"code": "111", "display": "گوارش"}]}],
            },
            {"code": "2", "display": "سرپایی", "property": [{"code": "parent", "valueCode": "1"}]},
        ],
    }
    source = opened(file, "CodeSystem", **fields)
    assert (source.id, source.version, source.title, source.kind) == ("ward-type", "2.1", "نوع بخش", Kind.CODES)
    assert source.complete
    assert read(source) == read(source)
    assert read(source) == [
        Row(line=1, code="1", value="بستری", en="Inpatient", note="شبانه‌روزی"),
        Row(line=2, code="11", value="داخلی", parent="1"),
        Row(line=3, code="111", value="گوارش", parent="11"),
        Row(line=4, code="2", value="سرپایی", parent="1"),
    ]


def test_properties_of_every_type_become_texts(file: Path) -> None:
    values = [
        {"code": "form", "valueString": " قرص "},
        {"code": "kind", "valueCode": "x"},
        {"code": "weight", "valueDecimal": 1.50},
        {"code": "rank", "valueInteger": 3},
        {"code": "notSelectable", "valueBoolean": False},
        {"code": "group", "valueCoding": {"system": "s", "code": "c"}},
        {"code": "since", "valueDateTime": "2026-01-01"},
        {"code": "form", "valueString": "شربت"},
        {"code": "made-up", "valueBoolean": True},
        {"code": "status", "valueCode": "active"},
    ]
    (row,) = read(opened(file, "CodeSystem", concept=[{"code": "1", "display": "a", "property": values}]))
    assert isinstance(row, Row)
    assert row.made_up
    assert row.properties == {
        "form": "قرص; شربت",
        "kind": "x",
        "weight": "1.5",
        "rank": "3",
        "notSelectable": "false",
        "group": "c",
        "since": "2026-01-01",
    }


@pytest.mark.parametrize(
    "gone",
    [
        {"code": "status", "valueCode": "retired"},
        {"code": "inactive", "valueBoolean": True},
        {"code": "deprecated", "valueDateTime": "2026-01-01"},
    ],
)
def test_a_property_can_say_that_a_code_is_retired(file: Path, gone: dict[str, Any]) -> None:
    successor = {"code": "replacedBy", "valueCode": "2"}
    concept = [
        {"code": "1", "display": "a", "property": [gone, successor]},
        {"code": "2", "display": "b", "property": [{"code": "inactive", "valueBoolean": False}]},
    ]
    source = opened(file, "CodeSystem", concept=concept)
    assert read(source) == [Retirement(line=1, code="1", successor="2"), Row(line=2, code="2", value="b")]
    assert source.complete
    assert not opened(file, "CodeSystem", concept=concept[:1]).complete


def test_a_fragment_is_no_whole_version(file: Path) -> None:
    concept = [{"code": "1", "display": "a"}]
    assert not opened(file, "CodeSystem", content="fragment", concept=concept).complete
    file.write_text(json.dumps({"resourceType": "CodeSystem", "content": "not-present"}))
    with pytest.raises(FileRefused):
        open_source(file)


def test_a_concept_with_a_fault_spoils_no_other(file: Path) -> None:
    concept = [
        {"code": "1", "display": "a"},
        {"code": "2"},
        {"display": "x"},
        {"code": "1", "display": "b"},
        {"code": "5", "display": "=1+1"},
        {"code": "6", "display": "x", "property": [{"code": "status", "valueCode": "odd"}]},
        {"code": "7", "display": "x\x07"},
        {"code": "8", "display": "x", "property": [{"code": f"p{number}", "valueCode": "x"} for number in range(21)]},
        {"code": "9", "designation": [{"language": "fa", "value": "نام"}]},
        {"code": 10, "display": "x"},
        {"code": "11", "display": "x", "property": [{"code": "p", "valueInteger": 1.5}]},
    ]
    rows = read(opened(file, "CodeSystem", concept=concept))
    assert faults(rows) == [
        (2, "2", "terminology.value-missing"),
        (3, "", "terminology.code-missing"),
        (4, "1", "terminology.code-twice"),
        (5, "5", "terminology.formula-refused"),
        (6, "6", "terminology.row-broken"),
        (7, "7", "terminology.bad-text"),
        (8, "8", "terminology.row-broken"),
        (10, "", "terminology.row-broken"),
        (11, "", "terminology.row-broken"),
    ]
    assert "$.code" in next(row.why.text_en for row in rows if isinstance(row, Broken) and row.line == 10)
    assert [row.value for row in rows if isinstance(row, Row)] == ["a", "نام"]


@pytest.mark.parametrize(
    ("fields", "id_", "version"),
    [
        ({"url": "http://snomed.info/sct", "version": "http://snomed.info/sct/9/version/2030"}, "SNOMEDCT", "2030"),
        ({"url": "http://loinc.org", "version": "2.80"}, "LNC", "2.80"),
        ({"url": "https://x.test/api/v1/terminology/ISO_3166-1"}, "ISO_3166-1", ""),
        ({"url": "urn:oid:1.2.3", "name": "Ward"}, "Ward", ""),
        ({"id": "ward-type", "version": "نسخهٔ دو"}, "ward-type", ""),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_the_resource_suggests_what_it_holds(file: Path, fields: dict[str, str], id_: str, version: str) -> None:
    source = opened(file, "CodeSystem", concept=[{"code": "1", "display": "a"}], **fields)
    assert (source.id, source.version) == (id_, version)


# ---------------------------------------------------------------- value sets


def test_an_expansion_gives_its_codes_and_passes_headings_over(file: Path) -> None:
    contains = [
        {"code": "1", "display": "a", "contains": [{"code": "11", "display": "b"}]},
        {"abstract": True, "display": "heading", "contains": [{"code": "2", "display": "c"}]},
        {"code": "3", "display": "d", "inactive": True},
    ]
    source = opened(
        file, "ValueSet", expansion={"total": 4, "contains": contains}, compose={"include": [{"system": "x"}]}
    )
    assert read(source) == [
        Row(line=1, code="1", value="a"),
        Row(line=2, code="11", value="b", parent="1"),
        Row(line=3, code="2", value="c"),
        Retirement(line=4, code="3"),
    ]
    assert source.complete
    assert not opened(file, "ValueSet", expansion={"total": 5, "contains": contains}).complete


def test_a_value_set_that_names_its_codes_is_read(file: Path) -> None:
    include = [
        {"system": "s", "concept": [{"code": "1", "display": "a"}]},
        {"concept": [{"code": "2", "display": "b"}]},
    ]
    rows = read(opened(file, "ValueSet", compose={"include": include}))
    assert rows == [Row(line=1, code="1", value="a"), Row(line=2, code="2", value="b")]


@pytest.mark.parametrize(
    "compose",
    [
        {"include": [{"system": "s"}]},
        {"include": [{"system": "s", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}]},
        {"include": [{"valueSet": ["http://x.test"]}]},
        {"include": [{"concept": [{"code": "1", "display": "a"}]}], "exclude": [{"system": "s"}]},
    ],
)
def test_a_value_set_of_rules_has_to_be_expanded_first(file: Path, compose: dict[str, Any]) -> None:
    assert "expand" in refusal(file, json.dumps({"resourceType": "ValueSet", "compose": compose}))


# ---------------------------------------------------------------- concept maps


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("equivalent", "equivalent"),
        ("equal", "equivalent"),
        ("wider", "wider"),
        ("subsumes", "wider"),
        ("narrower", "narrower"),
        ("specializes", "narrower"),
        ("inexact", "inexact"),
        ("relatedto", "inexact"),
        ("source-is-narrower-than-target", "wider"),
        ("source-is-broader-than-target", "narrower"),
        ("related-to", "inexact"),
    ],
)
def test_relations_are_read_from_the_target_on(file: Path, said: str, relation: str) -> None:
    field = "relationship" if "-" in said else "equivalence"
    element = [{"code": "A", "target": [{"code": "1", field: said, "comment": "چرا"}]}]
    source = opened(file, "ConceptMap", group=[{"source": "http://loinc.org", "element": element}])
    assert read(source) == [Row(line=1, code="A", target="1", value=relation, note="چرا")]


def test_a_concept_map_tells_its_ends_and_skips_what_goes_nowhere(file: Path) -> None:
    element = [
        {"code": "A", "target": [{"code": "1", "equivalence": "wider"}, {"code": "۲", "equivalence": "wider"}]},
        {"code": "B", "target": [{"equivalence": "unmatched"}, {"code": "3", "equivalence": "disjoint"}]},
        {"code": "C", "noMap": True},
        {"code": "D", "target": [{"code": "1", "equivalence": "equivalent"}]},
    ]
    source = opened(
        file,
        "ConceptMap",
        url="http://x.test/ConceptMap/LNC--ICD10",
        sourceUri="http://x.test/ValueSet/other",
        targetCanonical="http://x.test/ValueSet/Ward|2",
        group=[{"source": "http://loinc.org|2.80", "element": element}, {"source": "x", "target": "y"}],
    )
    assert (source.kind, source.id, source.map_source, source.map_target) == (Kind.MAP, "LNC--ICD10", "LNC", "Ward")
    assert source.complete
    assert [(row.line, row.code, row.target) for row in read(source) if isinstance(row, Row)] == [
        (1, "A", "1"),
        (2, "A", "2"),
        (5, "D", "1"),
    ]


def test_a_pair_with_a_fault_spoils_no_other(file: Path) -> None:
    targets = [
        {"code": "1", "equivalence": "wider"},
        {"code": "1", "equivalence": "wider"},
        {"code": "2"},
        {"equivalence": "wider"},
        {"code": "3", "equivalence": "wider", "dependsOn": [{"property": "x", "value": "y"}]},
    ]
    element = [{"code": "A", "target": targets}, {"code": "B", "target": 5}]
    rows = read(opened(file, "ConceptMap", group=[{"element": element}]))
    assert faults(rows) == [
        (2, "A", "terminology.code-twice"),
        (3, "A", "terminology.bad-relation"),
        (4, "A", "terminology.value-missing"),
        (5, "A", "terminology.row-broken"),
        (6, "", "terminology.row-broken"),
    ]


def test_a_map_between_more_than_two_terminologies_is_refused(file: Path) -> None:
    element = [{"code": "A", "target": [{"code": "1", "equivalence": "wider"}]}]
    groups = [{"source": "a", "target": target, "element": element} for target in ("b", "c")]
    assert "more than two" in refusal(file, json.dumps({"resourceType": "ConceptMap", "group": groups}))


# ---------------------------------------------------------------- files that are refused whole


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "no JSON"),
        ("", "no JSON"),
        ('{"resourceType": "CodeSystem", "concept": [{"code": "1"}]} x', "no JSON"),
        (b'{"resourceType": "CodeSystem", "title": "\xff"}', "JSON"),
        ('{"resourceType": "Patient"}', "Patient"),
        ("{}", "is a :"),
        ("[]", "not right"),
        ('{"resourceType": "CodeSystem", "concept": {}}', "$.concept"),
        ('{"resourceType": "CodeSystem"}', "no code"),
        ('{"resourceType": "ValueSet"}', "no code"),
        ('{"resourceType": "ConceptMap"}', "no code"),
        ('{"resourceType": "CodeSystem", "concept": ' + '[{"concept":' * 20_000, ""),
        ('{"resourceType": "CodeSystem", "concept": ' + '[{"concept":' * 3_000 + "[]" + "}]" * 3_000 + "}", "deep"),
    ],
)
def test_a_file_that_is_no_resource_is_refused(file: Path, content: str | bytes, says: str) -> None:
    assert says in refusal(file, content)


@pytest.mark.parametrize(("kind", "below"), [("CodeSystem", "concept"), ("ValueSet", "contains")])
def test_concepts_far_below_each_other_are_refused(file: Path, kind: str, below: str) -> None:
    concept: dict[str, Any] = {"code": "0", "display": "a"}
    for number in range(1, 150):
        concept = {"code": str(number), "display": "a", below: [concept]}
    fields = {"concept": [concept]} if kind == "CodeSystem" else {"expansion": {"contains": [concept]}}
    with pytest.raises(FileRefused) as caught:
        read(opened(file, kind, **fields))
    assert "deep" in caught.value.text_en


def test_bytes_that_are_no_text_spoil_their_concept_alone(file: Path) -> None:
    file.write_bytes(
        b'{"resourceType":"CodeSystem","concept":[{"code":"1","display":"\xff"},{"code":"2","display":"b"}]}'
    )
    rows = read(open_source(file))
    assert faults(rows) == [(1, "", "terminology.row-broken")]
    assert rows[1:] == [Row(line=2, code="2", value="b")]


def test_a_mark_of_utf8_at_the_beginning_is_allowed(file: Path) -> None:
    text = json.dumps({"resourceType": "CodeSystem", "concept": [{"code": "1", "display": "a"}]})
    file.write_text(text, encoding="utf-8-sig")
    assert len(read(open_source(file))) == 1


def test_xml_is_told_to_come_as_json(file: Path) -> None:
    file.write_text('<CodeSystem xmlns="http://hl7.org/fhir"/>')
    with pytest.raises(FileRefused) as caught:
        open_source(file)
    assert "JSON" in caught.value.text_en
