"""What paraclinic centres are answered on the older hosts: names in capitals, and a status of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import msgspec

from nabz.kit import jalali
from nabz.kit.errors import Fault, Problem
from nabz.prescriptions.errors import reading
from nabz.prescriptions.errors.paraclinic import Fails, ParaclinicProblem, Section, SeveralRefused
from nabz.prescriptions.wire.envelope import number_of
from nabz.prescriptions.wire.paraclinic.g3 import CHANNEL, type_name
from nabz.prescriptions.wire.paraclinic.texts import words
from nabz.prescriptions.wire.texts import text_of

if TYPE_CHECKING:
    from nabz.prescriptions.model import Delivery, Prescription
    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.model.paraclinic import Offer
    from nabz.registries.model import Person

UNREADABLE = 422


class Status(IntEnum):
    """What came of a call."""

    GOOD = 200
    REFUSED = 800
    INPUT = 801
    SERVER = 400
    ERRORS = 20


class ToldProblem(msgspec.Struct, frozen=True):
    """Why not."""

    Code: str
    Description: str
    ProblemType: int
    Section: int
    TechnicalInfo: str


class Reply(msgspec.Struct, frozen=True):
    """What every operation answers."""

    Status: int
    StatusDesc: str
    Data: Any
    DateTime: str
    Problems: Sequence[ToldProblem]


class ParType(msgspec.Struct, frozen=True):
    """A type of service that a centre gives."""

    ParTypeCode: str
    ParTypeDesc: str


class Deserve(msgspec.Struct, frozen=True):
    """Whether the insurer pays."""

    hasHealthDeserve: bool
    firstName: str
    lastName: str
    birthDate: str
    trackingCode: str


class Head(msgspec.Struct, frozen=True):
    """A prescription in a list."""

    EPRSC_ID: int
    PRESCDATE: str
    DOC_MDID: str
    DOC_NAME: str
    DOC_SPEC: str
    PATIENT_MOBILE: str


class Detail(msgspec.Struct, frozen=True):
    """One service of a prescription."""

    PAR_TAREF_CODE: str
    PAR_TAREF_NAME: str
    PAR_TAREF_PRICE: int
    PAR_TAREF_2K_PRICE: int
    REQUEST_QTY: int
    REMAINING_QTY: int


class Whole(msgspec.Struct, frozen=True):
    """A prescription with its services of one type."""

    EPRSC_ID: int
    PARTYPE_CODE: str
    PARTYPE_DESC: str
    NATIONAL_CODE: str
    PRESCDATE: str
    DOC_MDID: str
    DOC_NAME: str
    DOC_SPEC: str
    PATIENT_MOBILE: str
    Details: Sequence[Detail]


class AcceptedLine(msgspec.Struct, frozen=True):
    """One service of a delivery."""

    TAREF_CODE: str
    TAREF_Name: str
    QTY: int
    ITEM_PRICE: int
    REQUEST_PRICE: int
    ITEM_IS_PRICE: int
    PATIENT_AMOUNT: int
    TECH_PRICE: int
    IS2K: str


class Accepted(msgspec.Struct, frozen=True):
    """One delivery."""

    REGISTER_ID: int
    EPRSC_ID: int
    PARTYPE_CODE: str
    PARTYPE_DESC: str
    DOC_MDID: str
    DOC_NAME: str
    DOC_SPEC_CODE: str
    DOC_SPEC_DESC: str
    PRESCDATE: str
    REGDATE: str
    REQUEST_PRICE: int
    IS_PRICE: int
    PATIENT_AMOUNT: int
    TECH_PRICE: int
    SERVICE_TYPE_CODE: str
    SERVICE_TYPE_DESC: str
    Details: Sequence[AcceptedLine]


class Removed(msgspec.Struct, frozen=True):
    """A delivery that something was done to."""

    REGISTER_ID: int


class Priced(msgspec.Struct, frozen=True):
    """A service that a centre may give."""

    SERVICE_NAME: str
    TAREF_CODE: str
    GOVERNMENT_PRICE: int
    TECHPRICE: int
    AcceptableGender: str


def reply(value: object, now: datetime) -> Reply:
    """Answer a call that went well."""
    return Reply(Status.GOOD, words("status.200"), value, _moment(now), [])


def refused(problem: Problem, now: datetime) -> Reply:
    """Answer a call that did not."""
    status = status_of(problem)
    return Reply(status, words(f"status.{int(status)}"), None, _moment(now), problems_of(problem))


def status_of(problem: Problem) -> Status:
    """Tell the status of a failure."""
    if isinstance(problem, SeveralRefused):
        return Status.ERRORS
    if problem.fault is Fault.HOUSE:
        return Status.SERVER
    if isinstance(problem, ParaclinicProblem):
        return Status.INPUT if problem.section is Section.INPUT else Status.REFUSED
    return Status.INPUT if problem.status in {Status.SERVER, UNREADABLE} else Status.REFUSED


_PLACES: dict[type[Problem], tuple[Fails, Section]] = {
    reading.NotThere: (Fails.NOTHING, Section.PRESCRIPTION),
    reading.CentreUnknown: (Fails.ACCESS, Section.ACCESS),
    reading.CentreNotActive: (Fails.ACCESS, Section.ACCESS),
    reading.CentreNotYours: (Fails.ACCESS, Section.ACCESS),
    reading.KeyReused: (Fails.TWICE, Section.REGISTRATION),
}


def problems_of(problem: Problem) -> list[ToldProblem]:
    """Tell a problem, or all that were found at once."""
    found: Sequence[Problem] = problem.problems if isinstance(problem, SeveralRefused) else (problem,)
    return [_problem(each) for each in found]


def _problem(problem: Problem) -> ToldProblem:
    if isinstance(problem, ParaclinicProblem):
        sort, section = problem.sort, problem.section
    elif problem.fault is Fault.HOUSE:
        sort, section = Fails.SERVICE, Section.GENERAL
    else:
        sort, section = _PLACES.get(type(problem), (Fails.INPUT, Section.INPUT))
    return ToldProblem(number_of(problem), text_of(problem), int(sort), int(section), problem.code)


def _moment(now: datetime) -> str:
    return f"{jalali.tehran(now):%Y-%m-%dT%H:%M:%S}"


def par_types(types: Sequence[str]) -> list[ParType]:
    """Tell the types that a centre gives."""
    return [ParType(each, type_name(each)) for each in types]


def deserve(person: Person | None, tracking: str, *, covered: bool) -> Deserve:
    """Tell whether the insurer pays."""
    if person is None:
        return Deserve(covered, "", "", "", tracking)
    return Deserve(covered, person.first_name, person.last_name, person.birth, tracking)


def head(prescription: Prescription) -> Head:
    """Tell a prescription in a list."""
    return Head(
        prescription.id,
        prescription.day,
        prescription.doctor,
        prescription.doctor_name,
        prescription.specialty,
        prescription.mobile,
    )


def whole(prescription: Prescription, type_: str, offers: Sequence[Offer]) -> Whole:
    """Tell a prescription with its services."""
    return Whole(
        EPRSC_ID=prescription.id,
        PARTYPE_CODE=type_,
        PARTYPE_DESC=type_name(type_),
        NATIONAL_CODE=prescription.patient_code,
        PRESCDATE=prescription.day,
        DOC_MDID=prescription.doctor,
        DOC_NAME=prescription.doctor_name,
        DOC_SPEC=prescription.specialty,
        PATIENT_MOBILE=prescription.mobile,
        Details=[_detail(offer) for offer in offers],
    )


def _detail(offer: Offer) -> Detail:
    price, k2 = (offer.service.price, offer.service.k2_price) if offer.service is not None else (0, 0)
    return Detail(offer.code, offer.name, price, k2, offer.quantity, offer.left)


def accepted(made: Delivery, prescription: Prescription) -> Accepted:
    """Tell a delivery."""
    return Accepted(
        REGISTER_ID=made.id,
        EPRSC_ID=made.prescription,
        PARTYPE_CODE=made.type,
        PARTYPE_DESC=type_name(made.type),
        DOC_MDID=made.doctor,
        DOC_NAME=prescription.doctor_name,
        DOC_SPEC_CODE=prescription.specialty,
        DOC_SPEC_DESC=prescription.specialty_title,
        PRESCDATE=prescription.day,
        REGDATE=made.day,
        REQUEST_PRICE=made.price,
        IS_PRICE=made.insurer,
        PATIENT_AMOUNT=made.patient_share,
        TECH_PRICE=sum(line.quantity * line.tech for line in made.lines),
        SERVICE_TYPE_CODE=CHANNEL,
        SERVICE_TYPE_DESC=words("channel"),
        Details=[
            AcceptedLine(
                TAREF_CODE=line.code,
                TAREF_Name=line.name,
                QTY=line.quantity,
                ITEM_PRICE=line.asked,
                REQUEST_PRICE=line.price,
                ITEM_IS_PRICE=line.insurer,
                PATIENT_AMOUNT=line.patient,
                TECH_PRICE=line.quantity * line.tech,
                IS2K="1" if line.k2 else "0",
            )
            for line in made.lines
        ],
    )


def priced(service: Service) -> Priced:
    """Tell a service that a centre may give."""
    return Priced(service.name, service.code, service.price, service.tech_price, service.sex)
