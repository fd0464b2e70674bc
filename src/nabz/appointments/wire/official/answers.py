"""What the operators answer, with the samples' spelling, nesting and order: `HealthcareFacillity`, `TrackingQeueID`."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from nabz.appointments.errors import NotUnderstood, Refusal
from nabz.appointments.model import QUOTA_FA, STATUS_FA, Agenda, Appointment, Quota, Slot, Status, tracking
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.registries.model import ISSUERS, PersonIdType, person_id_of_key, provider_id_of_key

HQS: Final = "HQS"
SPECIALTY: Final = "thritaEHR.specialty"
ORGANISATION_TYPE: Final = "thritaEHR.organizationType"
DIVISIONS: Final = "CountryDivisions"
SERVICES: Final = "RVU3"
GENDER: Final = "thritaEHR.gender"
FAILED: Final = "Error at Service. "


class Coded(msgspec.Struct, frozen=True):
    """DO_CODED_TEXT."""

    Value: str | None
    Terminology_id: str | None
    Coded_string: str | None


class Identifier(msgspec.Struct, frozen=True):
    """DO_IDENTIFIER."""

    Issuer: str | None
    Assigner: str | None
    ID: str | None
    Type: str | None


class Contact(msgspec.Struct, frozen=True):
    """ElectronicContactVO."""

    MediumType: Coded
    Usage: Coded
    Detail: str | None


NO_CODE: Final = Coded(None, None, None)
NO_CONTACT: Final = Contact(NO_CODE, NO_CODE, None)


class Provider(msgspec.Struct, frozen=True):
    """HealthcareProviderVO."""

    FirstName: str
    LastName: str
    FullName: str | None
    Specialty: Coded
    Identifier: Identifier
    Role: Coded
    ContactPoint: list[Contact]
    Credentials: list[None]


class Area(msgspec.Struct, frozen=True):
    """HighLevelAreaVO."""

    NationalAreaCode: Coded | None
    Country: Coded | None
    Province: Coded | None
    City: Coded | None
    Town: Coded | None
    District: Coded | None
    RuralArea: Coded | None
    Village: Coded | None


class Facility(msgspec.Struct, frozen=True):
    """HealthOrganizationUnitVO."""

    Name: str
    ID: Identifier
    InternalID: str
    Location: Area
    Address: str
    InternalAddress: str
    Type: Coded
    Latitude: float | int | None
    Longitude: float | int | None
    DepartmentType: Coded | None
    DepartmentName: str


class Moment(msgspec.Struct, frozen=True):
    """DO_DATE_TIME."""

    ISOString: str | None
    Year: int
    Month: int
    Day: int
    Hour: int
    Minute: int
    Second: int


class ScheduleBlock(msgspec.Struct, frozen=True):
    """ScheduleBlockVO: a free slot."""

    Provider: Provider | msgspec.Raw
    HealthcareFacillity: Facility | msgspec.Raw
    DateTime: Moment
    Duration: int
    QueueNumber: str
    LocalID: str
    Quota: Coded
    Service: Coded | msgspec.Raw
    TrackingQueueID: str
    BookingExpiryDate: Moment | None
    BookingStartDate: Moment | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """PersonInfoVO: its twenty-eight keys, of which an appointment knows a few."""

    OtherContacts: None = None
    OtherIdentifier: list[Identifier] | None = None
    BirthPlaceArea: None = None
    Religion: None = None
    MaritalStatus: None = None
    Nationality: None = None
    BirthDate: None = None
    BirthTime: None = None
    BirthdateAccuracy: None = None
    FirstName: str | None = None
    LastName: str | None = None
    Father_FirstName: None = None
    Father_LastName: None = None
    Mother_FirstName: None = None
    Mother_LastName: None = None
    FullName: None = None
    NationalCode: str
    PostalCode: str | None = None
    Gender: Coded | None = None
    Job: None = None
    JobDescribtion: None = None
    FullAddress: None = None
    LivingPlaceArea: None = None
    IDCardNumber: None = None
    IDIssueArea: None = None
    HomeTel: None = None
    MobileNumber: str
    EducationLevel: None = None


class PersonAppointment(msgspec.Struct, frozen=True):
    """PersonAppointmentVO."""

    Person: Person
    HID: Identifier | None
    Provider: Provider
    HealthcareFacillity: Facility
    DateTime: Moment
    Duration: int
    QueueNumber: str
    TrackingQeueID: str


class Told(msgspec.Struct, frozen=True):
    """The four members that every answer of gwHQS has."""

    errorCode: int
    errorMessage: str | None
    isError: bool
    Result: object


class Wrapped(msgspec.Struct, frozen=True):
    """How the answers of operators 1 to 7 are wrapped."""

    Data: Told


class Blocks(msgspec.Struct, frozen=True):
    """The result of a search."""

    ScheduleBlocks: list[ScheduleBlock] | None


class Inner(msgspec.Struct, frozen=True):
    """A result inside the result, as operators 6 and 7 have it."""

    Result: object


class One(msgspec.Struct, frozen=True):
    """The result of operator 8."""

    PersonAppointment: PersonAppointment


class Many(msgspec.Struct, frozen=True):
    """The result of GetAppointments on the slot-giving side."""

    PersonAppointments: list[PersonAppointment] | None


def well(result: object) -> Told:
    """Write what went well."""
    return Told(0, None, False, result)  # noqa: FBT003 - the wire's own order


def refused(problem: Problem) -> Told:
    """Write a refusal: understood ones by their number and text, the others to the samples' letter."""
    if isinstance(problem, NotUnderstood):
        return Told(0, FAILED, True, False)  # noqa: FBT003
    number = int(problem.sepas) if isinstance(problem, Refusal) else WRONG_FIELD
    return Told(number, problem.text_fa, True, False)  # noqa: FBT003


