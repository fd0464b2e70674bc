"""What waits for a centre, and what it has registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.errors.paraclinic import NotParaclinic, NotRegistered, TypeUnknown
from nabz.prescriptions.errors.writing import PatientWrong
from nabz.prescriptions.model import ANONYMOUS, Centre, CentreKind, Delivery, Doctor, Prescription
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.catalogue import Service, type_of, types_of
from nabz.prescriptions.model.rules import PARACLINIC_TYPES
from nabz.prescriptions.service import catalogue, enrolment, entitlement, reading
from nabz.prescriptions.service.paraclinic.accepting import for_centres, sex_of
from nabz.prescriptions.service.paraclinic.registered import found_by
from nabz.registries.errors import SourceAway

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.service.entitlement import Entitlement
    from nabz.prescriptions.service.paraclinic.ward import Ward

MOST_SERVICES = 200


class Case(msgspec.Struct, frozen=True):
    """A prescription as a centre sees it: what of it is left, and what stands against giving it now."""

    one: Prescription
    offers: tuple[rules.Offer, ...]
    soon_over: bool = False


class Registration(msgspec.Struct, frozen=True):
    """A delivery with all that is told of it."""

    delivery: Delivery
    one: Prescription
    centre: Centre
    doctor: Doctor | None
    entitled: Entitlement


async def active(
    ward: Ward,
    patient: str,
    centre: str,
    caller: Caller,
    now: datetime,
    tracking: int | None = None,
    type_: str = "",
) -> list[Case]:
    """List what a centre may give a patient today, the latest first.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, PatientWrong.
    """
    key = entitlement.person_key(patient)
    return await _cases(ward, *await ward.db.read(_waiting, key, centre, caller, now, tracking, type_), now)


async def cases(ward: Ward, found: Sequence[Prescription], centre: str, caller: Caller, now: datetime) -> list[Case]:
    """Show prescriptions that were found in another way, as a centre sees them. Raises CentreUnknown, …"""
    at = await ward.db.read(enrolment.must_be_centre, centre, CentreKind.PARACLINIC, caller)
    sex = await ward.db.read(sex_of, found[0].patient) if found else ""
    return await _cases(ward, list(found), frozenset(at.types) & PARACLINIC_TYPES, sex, now)


async def case(ward: Ward, centre: str, prescription: int, caller: Caller, now: datetime) -> Case:
    """Show one prescription to a centre. Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere."""
    found = await ward.db.read(_one, centre, prescription, caller)
    (shown,) = await _cases(ward, *found, now, empty=True)
    return shown


async def registration(ward: Ward, centre: str, id_: int, caller: Caller, now: datetime) -> Registration:
    """Show a delivery to the centre that gave it. Raises NotRegistered, CentreUnknown, CentreNotYours, …"""
    made, one, at, doctor = await ward.db.read(_registered, centre, id_, caller)
    return Registration(made, one, at, doctor, await _entitled(ward, one, now))


async def _entitled(ward: Ward, one: Prescription, now: datetime) -> Entitlement:
    try:
        return await entitlement.of(ward.db, one.patient_code, now, ward.outside)
    except (PatientWrong, SourceAway):  # what was given is told, whoever else is away
        return entitlement.Entitlement(one.patient, None, None, "")


async def acceptable(
    ward: Ward, centre: str, caller: Caller, now: datetime, type_: str = "", text: str = ""
) -> list[Service]:
    """List the services that a centre gives, by type and words of their names.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, TypeUnknown, NotParaclinic.
    """
    at = await ward.db.read(enrolment.must_be_centre, centre, CentreKind.PARACLINIC, caller)
    given = frozenset(at.types) & PARACLINIC_TYPES
    wanted = frozenset(types_of(type_)) or given
    if not wanted & PARACLINIC_TYPES:
        raise TypeUnknown
    if not wanted & given:
        raise NotParaclinic(type=type_of(type_))
    types, day = sorted(wanted & given), jalali.compact(jalali.day_of(now))
    if text.strip():
        return await ward.catalogue.search(ward.db, text, day, now, types, MOST_SERVICES)
    return await ward.db.read(_listed, types, day)


def _listed(tx: Tx, types: Sequence[str], day: str) -> list[Service]:
    found = (one for each in types for one in catalogue.listed(tx, each, day, limit=MOST_SERVICES))
    return [one for one in found if one.visible][:MOST_SERVICES]


async def _cases(
    ward: Ward, found: list[Prescription], types: frozenset[str], sex: str, now: datetime, *, empty: bool = False
) -> list[Case]:
    day = jalali.compact(jalali.day_of(now))
    keys = dict.fromkeys((item.type, item.code) for one in found for item in one.items if item.type in types)
    services = await ward.catalogue.many(ward.db, list(keys), day, now)
    scene = rules.Scene(services=services, day=day, at=now, sex=sex)
    shown = [Case(one, tuple(rules.offers(one, types, scene)), rules.soon_over(one, day)) for one in found]
    return [each for each in shown if each.offers or empty]


def _waiting(
    tx: Tx, patient: str, centre: str, caller: Caller, now: datetime, tracking: int | None, type_: str
) -> tuple[list[Prescription], frozenset[str], str]:
    at = enrolment.must_be_centre(tx, centre, CentreKind.PARACLINIC, caller)
    types = frozenset(at.types) & PARACLINIC_TYPES & (frozenset(types_of(type_)) or PARACLINIC_TYPES)
    today = jalali.compact(jalali.day_of(now))
    if patient == ANONYMOUS and tracking is None:  # what names nobody is found by its tracking code alone
        return [], types, ""
    return reading.active(tx, patient, today, sorted(types), tracking), types, sex_of(tx, patient)


def _one(tx: Tx, centre: str, id_: int, caller: Caller) -> tuple[list[Prescription], frozenset[str], str]:
    at = enrolment.must_be_centre(tx, centre, CentreKind.PARACLINIC, caller)
    one = for_centres(tx, id_)
    return [one], frozenset(at.types) & PARACLINIC_TYPES, sex_of(tx, one.patient)


def _registered(tx: Tx, centre: str, id_: int, caller: Caller) -> tuple[Delivery, Prescription, Centre, Doctor | None]:
    at = enrolment.must_be_centre(tx, centre, CentreKind.PARACLINIC, caller)
    made = found_by(tx, id_)
    if made.centre != at.id:
        raise NotRegistered(registration=str(id_))
    one = reading.by_id(tx, made.prescription)
    return made, one, at, enrolment.doctor(tx, one.doctor)
