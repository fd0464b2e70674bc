"""Accepting a prescription in part or whole: the same message within minutes is answered with what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.kit import jalali, persian
from nabz.prescriptions.errors.paraclinic import TechnicianWrong
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import ANONYMOUS, Centre, CentreKind, Prescription, State, doc_id
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.catalogue import type_of
from nabz.prescriptions.model.rules import PARACLINIC_TYPES
from nabz.prescriptions.model.told import knows_patient, mobile_of
from nabz.prescriptions.service import deliveries, enrolment, entitlement, reading
from nabz.prescriptions.service.changing import Change, Changed, Key
from nabz.prescriptions.service.paraclinic.deciding import Seen, decide
from nabz.registries.model import person_id_of_key
from nabz.registries.service import people

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.service.paraclinic.ward import Ward

DEED = "prescriptions.accepted"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre sends."""

    centre: str
    prescription: int
    lines: tuple[rules.Wanted, ...]
    type: str = ""
    patient: str = ""
    """As sent: a national code or a special id; of a prescription that names nobody its tracking code."""

    doctor: str = ""
    technician: str = ""
    mobile: str = ""
    physio: bool = False


class Counter(msgspec.Struct, frozen=True):
    """What stands around an acceptance, seen once before it is decided."""

    centre: Centre
    one: Prescription
    sex: str


async def accept(ward: Ward, asked: Asked, caller: Caller, now: datetime, key: str | None = None) -> Changed:
    """Accept what is asked for, all of it or nothing.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, PatientWrong, MobileWrong, NotThere, KeyReused, Busy, and
    what the rules raise.
    """
    counter = await ward.db.read(_counter, asked, caller)
    wanted = _wanted(counter.centre, asked)
    scene = await _scene(ward, counter, wanted, caller, now)
    (number,) = await ward.numbers.take(ward.db)
    scene = msgspec.structs.replace(scene, number=number)

    def choose(seen: Seen) -> Change | Changed:
        rules.check_message(seen.one, wanted)
        if not key:
            made = next((each for each in seen.deliveries if rules.is_again(each, seen.one, wanted, now)), None)
            if made is not None:
                return Changed(seen.one, made, again=True)
        one, delivery = rules.accept(seen.one, wanted, scene)
        facts: dict[str, object] = {"centre": wanted.centre.id, "delivery": delivery.id, "patient": one.patient}
        return Change(one=one, action=DEED, facts=facts, delivery=delivery)

    content = [asked.centre, asked.prescription, asked.type, asked.technician, asked.lines]
    return await decide(
        ward.db, lambda tx: look(tx, asked.prescription), choose, caller, now, Key.of(caller, key, content)
    )


def look(tx: Tx, id_: int) -> Seen:
    """Read a prescription for paraclinic centres with what was given of it. Raises NotThere."""
    return Seen(for_centres(tx, id_), tuple(deliveries.of_prescription(tx, id_)))


def for_centres(tx: Tx, id_: int) -> Prescription:
    """Read a prescription if it holds anything for paraclinic centres. Raises NotThere."""
    one = reading.by_id(tx, id_)
    if one.state is State.DELETED or not any(item.type in PARACLINIC_TYPES for item in one.items):
        raise NotThere
    return one


def sex_of(tx: Tx, patient: str) -> str:
    """Tell a patient's sex, where it is known."""
    person = people.find(tx, person_id_of_key(patient)) if patient != ANONYMOUS else None
    return person.gender if person is not None else ""


def _counter(tx: Tx, asked: Asked, caller: Caller) -> Counter:
    centre = enrolment.must_be_centre(tx, asked.centre, CentreKind.PARACLINIC, caller)
    one = for_centres(tx, asked.prescription)
    if not knows_patient(one, _patient_of(one, asked.patient)):
        raise NotThere
    return Counter(centre, one, sex_of(tx, one.patient))


def _patient_of(one: Prescription, text: str) -> str:
    """Give the patient as prescriptions name him, or the tracking code of what names nobody. Raises PatientWrong."""
    digits = persian.ascii_digits(text).strip()
    if one.patient == ANONYMOUS:
        return digits if digits.isdecimal() else ""
    return entitlement.person_key(text).partition(":")[2] if digits else ""


def _wanted(centre: Centre, asked: Asked) -> rules.Acceptance:
    """Put what was sent into its one spelling. Raises TechnicianWrong, MobileWrong."""
    technician = doc_id(asked.technician) if asked.technician.strip() else ""
    if asked.technician.strip() and not technician:
        raise TechnicianWrong
    return rules.Acceptance(
        centre=centre,
        lines=asked.lines,
        type=type_of(asked.type) if asked.type.strip() else "",
        doctor=(doc_id(asked.doctor) or asked.doctor) if asked.doctor.strip() else "",
        technician=technician,
        mobile=mobile_of(asked.mobile),
        physio=asked.physio,
    )


async def _scene(ward: Ward, counter: Counter, wanted: rules.Acceptance, caller: Caller, now: datetime) -> rules.Scene:
    day = jalali.compact(jalali.day_of(now))
    services = await ward.catalogue.many(ward.db, rules.wanted_keys(counter.one, wanted), day, now)
    return rules.Scene(services=services, day=day, at=now, sex=counter.sex, user=caller.username or caller.by)
