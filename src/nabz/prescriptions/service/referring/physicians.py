"""Who asks: the physician whom an address names, and whether the caller speaks for him."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.errors.writing import DoctorMismatch, DoctorNotActive, DoctorUnknown
from nabz.prescriptions.model import doc_id, doctor_code
from nabz.prescriptions.service import enrolment

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller, Doctor


def of_number(tx: Tx, text: str, caller: Caller) -> Doctor:
    """Find the physician of a council number. Raises DoctorUnknown, DoctorNotActive, NotThere."""
    return _known(enrolment.doctor(tx, doc_id(text)), caller)


def of_code(tx: Tx, text: str, caller: Caller) -> Doctor:
    """Find the physician of a national code. Raises DoctorMismatch, DoctorUnknown, DoctorNotActive, NotThere."""
    code = doctor_code(text)
    if not code:
        raise DoctorMismatch
    return _known(enrolment.doctor_of_code(tx, code), caller)


def must_be(national_code: str, caller: Caller) -> None:
    """Let nobody ask in the name of another person than the one who signed in. Raises NotThere."""
    if caller.national_code != national_code if caller.national_code else not caller.trusted:
        raise NotThere


def _known(found: Doctor | None, caller: Caller) -> Doctor:
    if found is None:
        raise DoctorUnknown
    if not enrolment.speaks_for(caller, found.national_code, found.organisation):
        raise NotThere
    if not found.active:
        raise DoctorNotActive
    return found
