"""Two months of deliveries behind the demo's day: without them no month's file, settlement or card could be tried."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from nabz.kit import jalali
from nabz.kit.ids import new_id
from nabz.prescriptions.errors.monthly import MonthEmpty, MonthSent
from nabz.prescriptions.errors.writing import Duplicate
from nabz.prescriptions.model import Caller, Draft, ItemDraft, Kind, Prescription
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.dispensing import Request, Wanted
from nabz.prescriptions.model.monthly import before
from nabz.prescriptions.seed.demo import (
    DOCTOR,
    MOBILE,
    OTHER_PHARMACY,
    PARACLINIC,
    PHARMACY,
    SAMPLE_PATIENT,
    SEEDED,
    TEST_PATIENT,
)
from nabz.prescriptions.service import enrolment, entitlement, monthly, writing
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.dispensing import delivering
from nabz.prescriptions.service.dispensing.dispensary import Dispensary, Enrolled
from nabz.prescriptions.service.numbering import Numbers
from nabz.prescriptions.service.paraclinic import accepting
from nabz.prescriptions.service.paraclinic.ward import Ward

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring

MONTHS: Final = (2, 1)
"""So many months ago; the file of the older one was sent."""

VISITS: Final = ((3, PHARMACY, 1), (8, OTHER_PHARMACY, 0), (12, PHARMACY, 0), (19, PHARMACY, 1))
"""The day of a month, the pharmacy, and the patient."""

TESTS: Final = ((5, 0), (16, 1))
PATIENTS: Final = (TEST_PATIENT, SAMPLE_PATIENT)
DRUGS: Final = (
    ItemDraft(type="01", code="05951", quantity=10, amount=174, instruction=66, usage=1),
    ItemDraft(type="01", code="00077", quantity=30, amount=174, instruction=61, usage=3),
)
LAB: Final = (ItemDraft(type="02", code="807005-275", quantity=1, group="001"),)


async def past(db: Database, keys: Keyring, now: datetime) -> None:
    """Write and deliver as if it had been then; what is there already stays as it is."""
    numbers, catalogue, outside = Numbers(), Catalogue(), entitlement.Outside()
    desk = writing.Desk(numbers, catalogue, outside)
    pharmacy = Dispensary(db, numbers, catalogue, keys, Enrolled(), outside)
    ward = Ward(db, numbers, catalogue, outside)
    this = jalali.compact(jalali.day_of(now))[:6]
    for months in MONTHS:
        month = before(this, months)
        for day, centre, patient in VISITS:
            at = _instant(month, day)
            with suppress(Duplicate):
                one = await _written(desk, db, Kind.DRUG, DRUGS, PATIENTS[patient], at)
                lines = tuple(Wanted(item=item.id, quantity=item.quantity) for item in one.items)
                request = Request(centre=centre, prescription=one.id, lines=lines, patient=one.patient_code)
                await delivering.deliver(pharmacy, request, _seed(), at + timedelta(hours=1))
        for day, patient in TESTS:
            at = _instant(month, day)
            with suppress(Duplicate):
                one = await _written(desk, db, Kind.PARACLINIC, LAB, PATIENTS[patient], at)
                tests = tuple(rules.Wanted(item.code, item.quantity) for item in one.items)
                asked: dict[str, Any] = {"patient": one.patient_code, "doctor": one.doctor, "type": "02"}
                accepted = accepting.Asked(centre=PARACLINIC, prescription=one.id, lines=tests, **asked)
                await accepting.accept(ward, accepted, _seed(), at + timedelta(hours=1))
    (number,) = await numbers.take(db)
    with suppress(MonthSent, MonthEmpty):
        await db.write(_send, before(this, MONTHS[0]), number, now)


def _instant(month: str, day: int) -> datetime:
    return jalali.instant(int(month[:4]), int(month[4:]), day, 10)


def _seed() -> Caller:
    return Caller(SEEDED, SEEDED, new_id(), username=SEEDED)


async def _written(
    desk: writing.Desk, db: Database, kind: Kind, items: tuple[ItemDraft, ...], patient: str, at: datetime
) -> Prescription:
    draft = Draft(
        patient=patient,
        mobile="09129999999",
        kind=int(kind),
        day=jalali.compact(jalali.day_of(at)),
        doctor=DOCTOR,
        doctor_code=TEST_PATIENT,
        doctor_mobile=MOBILE,
        items=items,
        client=TEST_PATIENT,
    )
    return await writing.create(desk, db, draft, _seed(), at)


def _send(tx: Tx, month: str, number: int, now: datetime) -> None:
    centre = enrolment.centre(tx, PHARMACY)
    if centre is not None:
        monthly.send(tx, centre, month, number, SEEDED, now)
