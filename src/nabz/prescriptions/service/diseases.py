"""Diseases of a patient that physicians and centres mark, so that his prescriptions are covered as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nabz.kit import audit, jalali, persian
from nabz.prescriptions.errors.writing import FormWrong, MobileMissing, MobileWrong, PatientWrong, SiamMissing
from nabz.prescriptions.model import ANONYMOUS
from nabz.prescriptions.model.diseases import DISEASES, Disease, Mark, type_of_mark
from nabz.prescriptions.service import enrolment
from nabz.prescriptions.store import diseases as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller

LONGEST_SIAM = 64


class Wanted(NamedTuple):
    """A mark as it was asked for."""

    patient: str
    disease: int
    type: str
    mobile: str
    siam: str


def listed(tx: Tx, patient: str, siam: str, caller: Caller) -> list[tuple[Disease, Mark | None]]:
    """List the diseases that may be marked, with the patient's marks; autism only where it was marked.

    Raises CentreNotYours.
    """
    enrolment.must_be_of(tx, siam, caller)
    marks = {mark.disease: mark for mark in store.of_patient(tx, patient)}
    return [(one, marks.get(one.id)) for one in DISEASES.values() if one.levels == 1 or one.id in marks]


def mark(tx: Tx, wanted: Wanted, number: int, caller: Caller, now: datetime) -> Mark:
    """Mark a patient with a disease; the same again is the same answer.

    Raises PatientWrong, MobileMissing, MobileWrong, SiamMissing, FormWrong, CentreNotYours, DiseaseUnknown,
    DiseaseTypeWrong.
    """
    if wanted.patient == ANONYMOUS:
        raise PatientWrong
    if not wanted.mobile.strip():
        raise MobileMissing
    mobile = persian.mobile(wanted.mobile)
    if mobile is None:
        raise MobileWrong
    siam = wanted.siam.strip()
    if not siam:
        raise SiamMissing
    if len(siam) > LONGEST_SIAM:
        raise FormWrong(field="siamId")
    enrolment.must_be_of(tx, siam, caller)
    type_ = type_of_mark(wanted.disease, wanted.type)
    there = next((one for one in store.of_patient(tx, wanted.patient) if one.disease == wanted.disease), None)
    if there is not None and there.type == type_:
        return there
    new = Mark(wanted.disease, type_, number, jalali.compact(jalali.day_of(now)))
    kept = store.put(tx, wanted.patient, new, (mobile, siam), caller.by, now)
    action = "prescriptions.disease-marked"
    audit.record(tx, now, caller.by, action, wanted.patient, disease=wanted.disease, type=type_, siam=siam)
    return kept
