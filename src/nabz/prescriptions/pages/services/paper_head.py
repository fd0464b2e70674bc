"""The head of a paper prescription: everything that is wrong with it at once, each beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.errors import Problem
from nabz.prescriptions.errors.writing import MobileWrong, PatientWrong
from nabz.prescriptions.model import ANONYMOUS, doc_id
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.pages.services.frame import today, told
from nabz.prescriptions.pages.services.rows import MOST_ROWS
from nabz.prescriptions.pages.services.sheet import is_no_mobile
from nabz.prescriptions.service import enrolment, entitlement
from nabz.web.render import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Doctor
    from nabz.prescriptions.model.dispensing import PaperDraft

DEAD: Final = "این بیمار در پایگاه هویت درگذشته است.", "The registry says that this patient is dead."
UNCOVERED: Final = (
    "این بیمار استحقاق درمان ندارد؛ نسخه را از «تایید نسخه آزاد» ثبت کنید.",
    "This patient is not covered: use the way without insurance.",
)
NO_DOCTOR: Final = (
    "پزشکی با این شماره نزد بیمه‌گر نیست؛ اگر شماره درست است، تأیید کنید.",
    "The insurer knows no physician of this number: confirm it if it is right.",
)
FIELDS: Final = (
    *("code", "doctor", "day", "mobile", "note"),
    *(f"{name}_{number}" for number in range(1, MOST_ROWS + 1) for name in ("drug", "pick", "quantity", "dose")),
)
"""In the order in which they stand."""


async def mistakes(call: Call, db: Database, draft: PaperDraft, confirmed: str, *, free: bool) -> dict[str, str]:
    """Tell what is wrong with the patient, the physician, the day and the mobile."""
    errors = {}
    if patient := await _patient(call, db, draft, free=free):
        errors["code"] = patient
    if doctor := await _doctor(call, db, draft, confirmed):
        errors["doctor"] = doctor
    if day := _told(call, lambda: rules.days_of(draft, today(call))):
        errors["day"] = day
    if is_no_mobile(draft.mobile):
        errors["mobile"] = told(call, MobileWrong())
    return errors


async def doctor_of(db: Database, typed: str) -> Doctor | None:
    """Find the physician whose number was typed."""
    number = doc_id(typed)
    return await db.read(enrolment.doctor, number) if number else None


async def _patient(call: Call, db: Database, draft: PaperDraft, *, free: bool) -> str:
    if draft.patient == ANONYMOUS:
        return ""
    if not draft.patient:
        return told(call, PatientWrong())
    try:
        known = await entitlement.of(db, draft.patient, call.now, entitlement.Outside.of(call.deps))
    except PatientWrong as problem:
        return told(call, problem)
    if known.person is not None and not known.person.alive:
        return say(call, *DEAD)
    return "" if known.covered or free else say(call, *UNCOVERED)


async def _doctor(call: Call, db: Database, draft: PaperDraft, confirmed: str) -> str:
    if wrong_number := _told(call, lambda: rules.doctor_of(draft)):
        return wrong_number
    if await doctor_of(db, draft.doctor) is None and confirmed != draft.doctor.strip():
        return say(call, *NO_DOCTOR)
    return ""


def _told(call: Call, check: Callable[[], object]) -> str:
    try:
        check()
    except Problem as problem:
        return told(call, problem)
    return ""
