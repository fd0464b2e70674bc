"""Identifiers in one text: National_Code:0012345679, Med_ID:1234; without a type the usual one is meant."""

from __future__ import annotations

import re
from typing import Final

from nabz.appointments.errors import FieldMissing, FieldWrong, MobileWrong
from nabz.appointments.model import Appointment, Visitor
from nabz.appointments.wire.own.shapes import Message, Short, Text
from nabz.kit import persian
from nabz.registries.model import read_person_id, read_provider_id

_GENDER: Final = re.compile(r"[0-9]{1,2}")
"""A code of thritaEHR.gender."""


def person(text: str, field: str = "person") -> str:
    """Give the key of a person. Raises FieldMissing, BadPersonId."""
    if not text.strip():
        raise FieldMissing(field=field)
    type_, _, value = text.rpartition(":")
    return read_person_id(type_ or "National_Code", value).key


def provider(text: str, field: str = "provider") -> str:
    """Give the key of a provider. Raises FieldMissing, BadProviderId."""
    if not text.strip():
        raise FieldMissing(field=field)
    type_, _, value = text.rpartition(":")
    return read_provider_id(type_ or "Med_ID", value).key


def maybe_provider(text: str) -> str:
    """The same, where none is all. Raises BadProviderId."""
    return provider(text) if text.strip() else ""


class ToldVisitor(Message, frozen=True, kw_only=True):
    """Who comes."""

    person: Short
    first_name: Text = ""
    last_name: Text = ""
    mobile: Short = ""
    postal_code: Short = ""
    gender: Short = ""

    def value(self) -> Visitor:
        """Read it. Raises BadPersonId, MobileWrong, FieldWrong."""
        mobile = persian.mobile(self.mobile) if self.mobile.strip() else ""
        if mobile is None:
            raise MobileWrong
        postal_code = persian.postal_code(self.postal_code) if self.postal_code.strip() else ""
        if postal_code is None:
            raise FieldWrong(field="visitor.postalCode")
        gender = persian.ascii_digits(self.gender).strip()
        if gender and not _GENDER.fullmatch(gender):
            raise FieldWrong(field="visitor.gender")
        return Visitor(
            person=person(self.person, "visitor.person"),
            first_name=persian.fold(self.first_name).strip(),
            last_name=persian.fold(self.last_name).strip(),
            mobile=mobile,
            postal_code=postal_code,
            gender=gender,
        )


class ShownVisitor(ToldVisitor, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The same in an answer."""

    @classmethod
    def of(cls, of: Appointment) -> ShownVisitor:
        """Show who comes."""
        return cls(
            person=of.person,
            first_name=of.first_name,
            last_name=of.last_name,
            mobile=of.mobile,
            postal_code=of.postal_code,
            gender=of.gender,
        )
