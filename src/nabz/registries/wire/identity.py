"""The identity inquiry of the civil registry: sabtahval/gwsabt/getEstelam3."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from nabz.kit import jalali
from nabz.kit.persian import ascii_digits
from nabz.registries.errors import SourceAway
from nabz.registries.model import Person, PersonId

NOT_FOUND: Final = "err.record.not.found"
CODE_WRONG: Final = "Nin.Not.Valid"
NOT_REACHABLE: Final = "IS_EXCEPTED"

_YEAR: Final = re.compile(r"1[2-4][0-9]{2}")
_ALIVE: Final = {"", "0"}
Short = Annotated[str, msgspec.Meta(max_length=200)]


class PersonInformation(msgspec.Struct, frozen=True):
    """Who is meant; clients send many more members, all empty."""

    nin: Short | None = None
    birthDate: Short | None = None

    def birth(self) -> str:
        """The day or the year of birth that was told, or nothing. Raises DateWrong."""
        text = ascii_digits(self.birthDate or "").strip()
        return text if not text or _YEAR.fullmatch(text) else jalali.compact(jalali.parse(text))


class IdentityRequest(msgspec.Struct, frozen=True):
    """The question."""

    personInformation: PersonInformation

    @classmethod
    def of(cls, id_: PersonId, birth: str) -> IdentityRequest:
        """Write a question."""
        return cls(PersonInformation(id_.value, birth or None))


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the civil registry says of a person; the facts that it alone has are empty here.

    A refusal has nothing but a message.
    """

    nin: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    family: str | UnsetType = UNSET
    fatherName: str | UnsetType = UNSET
    gender: str | UnsetType = UNSET
    birthDate: str | UnsetType = UNSET
    shenasnameNo: str | UnsetType = UNSET
    shenasnameSeri: str | UnsetType = UNSET
    shenasnameSerial: str | UnsetType = UNSET
    bookNo: str | UnsetType = UNSET
    bookRow: list[str] | UnsetType = UNSET
    officeCode: str | UnsetType = UNSET
    officeName: str | UnsetType = UNSET
    deathStatus: list[str] | UnsetType = UNSET
    message: str

    @classmethod
    def of(cls, person: Person) -> Found:
        """Write a person: names in base64, the number without zeros in front."""
        return cls(
            nin=person.id.value.lstrip("0"),
            name=_hidden(person.first_name),
            family=_hidden(person.last_name),
            fatherName=_hidden(person.father_name),
            gender=person.gender,
            birthDate=person.birth,
            shenasnameNo="0",
            shenasnameSeri="0",
            shenasnameSerial="0",
            bookNo="0",
            bookRow=[],
            officeCode="0",
            officeName="",
            deathStatus=["0" if person.alive else "1"],
            message="",
        )


class Returned(msgspec.Struct, frozen=True, rename={"return_": "return"}):
    """The element of the old XML."""

    return_: Found


class IdentityAnswer(msgspec.Struct, frozen=True):
    """The answer."""

    getEstelam3Response: Returned

    @classmethod
    def of(cls, person: Person | None) -> IdentityAnswer:
        """Write the person that was found."""
        return cls.refusing(NOT_FOUND) if person is None else cls(Returned(Found.of(person)))

    @classmethod
    def refusing(cls, message: str) -> IdentityAnswer:
        """Write why nobody is told."""
        return cls(Returned(Found(message=message)))


class Told(msgspec.Struct, frozen=True):
    """What an outside source says; its XML makes lists of what is empty."""

    nin: Short | None = None
    name: str | None = None
    family: str | None = None
    fatherName: str | None = None
    gender: Short | None = None
    birthDate: Short | None = None
    deathStatus: Any = None

    def to_model(self, id_: PersonId) -> Person | None:
        """Give the person, if it is the one that was asked for. Raises SourceAway, DateWrong."""
        if not self.name:
            return None
        if (self.nin or "").strip().zfill(len(id_.value)) != id_.value:
            raise SourceAway
        gender = (self.gender or "").strip()
        dead = self.deathStatus if isinstance(self.deathStatus, list) else [self.deathStatus]
        return Person(
            id_,
            _shown(self.name),
            _shown(self.family),
            _shown(self.fatherName),
            gender=_GENDERS.get(gender, ""),
            birth=jalali.compact(jalali.parse(self.birthDate)) if self.birthDate else "",
            alive=all(str(each if each is not None else "").strip() in _ALIVE for each in dead),
        )


class ToldReturned(msgspec.Struct, frozen=True, rename={"return_": "return"}):
    """The element of the old XML."""

    return_: Told


class ToldAnswer(msgspec.Struct, frozen=True):
    """The answer of an outside source."""

    getEstelam3Response: ToldReturned


_GENDERS: Final[dict[str, Literal["1", "2", ""]]] = {"1": "1", "2": "2"}


def _hidden(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _shown(text: str | None) -> str:
    try:
        return base64.b64decode(text or "", validate=True).decode()[:200].replace("\0", "")
    except (binascii.Error, ValueError):
        raise SourceAway from None
