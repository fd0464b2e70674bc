"""How what happened is told to paraclinic centres today: in an envelope within the envelope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from nabz.kit import jalali
from nabz.prescriptions.errors.paraclinic import ParaclinicProblem, SeveralRefused
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.wire.envelope import number_of
from nabz.prescriptions.wire.paraclinic.shapes import (
    Accepted,
    AcceptedLine,
    Detail,
    Many,
    One,
    Registration,
    ToldProblem,
    ToldWarning,
    Waiting,
)
from nabz.prescriptions.wire.paraclinic.texts import words
from nabz.prescriptions.wire.texts import text_of

if TYPE_CHECKING:
    from nabz.kit.errors import Problem
    from nabz.prescriptions.model import Centre, Delivery, Doctor, Line, Prescription
    from nabz.prescriptions.model.paraclinic import Offer
    from nabz.registries.model import Cover
    from nabz.registries.model import Person as Insured

STATUS, FAMILY, REASON = 200, "SUCCESSFUL", "OK"
CHANNEL: Final = "4020"
NO_MOBILE: Final = "0"
SOON, PART, NOT_COVERED = 1, 2, 3


def one(value: object, problems: Iterable[ToldProblem] = (), warnings: Iterable[ToldWarning] = ()) -> One:
    """Answer one result."""
    wrong = list(problems)
    return One(value, wrong, list(warnings), bool(wrong), STATUS, FAMILY, REASON, 0 if value is None else 1)


def many(values: Sequence[Any]) -> Many:
    """Answer a list."""
    return Many(values, [], [], False, STATUS, FAMILY, REASON, len(values))  # noqa: FBT003 - the official order


def refused(title: str) -> Callable[[Problem], One]:
    """Give what refuses an operation, under its title."""
    return lambda problem: one(None, problems_of(problem, title))


def none_of(problem: Problem) -> Many:
    """Refuse, where a list was asked for."""
    wrong = problems_of(problem, "title.list")
    return Many([], wrong, [], True, STATUS, FAMILY, REASON, 0)  # noqa: FBT003


def problems_of(problem: Problem, title: str) -> list[ToldProblem]:
    """Tell a problem, or all that were found at once."""
    found: Sequence[Problem] = problem.problems if isinstance(problem, SeveralRefused) else (problem,)
    return [_problem(each, title) for each in found]


def _problem(problem: Problem, title: str) -> ToldProblem:
    about = problem.about if isinstance(problem, ParaclinicProblem) else ""
    left = str(problem.facts.get("left", ""))
    return ToldProblem(int(number_of(problem)), words(title), text_of(problem), left, about, about)


def waiting(prescription: Prescription, offers: Sequence[Offer]) -> list[Waiting]:
    """Tell what of a prescription waits: one element for each type."""
    types = dict.fromkeys(offer.type for offer in offers)
    return [_waiting(prescription, type_, [offer for offer in offers if offer.type == type_]) for type_ in types]


def checked(prescription: Prescription, offers: Sequence[Offer], wanted: str, *, soon_over: bool) -> One:
    """Tell what of a prescription waits of a type, with all that stands against it and is to be known.

    Without a type all of them are told together, under the first.
    """
    offers = [offer for offer in offers if wanted in {"", offer.type}]
    type_ = wanted or (offers[0].type if offers else next((item.type for item in prescription.items), ""))
    wrong = [_problem(each, "title.check") for offer in offers for each in offer.problems]
    told = [warning for offer in offers for warning in _warnings(offer, prescription)]
    if soon_over:
        told.append(_warning(SOON, "", prescription.expires, None, expires=prescription.expires))
    return one(_waiting(prescription, type_, offers), wrong, told)


def _waiting(prescription: Prescription, type_: str, offers: Sequence[Offer]) -> Waiting:
    return Waiting(
        eprsC_ID=prescription.id,
        partypecode=type_,
        partypedesc=type_name(type_),
        nationalcode=prescription.patient_code,
        doC_MDID=prescription.doctor,
        doC_NAME=prescription.doctor_name,
        doC_SPEC=prescription.specialty,
        prescdate=prescription.day,
        comments=prescription.comments or None,
        refeR_REASON=prescription.reason or None,
        details=[_detail(offer, prescription) for offer in offers],
    )


def _detail(offer: Offer, prescription: Prescription) -> Detail:
    service = offer.service
    warnings = _warnings(offer, prescription)
    return Detail(
        paR_TAREF_CODE=offer.code,
        paR_TAREF_NAME=offer.name,
        paR_TAREF_PRICE=service.price if service is not None else 0,
        paR_TAREF_2K_PRICE=service.k2_price if service is not None else 0,
        paR_TYPE_CODE=offer.type,
        paR_TYPE_NAME=type_name(offer.type),
        requesT_QTY=offer.quantity,
        remaininG_QTY=offer.left,
        subsidyPrice=service.subsidy if service is not None else 0,
        max_QTY=offer.most,
        isError=bool(offer.problems),
        isWarning=bool(warnings),
        errors=[_problem(each, "title.check") for each in offer.problems],
        warnings=warnings,
    )


def _warnings(offer: Offer, prescription: Prescription) -> list[ToldWarning]:
    found = []
    if offer.left < offer.quantity:
        found.append(_warning(PART, offer.code, str(offer.left), offer.left, service=offer.code))
    if not prescription.insured or (offer.service is not None and not offer.service.insured):
        found.append(_warning(NOT_COVERED, offer.code, "", None, service=offer.code))
    return found


def _warning(code: int, about: str, more: str, left: int | None, **facts: object) -> ToldWarning:
    text = words(f"warning.{code}", **facts)
    free = text if code == NOT_COVERED else None
    return ToldWarning(code, text, text, more, about, left, free)


def type_name(type_: str) -> str:
    """Name a type in the official letters."""
    known = SERVICE_TYPES.get(type_)
    return known.title if known is not None else ""


def accepted(made: Delivery, prescription: Prescription, centre: str) -> Accepted:
    """Tell a delivery to the one who has just registered it, with the centre's name."""
    return Accepted(**_told(made, prescription, centre))


