"""Prescriptions on paper: taken in by a pharmacy, at its counter, for a hospital's patient, or over the net."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.prescriptions.errors.reading import KeyReused
from nabz.prescriptions.errors.writing import Duplicate
from nabz.prescriptions.model import Prescription, centre_id
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.model.told import mobile_of
from nabz.prescriptions.service import catalogue, changing, enrolment, entitlement, reading, writing
from nabz.prescriptions.service.changing import Change, Key, done_before, done_under

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.model.dispensing import PaperDraft
    from nabz.prescriptions.service.dispensing.dispensary import Dispensary
    from nabz.prescriptions.service.entitlement import Entitlement


async def accept(
    at: Dispensary, draft: PaperDraft, caller: Caller, now: datetime, key: str | None = ""
) -> Prescription:
    """Take a paper prescription in; the same paper at the same pharmacy once more is the one that is there.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, PatientWrong, MobileWrong, PaperDayWrong, PaperDoctorWrong,
    PrescriptionExpired, Duplicate, DrugUnknown, DrugTwice, CountWrong, MoreThanAllowed, HospitalOnly, NothingWanted,
    KeyReused.
    """
    draft = msgspec.structs.replace(
        draft, centre=centre_id(draft.centre), mobile=mobile_of(draft.mobile), comments=draft.comments[:500]
    )
    await at.centre(draft.centre, caller, now)
    rules.doctor_of(draft)
    rules.days_of(draft, rules.day_of(now))
    known = await entitlement.of(at.db, draft.patient, now, at.outside)
    tied = Key.of(caller, key, ["paper", msgspec.to_builtins(draft)])
    numbers = await at.numbers.take(at.db, 1 + len(draft.lines))
    try:
        return await at.db.write(_accept, draft, known, numbers, caller, now, tied)
    except KeyReused:  # another call with this key was faster: what it wrote is the answer
        if (done := await done_before(at.db, tied)) is not None:
            return done.one
        raise
    except Duplicate as there:
        one = await at.db.read(reading.by_id, int(str(there.facts["id"])))
        if _is_same(one, draft, insured=known.covered and not draft.free):
            return one
        raise


def _is_same(one: Prescription, draft: PaperDraft, *, insured: bool) -> bool:
    """Tell whether a paper is the one that is there, with its counts and its payer: its drugs are the same."""
    if (one.siam, one.source, one.insured) != (draft.centre, draft.source, insured):
        return False
    told = {line.code.lstrip("0"): line.quantity for line in draft.lines}
    return told == {item.code.lstrip("0"): item.quantity for item in one.items}


def _accept(
    tx: Tx, draft: PaperDraft, known: Entitlement, numbers: Sequence[int], caller: Caller, now: datetime, key: Key
) -> Prescription:
    if (done := done_under(tx, key)) is not None:
        return done.one
    day = rules.day_of(now)
    shelf = catalogue.many(tx, list(dict.fromkeys((rules.DRUG, line.code) for line in draft.lines)), day)
    person = known.person
    if person is not None and not draft.mobile:
        draft = msgspec.structs.replace(draft, mobile=person.mobile)
    one = rules.paper(
        draft,
        id_=numbers[0],
        tracking=writing.tracking_code(known.key),
        patient=known.key,
        patient_name=f"{person.first_name} {person.last_name}".strip() if person is not None else "",
        insured=known.covered and not draft.free,
        doctor=enrolment.doctor(tx, rules.doctor_of(draft)),
        days=rules.days_of(draft, day),
        items=rules.items_of(draft, shelf, numbers[1:]),
        client=caller.client,
        now=now,
    )
    return writing.put(tx, one, caller, now, key, action=f"prescriptions.{draft.source.value}-accepted")


async def withdraw(at: Dispensary, centre: str, prescription: int, caller: Caller, now: datetime) -> Prescription:
    """Delete what this centre took in over the net, while nothing of it was given; once more changes nothing.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, NotAcceptedHere, AlreadyDelivered.
    """
    here = await at.centre(centre_id(centre), caller, now)

    def rule(seen: Prescription) -> Change:
        one = rules.withdraw(seen, here.id)
        return Change(one=one, action="prescriptions.acceptance-withdrawn", facts={"centre": here.id})

    return (await changing.change(at.db, prescription, rule, caller, now)).one


def accepted(tx: Tx, centre: str, limit: int = 100) -> list[Prescription]:
    """List what a pharmacy took in, the latest first."""
    return reading.of_siam(tx, centre_id(centre), 1, limit)
