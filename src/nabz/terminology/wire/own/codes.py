"""Codes: pages of them, what is found, where maps lead, whether a value is right."""

from __future__ import annotations

import msgspec

from nabz.terminology.model import Concept, Found, Relation, Translation
from nabz.terminology.wire.own.shapes import Shape


class ShownConcept(Shape, frozen=True, kw_only=True):
    """A code; in a map `value` is the relation, and `target` the code it goes to."""

    code: str
    value: str
    target: str | None
    en: str
    parent: str | None
    note: str
    made_up: bool
    properties: dict[str, str]

    @classmethod
    def of(cls, concept: Concept) -> ShownConcept:
        """Show a concept."""
        return cls(
            code=concept.code,
            value=concept.value,
            target=concept.target or None,
            en=concept.en,
            parent=concept.parent or None,
            note=concept.note,
            made_up=concept.made_up,
            properties=concept.properties,
        )


def shown(concept: Concept | None) -> ShownConcept | None:
    """Show a concept, if there is one."""
    return None if concept is None else ShownConcept.of(concept)


class Codes(Shape, frozen=True, kw_only=True):
    """A page of the codes of a version, in the order of the codes."""

    terminology: str
    version: str
    size: int
    codes: list[ShownConcept]
    next: str | None


class Hit(ShownConcept, frozen=True, kw_only=True):
    """A code that was found, and where."""

    terminology: str
    terminology_title_fa: str

    @classmethod
    def found(cls, found: Found) -> Hit:
        """Show what was found."""
        shown = ShownConcept.of(found.concept)
        own = {name: getattr(shown, name) for name in shown.__struct_fields__}
        return cls(**own, terminology=found.terminology, terminology_title_fa=found.title_fa)


class Hits(Shape, frozen=True, kw_only=True):
    """What a search has found, best first."""

    hits: list[Hit]
    next: str | None


class TranslatedCode(Shape, frozen=True, kw_only=True):
    """Where a map leads: `relation` says what the code at the other end is, seen from the one that was asked for."""

    map: str
    terminology: str
    code: str
    value: str
    relation: Relation
    turned: bool

    @classmethod
    def of(cls, found: Translation) -> TranslatedCode:
        """Show a translation."""
        return msgspec.convert(found, cls, from_attributes=True)


class Translations(Shape, frozen=True, kw_only=True):
    """All translations of a code."""

    terminology: str
    code: str
    translations: list[TranslatedCode]


class Validation(Shape, frozen=True, kw_only=True):
    """Whether a version holds a code with this value; `value` is the right one."""

    terminology: str
    version: str
    code: str
    valid: bool
    value: str | None
    message: str
    message_fa: str

    @classmethod
    def of(cls, terminology: str, version: str, code: str, found: Concept | None, *, valid: bool) -> Validation:
        """Say it with the reason."""
        if found is None:
            fa, en = "این کد در این نسخه نیست.", "There is no such code in this version."
        elif valid:
            fa, en = "کد در این نسخه هست و مقدارش همین است.", "The code is in this version and has this value."
        else:
            fa, en = "کد در این نسخه هست ولی مقدارش چیز دیگری است.", "The code is in this version with another value."
        return cls(
            terminology=terminology,
            version=version,
            code=found.code if found else code,
            valid=valid,
            value=found.value if found else None,
            message=en,
            message_fa=fa,
        )
