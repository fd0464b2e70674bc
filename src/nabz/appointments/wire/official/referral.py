"""The answers of HQS.Referal: everything begins small, and the tracking id comes without its `1:`."""

from __future__ import annotations

import msgspec

from nabz.appointments.model import Agenda, Appointment, Slot
from nabz.appointments.wire.official import answers
from nabz.registries.model import ISSUERS, provider_id_of_key


class Coded(msgspec.Struct, frozen=True):
    """DO_CODED_TEXT."""

    value: str | None
    terminology_id: str | None
    coded_string: str | None


class Identifier(msgspec.Struct, frozen=True):
    """DO_IDENTIFIER."""

    issuer: str | None
    assigner: str | None
    id: str | None
    type: str | None


class Provider(msgspec.Struct, frozen=True):
    """HealthcareProviderVO, without credentials here."""

    firstName: str | None
    lastName: str | None
    fullName: str | None
    specialty: Coded
    identifier: Identifier
    role: Coded
    contactPoint: None


class Area(msgspec.Struct, frozen=True):
    """HighLevelAreaVO."""

    nationalAreaCode: Coded | None
    country: Coded | None
    province: Coded | None
    city: Coded | None
    town: Coded | None
    district: Coded | None
    ruralArea: Coded | None
    village: Coded | None


class Facility(msgspec.Struct, frozen=True):
    """HealthOrganizationUnitVO."""

    name: str | None
    id: Identifier
    internalID: str | None
    location: Area | None
    address: str | None
    internalAddress: str | None
    type: Coded | None
    latitude: float | int | None
    longitude: float | int | None
    departmentType: Coded | None
    departmentName: str | None


class DateTime(msgspec.Struct, frozen=True):
    """DO_DATE_TIME, without its ISOString here."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int


class ScheduleBlock(msgspec.Struct, frozen=True):
    """ScheduleBlockVO."""

    provider: Provider
    healthcareFacillity: Facility
    dateTime: DateTime
    duration: int
    queueNumber: str
    localID: str
    quota: Coded
    service: Coded
    trackingQueueID: str
    bookingExpiryDate: DateTime | None
    bookingStartDate: DateTime | None


class Person(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """PersonInfoVO in small letters."""

    other_contacts: None = None
    other_identifier: list[Identifier] | None = None
    birth_place_area: None = None
    religion: None = None
    marital_status: None = None
    nationality: None = None
    birth_date: None = None
    birth_time: None = None
    birthdate_accuracy: None = None
    first_name: str | None = None
    last_name: str | None = None
    father_first_name: None = msgspec.field(default=None, name="father_FirstName")
    father_last_name: None = msgspec.field(default=None, name="father_LastName")
    mother_first_name: None = msgspec.field(default=None, name="mother_FirstName")
    mother_last_name: None = msgspec.field(default=None, name="mother_LastName")
    full_name: None = None
    national_code: str
    postal_code: str | None = None
    gender: Coded | None = None
    job: None = None
    job_describtion: None = None
    full_address: None = None
    living_place_area: None = None
    id_card_number: None = msgspec.field(default=None, name="idCardNumber")
    id_issue_area: None = msgspec.field(default=None, name="idIssueArea")
    home_tel: None = None
    mobile_number: str
    education_level: None = None


class PersonAppointment(msgspec.Struct, frozen=True):
    """PersonAppointmentVO."""

    person: Person
    hid: Identifier | None
    provider: Provider
    healthcareFacillity: Facility
    dateTime: DateTime
    duration: int
    queueNumber: str
    trackingQeueID: str


class Inner(msgspec.Struct, frozen=True):
    """What stands in the list of operator 10."""

    personAppointment: PersonAppointment


class Page(msgspec.Struct, frozen=True):
    """The answer of operators 9 and 10; for the latter the guide prints none, so it has the keys of the former."""

    isSuccess: bool
    errorMessage: str | None
    pageIndex: int
    totalPage: int
    totalScheduleBlock: int
    data: list[ScheduleBlock] | list[Inner] | None


def coded(told: answers.Coded | None) -> Coded | None:
    """The same in small letters."""
    return Coded(told.Value, told.Terminology_id, told.Coded_string) if told is not None else None


def _coded(told: answers.Coded) -> Coded:
    return Coded(told.Value, told.Terminology_id, told.Coded_string)


def provider(of: Agenda) -> Provider:
    """Write a provider."""
    id_ = provider_id_of_key(of.provider)
    issuer = ISSUERS[id_.type]
    return Provider(
        of.first_name or None,
        of.last_name or None,
        of.full_name or None,
        Coded(of.specialty_title, answers.SPECIALTY, of.specialty),
        Identifier(issuer, issuer, id_.value, id_.type.value),
        Coded(None, None, None),
        None,
    )


def facility(of: Agenda) -> Facility:
    """Write a centre."""
    there = answers.area(of)
    levels = (coded(getattr(there, level)) for level in answers.Area.__struct_fields__)
    return Facility(
        of.facility_name or None,
        Identifier("MOHME_IT", "MOHME_IT", of.facility, "Org_ID"),
        of.internal_id or None,
        Area(*levels),
        of.address or None,
        of.internal_address or None,
        Coded(of.type_title, answers.ORGANISATION_TYPE, of.facility_type) if of.facility_type else None,
        answers.number(of.latitude),
        answers.number(of.longitude),
        None,
        of.department or None,
    )


def moment(told: answers.Moment | None) -> DateTime | None:
    """The same in small letters."""
    return _moment(told) if told is not None else None


def _moment(told: answers.Moment) -> DateTime:
    return DateTime(told.Year, told.Month, told.Day, told.Hour, told.Minute, told.Second)


def block(of: Agenda, slot: Slot) -> ScheduleBlock:
    """Write a free slot."""
    return ScheduleBlock(
        provider(of),
        facility(of),
        _moment(answers.moment(slot.starts_at)),
        slot.minutes,
        slot.queue,
        slot.local_id,
        _coded(answers.quota(slot.quota)),
        _coded(answers.service(of)),
        slot.id,
        _moment(answers.moment(slot.closes_at)) if slot.closes_at else None,
        _moment(answers.moment(slot.opens_at)) if slot.opens_at else None,
    )


def appointment(of: Appointment, where: Agenda, queue: str, issuer: str) -> Inner:
    """Write an appointment."""
    told = answers.person(of)
    others = [Identifier(one.Issuer, one.Assigner, one.ID, one.Type) for one in told.OtherIdentifier or ()]
    who = Person(
        other_identifier=others or None,
        first_name=told.FirstName,
        last_name=told.LastName,
        national_code=told.NationalCode,
        postal_code=told.PostalCode,
        gender=coded(told.Gender),
        mobile_number=told.MobileNumber,
    )
    return Inner(
        PersonAppointment(
            who,
            Identifier(issuer or None, issuer or None, of.hid, "HID") if of.hid else None,
            provider(where),
            facility(where),
            _moment(answers.moment(of.starts_at)),
            of.minutes,
            queue,
            of.slot,
        )
    )


def page(found: list[ScheduleBlock], number: int, size: int, total: int) -> Page:
    """Write a page of slots, counted from 1."""
    return Page(True, None, number, -(-total // size), total, found)  # noqa: FBT003


def one(found: Inner) -> Page:
    """Write one appointment."""
    return Page(True, None, 1, 1, 1, [found])  # noqa: FBT003


def refused(text: str) -> Page:
    """Write a refusal."""
    return Page(False, text, 0, 0, 0, None)  # noqa: FBT003
