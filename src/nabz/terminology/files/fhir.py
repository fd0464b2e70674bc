"""FHIR resources in JSON: code systems, value sets and concept maps, of R4 and of R5."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from nabz.terminology.files import fhir_codes, fhir_maps
from nabz.terminology.files.fhir_shapes import CodeSystem, ConceptMap, Head, ValueSet
from nabz.terminology.files.source import LONGEST_TITLE, Format, Source, as_id, as_label, fa, refused
from nabz.terminology.model import Kind, Read, Retirement, would_run

LARGEST: Final = 512 << 20
_KNOWN: Final = {
    "http://snomed.info/sct": "SNOMEDCT",
    "http://loinc.org": "LNC",
    "http://unitsofmeasure.org": "UCUM",
    "http://www.whocc.no/atc": "ATC",
    "http://hl7.org/fhir/sid/icd-10": "ICD10",
}
Resource = CodeSystem | ValueSet | ConceptMap


class FhirSource(Source):
    """A resource that is kept whole; the line of a row is its place in the resource."""

    format: ClassVar[Format] = Format.FHIR

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.runs = would_run
        self._resource = resource = _resource(path)
        self.id = named(resource.url) or as_id(resource.name) or as_id(resource.id)
        self.version = as_label(_last(resource.version))
        self.title = (resource.title or resource.name).strip()[:LONGEST_TITLE]
        if isinstance(resource, ConceptMap):
            self.kind = Kind.MAP
            source, target = fhir_maps.ends(resource)
            self.map_source, self.map_target = named(source), named(target)
        else:
            fhir_codes.check(resource)
        if next(self.found(), None) is None:
            raise refused("منبع هیچ کدی ندارد", "the resource holds no code")

    @cached_property
    def complete(self) -> bool:
        if isinstance(self._resource, CodeSystem | ValueSet) and fhir_codes.is_part(self._resource):
            return False
        return any(not isinstance(one, Retirement) for one in self.found())

    def found(self) -> Iterator[Read]:
        for done, one in self._entries():
            self.progress = done
            yield one

    def _entries(self) -> Iterator[tuple[float, Read]]:
        if isinstance(self._resource, ConceptMap):
            return fhir_maps.entries(self._resource)
        return fhir_codes.entries(self._resource)


def named(url: str) -> str:
    """Give our name of what a FHIR address stands for, as far as the address tells it."""
    # Behind a bar stands a version, behind a question mark a choice of codes.
    bare = re.split(r"[|?]", url, maxsplit=1)[0].rstrip("/")
    return _KNOWN.get(bare) or as_id(_last(bare))


def _last(address: str) -> str:
    return address.strip().rstrip("/").rpartition("/")[2]


def _resource(path: Path) -> Resource:
    if path.stat().st_size > LARGEST:
        raise refused(
            f"فایل FHIR بیش از {fa(LARGEST >> 20)} مگابایت است", f"a FHIR file has at most {LARGEST >> 20} MB"
        )
    text = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        kind = msgspec.json.decode(text, type=Head).resource_type
        return _decoded(text, kind)
    except msgspec.ValidationError as fault:
        raise refused(f"منبع FHIR درست نیست: {fault}", f"the FHIR resource is not right: {fault}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise refused(f"فایل JSON درست نیست: {fault}", f"this is no JSON: {fault}") from None
    except RecursionError:
        raise refused("سطح‌های فایل بیش از اندازه است", "the file is nested too deep") from None


def _decoded(text: bytes, kind: str) -> Resource:
    match kind:
        case "CodeSystem":
            return msgspec.json.decode(text, type=CodeSystem)
        case "ValueSet":
            return msgspec.json.decode(text, type=ValueSet)
        case "ConceptMap":
            return msgspec.json.decode(text, type=ConceptMap)
    raise refused(
        f"منبع FHIR از نوع «{kind[:40]}» است؛ CodeSystem، ValueSet یا ConceptMap خوانده می‌شود",
        f"the FHIR resource is a {kind[:40]}: CodeSystem, ValueSet and ConceptMap can be read",
    )
