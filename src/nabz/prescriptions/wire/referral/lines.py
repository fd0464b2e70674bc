"""Values as the shapes of referrals, feedback and orders of admission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from nabz.kit import jalali
from nabz.prescriptions.model import Kind
from nabz.prescriptions.model.codes import PRESCRIPTION_TYPES, SPECIALTIES
from nabz.prescriptions.model.codes import Specialty as KnownSpecialty
from nabz.prescriptions.wire.reference import ON, SpecialtyItem, presc_type_of, specialty_of
from nabz.prescriptions.wire.referral.shapes import (
    CartableLine,
    ChosenAnswer,
    Complaint,
    FeedbackAnswer,
    Icd10,
    Listed,
    NoteHead,
    OpenForDoctor,
    OpenReferrals,
    OrderLine,
    PossibleAnswer,
    Question,
    ReferralDetail,
    ReferralLine,
    Specialty,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nabz.prescriptions.model import Prescription, Referral
    from nabz.prescriptions.model.diseases import Choice
    from nabz.prescriptions.model.referring import Referred

T = TypeVar("T")
JOINED: Final = "،"
THE_FEEDBACK: Final = 0


def listed(found: Iterable[T]) -> Listed[T]:
    """Write a list with its length."""
    lines = list(found)
    return Listed(len(lines), lines)


def cartable_line(each: Referred, first_name: str, last_name: str) -> CartableLine:
    """Write a referral for the physician who may take it up."""
    one, referral = each
    return CartableLine(
        one.id,
        referral.id,
        one.patient_code,
        one.doctor,
        one.day,
        first_name,
        last_name,
        presc_type_of(PRESCRIPTION_TYPES[int(one.kind)]),
        one.id,
        moment(referral.day),
        one.specialty,
        one.specialty_title,
        referral.specialty,
        title_of(referral.specialty),
    )


def referral_line(each: Referred) -> ReferralLine:
    """Write a referral; the number under which its answers are asked for is its own prescription's."""
    one, referral = each
    return ReferralLine(
        referral.id,
        one.id,
        one.feedback,
        moment(referral.day),
        one.doctor,
        referral.quantity,
        one.specialty,
        one.specialty_title,
        referral.specialty,
        title_of(referral.specialty),
        *_told(referral),
    )


def answer_line(parent: Prescription, child: Prescription) -> ReferralLine:
    """Write what was written under a referral; the feedback has the number 0."""
    asked = next((each for each in parent.referrals if each.specialty == child.specialty), parent.referrals[0])
    icd10s, complaints, message, diagnoses = _told(child.referrals[0] if child.kind == Kind.REFERRAL else asked)
    return ReferralLine(
        THE_FEEDBACK if child.id == parent.feedback else child.id,
        parent.id,
        child.id,
        moment(child.day),
        child.doctor,
        asked.quantity,
        parent.specialty,
        parent.specialty_title,
        child.specialty,
        child.specialty_title,
        icd10s,
        complaints,
        child.comments or message,
        diagnoses,
    )


def order_line(one: Prescription, referral: Referral, *, family: bool) -> OrderLine:
    """Write an order of admission."""
    return OrderLine(
        referral.id,
        one.id,
        None,
        moment(referral.day),
        one.doctor,
        referral.quantity,
        one.specialty,
        one.specialty_title,
        referral.specialty or None,
        title_of(referral.specialty) or None,
        *_told(referral),
        family,
    )


def note_head(one: Prescription, details: Sequence[Any]) -> NoteHead:
    """Write a prescription whole."""
    return NoteHead(
        one.id,
        one.patient_code,
        presc_type_of(PRESCRIPTION_TYPES[int(one.kind)]),
        one.day,
        one.comments,
        list(details),
        [_detail(each) for each in one.referrals],
    )


def open_referrals(found: Sequence[Referred]) -> OpenReferrals:
    """Write to which specialties a patient is on his way."""
    return OpenReferrals([_specialty(each.referral.specialty) for each in found], len(found))


def open_for_doctor(found: Sequence[Referred]) -> OpenForDoctor:
    """Write what waits for one physician."""
    codes = list(dict.fromkeys(each.one.tracking for each in found))
    told = open_referrals(found)
    return OpenForDoctor(told.noteDetailsReferrals, told.count, codes[0] if codes else None, codes)


def questions(asked: Iterable[Choice]) -> Listed[Question]:
    """Write the feedback's questions."""
    return listed(Question(each.id, each.text, ON) for each in asked)


def answers(possible: Iterable[Choice]) -> Listed[PossibleAnswer]:
    """Write the answers to them."""
    return listed(PossibleAnswer(each.id, each.text, ON) for each in possible)


def title_of(specialty: str) -> str:
    """Give a specialty's title as the insurer's list writes it."""
    known = SPECIALTIES.get(specialty)
    return known.title if known is not None else ""


def moment(day: str) -> int | None:
    """Write the beginning of a Jalali day, in Tehran, as milliseconds of Unix."""
    return int(jalali.start_of(jalali.parse(day)).timestamp() * 1000) if day else None


def _specialty(code: str) -> SpecialtyItem:
    return specialty_of(SPECIALTIES.get(code, KnownSpecialty(code, "", "")))


def _told(referral: Referral) -> tuple[list[Icd10], list[Complaint], str, str]:
    return (
        [Icd10(code) for code in referral.icd10s],
        [Complaint(code) for code in referral.complaints],
        referral.message,
        JOINED.join(referral.icd10s),
    )


def _detail(referral: Referral) -> ReferralDetail:
    icd10s, complaints, message, _ = _told(referral)
    to = Specialty(referral.specialty, title_of(referral.specialty)) if referral.specialty else None
    answers_ = [FeedbackAnswer(one.question, ChosenAnswer(one.answer), one.comment) for one in referral.answers]
    return ReferralDetail(
        referral.id,
        to,
        icd10s,
        complaints,
        message,
        referral.day or None,
        referral.quantity,
        referral.siam or None,
        answers_,
    )
