"""What pharmacies are answered: an envelope within the envelope, keys and their order as clients read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.prescriptions.errors.dispensing import DispensingProblem
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.model.doses import in_words
from nabz.prescriptions.model.values import Source
from nabz.prescriptions.wire.envelope import number_of
from nabz.prescriptions.wire.pharmacy.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nabz.kit.errors import Problem
    from nabz.prescriptions.model import Delivery, Doctor, Item, Line, Prescription
    from nabz.prescriptions.model.catalogue import Key, Service
    from nabz.prescriptions.model.dispensing import Warned
    from nabz.registries.model import Person

STATUS, FAMILY, REASON = 200, "SUCCESSFUL", "OK"
YES, NO = "1", "0"
WHOLE: Final = 100
OFFICE, OWNED, PAPER = "مطب پزشک", "مرکز درمانی", "نسخه کاغذی"
WEB, WEB_TITLE = "4020", "وب_عادی"


class ToldProblem(msgspec.Struct, frozen=True):
    """Why not."""

    error_Code: int
    error_Msg: str
    complemantary_Msg: str
    complemantary_Data: str
    complemantary_Code: str


class ToldWarning(msgspec.Struct, frozen=True):
    """What should be known."""

    warningCode: int
    warningMessage: str
    complemantary_Msg: str
    complemantary_Data: str
    complemantary_Code: str
    partialCount: str | None
    freeReason: str | None


class Many(msgspec.Struct, frozen=True):
    """The inner envelope of a list."""

    list: Sequence[Any]
    problems: Sequence[ToldProblem]
    warnings: Sequence[ToldWarning]
    hasError: bool
    status: int
    family: str
    reason: str
    total: int


class One(msgspec.Struct, frozen=True):
    """The inner envelope of one result."""

    data: Any
    problems: list[ToldProblem]
    warnings: list[ToldWarning]
    hasError: bool
    status: int
    family: str
    reason: str
    total: int


class FinalDetail(msgspec.Struct, frozen=True):
    """One drug of an active prescription; its counts are texts."""

    detailId: int
    drugCode: str
    drugName: str
    drugForm: str
    insuranceStatus: str
    requiresBarcodeInquiry: bool
    hospitalDrug: bool
    maxAge: str
    prescribedCount: str
    remainingCount: str
    drugInstruction: str


class ActivePresc(msgspec.Struct, frozen=True):
    """One active prescription."""

    headeprscid: int
    prescdate: str
    docid: str
    docspec: str
    doctorFullName: str
    patientfirstname: str
    patientlastname: str
    custname: str
    comments: str | None
    refeR_REASON: str | None
    electronicflag: str
    clinicdoc: str | None
    presctime: str
    speccode: str
    finalDetailsPresc: list[FinalDetail]


class RegisteredLine(msgspec.Struct, frozen=True):
    """One drug of a delivery: sumPrice = sumIsNotePatient + patient_Price + subsidyprice."""

    drugCode: str
    drugName: str
    drugCount: int
    itemPrice: int
    franshiz: int
    phaItemPrice: int
    timesaday: str
    dose: str
    is_Note_Patient: int
    subsidyprice: int
    patient_Price: int
    support_Specialpatient: int
    sumPrice: int
    sumIsNotePatient: int


class RegisteredPresc(msgspec.Struct, frozen=True):
    """One delivery."""

    requestId: int
    requestPrice: int
    regdate: str
    phaRequestPrice: int
    isNotePatient: int
    docId: str
    docFName: str
    docLName: str
    userId: str
    phaId: str
    month: str
    year: str
    prescDate: str
    patientAmount: int
    custServiceType: str
    docspec: str
    custServiceTypeDesc: str
    finalDetailRegisterPrescs: list[RegisteredLine]


class Listed(msgspec.Struct, frozen=True):
    """A drug of the catalogue, as equivalents and additives are told; no source gives this shape."""

    drugCode: str
    drugName: str
    drugForm: str
    drugPrice: int
    insuranceStatus: str
    subsidyprice: int
    requiresBarcodeInquiry: bool
    hospitalDrug: bool
    drugIrc: str


class Removed(msgspec.Struct, frozen=True):
    """The delivery that was taken back."""

    requestId: int


class Returned(msgspec.Struct, frozen=True):
    """The prescription that went back."""

    headeprscid: int


def one(value: object, problems: Iterable[Problem] = (), warnings: Iterable[Warned] = ()) -> One:
    """Answer one result."""
    wrong = [problem_of(each) for each in problems]
    told = [warning_of(each) for each in warnings]
    return One(value, wrong, told, bool(wrong), STATUS, FAMILY, REASON, 0 if value is None else 1)


def many(values: list[Any], problems: Iterable[Problem] = ()) -> Many:
    """Answer a list."""
    wrong = [problem_of(each) for each in problems]
    return Many(values, wrong, [], bool(wrong), STATUS, FAMILY, REASON, len(values))


def refused(problem: Problem) -> One:
    """Refuse, where one result was asked for."""
    return one(None, [problem])


def none_of(problem: Problem) -> Many:
    """Refuse, where a list was asked for."""
    return many([], [problem])


def problem_of(problem: Problem) -> ToldProblem:
    """Tell a problem; of a drug, its code beside it."""
    texts = texts_of(problem)
    drug = problem.drug if isinstance(problem, DispensingProblem) else ""
    left = str(problem.facts.get("left", ""))
    return ToldProblem(int(number_of(problem)), texts.message, texts.complement, left, drug)


def warning_of(told: Warned) -> ToldWarning:
    """Tell a warning."""
    free = told.fa if told.kind is rules.Alert.NOT_COVERED else None
    left = str(told.left) if told.kind is rules.Alert.PART else None
    return ToldWarning(int(told.kind), told.fa, told.fa, told.other, told.drug, left, free)


def active(prescription: Prescription, shelf: Mapping[Key, Service], person: Person | None, clock: str) -> ActivePresc:
    """Tell an active prescription; `clock` is when it was written, by Tehran's clock."""
    first, last = (person.first_name, person.last_name) if person is not None else _parted(prescription.patient_name)
    electronic = prescription.source is Source.ELECTRONIC
    return ActivePresc(
        headeprscid=prescription.id,
        prescdate=prescription.day,
        docid=prescription.doctor,
        docspec=prescription.specialty_title,
        doctorFullName=prescription.doctor_name,
        patientfirstname=first,
        patientlastname=last,
        custname=(OWNED if prescription.siam else OFFICE) if electronic else PAPER,
        comments=prescription.comments or None,
        refeR_REASON=prescription.reason or None,
        electronicflag=YES if electronic else NO,
        clinicdoc=prescription.siam or None,
        presctime=clock,
        speccode=prescription.specialty,
        finalDetailsPresc=[
            _detail(item, shelf.get((item.type, item.code)), prescription)
            for item in prescription.items
            if item.type == rules.DRUG and rules.item_of(prescription, item.id) is not None
        ],
    )


