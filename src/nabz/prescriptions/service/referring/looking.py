"""Cartables: to whom a physician has sent patients, who was sent to him, and what was written under a referral."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.kit import jalali
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import Kind, referring
from nabz.prescriptions.model.referring import Referred
from nabz.prescriptions.service import enrolment, reading
from nabz.prescriptions.service.referring.using import head_of
from nabz.prescriptions.store import referring as store
from nabz.registries.errors import BadPersonId
from nabz.registries.model import person_id_of_key
from nabz.registries.service import people

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller, Doctor, Item, Prescription

LATELY: Final = timedelta(days=3)
THE_FEEDBACK: Final = 0
"""The id by which messages ask for the feedback itself."""


class Addressed(NamedTuple):
    """Referrals with the name of the patient who was sent."""

    referrals: tuple[Referred, ...]
    first_name: str
    last_name: str


class Answered(NamedTuple):
    """A referral prescription, and what was written under it."""

    parent: Prescription
    children: tuple[Prescription, ...]


def open_for(tx: Tx, patient: str, doctor: Doctor, day: str) -> list[Referred]:
    """List a patient's referrals that wait for physicians like this one."""
    return [one for one in open_of_patient(tx, patient, day) if _is_addressee(one, doctor)]


def open_for_house(tx: Tx, patient: str, day: str, caller: Caller) -> list[Referred]:
    """List a patient's open referrals for a house that treats people. Raises CentreNotYours."""
    enrolment.must_treat(tx, caller)
    return open_of_patient(tx, patient, day)


def open_of_patient(tx: Tx, patient: str, day: str) -> list[Referred]:
    """List a patient's referrals of which a visit is left."""
    found = _all(store.of_patient(tx, patient, [Kind.REFERRAL]))
    return [each for each in found if referring.is_open(*each, day)]


def find(tx: Tx, patient: str, doctor: Doctor, tracking: int) -> list[Referred]:
    """Find a referral prescription by its tracking code, for both physicians. Raises NotThere."""
    one = reading.by_tracking(tx, patient, tracking)
    found = [each for each in _all([one]) if one.doctor == doctor.id or referring.is_for(each.referral, doctor)]
    if one.kind != Kind.REFERRAL or not found:
        raise NotThere
    return found


def cartable(tx: Tx, doctor: Doctor, patient: str, tracking: int, day: str) -> Addressed:
    """List what a physician may take up of a referral prescription; nothing if it is for others. Raises NotThere."""
    one = reading.by_tracking(tx, patient, tracking)
    if one.kind != Kind.REFERRAL:
        raise NotThere
    waiting = (each for each in _all([one]) if referring.is_open(*each, day) or _has_begun(each, doctor))
    return Addressed(tuple(each for each in waiting if _is_addressee(each, doctor)), *_name(tx, one))


def lately(tx: Tx, doctor: Doctor, now: datetime) -> list[Referred]:
    """List a physician's own referrals of the last three days."""
    since = jalali.compact(jalali.day_of(now - LATELY))
    return _all(store.of_doctor(tx, doctor.id, Kind.REFERRAL, since))


def under(tx: Tx, master: int, patient: str, caller: Caller) -> Answered:
    """Read what was written under a referral prescription. Raises NotThere."""
    parent = reading.by_id(tx, master)
    if parent.patient != patient:
        raise NotThere
    return _answered(tx, parent, caller)


def under_referral(tx: Tx, referral: int, caller: Caller) -> Answered:
    """Read what was written under a referral. Raises NotThere."""
    parent = head_of(tx, referral)
    if parent is None:
        raise NotThere
    return _answered(tx, parent, caller)


def written_under(tx: Tx, id_: int, master: int, caller: Caller) -> list[Prescription]:
    """Read one of those prescriptions; 0 is the feedback. Raises NotThere."""
    answered = under_referral(tx, master, caller)
    wanted = answered.parent.feedback if id_ == THE_FEEDBACK else id_
    found = [one for one in answered.children if one.id == wanted]
    if not found:
        raise NotThere
    return found


def referred_services(tx: Tx, patient: str, doctor: Doctor, tracking: int) -> tuple[Prescription, tuple[Item, ...]]:
    """Read the services that another physician may carry out; its writer sees them too. Raises NotThere."""
    one = reading.by_tracking(tx, patient, tracking)
    if not referring.is_referable(one) and one.doctor != doctor.id:
        raise NotThere
    return one, referring.referable_items(one)


def _answered(tx: Tx, parent: Prescription, caller: Caller) -> Answered:
    if parent.kind != Kind.REFERRAL or not _may_see(tx, parent, caller):
        raise NotThere
    return Answered(parent, tuple(store.of_ids(tx, referring.children(parent))))


def _may_see(tx: Tx, parent: Prescription, caller: Caller) -> bool:
    """Tell whether a caller is one of both physicians, or a system that speaks for them."""
    if not caller.national_code:
        return caller.trusted
    if caller.national_code == parent.doctor_code:
        return True
    doctors = enrolment.doctors_of_code(tx, caller.national_code)
    return any(referring.is_for(each, doctor) for each in parent.referrals for doctor in doctors)


def _is_addressee(each: Referred, doctor: Doctor) -> bool:
    return each.one.doctor != doctor.id and referring.is_for(each.referral, doctor)


def _has_begun(each: Referred, doctor: Doctor) -> bool:
    """Tell whether a physician has seen the patient, and may still answer."""
    return each.one.feedback is None and any(use.doctor == doctor.id for use in each.referral.uses)


def _all(found: list[Prescription]) -> list[Referred]:
    return [Referred(one, referral) for one in found for referral in one.referrals]


def _name(tx: Tx, one: Prescription) -> tuple[str, str]:
    """Give a patient's names; a person whom only an outside register knows has them in one."""
    try:
        person = people.find(tx, person_id_of_key(one.patient))
    except BadPersonId:
        person = None
    if person is not None:
        return person.first_name, person.last_name
    first, _, last = one.patient_name.partition(" ")
    return first, last
