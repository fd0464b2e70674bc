"""What our own API of writing answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.wire.own_writing.told import YES, ToldAnswer

if TYPE_CHECKING:
    from nabz.prescriptions.model.values import Item, Prescription, Referral


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all members have in common: their spelling."""


class ShownItem(Shape, frozen=True, kw_only=True):
    """One line as it stands."""

    id: int
    type: str
    code: str
    name: str
    quantity: int
    whole: int
    """With all its repeats."""

    remaining: int
    state: str
    price: int
    amount: int | None
    instruction: int | None
    usage: int
    dose: str
    repeat: int
    day: str
    group: str
    illnesses: list[str]
    plans: list[str]
    tooth: str
    reference: int | None
    of: int | None
    diagnosis: str


class ShownReferral(Shape, frozen=True, kw_only=True):
    """One referral, order of admission or feedback as it stands."""

    id: int
    specialty: str
    icd10: list[str]
    complaints: list[str]
    message: str
    day: str
    visits: int
    siam: str
    answers: list[ToldAnswer]


class ShownDoctor(Shape, frozen=True, kw_only=True):
    """Who wrote it."""

    id: str
    name: str
    specialty: str
    specialty_title: str


class Shown(Shape, frozen=True, kw_only=True):
    """A prescription as it stands."""

    id: int
    tracking: int
    kind: int
    state: str
    version: int
    patient: str
    patient_name: str
    doctor: ShownDoctor
    day: str
    expires: str
    created_at: datetime
    created_jalali: str
    edited: bool
    insured: bool
    source: str
    comments: str
    reason: str
    siam: str
    feedback_of: int | None
    feedback: int | None
    items: list[ShownItem]
    referrals: list[ShownReferral]


class Listed(Shape, frozen=True, kw_only=True):
    """A page of prescriptions, the latest first; `before` goes into the next call, and is null at the end."""

    prescriptions: list[Shown]
    before: int | None


def shown(one: Prescription) -> Shown:
    """Show a prescription."""
    return Shown(
        id=one.id,
        tracking=one.tracking,
        kind=int(one.kind),
        state=str(one.state),
        version=one.version,
        patient=one.patient_code,
        patient_name=one.patient_name,
        doctor=ShownDoctor(
            id=one.doctor, name=one.doctor_name, specialty=one.specialty, specialty_title=one.specialty_title
        ),
        day=one.day,
        expires=one.expires,
        created_at=one.created_at,
        created_jalali=_moment(one.created_at),
        edited=one.edited,
        insured=one.insured,
        source=str(one.source),
        comments=one.comments,
        reason=one.reason,
        siam=one.siam,
        feedback_of=one.feedback_of,
        feedback=one.feedback,
        items=[_item(item) for item in one.items],
        referrals=[_referral(each) for each in one.referrals],
    )


def _item(item: Item) -> ShownItem:
    return ShownItem(
        id=item.id,
        type=item.type,
        code=item.code,
        name=item.name,
        quantity=item.quantity,
        whole=item.whole,
        remaining=item.remaining,
        state=str(item.state),
        price=item.price,
        amount=item.amount,
        instruction=item.instruction,
        usage=item.usage,
        dose=item.dose,
        repeat=item.repeat,
        day=item.day,
        group=item.group,
        illnesses=list(item.illnesses),
        plans=list(item.plans),
        tooth=item.tooth,
        reference=item.reference,
        of=item.of,
        diagnosis=item.diagnosis,
    )


def _referral(each: Referral) -> ShownReferral:
    return ShownReferral(
        id=each.id,
        specialty=each.specialty,
        icd10=list(each.icd10s),
        complaints=list(each.complaints),
        message=each.message,
        day=each.day,
        visits=each.quantity,
        siam=each.siam,
        answers=[ToldAnswer(question=a.question, yes=a.answer == YES, comment=a.comment) for a in each.answers],
    )


def _moment(at: datetime) -> str:
    local = jalali.tehran(at)
    return f"{jalali.slashed(jalali.day_of(at))} {local:%H:%M}"
