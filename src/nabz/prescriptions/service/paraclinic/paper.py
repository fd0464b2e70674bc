"""Paper prescriptions: written down as the centre reads them, and accepted at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import jalali, persian
from nabz.kit.errors import Busy
from nabz.prescriptions.errors.paraclinic import CountWrong, FieldMissing, NoLines, NoTariff, TooManyLines, TypeUnknown
from nabz.prescriptions.errors.writing import DayAhead, DoctorUnknown
from nabz.prescriptions.model import (
    ANONYMOUS,
    Centre,
    CentreKind,
    Doctor,
    Item,
    Kind,
    Prescription,
    Source,
    doc_id,
)
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.catalogue import Key, Service, type_of
from nabz.prescriptions.model.codes import SERVICE_TYPES, SPECIALTIES
from nabz.prescriptions.model.rules import LARGEST_QUANTITY, MOST_ITEMS, PARACLINIC_TYPES, read_day
from nabz.prescriptions.model.told import mobile_of
from nabz.prescriptions.service import enrolment, entitlement
from nabz.prescriptions.service.changing import NO_KEY, Changed, written
from nabz.prescriptions.service.entitlement import Entitlement
from nabz.prescriptions.service.paraclinic.accepting import Asked, accept, sex_of
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.service.paraclinic.ward import Ward

LONGEST_NAME: Final = 100
LONGEST_SERIAL: Final = 40
TRIES: Final = 20
FIRST_TRACKING, TRACKINGS = 10_000, 90_000


class PaperLine(msgspec.Struct, frozen=True):
    """One service on the paper."""

    service: str
    quantity: int


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A prescription on paper."""

    centre: str
    patient: str
    doctor: str
    type: str
    day: str
    lines: tuple[PaperLine, ...]
    doctor_name: str = ""
    """As the paper has it; asked for only where the insurer has not enrolled the physician."""

    specialty: str = ""
    mobile: str = ""
    serial: str = ""


class _Counter(msgspec.Struct, frozen=True):
    """What stands around it."""

    centre: Centre
    doctor: Doctor | None
    entitled: Entitlement
    sex: str


async def accept_paper(ward: Ward, paper: Paper, caller: Caller, now: datetime, key: str | None = None) -> Changed:
    """Write a paper prescription down and accept all of it; the same paper again is the same prescription.

    Raises PatientWrong, MobileWrong, DoctorUnknown, FieldMissing, DayWrong, DayAhead, TypeUnknown, and what `accept`
    raises.
    """
    today = jalali.compact(jalali.day_of(now))
    type_ = _check(paper, today)
    entitled = await entitlement.of(ward.db, paper.patient, now, ward.outside)
    counter = await ward.db.read(_around, paper, entitled, caller)
    keys = [(type_, line.service) for line in paper.lines]
    services = await ward.catalogue.many(ward.db, keys, today, now)
    one = _written(paper, type_, counter, services, caller, now)
    lines = tuple(rules.Wanted(services[type_, line.service].code, line.quantity) for line in paper.lines)
    asked = rules.Acceptance(centre=counter.centre, lines=lines, type=type_)
    known = {(type_, service.code): service for service in services.values()}
    rules.accept(one, asked, rules.Scene(services=known, day=today, at=now, sex=counter.sex))  # or nothing is written
    standing = await _put(ward, one, caller, now)
    patient = standing.patient_code if standing.patient != ANONYMOUS else str(standing.tracking)
    sent = Asked(
        centre=counter.centre.id,
        prescription=standing.id,
        lines=lines,
        type=type_,
        patient=patient,
        mobile=paper.mobile,
    )
    return await accept(ward, sent, caller, now, key)


