"""What a cover is told with, and the envelope of all six functions of bimehsalamat/gwestehghagh."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from nabz.kit import jalali
from nabz.kit.jalali import JalaliDate
from nabz.registries.errors import SourceAway
from nabz.registries.model import NO_INSURER, Cover, Entitlement, Person, PersonId, issuer_of, no_cover

NOT_REACHABLE: Final = "ارتباط با سامانه بیمه گر برقرار نمی باشد 1911502 -1911501"
"""To the letter of what insurers send while they are down."""

_DOWN: Final = "برقرار نمی"
_REFUSED: Final = 1
_GENDERS: Final = {"1": ("مرد", "1"), "2": ("زن", "2"), "": ("تعیین نشده", "9")}
_CAPITALS: Final = {"id": "ID", "isoString": "ISOString"}

Short = Annotated[str, msgspec.Meta(max_length=200)]


class Reply(msgspec.Struct, frozen=True):
    """The insurers' own envelope; a refusal has no data, and the first message is the reason."""

    data: Any | UnsetType
    isSuccess: bool
    waitTime: int
    statusCode: int
    message: list[str]

    @classmethod
    def of(cls, data: object) -> Reply:
        """Write what was done."""
        return cls(data, isSuccess=True, waitTime=0, statusCode=0, message=[])

    @classmethod
    def refusing(cls, reason: str) -> Reply:
        """Write why nothing was done."""
        return cls(UNSET, isSuccess=False, waitTime=0, statusCode=_REFUSED, message=[reason])


class CodedText(msgspec.Struct, frozen=True):
    """A code with its value and its terminology."""

    value: Short | None = None
    terminology_id: Short | None = None
    coded_string: Short | None = None


class NumberOf(msgspec.Struct, frozen=True):
    """An identifier."""

    issuer: Short | None = None
    assigner: Short | None = None
    id: Short | None = None
    type: Short | None = None


class Day(msgspec.Struct, frozen=True):
    """A Jalali date."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    isoString: Short | None = None

    @classmethod
    def of(cls, compact: str) -> Day | None:
        """Write yyyymmdd."""
        return cls.on(jalali.parse(compact)) if compact else None

    @classmethod
    def on(cls, day: JalaliDate) -> Day:
        """Write a day."""
        return cls(day.year, day.month, day.day, jalali.slashed(day))

    def compact(self) -> str:
        """Give yyyymmdd, or nothing. Raises DateWrong."""
        if self.isoString:
            return jalali.compact(jalali.parse(self.isoString))
        if self.year is None or self.month is None or self.day is None:
            return ""
        return jalali.compact(jalali.of_parts(self.year, self.month, self.day))


class Inquiry(msgspec.Struct, frozen=True):
    """One cover of a person, as CallupInsurance tells it."""

    nationalcode: Short | None = None
    firstName: Short | None = None
    lastName: Short | None = None
    birthDate: Day | None = None
    gender: CodedText | None = None
    insurer: CodedText | None = None
    insurerBox: CodedText | None = None
    insuranceNumber: NumberOf | None = None
    expirationDate: Day | None = None
    inquiryID: Short | None = None
    extraProperties: list[Any] | None = None

    @classmethod
    def of(cls, person: Person, cover: Cover, inquiry_id: str) -> Inquiry:
        """Write a cover."""
        title, code = _GENDERS[person.gender]
        issuer = issuer_of(cover.insurer)
        return cls(
            nationalcode=person.id.value,
            firstName=person.first_name,
            lastName=person.last_name,
            birthDate=Day.of(person.birth),
            gender=CodedText(title, "thritaEHR.gender", code),
            insurer=CodedText(cover.insurer_title, "thritaEHR.Insurer", cover.insurer),
            insurerBox=CodedText(cover.box_title, "thritaEHR.insuranceBox", cover.box),
            insuranceNumber=NumberOf(issuer, issuer, cover.number, "Insurance_Number"),
            expirationDate=Day.of(cover.expires),
            inquiryID=inquiry_id,
            extraProperties=[],
        )

    def cover(self, place: int) -> Cover | None:
        """Give the cover; that somebody has none is none. Raises DateWrong."""
        insurer, box, number = self.insurer or CodedText(), self.insurerBox or CodedText(), self.insuranceNumber
        code = (insurer.coded_string or "").strip()
        if not code or code == NO_INSURER:
            return None
        return Cover(
            insurer=code[:3],
            insurer_title=insurer.value or "",
            box=(box.coded_string or "").strip(),
            box_title=box.value or "",
            number=(number.id or "") if number is not None else "",
            expires=self.expirationDate.compact() if self.expirationDate is not None else "",
            base=place == 0,
        )


def inquiries(of: Entitlement, inquiry_id: str) -> list[Inquiry]:
    """Write all covers of a person, or that he has none."""
    covers = of.covers or (no_cover(of.person.id),)
    return [Inquiry.of(of.person, cover, inquiry_id) for cover in covers]


class ToldReply(msgspec.Struct, frozen=True):
    """What an outside source says."""

    data: list[Inquiry] | None = None
    isSuccess: bool | None = None
    message: list[str] | str | None = None

    def to_model(self, id_: PersonId) -> Entitlement | None:
        """Give the person with his covers, or nobody. Raises SourceAway, DateWrong."""
        if not self.data:
            reasons = self.message if isinstance(self.message, list) else [self.message or ""]
            if self.isSuccess is None or any(_DOWN in reason for reason in reasons):
                raise SourceAway
            return None
        first = self.data[0]
        told = (first.nationalcode or "").strip()
        if told and told.zfill(len(id_.value)) != id_.value:
            raise SourceAway
        gender = ((first.gender or CodedText()).coded_string or "").strip()
        person = Person(
            id_,
            first.firstName or "",
            first.lastName or "",
            gender="1" if gender == "1" else "2" if gender == "2" else "",
            birth=first.birthDate.compact() if first.birthDate is not None else "",
        )
        covers = (inquiry.cover(place) for place, inquiry in enumerate(self.data))
        return Entitlement(person, tuple(cover for cover in covers if cover is not None))


def pascal(value: object) -> object:
    """Write what is in camelCase with capitals, for clients of the old service."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, list):
        return [pascal(each) for each in value]
    if isinstance(value, dict):
        return {_CAPITALS.get(key, key[:1].upper() + key[1:]): pascal(each) for key, each in value.items()}
    return value
