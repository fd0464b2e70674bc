"""What an insured person pays for a visit to a family doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.prescriptions.errors.writing import DoctorUnknown
from nabz.prescriptions.model import Kind, share
from nabz.prescriptions.model.codes import SPECIALTIES
from nabz.prescriptions.service import catalogue, enrolment
from nabz.prescriptions.store import referring as store

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller, Doctor

FREE_VISITS: Final = 4
VISIT_TYPE: Final = "16"
VISIT_CODE: Final = "000000010"
"""With the specialty's group at its end: 1 general, 2 specialist, 3 subspecialist."""

USUAL_SHARE: Final = 386_865
"""Rials: the printed sum, where the catalogue has no price of such a visit."""

MOST_VISITS_LOOKED_AT: Final = 200


class Share(NamedTuple):
    """What the patient pays; nothing is told of one who is no family doctor."""

    price: int | None
    visits: int = 0


def patient_share(tx: Tx, patient: str, doctor_number: str, day: str, siam: str, caller: Caller) -> Share:
    """Tell what a patient pays for today's visit: the first four of the Jalali year are free.

    Raises CentreNotYours, DoctorUnknown.
    """
    enrolment.must_be_of(tx, siam, caller)
    doctor = enrolment.doctor(tx, doctor_number)
    if doctor is None:
        raise DoctorUnknown
    if not doctor.family:
        return Share(None)
    visits = count_visits(tx, patient, day, doctor.id)
    return Share(0 if visits < FREE_VISITS else _price(tx, doctor, day), visits)


def count_visits(tx: Tx, patient: str, day: str, asked: str) -> int:
    """Count a patient's visits to family doctors since the year began, without the one that is asked about.

    One doctor on one day is one visit.
    """
    since = f"{day[:4]}0101"
    kinds = [Kind.VISIT, Kind.VISIT_AND_SERVICE]
    found = store.of_patient(tx, patient, kinds, since, MOST_VISITS_LOOKED_AT)
    family = {number for number in {one.doctor for one in found} if _is_family(enrolment.doctor(tx, number))}
    return len({(one.doctor, one.day) for one in found if one.doctor in family} - {(asked, day)})


def _is_family(doctor: Doctor | None) -> bool:
    return doctor is not None and doctor.family


def _price(tx: Tx, doctor: Doctor, day: str) -> int:
    """Give the patient's share of a visit, by the physician's specialty where the catalogue tells one."""
    specialty = SPECIALTIES.get(doctor.specialty)
    visit = catalogue.find(tx, VISIT_TYPE, f"{VISIT_CODE}{specialty.group}", day) if specialty is not None else None
    if visit is None or not visit.price:
        return USUAL_SHARE
    return visit.price - share(visit.price, visit.percent)
