"""The codes of FHIR code systems and value sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from nabz.kit.errors import Problem
from nabz.terminology import model
from nabz.terminology.files import words
from nabz.terminology.files.checking import broken
from nabz.terminology.files.columns import KEPT_BACK, letters, name_key
from nabz.terminology.files.fhir_shapes import (
    CodeSystem,
    Concept,
    ConceptMap,
    Contained,
    Designation,
    Property,
    ValueSet,
)
from nabz.terminology.files.source import refused
from nabz.terminology.model import Read, Retirement, Row

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


def is_part(resource: CodeSystem | ValueSet | ConceptMap) -> bool:
    """Tell whether the resource says that it does not hold everything."""
    if isinstance(resource, CodeSystem):
        return resource.content in {"fragment", "example"}
    if isinstance(resource, ValueSet) and resource.expansion:
        return (resource.expansion.total or 0) > sum(1 for _ in entries(resource))
    return False


def entries(resource: CodeSystem | ValueSet) -> Iterator[Read]:
    """Give the codes in the order of the file, each before those below it."""
    if isinstance(resource, CodeSystem):
        return _numbered(_system(resource.concept))
    if resource.expansion:
        return _numbered(_expansion(resource.expansion.contains))
    included = resource.compose.include if resource.compose else ()
    return _numbered((concept, "") for one in included for concept in one.concept)


_Found = Iterator[tuple[Concept | Contained, str]]


def _system(concepts: Sequence[Concept]) -> _Found:
    waiting = [(concept, "") for concept in reversed(concepts)]
    while waiting:
        concept, parent = waiting.pop()
        yield concept, parent
        waiting += [(below, concept.code) for below in reversed(concept.concept)]


def _expansion(contained: Sequence[Contained]) -> _Found:
    waiting = [(one, "") for one in reversed(contained)]
    while waiting:
        one, parent = waiting.pop()
        # A heading without a code only arranges what is below it.
        if one.code:
            yield one, parent
        waiting += [(below, one.code or parent) for below in reversed(one.contains)]


def _numbered(found: _Found) -> Iterator[Read]:
    for line, (concept, parent) in enumerate(found, 1):
        try:
            yield _read(line, concept, parent)
        except Problem as problem:
            yield broken(line, concept.code, problem)


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
