"""Downloads as FHIR R4 resources, in pieces that together are one JSON text."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from urllib.parse import quote

from nabz.kit import json
from nabz.terminology.files.fhir_maps import MARK, PROPERTY
from nabz.terminology.files.writing import Pages
from nabz.terminology.model import Concept, Kind, State, Terminology, Version

_ENGLISH: Final = "en"
_STATUS: Final = {State.PUBLISHED: "active", State.WITHDRAWN: "retired"}
_PARENT: Final = {
    "code": "parent",
    "uri": "http://hl7.org/fhir/concept-properties#parent",
    "type": "code",
}
_MADE_UP: Final = {"code": "made-up", "description": "whether the code is made up", "type": "boolean"}


async def fhir_parts(pages: Pages, terminology: Terminology, version: Version, base_url: str) -> AsyncIterator[bytes]:
    """Write a CodeSystem, or a ConceptMap of a map."""
    write = _map_parts if terminology.kind is Kind.MAP else _system_parts
    async for part in write(pages, terminology, version, base_url.rstrip("/")):
        yield part


async def _system_parts(
    pages: Pages, terminology: Terminology, version: Version, base_url: str
) -> AsyncIterator[bytes]:
    head = _head("CodeSystem", terminology, version, base_url)
    yield json.encode({**head, "caseSensitive": True, "content": "complete"})[:-1]
    names: dict[str, None] = {}
    count = 0
    async for page in pages:
        if page:
            names.update(dict.fromkeys(name for one in page for name in one.properties))
            yield (b"," if count else b',"concept":[') + b",".join(json.encode(_concept(one)) for one in page)
            count += len(page)
    # Which properties there are is known at the end only; in JSON their place does not matter.
    declared = [_PARENT, _MADE_UP, *({"code": name, "type": "string"} for name in names)]
    yield (b"]," if count else b",") + json.encode({"count": count, "property": declared})[1:]


async def _map_parts(pages: Pages, terminology: Terminology, version: Version, base_url: str) -> AsyncIterator[bytes]:
    source, target = (_address(base_url, end) for end in (terminology.source, terminology.target))
    head = _head("ConceptMap", terminology, version, base_url)
    ends = {name: end for name, end in (("source", source), ("target", target)) if end}
    yield json.encode({**head, **{f"{name}Uri": end for name, end in ends.items()}})[:-1]
    count = 0
    async for page in pages:
        if page:
            opening = b',"group":[' + json.encode(ends)[:-1] + (b"," if ends else b"") + b'"element":['
            elements = (_element(code, list(pairs), base_url) for code, pairs in groupby(page, attrgetter("code")))
            yield (b"," if count else opening) + b",".join(map(json.encode, elements))
            count += len(page)
    yield b"]}]}" if count else b"}"


def _head(kind: str, terminology: Terminology, version: Version, base_url: str) -> dict[str, Any]:
    day = version.published_at or version.created_at
    texts = {"title": terminology.title_fa, "description": terminology.source_fa}
    return {
        "resourceType": kind,
        "language": "fa",
        "url": _address(base_url, terminology.id),
        "version": version.label,
        "name": _name(terminology.id),
        **{name: text for name, text in texts.items() if text},
        "status": _STATUS.get(version.state, "draft"),
        "experimental": terminology.made_up != "no",
        "date": day.isoformat(timespec="seconds"),
    }


def _address(base_url: str, id_: str | None) -> str:
    return f"{base_url}/api/v1/terminology/{id_}" if id_ else ""


def _name(id_: str) -> str:
    """Give a name that programs can use: a capital first, then letters, digits and underscores."""
    name = re.sub(r"\W", "_", id_)
    return name[0].upper() + name[1:] if name[0].isalpha() else f"T{name}"


def _concept(one: Concept) -> dict[str, Any]:
    found: dict[str, Any] = {"code": one.code, "display": one.value}
    if one.note:
        found["definition"] = one.note
    if one.en:
        found["designation"] = [{"language": _ENGLISH, "value": one.en}]
    properties: list[dict[str, Any]] = [
        *([{"code": "parent", "valueCode": one.parent}] if one.parent else []),
        *([{"code": "made-up", "valueBoolean": True}] if one.made_up else []),
        *({"code": name, "valueString": text} for name, text in one.properties.items()),
    ]
    if properties:
        found["property"] = properties
    return found


def _element(code: str, pairs: list[Concept], base_url: str) -> dict[str, Any]:
    return {"code": code, "target": [_target(one, base_url) for one in pairs]}


def _target(one: Concept, base_url: str) -> dict[str, Any]:
    own = {"en": one.en, "parent": one.parent}
    own |= {PROPERTY + quote(name, safe=""): text for name, text in one.properties.items()}
    extension: list[dict[str, Any]] = [
        {"url": f"{base_url}{MARK}{name}", "valueString": text} for name, text in own.items() if text
    ]
    if one.made_up:
        extension.append({"url": f"{base_url}{MARK}made-up", "valueBoolean": True})
    found: dict[str, Any] = {"code": one.target, "equivalence": one.value}
    if one.note:
        found["comment"] = one.note
    return {"extension": extension, **found} if extension else found
