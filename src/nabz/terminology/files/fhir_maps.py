"""The entries of FHIR concept maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from nabz.kit.errors import Problem
from nabz.terminology import model
from nabz.terminology.errors import RowBroken
from nabz.terminology.files import words
from nabz.terminology.files.checking import broken
from nabz.terminology.files.columns import letters
from nabz.terminology.files.fhir_shapes import ConceptMap, Element, Target, decoded
from nabz.terminology.files.source import refused, row_broken
from nabz.terminology.model import Read, Row

MARK: Final = "/api/v1/terminology#"
"""Stands in the address of our extensions, before the name of what they carry: FHIR's maps have no place for it."""

PROPERTY: Final = "property."


def ends(resource: ConceptMap) -> tuple[str, str]:
    """Give the addresses of what the map leads from and to. Raises FileRefused."""
    systems = {(group.source, group.target) for group in resource.group if group.element}
    if len(systems) > 1:
        raise refused(
            "این ConceptMap میان بیش از دو ترمینولوژی است؛ هر گروه را در فایلی جدا بفرستید",
            "this ConceptMap joins more than two terminologies: send each group in a file of its own",
        )
    source, target = next(iter(systems), ("", ""))
    return (
        source or resource.source_uri or resource.source_canonical,
        target or resource.target_uri or resource.target_canonical,
    )


def entries(resource: ConceptMap) -> Iterator[tuple[float, Read]]:
    """Give the pairs of the map with the part of the file that is read; codes that go nowhere have no entry."""
    raws = [raw for group in resource.group for raw in group.element]
    line = 0
    for number, raw in enumerate(raws):
        done = number / len(raws)
        element = decoded(raw, Element)
        if isinstance(element, RowBroken):
            line += 1
            yield done, broken(line, "", element)
            continue
        for target in element.target:
            line += 1
            if (target.equivalence or target.relationship) in words.UNRELATED:
                continue
            try:
                yield done, _read(line, element.code, target)
            except Problem as problem:
                yield done, broken(line, element.code, problem)


def _read(line: int, code: str, target: Target) -> Row:
    if target.depends_on:
        raise row_broken(
            "نگاشت آن به شرطی (dependsOn) وابسته است که نگه نمی‌داریم",
            "it holds only under a condition (dependsOn), which we do not keep",
        )
    own = {one.url.partition(MARK)[2]: one.text for one in target.extension if MARK in one.url}
    return Row(
        line=line,
        code=model.code_of(code),
        target=model.code_of(target.code),
        value=words.relation(target.equivalence or target.relationship),
        en=letters(own.get("en", "")),
        parent=model.code_of(own.get("parent", "")),
        note=letters(target.comment),
        made_up=words.made_up(own.get("made-up", "")),
        properties={
            unquote(name.removeprefix(PROPERTY)): letters(text)
            for name, text in own.items()
            if name.startswith(PROPERTY) and text.strip()
        },
    )
