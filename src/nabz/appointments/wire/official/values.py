"""The small classes of the guide's section 8, as requests bring them: every spelling that it prints is read."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from nabz.appointments.errors import DateWrongHere, FieldMissing, FieldWrong, NotUnderstood
from nabz.appointments.model import distance
from nabz.kit import jalali
from nabz.registries.errors import BadPersonId
from nabz.registries.model import PersonId, ProviderId, ProviderIdType, read_person_id, read_provider_id

Aliases = dict[str, tuple[str, ...]]
LONGEST_TEXT = 400


def text(value: str | None) -> str:
    """A text without the blanks that the samples carry at its ends, and no longer than a text is."""
    return (value or "").strip()[:LONGEST_TEXT]


class Coded(msgspec.Struct, frozen=True):
    """DO_CODED_TEXT: the code counts, the value does not."""

    Value: str | None = None
    Terminology_id: str | None = None
    Coded_string: str | None = None

    aliases: ClassVar[Aliases] = {"Terminology_id": ("TerminologyID",), "Coded_string": ("CodedString",)}

    @property
    def code(self) -> str:
        """The code, trimmed."""
        return text(self.Coded_string)


class Identifier(msgspec.Struct, frozen=True):
    """DO_IDENTIFIER."""

    Issuer: str | None = None
    Assigner: str | None = None
    ID: str | None = None
    Type: str | None = None

    @property
    def value(self) -> str:
        """The identifier itself, trimmed."""
        return text(self.ID)

    def person(self) -> PersonId:
        """Whom it names. Raises NotUnderstood if it is written like nobody's, BadPersonId if it is nobody's."""
        try:
            return read_person_id(text(self.Type) or "National_Code", self.value)
        except BadPersonId:
            digits = "".join(self.value.split())
            if len(digits) != NATIONAL_CODE_DIGITS or not digits.isdecimal():
                raise NotUnderstood from None
            raise

    def provider(self) -> ProviderId:
        """Which provider it names. Raises FieldMissing, BadProviderId."""
        if not self.value:
            raise FieldMissing(field="Provider.Identifier")
        type_ = text(self.Type) or "Med_ID"
        if type_.lower() not in PROVIDER_TYPES:
            raise FieldWrong(field="Provider.Identifier.Type")
        return read_provider_id(type_, self.value)


NATIONAL_CODE_DIGITS = 10
PROVIDER_TYPES = {each.value.lower() for each in ProviderIdType}


class DateTime(msgspec.Struct, frozen=True):
    """DO_DATE_TIME: Jalali, by Tehran's clock."""

    Year: int | None = None
    Month: int | None = None
    Day: int | None = None
    Hour: int | None = None
    Minute: int | None = None
    Second: int | None = None
    ISOString: str | None = None

    def instant(self, field: str) -> datetime:
        """The moment that is meant. Raises FieldMissing, DateWrongHere."""
        if self.Year is None or self.Month is None or self.Day is None:
            raise FieldMissing(field=field)
        try:
            return jalali.instant(self.Year, self.Month, self.Day, self.Hour or 0, self.Minute or 0, self.Second or 0)
        except (jalali.DateWrong, jalali.TimeWrong) as problem:
            raise DateWrongHere(field=field) from problem


class Quantity(msgspec.Struct, frozen=True):
    """DO_QUANTITY; the guide's own booking sends a coded text in its place, which says nothing."""

    Magnitude: float | None = None
    MagnitudeStatus: str | None = None
    Unit: str | None = None

    def metres(self) -> float:
        """A distance. Raises BadDistance."""
        return distance.metres_told(self.Magnitude, self.Unit or "")

    def rial(self, field: str) -> int:
        """A sum of money; an empty unit is rial. Raises FieldWrong."""
        if self.Magnitude is None:
            return 0
        factor = MONEY.get(text(self.Unit).lower())
        if factor is None or self.Magnitude < 0 or self.Magnitude * factor > MOST_RIAL:
            raise FieldWrong(field=field)
        rial = self.Magnitude * factor
        if rial != int(rial):
            raise FieldWrong(field=field)
        return int(rial)


MONEY = {"": 1, "rial": 1, "irr": 1, "ریال": 1, "unit": 1, "toman": 10, "تومان": 10}
MOST_RIAL = 1_000_000_000


class Area(msgspec.Struct, frozen=True):
    """HighLevelAreaVO: the lowest level that is filled is enough."""

    NationalAreaCode: Coded | str | None = None
    Country: Coded | str | None = None
    Province: Coded | str | None = None
    City: Coded | str | None = None
    Town: Coded | str | None = None
    District: Coded | str | None = None
    RuralArea: Coded | str | None = None
    Village: Coded | str | None = None

    def lowest(self) -> str:
        """The code of the lowest level, or nothing."""
        levels = (self.NationalAreaCode, self.Village, self.RuralArea, self.Town, self.District, self.City)
        return next((code for code in (_code(level) for level in (*levels, self.Province)) if code), "")


def _code(level: Coded | str | None) -> str:
    return level.code if isinstance(level, Coded) else text(level)


class Provider(msgspec.Struct, frozen=True):
    """HealthcareProviderVO; the identifier alone is needed."""

    FirstName: str | None = None
    LastName: str | None = None
    FullName: str | None = None
    Specialty: Coded | None = None
    Identifier: Identifier | None = None
    Role: Coded | None = None

    def id(self) -> ProviderId:
        """Who it is. Raises FieldMissing, BadProviderId."""
        if self.Identifier is None:
            raise FieldMissing(field="Provider.Identifier")
        return self.Identifier.provider()


class Facility(msgspec.Struct, frozen=True):
    """HealthOrganizationUnitVO."""

    Name: str | None = None
    ID: Identifier | None = None
    InternalID: str | None = None
    Location: Area | None = None
    Address: str | None = None
    InternalAddress: str | None = None
    Type: Coded | None = None
    Latitude: float | None = None
    Longitude: float | None = None
    DepartmentType: Coded | None = None
    DepartmentName: str | None = None


class Person(msgspec.Struct, frozen=True):
    """PersonInfoVO, as far as a booking needs it."""

    FirstName: str | None = None
    LastName: str | None = None
    FullName: str | None = None
    NationalCode: str | None = None
    PostalCode: str | None = None
    Gender: Coded | str | None = None
    MobileNumber: str | None = None
    OtherIdentifier: list[Identifier] | Identifier | None = None

    def id(self) -> PersonId:
        """Whom the message is about: by the national code, or a foreigner's own identifier.

        Raises NotUnderstood, BadPersonId.
        """
        if text(self.NationalCode):
            return Identifier(ID=self.NationalCode, Type="National_Code").person()
        others = self.OtherIdentifier if isinstance(self.OtherIdentifier, list) else [self.OtherIdentifier]
        for other in others:
            if other is not None and other.value:
                return read_person_id(text(other.Type), other.value)
        raise NotUnderstood

    @property
    def gender(self) -> str:
        """The code of the gender."""
        return _code(self.Gender)


__all__ = [
    "Aliases",
    "Area",
    "Coded",
    "DateTime",
    "Facility",
    "Identifier",
    "Person",
    "Provider",
    "Quantity",
    "text",
]