def _detail(item: Item, service: Service | None, prescription: Prescription) -> FinalDetail:
    covered = prescription.insured and service is not None and service.insured
    return FinalDetail(
        detailId=item.id,
        drugCode=item.code,
        drugName=item.name,
        drugForm=service.form if service is not None else "",
        insuranceStatus=YES if covered else NO,
        requiresBarcodeInquiry=service is not None and service.barcode,
        hospitalDrug=service is not None and service.hospital,
        maxAge=str(service.max_age) if service is not None and service.max_age else "",
        prescribedCount=str(item.whole),
        remainingCount=str(item.remaining),
        drugInstruction=taken(item),
    )


def registered(delivery: Delivery, prescription: Prescription, doctor: Doctor | None) -> RegisteredPresc:
    """Tell a delivery."""
    first, last = (doctor.first_name, doctor.last_name) if doctor is not None else _parted(prescription.doctor_name)
    items = {item.id: item for item in prescription.items}
    return RegisteredPresc(
        requestId=delivery.id,
        requestPrice=sum(line.quantity * line.tariff for line in delivery.lines),
        regdate=delivery.day,
        phaRequestPrice=delivery.price,
        isNotePatient=delivery.insurer,
        docId=delivery.doctor,
        docFName=first,
        docLName=last,
        userId=delivery.user,
        phaId=delivery.centre,
        month=delivery.day[4:6],
        year=delivery.day[:4],
        prescDate=prescription.day,
        patientAmount=delivery.patient_share,
        custServiceType=WEB,
        docspec=prescription.specialty,
        custServiceTypeDesc=WEB_TITLE,
        finalDetailRegisterPrescs=[_line(line, items.get(line.item)) for line in delivery.lines],
    )


def _line(line: Line, item: Item | None) -> RegisteredLine:
    return RegisteredLine(
        drugCode=line.code,
        drugName=line.name,
        drugCount=line.quantity,
        itemPrice=line.tariff,
        franshiz=WHOLE - line.percent,
        phaItemPrice=line.asked,
        timesaday=_often(item) if item is not None else "",
        dose=item.dose if item is not None else "",
        is_Note_Patient=line.insurer,
        subsidyprice=line.subsidy,
        patient_Price=line.patient,
        support_Specialpatient=0,
        sumPrice=line.price,
        sumIsNotePatient=line.insurer,
    )


def taken(item: Item) -> str:
    """Say how a drug is taken; the way of taking stands in the physician's own words where he chose none."""
    said = in_words(item.amount, item.instruction, item.usage)
    own = item.dose.strip() if not item.usage and item.dose.strip() not in said else ""
    return "، ".join(part for part in (said, own) if part) or item.dose


def _often(item: Item) -> str:
    """Say how often a drug is taken; the dose stands beside it."""
    return in_words(item.amount, item.instruction, item.usage) or item.dose


def listed(service: Service) -> Listed:
    """Tell a drug of the catalogue."""
    return Listed(
        drugCode=service.code,
        drugName=service.name,
        drugForm=service.form,
        drugPrice=service.price,
        insuranceStatus=YES if service.insured else NO,
        subsidyprice=service.subsidy,
        requiresBarcodeInquiry=service.barcode,
        hospitalDrug=service.hospital,
        drugIrc=service.irc,
    )


def _parted(name: str) -> tuple[str, str]:
    first, _, last = name.partition(" ")
    return first, last
