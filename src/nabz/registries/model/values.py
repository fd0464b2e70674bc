"""What the registries know of people, their covers, practitioners and facilities."""

from __future__ import annotations

import math
from typing import Final, Literal

import msgspec

from nabz.kit import jalali, persian
from nabz.registries.errors import BadMobile, BadPlace, BadPostalCode
from nabz.registries.model.hids import NO_INSURER
from nabz.registries.model.ids import PersonId, ProviderId, read_facility_id

MOST_NORTH: Final = 90
MOST_EAST: Final = 180
MOST_WORDS: Final = 8

Gender = Literal["1", "2", ""]


class Person(msgspec.Struct, frozen=True):
    """A person of the civil registry, or a foreigner."""

    id: PersonId
    first_name: str
    last_name: str
    father_name: str = ""
    gender: Gender = ""
    birth: str = ""
    """yyyymmdd, Jalali."""

    alive: bool = True
    mobile: str = ""
    postal_code: str = ""
    father: str = ""
    """The key of the father, where he is known."""

    mother: str = ""
    """The key of the mother, where she is known."""


class Practitioner(msgspec.Struct, frozen=True):
    """A member of one of the councils."""

    id: ProviderId
    first_name: str
    last_name: str
    specialty: str
    """A code of thritaEHR.specialty; empty for nurses and midwives, of whom it has none."""

    specialty_title: str
    active: bool = True


class Facility(msgspec.Struct, frozen=True):
    """A place where people are treated; its divisions are codes of countryDivisions."""

    id: str
    name: str
    type: str
    type_title: str
    province: str
    city: str
    town: str
    province_title: str
    city_title: str
    town_title: str
    address: str = ""
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    organisation: str | None = None
    """The id of the organisation (access) that runs it."""

    active: bool = True


class Cover(msgspec.Struct, frozen=True):
    """One insurance of a person; the codes are those of thritaEHR.Insurer and thritaEHR.insuranceBox."""

    insurer: str
    insurer_title: str
    box: str
    box_title: str
    number: str
    expires: str
    """yyyymmdd, Jalali: the last day on which it counts."""

    base: bool


class Entitlement(msgspec.Struct, frozen=True):
    """A person with the covers that count today; without any, the person pays."""

    person: Person
    covers: tuple[Cover, ...] = ()


def search_words(text: str) -> list[str]:
    """Give the words that are searched for, as the tables keep them."""
    return persian.search_text(text[: persian.LONGEST].replace("\0", " ")).split()[:MOST_WORDS]


def no_cover(id_: PersonId) -> Cover:
    """What stands in the place of a cover for one who has none."""
    return Cover(NO_INSURER, "آزاد", "", "فاقد پوشش بیمه", id_.value, "", base=True)


def checked_person(person: Person) -> Person:
    """Give a person with all numbers in their one spelling. Raises DateWrong, BadMobile, BadPostalCode."""
    mobile = persian.mobile(person.mobile) if person.mobile else ""
    postal_code = persian.postal_code(person.postal_code) if person.postal_code else ""
    if mobile is None:
        raise BadMobile
    if postal_code is None:
        raise BadPostalCode
    birth = jalali.compact(jalali.parse(person.birth)) if person.birth else ""
    return msgspec.structs.replace(person, mobile=mobile, postal_code=postal_code, birth=birth)


def checked_facility(facility: Facility) -> Facility:
    """Give a facility with its id in small letters and a place on the earth. Raises BadFacilityId, BadPlace."""
    for degrees, most in ((facility.latitude, MOST_NORTH), (facility.longitude, MOST_EAST)):
        if degrees is not None and not (math.isfinite(degrees) and abs(degrees) <= most):
            raise BadPlace
    if (facility.latitude is None) != (facility.longitude is None):
        raise BadPlace
    return msgspec.structs.replace(facility, id=read_facility_id(facility.id))