WRONG_FIELD: Final = 7


def moment(at: datetime) -> Moment:
    """An instant as DO_DATE_TIME."""
    local = jalali.tehran(at)
    day = jalali.day_of(at)
    return Moment(None, day.year, day.month, day.day, local.hour, local.minute, local.second)


def provider(of: Agenda) -> Provider:
    """Write a provider."""
    id_ = provider_id_of_key(of.provider)
    issuer = ISSUERS[id_.type]
    return Provider(
        of.first_name,
        of.last_name,
        of.full_name or None,
        Coded(of.specialty_title, SPECIALTY, of.specialty) if of.specialty else NO_CODE,
        Identifier(issuer, issuer, id_.value, id_.type.value),
        NO_CODE,
        [NO_CONTACT],
        [],
    )


def facility(of: Agenda) -> Facility:
    """Write a centre; the samples' assigner is null."""
    return Facility(
        of.facility_name,
        Identifier("MOHME_IT", None, of.facility, "Org_ID"),
        of.internal_id,
        area(of),
        of.address,
        of.internal_address,
        Coded(of.type_title, ORGANISATION_TYPE, of.facility_type) if of.facility_type else NO_CODE,
        number(of.latitude),
        number(of.longitude),
        None,
        of.department,
    )


def area(of: Agenda) -> Area:
    """Write where a centre lies."""
    levels = ((of.province_title, of.province), (of.city_title, of.city), (of.town_title, of.town))
    province, city, town = (Coded(title, DIVISIONS, code) if code else None for title, code in levels)
    return Area(None, None, province, city, town, None, None, None)


def service(of: Agenda) -> Coded:
    """Write a service."""
    return Coded(of.service_title, SERVICES, of.service)


def number(value: float | None) -> float | int | None:
    """A whole number as one: the samples write 0, not 0.0."""
    return int(value) if value is not None and value == int(value) else value


def quota(code: int) -> Coded:
    """Write a quota."""
    return Coded(QUOTA_FA[Quota(code)], HQS, str(code))


def status(code: int) -> Coded:
    """Write a status."""
    return Coded(STATUS_FA[Status(code)], HQS, str(code))


def block(slot: Slot, who: msgspec.Raw, where: msgspec.Raw, what: msgspec.Raw) -> ScheduleBlock:
    """Write a free slot; what its agenda says is written once for all its slots."""
    return ScheduleBlock(
        who,
        where,
        moment(slot.starts_at),
        slot.minutes,
        slot.queue,
        slot.local_id,
        quota(slot.quota),
        what,
        slot.tracking,
        moment(slot.closes_at) if slot.closes_at else None,
        moment(slot.opens_at) if slot.opens_at else None,
    )


class Pen:
    """Writes blocks, and each agenda but once."""

    def __init__(self) -> None:
        self._written: dict[int, tuple[msgspec.Raw, msgspec.Raw, msgspec.Raw]] = {}

    def block(self, of: Agenda, slot: Slot) -> ScheduleBlock:
        """Write a free slot."""
        parts = self._written.get(of.id)
        if parts is None:
            raw = (msgspec.Raw(msgspec.json.encode(part)) for part in (provider(of), facility(of), service(of)))
            parts = self._written[of.id] = next(raw), next(raw), next(raw)
        return block(slot, *parts)


def person(of: Appointment) -> Person:
    """Write a patient; a foreigner stands under his own identifier."""
    if not of.person:
        return Person(NationalCode="", MobileNumber="")
    id_ = person_id_of_key(of.person)
    citizen = id_.type is PersonIdType.NATIONAL_CODE
    issuer = ISSUERS[id_.type]
    return Person(
        OtherIdentifier=None if citizen else [Identifier(issuer, issuer, id_.value, id_.type.value)],
        FirstName=of.first_name or None,
        LastName=of.last_name or None,
        NationalCode=id_.value if citizen else "",
        PostalCode=of.postal_code or None,
        Gender=Coded("مرد" if of.gender == "1" else "زن", GENDER, of.gender) if of.gender in {"1", "2"} else None,
        MobileNumber=of.mobile,
    )


def person_appointment(of: Appointment, where: Agenda, queue: str, issuer: str = "") -> PersonAppointment:
    """Write an appointment."""
    return PersonAppointment(
        person(of),
        Identifier(issuer or None, issuer or None, of.hid, "HID") if of.hid else None,
        provider(where),
        facility(where),
        moment(of.starts_at),
        of.minutes,
        queue,
        f"{tracking.NODE}:{of.slot}",
    )
