"""A draft is checked in the guide's order, and becomes the prescription that it would be."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model import (
    ANONYMOUS,
    Draft,
    Item,
    ItemDraft,
    Prescription,
    Referral,
    dentistry,
    rules,
    state_of,
)
from nabz.prescriptions.model.codes import AMOUNTS, INSTRUCTIONS, LAB_GROUPS, SERVICE_TYPES, USAGES
from nabz.prescriptions.service import entitlement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from nabz.kit.db import Database
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.model.catalogue import Key as ServiceKey
    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.service.writing.desk import Desk

REFERABLE: Final = frozenset({None, 0, 1})
TRACKING: Final = (10_000, 99_999)
ANONYMOUS_TRACKING: Final = (100_000_000, 999_999_999)
"""Those that name nobody share one list of numbers."""

DAYS: Final = {code: each.days for code, each in SERVICE_TYPES.items()}


async def drafted(desk: Desk, db: Database, draft: Draft, caller: Caller, now: datetime) -> Prescription:
    """Check a draft in the guide's order, and give the prescription that it would be."""
    if not draft.mobile.strip():
        raise wrong.MobileMissing
    if persian.mobile(draft.mobile) is None:
        raise wrong.MobileWrong
    patient = entitlement.person_key(draft.patient)
    doctor = await desk.doctor(db, draft, caller, now)
    services, today = await desk.services(db, draft.items, now)
    rules.check_head(draft, today)
    rules.check_items(draft)
    check_codes(draft.items)
    entitled = await entitlement.of(db, patient.partition(":")[2] or patient, now, desk.outside)
    rules.check_services(draft, services, entitled.person.gender if entitled.person is not None else "")
    if patient != ANONYMOUS and entitled.person is None:
        raise wrong.PatientUnknown
    if patient != ANONYMOUS and not entitled.covered:
        raise wrong.NotInsured
    id_, *rest = await desk.numbers.take(db, 1 + len(draft.items) + len(draft.referrals))
    person = entitled.person
    one = Prescription(
        id=id_,
        tracking=tracking_code(patient),
        kind=int(draft.kind or 0),
        patient=patient,
        patient_name=f"{person.first_name} {person.last_name}".strip() if person is not None else "",
        mobile=persian.mobile(draft.mobile) or "",
        day=rules.read_day(draft.day, "prescDate"),
        expires=rules.expiry(draft, DAYS),
        doctor=doctor.id,
        doctor_code=doctor.national_code,
        doctor_name=doctor.name,
        specialty=doctor.specialty,
        specialty_title=doctor.specialty_title,
        client=caller.client,
        created_at=now,
        items=_items(draft.items, services, rest),
        referrals=tuple(
            Referral(
                number,
                each.specialty,
                each.icd10s,
                each.complaints,
                each.message,
                rules.read_day(each.day, "referralHijriDate") if each.day else "",
                each.quantity,
                each.siam.strip(),
                each.answers,
            )
            for number, each in zip(rest[len(draft.items) :], draft.referrals, strict=True)
        ),
        feedback_of=draft.feedback_of,
        comments=draft.comments,
        complaints=draft.complaints,
        siam=draft.siam.strip(),
        creator=draft.creator,
        wire_client=draft.client,
        doctor_mobile=doctor.mobile,
        organisation=doctor.organisation,
        sent_expiry=rules.read_day(draft.expires, "expireDate") if draft.expires else "",
    )
    return msgspec.structs.replace(one, state=state_of(one))


def _items(
    drafts: Sequence[ItemDraft], services: Mapping[ServiceKey, Service], numbers: Sequence[int]
) -> tuple[Item, ...]:
    return tuple(
        item_of(draft, services[draft.type, draft.code], number) for number, draft in zip(numbers, drafts, strict=False)
    )


def item_of(draft: ItemDraft, service: Service, number: int) -> Item:
    """Make an item of its draft and of what the catalogue says."""
    return Item(
        id=number,
        type=service.type,
        code=service.code,
        name=service.name,
        quantity=draft.quantity,
        remaining=draft.quantity * (1 + draft.repeat),
        price=service.price,
        amount=draft.amount,
        instruction=draft.instruction,
        usage=draft.usage,
        dose=draft.dose,
        repeat=draft.repeat,
        day=rules.read_day(draft.day, "dateDo") if draft.day else "",
        group=draft.group,
        illnesses=draft.illnesses,
        plans=draft.plans,
        tooth=dentistry.tooth_of(draft.tooth),
        dental=draft.dental,
        reference=draft.reference,
        of=draft.of,
        diagnosis=draft.diagnosis,
        terminology=draft.terminology,
    )


def check_codes(items: Sequence[ItemDraft]) -> None:
    """Check the codes of the guide's own tables; illnesses and plans have none that is whole.

    Raises AmountWrong, InstructionWrong, GroupMissing, ToothWrong, FormWrong.
    """
    for item in items:
        if item.usage not in USAGES:
            raise wrong.FormWrong(field="doseCode")
        if item.reference not in REFERABLE:
            raise wrong.FormWrong(field="referenceStatus")
        if item.type == rules.DRUG and item.amount not in AMOUNTS:
            raise wrong.AmountWrong
        if item.type == rules.DRUG and item.instruction not in INSTRUCTIONS:
            raise wrong.InstructionWrong
        if item.type == rules.LAB and item.group not in LAB_GROUPS:
            raise wrong.GroupMissing
        if item.tooth and not dentistry.tooth_of(item.tooth):
            raise wrong.ToothWrong


def tracking_code(patient: str) -> int:
    """Draw a tracking code: five digits find one prescription among a patient's."""
    first, last = ANONYMOUS_TRACKING if patient == ANONYMOUS else TRACKING
    return first + randbelow(last - first + 1)
