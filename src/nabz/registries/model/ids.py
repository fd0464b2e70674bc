"""The identifiers of people, practitioners and facilities: read generously, kept in one spelling."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec

from nabz.kit.persian import ascii_digits, national_code
from nabz.registries.errors import BadFacilityId, BadPersonId, BadProviderId

LONGEST: Final = 64
"""No identifier is longer, whatever stands in it; what is longer is not even looked at."""


class PersonIdType(StrEnum):
    """By what a person is known."""

    NATIONAL_CODE = "National_Code"
    BAFIA = "BAFIA_ID"
    PASSPORT = "Passport_ID"


class ProviderIdType(StrEnum):
    """By what a practitioner is known."""

    MED = "Med_ID"
    NURSING = "Nursing_ID"
    MIDWIFERY = "Midwifery_ID"


ISSUERS: Final[dict[str, str]] = {
    "Org_ID": "MOHME_IT",
    "System_ID": "MOHME_IT",
    "National_Code": "National_Org_Civil_Reg",
    "BAFIA_ID": "MOI_BAFIA",
    "Passport_ID": "MIA",
    "Med_ID": "Med_Council",
    "Nursing_ID": "Nursing_Org",
    "Midwifery_ID": "Med_Council",
    "ZipCode": "PostOffice",
}
"""Who issues an identifier, by its type (HQS guide, appendix 1); that of an HID depends on the insurer."""

_PERSON_TYPES: Final = {each.lower(): each for each in PersonIdType}
_PROVIDER_TYPES: Final = {each.lower(): each for each in ProviderIdType}
_BAFIA: Final = re.compile(r"[0-9]{6,16}")
_PASSPORT: Final = re.compile(r"[0-9A-Z]{5,15}")
_PROVIDER: Final = re.compile(r"[0-9]{1,10}")
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PersonId(msgspec.Struct, frozen=True):
    """A person's identifier."""

    type: PersonIdType
    value: str

    @property
    def key(self) -> str:
        """The one text under which tables keep the person: National_Code:0012345679."""
        return f"{self.type}:{self.value}"


class ProviderId(msgspec.Struct, frozen=True):
    """A practitioner's identifier."""

    type: ProviderIdType
    value: str

    @property
    def key(self) -> str:
        """The one text under which tables keep the practitioner: Med_ID:1234."""
        return f"{self.type}:{self.value}"


def read_person_id(type_: str, value: str) -> PersonId:
    """Read an identifier of a person. Raises BadPersonId."""
    kind = _PERSON_TYPES.get(type_.strip().lower())
    if kind is None or len(value) > LONGEST:
        raise BadPersonId
    if kind is PersonIdType.NATIONAL_CODE:
        found = national_code(value)
    else:
        text = ascii_digits(value).strip().upper()
        shape = _BAFIA if kind is PersonIdType.BAFIA else _PASSPORT
        found = text if shape.fullmatch(text) else None
    if found is None:
        raise BadPersonId
    return PersonId(kind, found)


def person_id_of_key(key: str) -> PersonId:
    """Read a key back. Raises BadPersonId."""
    type_, _, value = key.partition(":")
    return read_person_id(type_, value)


def read_provider_id(type_: str, value: str) -> ProviderId:
    """Read a practitioner's identifier; zeros in front say nothing. Raises BadProviderId."""
    kind = _PROVIDER_TYPES.get(type_.strip().lower())
    if kind is None or len(value) > LONGEST:
        raise BadProviderId
    number = ascii_digits(value).strip().lstrip("0")
    if not _PROVIDER.fullmatch(number):
        raise BadProviderId
    return ProviderId(kind, number)


def provider_id_of_key(key: str) -> ProviderId:
    """Read a key back. Raises BadProviderId."""
    type_, _, value = key.partition(":")
    return read_provider_id(type_, value)


def read_facility_id(text: str) -> str:
    """Read a facility's GUID, kept in small letters. Raises BadFacilityId."""
    guid = text.strip().lower()
    if not _GUID.fullmatch(guid):
        raise BadFacilityId
    return guid
