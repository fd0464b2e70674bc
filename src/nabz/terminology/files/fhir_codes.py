"""The codes of FHIR code systems and value sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from nabz.kit.errors import Problem
from nabz.terminology import model
from nabz.terminology.errors import RowBroken
from nabz.terminology.files import words
from nabz.terminology.files.checking import broken
from nabz.terminology.files.columns import KEPT_BACK, letters, name_key
from nabz.terminology.files.fhir_shapes import (
    CodeSystem,
    Concept,
    Contained,
    Designation,
    Property,
    ValueSet,
    decoded,
)
from nabz.terminology.files.source import refused
from nabz.terminology.model import Read, Retirement, Row

_DEEPEST: Final = 100
_SUCCESSORS: Final = frozenset({"successor", "replacedby", "replacement"})


def check(resource: CodeSystem | ValueSet) -> None:
    """Check that the codes stand in the file. Raises FileRefused."""
    if isinstance(resource, CodeSystem):
        if resource.content in {"not-present", "supplement"}:
            raise refused(
                f"محتوای این CodeSystem «{resource.content}» است و کدها در آن نیست",
                f"the content of this CodeSystem is {resource.content}: the codes are not in it",
            )
        return
    compose = resource.compose
    if resource.expansion is None and compose is not None:
        rules = any(one.filter or one.value_set or not one.concept for one in compose.include)
        if rules or compose.exclude:
            raise refused(
                "این ValueSet کدها را با قاعده تعریف می‌کند؛ نخست آن را expand کنید",
                "this ValueSet names its codes by rules: expand it first",
            )


def is_part(resource: CodeSystem | ValueSet) -> bool:
    """Tell whether the resource says that it does not hold everything."""
    if isinstance(resource, CodeSystem):
        return resource.content in {"fragment", "example"}
    if resource.expansion:
        return (resource.expansion.total or 0) > sum(1 for _ in entries(resource))
    return False


def entries(resource: CodeSystem | ValueSet) -> Iterator[tuple[float, Read]]:
    """Give the codes in the order of the file, each before those below it, with the part of the file that is read."""
    if isinstance(resource, CodeSystem):
        return _numbered(_concepts(resource.concept))
    if resource.expansion:
        return _numbered(_contained(resource.expansion.contains))
    included = resource.compose.include if resource.compose else ()
    return _numbered(_concepts([concept for one in included for concept in one.concept]))


class _Place(msgspec.Struct, frozen=True):
    """What is known of a code before it is decoded."""

    raw: msgspec.Raw
    done: float
    parent: str = ""
    depth: int = 0


_Found = Iterator[tuple[_Place, Concept | Contained | RowBroken]]


def _concepts(raws: Sequence[msgspec.Raw]) -> _Found:
    for top in _places(raws):
        waiting = [top]
        while waiting:
            place = waiting.pop()
            concept = decoded(place.raw, Concept)
            yield place, concept
            if isinstance(concept, Concept):
                waiting += _below(place, concept.concept, concept.code)


def _contained(raws: Sequence[msgspec.Raw]) -> _Found:
    for top in _places(raws):
        waiting = [top]
        while waiting:
            place = waiting.pop()
            one = decoded(place.raw, Contained)
            # A heading without a code only arranges what is below it.
            if isinstance(one, RowBroken) or one.code:
                yield place, one
            if isinstance(one, Contained):
                waiting += _below(place, one.contains, one.code or place.parent)


def _places(raws: Sequence[msgspec.Raw]) -> Iterator[_Place]:
    return (_Place(raw, number / len(raws)) for number, raw in enumerate(raws))


def _below(place: _Place, raws: Sequence[msgspec.Raw], parent: str) -> Iterator[_Place]:
    if raws and place.depth >= _DEEPEST:
        raise refused("سطح‌های فایل بیش از اندازه است", "the file is nested too deep")
    return (_Place(raw, place.done, parent, place.depth + 1) for raw in reversed(raws))


def _numbered(found: _Found) -> Iterator[tuple[float, Read]]:
    for line, (place, concept) in enumerate(found, 1):
        try:
            if isinstance(concept, RowBroken):
                raise concept
            yield place.done, _read(line, concept, place.parent)
        except Problem as problem:
            yield place.done, broken(line, "" if isinstance(concept, RowBroken) else concept.code, problem)


def _read(line: int, concept: Concept | Contained, parent: str) -> Read:
    code = model.code_of(concept.code)
    properties = concept.property if isinstance(concept, Concept) else ()
    inactive = isinstance(concept, Contained) and concept.inactive
    if inactive or any(map(_retires, properties)):
        successor = next((one.text for one in properties if name_key(one.code) in _SUCCESSORS), "")
        return Retirement(line=line, code=code, successor=model.code_of(successor))
    own = next((one.text for one in properties if name_key(one.code) == "parent"), "")
    made_up = next((one.text for one in properties if name_key(one.code) == "madeup"), "")
    english, persian = (_designation(concept.designation, language) for language in ("en", "fa"))
    return Row(
        line=line,
        code=code,
        value=letters(concept.display) or persian or english,
        en=english,
        parent=model.code_of(parent or own),
        note=letters(concept.definition) if isinstance(concept, Concept) else "",
        made_up=words.made_up(made_up),
        properties=_properties(properties),
    )


def _designation(designations: Sequence[Designation], language: str) -> str:
    found = (one.value for one in designations if one.language.lower().partition("-")[0] == language)
    return letters(next(found, ""))


def _retires(one: Property) -> bool:
    key = name_key(one.code)
    if key == "status":
        return words.retired(one.text, flag=False)
    # "deprecated" may also hold the day on which it happened.
    return key in {"inactive", "deprecated", "retired"} and one.text.lower() not in {"", "false"}


def _properties(properties: Sequence[Property]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in properties:
        name, text = " ".join(one.code.split()), letters(one.text)
        if text and name_key(name) not in KEPT_BACK:
            found[name] = f"{found[name]}; {text}" if name in found else text
    return found
