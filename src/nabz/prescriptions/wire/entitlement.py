"""Whether the insurer pays for somebody, as three kinds of programs are told (TAMIN-WIRE 5.6)."""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.prescriptions.errors.writing import NotInsured, PatientUnknown
from nabz.prescriptions.wire.envelope import number_of
from nabz.prescriptions.wire.texts import text_of
from nabz.registries.model import Cover, Person, PersonIdType

Aliases = dict[str, tuple[str, ...]]
SEXES: Final = {"1": "مرد", "2": "زن"}
INSURANCE_DIGITS: Final = 10
NO_FRANCHISE: Final = "0"


class PatientAsked(msgspec.Struct, frozen=True):
    """Whom the first generation asks about; the name of the parameter is printed nowhere."""

    nationalCode: str | None = None

    aliases: ClassVar[Aliases] = {"nationalCode": ("patientNationalCode", "nationalId", "patient", "national_code")}


class PatientCover(msgspec.Struct, frozen=True):
    """What the first generation answers."""

    hasHealthDeserve: bool
    firstName: str
    lastName: str
    birthDate: str
    trackingCode: str


class PatientCoverRefused(msgspec.Struct, frozen=True):
    """The same of a number that is nobody's, with what is wrong; the last two keys are ours."""

    hasHealthDeserve: bool
    firstName: str
    lastName: str
    birthDate: str
    trackingCode: str
    error_Code: str
    error_Msg: str


class Deserve(msgspec.Struct, frozen=True):
    """What the second generation answers: only hasDeserve is certain, the other keys are the portal's."""

    hasDeserve: bool
    nationalCode: str = ""
    fName: str = ""
    lName: str = ""
    birthDate: str = ""
    sex: str = ""
    bimNo: str = ""
    bletExp: str = ""
    insuranceType: str = ""
    insurer: str = ""
    insurerCode: str = ""
    foreignerCode: str = ""
    trackingCode: str = ""
    errMsg: str = ""


class Patient(msgspec.Struct, frozen=True):
    """A patient as the writing portal shows him; what a prescription does not need stays empty."""

    patientId: str = ""
    bletSerial: str = ""
    bimNo: str = ""
    rel: str = ""
    fName: str = ""
    lName: str = ""
    birthDate: str = ""
    sex: str = ""
    bletExp: str = ""
    isuType: str = ""
    father: str = ""
    noShen: str = ""
    brhCode: str = ""
    nationalCode: str = ""
    zipCode: str = ""
    address: str = ""
    tel: str = ""
    idSerial1: str = ""
    idSerial2: str = ""
    isActive: str = ""
    mobile: str = ""
    hasDesert: bool = False
    fotDate: str = ""
    illText: str = ""
    status: str = ""
    illcode: str = ""
    eligibilityCode: str = ""
    trackingCode: str = ""
    insuranceType: str = ""
    parentNationalCode: str = ""
    needMoreDetail: bool = False
    insurer: str = ""
    insurerCode: str = ""
    feranshiz: str = ""
    foreignerCode: str = ""
    errMsg: str = ""


class FetchedPatient(msgspec.Struct, frozen=True):
    """The data of the portal's question."""

    patient: Patient
    specialPatient: bool = False


def patient_cover(person: Person | None, cover: Cover | None, tracking: str) -> PatientCover:
    """Answer the first generation."""
    if person is None:
        return PatientCover(hasHealthDeserve=False, firstName="", lastName="", birthDate="", trackingCode="")
    return PatientCover(cover is not None, person.first_name, person.last_name, _slashed(person.birth), tracking)


def no_patient_cover(problem: Problem) -> PatientCoverRefused:
    """Refuse the first generation."""
    return PatientCoverRefused(
        hasHealthDeserve=False,
        firstName="",
        lastName="",
        birthDate="",
        trackingCode="",
        error_Code=number_of(problem),
        error_Msg=text_of(problem),
    )


def deserve(person: Person | None, cover: Cover | None, tracking: str) -> Deserve:
    """Answer the second generation."""
    if person is None or cover is None:
        return Deserve(hasDeserve=False, trackingCode=tracking, errMsg=_reason(person))
    national, foreign = _codes(person)
    return Deserve(
        hasDeserve=True,
        nationalCode=national,
        fName=person.first_name,
        lName=person.last_name,
        birthDate=person.birth[:4],
        sex=SEXES.get(person.gender, ""),
        bimNo=cover.number.zfill(INSURANCE_DIGITS),
        bletExp=_slashed(cover.expires),
        insuranceType=cover.box_title,
        insurer=cover.insurer_title,
        insurerCode=cover.insurer,
        foreignerCode=foreign,
        trackingCode=tracking,
    )


def no_deserve(problem: Problem) -> Deserve:
    """Refuse the second generation."""
    return Deserve(hasDeserve=False, errMsg=text_of(problem))


def fetched(person: Person | None, cover: Cover | None, tracking: str) -> FetchedPatient:
    """Answer the portal."""
    if person is None or cover is None:
        return FetchedPatient(Patient(trackingCode=tracking, errMsg=_reason(person)))
    national, foreign = _codes(person)
    return FetchedPatient(
        Patient(
            patientId=person.id.value,
            bimNo=cover.number.zfill(INSURANCE_DIGITS),
            fName=person.first_name,
            lName=person.last_name,
            birthDate=person.birth[:4],
            sex=SEXES.get(person.gender, ""),
            bletExp=_slashed(cover.expires),
            isuType=cover.box_title,
            nationalCode=national,
            isActive="1",
            hasDesert=True,
            status="1",
            trackingCode=tracking,
            insuranceType=cover.box_title,
            insurer=cover.insurer_title,
            insurerCode=cover.insurer,
            feranshiz=NO_FRANCHISE,
            foreignerCode=foreign,
        )
    )


def not_fetched(problem: Problem) -> FetchedPatient:
    """Refuse the portal."""
    return FetchedPatient(Patient(errMsg=text_of(problem)))


def _codes(person: Person) -> tuple[str, str]:
    """Give the national code and the special id of a foreigner; one of them is empty."""
    number = person.id.value
    return (number, "") if person.id.type is PersonIdType.NATIONAL_CODE else ("", number)


def _reason(person: Person | None) -> str:
    return text_of(PatientUnknown() if person is None else NotInsured())


def _slashed(day: str) -> str:
    return jalali.slashed(jalali.parse(day)) if day else ""
