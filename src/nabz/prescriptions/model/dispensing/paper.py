"""A prescription on paper: what a pharmacy reads from it becomes one like any other."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.jalali import DateWrong
from nabz.prescriptions.errors.dispensing import (
    CountWrong,
    DrugTwice,
    DrugUnknown,
    HospitalOnly,
    MoreThanAllowed,
    NothingWanted,
    PaperDayWrong,
    PaperDoctorWrong,
    PrescriptionExpired,
)
from nabz.prescriptions.model.dispensing.delivering import DRUG
from nabz.prescriptions.model.names import doc_id
from nabz.prescriptions.model.values import Item, Kind, Prescription, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from nabz.prescriptions.model.catalogue import Key, Service
    from nabz.prescriptions.model.dispensing.values import PaperDraft, PaperLine
    from nabz.prescriptions.model.values import Doctor

LIVES: Final = 62
"""Days of a drug prescription."""


def days_of(draft: PaperDraft, today: str) -> tuple[str, str]:
    """Give the day of a paper prescription and its last one. Raises PaperDayWrong, PrescriptionExpired."""
    try:
        day = jalali.parse(draft.day)
    except DateWrong:
        raise PaperDayWrong from None
    written = jalali.compact(day)
    if written > today:
        raise PaperDayWrong
    last = jalali.of_date(day.to_gregorian() + timedelta(days=LIVES))
    if jalali.compact(last) < today:
        raise PrescriptionExpired(until=jalali.slashed(last))
    return written, jalali.compact(last)


def doctor_of(draft: PaperDraft) -> str:
    """Give the physician's number. Raises PaperDoctorWrong."""
    found = doc_id(draft.doctor)
    if not found:
        raise PaperDoctorWrong
    return found


def items_of(draft: PaperDraft, shelf: Mapping[Key, Service], numbers: Sequence[int]) -> tuple[Item, ...]:
    """Read the drugs. Raises NothingWanted, DrugUnknown, DrugTwice, CountWrong, MoreThanAllowed, HospitalOnly."""
    if not draft.lines:
        raise NothingWanted
    found = [_found(draft, line, shelf) for line in draft.lines]
    twice = [code for code, times in Counter(service.code for service in found).items() if times > 1]
    if twice:
        raise DrugTwice(drug=twice[0])
    return tuple(
        Item(
            id=number,
            type=DRUG,
            code=service.code,
            name=service.name,
            quantity=line.quantity,
            remaining=line.quantity,
            price=service.price,
            dose=line.dose,
            amount=line.amount,
            instruction=line.instruction,
        )
        for number, service, line in zip(numbers, found, draft.lines, strict=True)
    )


def _found(draft: PaperDraft, line: PaperLine, shelf: Mapping[Key, Service]) -> Service:
    service = shelf.get((DRUG, line.code))
    if service is None:
        raise DrugUnknown(drug=line.code)
    if line.quantity <= 0:
        raise CountWrong(drug=line.code)
    if service.most and line.quantity > service.most:
        raise MoreThanAllowed(drug=line.code, most=service.most)
    if service.hospital and draft.source is not Source.HOSPITAL:
        raise HospitalOnly(drug=line.code)
    return service


def paper(  # noqa: PLR0913 - what a prescription is made of
    draft: PaperDraft,
    *,
    id_: int,
    tracking: int,
    patient: str,
    patient_name: str,
    insured: bool,
    doctor: Doctor | None,
    days: tuple[str, str],
    items: tuple[Item, ...],
    client: str,
    now: datetime,
) -> Prescription:
    """Write it down; of a physician who is not enrolled the number alone is known."""
    return Prescription(
        id=id_,
        tracking=tracking,
        kind=Kind.DRUG,
        patient=patient,
        patient_name=patient_name,
        mobile=draft.mobile,
        day=days[0],
        expires=days[1],
        doctor=doctor_of(draft),
        doctor_code=doctor.national_code if doctor is not None else "",
        doctor_name=doctor.name if doctor is not None else "",
        specialty=doctor.specialty if doctor is not None else "",
        specialty_title=doctor.specialty_title if doctor is not None else "",
        client=client,
        created_at=now,
        items=items,
        source=draft.source,
        comments=draft.comments,
        siam=draft.centre,
        insured=insured,
    )
