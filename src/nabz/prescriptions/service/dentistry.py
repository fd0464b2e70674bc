"""Dentistry: the services of a tooth and of the mouth, and whether they may be done to a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.persian import ascii_digits
from nabz.prescriptions.errors.referral import DentistTypeWrong
from nabz.prescriptions.model import Kind, dentistry
from nabz.prescriptions.model.dentistry import DentalList, Work
from nabz.prescriptions.service import catalogue, enrolment
from nabz.prescriptions.store import referring as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.kit.db import Tx
    from nabz.prescriptions.errors.kinds import TaminProblem
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.model.catalogue import Service

MOST_LOOKED_AT: Final = 1000
_KINDS: Final = (Kind.VISIT_AND_SERVICE, Kind.SERVICE, Kind.REFERRED_SERVICE)


def without_tooth(tx: Tx, type_: str, day: str) -> list[Service]:
    """List the services of no tooth: care and radiography. Raises DentistTypeWrong."""
    if ascii_digits(type_).strip() not in set(DentalList):
        raise DentistTypeWrong
    wanted = DentalList(ascii_digits(type_).strip())
    return [one for one in _dental(tx, day) if one.dental == wanted]


def by_tooth(tx: Tx, tooth: str, patient: str, type_: str, day: str, caller: Caller) -> list[Service]:
    """List what may be done to a patient's tooth; nothing if it was extracted.

    Raises CentreNotYours, ToothWrong, DentistTypeWrong.
    """
    enrolment.must_treat(tx, caller)
    place = dentistry.must_fit(tooth, type_)
    if place in dentistry.gone(done(tx, patient)):
        return []
    return [one for one in _dental(tx, day) if one.dental == DentalList.BY_TOOTH and dentistry.fits(one, place)]


def check(tx: Tx, patient: str, wanted: Sequence[tuple[str, str]], day: str, caller: Caller) -> list[TaminProblem]:
    """Tell all that speaks against services on teeth, together and beside what was done before.

    Raises CentreNotYours.
    """
    enrolment.must_treat(tx, caller)
    keys = [(dentistry.SERVICE, code) for code, _ in wanted]
    return dentistry.faults(wanted, catalogue.many(tx, keys, day), done(tx, patient), day)


def done(tx: Tx, patient: str) -> list[Work]:
    """List what was written for a patient's teeth."""
    found = store.of_patient(tx, patient, _KINDS, limit=MOST_LOOKED_AT)
    return [
        Work(item.code, dentistry.tooth_of(item.tooth), one.day, dentistry.takes_away(item.name))
        for one in found
        for item in one.items
        if item.tooth and item.state != "deleted"
    ]


def _dental(tx: Tx, day: str) -> list[Service]:
    return [one for one in catalogue.listed(tx, dentistry.SERVICE, day) if one.dental and one.visible]
