"""The messages of the guide DITAS_MAXAService 1.3, letter for letter; the names are those of the ministry's classes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from nabz.kit import jalali
from nabz.terminology.model import Concept

_Aliases = dict[str, tuple[str, ...]]
_TERMINOLOGY: _Aliases = {"terminologyId": ("TerminologyId", "terminology_idField", "terminology_id")}
_CODE: _Aliases = {"codedString": ("CodedString", "coded_stringField", "coded_string")}


class FromDate(msgspec.Struct, frozen=True):
    """A Jalali moment by Tehran's clock; the hours may be left out."""

    yearField: int
    monthField: int
    dayField: int
    hourField: int | None = 0
    minuteField: int | None = 0
    secondField: int | None = 0
    iSOStringField: str | None = None

    aliases: ClassVar[_Aliases] = {
        "yearField": ("year",),
        "monthField": ("month",),
        "dayField": ("day",),
        "hourField": ("hour",),
        "minuteField": ("minute",),
        "secondField": ("second",),
        "iSOStringField": ("ISOString",),
    }

    def instant(self) -> datetime:
        """The moment that is meant. Raises DateWrong, TimeWrong."""
        clock = (self.hourField or 0, self.minuteField or 0, self.secondField or 0)
        return jalali.instant(self.yearField, self.monthField, self.dayField, *clock)


class TerminologyRequest(msgspec.Struct, frozen=True):
    """Section 4.1: the value of a code."""

    terminologyId: str
    codedString: str

    aliases: ClassVar[_Aliases] = {**_TERMINOLOGY, **_CODE}


class TerminologyValueByVersionRequest(msgspec.Struct, frozen=True):
    """Section 4.5: the value of a code in one version."""

    terminologyId: str
    codedString: str
    version: str

    aliases: ClassVar[_Aliases] = {**_TERMINOLOGY, **_CODE}


class SearchTerminologyRequest(msgspec.Struct, frozen=True):
    """Section 4.2: the codes of a terminology since a date; `after` and `limit` are ours, for large ones."""

    terminologyId: str
    FromDate: FromDate
    after: str = ""
    limit: int | None = None

    aliases: ClassVar[_Aliases] = _TERMINOLOGY


class CtsTerminologiesRequest(msgspec.Struct, frozen=True):
    """Section 4.4: the terminologies defined since a date."""

    FromDate: FromDate


class TerminologiesTermByVersionRequest(msgspec.Struct, frozen=True):
    """Section 4.6: the codes of one version; `after` and `limit` are ours, for large ones."""

    terminologyId: str
    version: str
    after: str = ""
    limit: int | None = None

    aliases: ClassVar[_Aliases] = _TERMINOLOGY


class TerminologyVersionsRequest(msgspec.Struct, frozen=True):
    """Section 4.7: the versions of a terminology."""

    terminologyId: str

    aliases: ClassVar[_Aliases] = _TERMINOLOGY


class CodedText(msgspec.Struct, frozen=True):
    """A code with its value and its terminology, as all functions write it."""

    valueField: str
    terminology_idField: str
    coded_stringField: str

    aliases: ClassVar[_Aliases] = {
        "valueField": ("value",),
        "terminology_idField": ("terminologyId", "terminology_id"),
        "coded_stringField": ("codedString", "coded_string"),
    }

    @classmethod
    def of(cls, terminology_id: str, concept: Concept) -> CodedText:
        """Write a concept."""
        return cls(concept.value, terminology_id, concept.code)


class ValidateCtsRequest(msgspec.Struct, frozen=True):
    """Section 4.3: whether a value belongs to a code."""

    DoCodedText: CodedText


class VersionEntry(msgspec.Struct, frozen=True):
    """Section 4.7: one version."""

    id: int
    TerminologyId: str
    Version: str
    VersionId: int
    IsLast: bool