def _check(paper: Paper, today: str) -> str:
    """Read the paper's type. Raises NoLines, TooManyLines, TypeUnknown, FieldMissing, DayWrong, …"""
    if not paper.lines:
        raise NoLines
    if len(paper.lines) > MOST_ITEMS:
        raise TooManyLines(most=MOST_ITEMS)
    type_ = type_of(paper.type)
    if type_ not in PARACLINIC_TYPES:
        raise TypeUnknown
    if not paper.day.strip():
        raise FieldMissing(field="presc_Date")
    if read_day(paper.day, "presc_Date") > today:
        raise DayAhead
    for line in paper.lines:
        if not 0 < line.quantity <= LARGEST_QUANTITY:
            raise CountWrong(service=line.service[:LONGEST_SERIAL])
    return type_


def _around(tx: Tx, paper: Paper, entitled: Entitlement, caller: Caller) -> _Counter:
    at = enrolment.must_be_centre(tx, paper.centre, CentreKind.PARACLINIC, caller)
    return _Counter(at, enrolment.doctor(tx, paper.doctor), entitled, sex_of(tx, entitled.key))


def _written(
    paper: Paper,
    type_: str,
    counter: _Counter,
    services: Mapping[Key, Service],
    caller: Caller,
    now: datetime,
) -> Prescription:
    """Give the paper as a prescription without its numbers. Raises DoctorUnknown, NoTariff, MobileWrong."""
    number, doctor = doc_id(paper.doctor), counter.doctor
    name = doctor.name if doctor is not None else persian.fold(paper.doctor_name[:LONGEST_NAME]).strip()
    if not number or not name:
        raise DoctorUnknown
    for line in paper.lines:
        if (type_, line.service) not in services:
            raise NoTariff(service=line.service[:LONGEST_SERIAL])
    specialty = doctor.specialty if doctor is not None else paper.specialty.strip()[:LONGEST_SERIAL]
    known, person = SPECIALTIES.get(specialty), counter.entitled.person
    day = read_day(paper.day, "presc_Date")
    return Prescription(
        id=0,
        tracking=0,
        kind=Kind.PARACLINIC,
        patient=counter.entitled.key,
        patient_name=f"{person.first_name} {person.last_name}" if person is not None else "",
        mobile=mobile_of(paper.mobile),
        day=day,
        expires=_expiry(day, type_),
        doctor=number,
        doctor_code=doctor.national_code if doctor is not None else "",
        doctor_name=name,
        specialty=specialty,
        specialty_title=known.title if known is not None else "",
        client=caller.client,
        created_at=now,
        items=tuple(_item(place, line, services[type_, line.service]) for place, line in enumerate(paper.lines)),
        source=Source.PAPER,
        comments=paper.serial.strip()[:LONGEST_SERIAL],
        insured=counter.entitled.covered,
    )


def _item(place: int, line: PaperLine, service: Service) -> Item:
    return Item(
        id=place,
        type=service.type,
        code=service.code,
        name=service.name,
        quantity=line.quantity,
        remaining=line.quantity,
        price=service.price,
        group=service.group,
    )


def _expiry(day: str, type_: str) -> str:
    return jalali.compact(jalali.of_date(jalali.parse(day).to_gregorian() + timedelta(days=SERVICE_TYPES[type_].days)))


async def _put(ward: Ward, one: Prescription, caller: Caller, now: datetime) -> Prescription:
    """Write it down, or find the same paper."""
    for _ in range(TRIES):
        head, *numbers = await ward.numbers.take(ward.db, 1 + len(one.items))
        items = tuple(msgspec.structs.replace(item, id=number) for item, number in zip(one.items, numbers, strict=True))
        new = msgspec.structs.replace(one, id=head, tracking=FIRST_TRACKING + head % TRACKINGS, items=items)
        arguments = {
            **store.cells(new),
            **written("prescriptions.paper", {"patient": new.patient}, new, caller, now, NO_KEY),
            "topic": "",
            "message": "null",
        }
        if await ward.db.write_one(store.CREATE, **arguments):
            return new
        same = await ward.db.read_one(store.BY_CONTENT, fingerprint=store.fingerprint(new))
        if same:
            return same[0]
    raise Busy(retry_after=1)
