"""The parts of FHIR resources that we read.

What there may be a million of is left as it stands in the file and decoded one by one: so a fault spoils one code, and
a large file costs little more memory than its own size.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

import msgspec

from nabz.terminology.errors import RowBroken
from nabz.terminology.files.source import row_broken

_Shape = TypeVar("_Shape")


class _Part(msgspec.Struct, rename="camel"):
    pass


class Head(_Part):
    """What a file says of itself."""

    resource_type: str = ""


class Resource(_Part):
    """What all the resources have."""

    id: str = ""
    url: str = ""
    version: str = ""
    name: str = ""
    title: str = ""


class Designation(_Part):
    """Another text for a code."""

    value: str = ""
    language: str = ""


class Coding(_Part):
    """A code as a value."""

    code: str = ""


class Property(_Part):
    """A property of a code, or an extension: one of the values is there."""

    code: str = ""
    url: str = ""
    value_code: str | None = None
    value_string: str | None = None
    value_integer: int | None = None
    value_boolean: bool | None = None
    value_decimal: Decimal | None = None
    value_date_time: str | None = None
    value_coding: Coding | None = None

    @property
    def text(self) -> str:
        """The value as a text."""
        if self.value_boolean is not None:
            return "true" if self.value_boolean else "false"
        if self.value_coding is not None:
            return self.value_coding.code
        values = (self.value_code, self.value_string, self.value_integer, self.value_decimal, self.value_date_time)
        return next((str(value) for value in values if value is not None), "")


class Concept(_Part):
    """A code of a code system with those below it."""

    code: str = ""
    display: str = ""
    definition: str = ""
    designation: tuple[Designation, ...] = ()
    property: tuple[Property, ...] = ()
    concept: tuple[msgspec.Raw, ...] = ()


class CodeSystem(Resource):
    """A terminology."""

    content: str = ""
    concept: tuple[msgspec.Raw, ...] = ()


class Contained(_Part):
    """A code of an expansion with those below it."""

    code: str = ""
    display: str = ""
    inactive: bool = False
    designation: tuple[Designation, ...] = ()
    contains: tuple[msgspec.Raw, ...] = ()


class Expansion(_Part):
    """The codes of a value set, worked out."""

    total: int | None = None
    contains: tuple[msgspec.Raw, ...] = ()


class Included(_Part):
    """Codes of one system that belong to a value set; all of them where none is named."""

    system: str = ""
    concept: tuple[msgspec.Raw, ...] = ()
    filter: tuple[msgspec.Raw, ...] = ()
    value_set: tuple[msgspec.Raw, ...] = ()


class Compose(_Part):
    """The codes of a value set as its author named them."""

    include: tuple[Included, ...] = ()
    exclude: tuple[msgspec.Raw, ...] = ()


class ValueSet(Resource):
    """A choice of codes."""

    compose: Compose | None = None
    expansion: Expansion | None = None


class Target(_Part):
    """Where a code goes to."""

    code: str = ""
    equivalence: str = ""
    relationship: str = ""
    comment: str = ""
    depends_on: tuple[msgspec.Raw, ...] = ()
    extension: tuple[Property, ...] = ()


class Element(_Part):
    """A code that goes somewhere."""

    code: str = ""
    target: tuple[Target, ...] = ()


class Group(_Part):
    """The part of a map from one system to another."""

    source: str = ""
    target: str = ""
    element: tuple[msgspec.Raw, ...] = ()


class ConceptMap(Resource):
    """A map."""

    source_uri: str = ""
    source_canonical: str = ""
    target_uri: str = ""
    target_canonical: str = ""
    group: tuple[Group, ...] = ()


def decoded(raw: msgspec.Raw, shape: type[_Shape]) -> _Shape | RowBroken:
    """Decode one of many; of a wrong one, say why it is."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        return row_broken(f"JSON آن درست نیست ({fault})", f"its JSON is not right ({fault})")
