"""Prescriptions and what was given of them, put straight into a store: for those who only look at them."""

from datetime import datetime
from itertools import count
from typing import Any

import msgspec

from nabz.kit import jalali
from nabz.kit.db import Database
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.model import (
    Caller,
    Centre,
    CentreKind,
    Delivery,
    DeliveryState,
    Doctor,
    Item,
    Kind,
    Line,
    Prescription,
    line_of,
)
from nabz.prescriptions.service import changing, writing

NUMBERS = count(7_000_000_001)
DOCTOR = Doctor(
    "0000900071", synthetic_national_code(71), "09990000071", "نادر", "نسخه‌پور", "00138", "متخصص قلب و عروق"
)
PHARMACY = Centre("0000000970", CentreKind.PHARMACY, "داروخانهٔ آزمون", ("01",), province="فارس", contract="D970")
LABORATORY = Centre("0000007370", CentreKind.PARACLINIC, "آزمایشگاه آزمون", ("02",), province="یزد", contract="R7370")


def caller() -> Caller:
    """The portal, on a call of its own."""
    return Caller("portal", "u9", new_id())


async def written(db: Database, patient: str, at: datetime, *counts: int, **more: Any) -> Prescription:
    """Write a prescription of so many of each of some drugs."""
    number, day = next(NUMBERS), jalali.compact(jalali.day_of(at))
    items = tuple(Item(next(NUMBERS), "01", f"0070{place}", f"DRUG {place}", of, of) for place, of in enumerate(counts))
    one = Prescription(
        id=number,
        tracking=10_000 + number % 90_000,
        kind=int(Kind.DRUG),
        patient=patient,
        patient_name="مینا آزمون",
        mobile="09120000007",
        day=day,
        expires="14991229",
        doctor=DOCTOR.id,
        doctor_code=DOCTOR.national_code,
        doctor_name=DOCTOR.name,
        specialty=DOCTOR.specialty,
        specialty_title=DOCTOR.specialty_title,
        client="portal",
        created_at=at,
        items=items,
        doctor_mobile=DOCTOR.mobile,
    )
    return await db.write(writing.put, msgspec.structs.replace(one, **more), caller(), at)


async def delivered(
    db: Database, one: Prescription, at: datetime, price: int, *, centre: Centre = PHARMACY, gone: bool = False
) -> Delivery:
    """Give one of each item, at a price."""
    lines = tuple(
        line_of(Line(item.id, "01", item.code, item.name, 1, price - 7, price + place, 0, 0, 0, subsidy=11))
        for place, item in enumerate(one.items)
    )
    day = jalali.compact(jalali.day_of(at))
    given = Delivery(next(NUMBERS), one.id, centre.id, centre.kind, one.patient, one.doctor, day, at, lines)

    def rule(seen: Prescription) -> changing.Change:
        items = tuple(msgspec.structs.replace(item, remaining=item.remaining - 1) for item in seen.items)
        return changing.Change(one=msgspec.structs.replace(seen, items=items), action="given", delivery=given)

    changed = await changing.change(db, one.id, rule, caller(), at)
    assert changed.delivery is not None
    return await taken_back(db, changed.delivery, at) if gone else changed.delivery


async def taken_back(db: Database, given: Delivery, at: datetime) -> Delivery:
    """Take a delivery back."""
    undone = msgspec.structs.replace(given, state=DeliveryState.REMOVED)

    def rule(seen: Prescription) -> changing.Change:
        items = tuple(msgspec.structs.replace(item, remaining=item.quantity) for item in seen.items)
        return changing.Change(one=msgspec.structs.replace(seen, items=items), action="back", replaced=undone)

    await changing.change(db, given.prescription, rule, caller(), at)
    return undone