def registration(
    made: Delivery,
    prescription: Prescription,
    centre: Centre,
    doctor: Doctor | None,
    person: Insured | None,
    cover: Cover | None,
) -> Registration:
    """Tell a delivery to its centre later on."""
    first, last = (person.first_name, person.last_name) if person is not None else _parted(prescription.patient_name)
    doctor_first, doctor_last = (
        (doctor.first_name, doctor.last_name) if doctor is not None else _parted(prescription.doctor_name)
    )
    told = _told(made, prescription, centre.name)
    told |= {
        "prescdate": _slashed(prescription.day),
        "regdate": _slashed(made.day),
        "montH_DESC": jalali.MONTHS[int(made.day[4:6]) - 1],
    }
    return Registration(
        **told,
        patienT_NATCODE=prescription.patient_code,
        patienT_MOBILE=made.mobile or NO_MOBILE,
        patienT_NAME=first,
        patienT_LNAME=last,
        patienT_BIRTHDATE=_slashed(person.birth) if person is not None and person.birth else "",
        patienT_GENDER=words(f"sex.{person.gender}") if person is not None else "",
        doC_FNAME=doctor_first,
        doC_LNAME=doctor_last,
        medicaL_OFFICE_NAME=centre.city or centre.province,
        patienT_INSURANCETYPE=cover.box_title if cover is not None else "",
        patienT_INSURANCENO=cover.number if cover is not None else "",
        patienT_INSURANCEDATE=cover.expires if cover is not None else "",
        regStatus_Desc=words(f"state.{made.state}"),
    )


def _told(made: Delivery, prescription: Prescription, centre: str) -> dict[str, Any]:
    return {
        "registeR_ID": made.id,
        "eprsC_ID": made.prescription,
        "doC_MDID": made.doctor,
        "doC_FULL_NAME": prescription.doctor_name,
        "doC_SPEC_CODE": prescription.specialty,
        "doC_SPEC_DESC": prescription.specialty_title,
        "paR_CODE": made.centre,
        "patienT_AMOUNT": made.patient_share,
        "paR_NAME": centre,
        "paR_USER": made.user,
        "partypecode": made.type,
        "partypedesc": type_name(made.type),
        "prescdate": prescription.day,
        "regdate": made.day,
        "requesT_PRICE": made.price,
        "iS_PRICE": made.insurer,
        "tecH_PRICE": sum(line.quantity * line.tech for line in made.lines),
        "month": made.day[4:6],
        "montH_DESC": None,
        "servicE_TYPE_CODE": CHANNEL,
        "servicE_TYPE_DESC": words("channel"),
        "year": made.day[:4],
        "tecH_MDID": made.technician,
        "subsidyprice": made.subsidy,
        "supportamount": None,
        "familydocprice": None,
        "details": [_line(line) for line in made.lines],
    }


def _line(line: Line) -> AcceptedLine:
    return AcceptedLine(
        tareF_CODE=line.code,
        tareF_NAME=line.name,
        qty=line.quantity,
        iteM_PRICE=line.asked,
        requesT_PRICE=line.price,
        iteM_IS_PRICE=line.insurer,
        supporT_AMOUNT=0,
        patienT_AMOUNT=line.patient,
        iS2K="1" if line.k2 else "0",
        tecH_PRICE=line.quantity * line.tech,
        subsidyprice=line.subsidy,
        familydocprice=0,
    )


def _slashed(day: str) -> str:
    return f"{day[:4]}/{day[4:6]}/{day[6:]}"


def _parted(name: str) -> tuple[str, str]:
    first, _, last = name.partition(" ")
    return first, last
