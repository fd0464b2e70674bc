"""What the insurer does with physicians and centres: enrol, change, switch on and off with a reason."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import audit, jalali, persian
from nabz.prescriptions.errors import insurer as wrong
from nabz.prescriptions.model import Centre, CentreKind, Doctor, centre_id, doc_id, doctor_code
from nabz.prescriptions.model.codes import SERVICE_TYPES, SPECIALTIES
from nabz.prescriptions.service import enrolment
from nabz.prescriptions.store import contracts as store

if TYPE_CHECKING:
    from nabz.kit.db import Tx

PHARMACY_TYPES: Final = ("01",)
LONGEST_REASON: Final = 500
SHOWN: Final = 20


class Whom(StrEnum):
    """Who has a contract."""

    DOCTOR = "doctor"
    CENTRE = "centre"


class Deed(msgspec.Struct, frozen=True):
    """What was done with an enrolment."""

    at: datetime
    by: str
    action: str
    reason: str = ""


def enrol_doctor(tx: Tx, one: Doctor, by: str, now: datetime) -> Doctor:
    """Enrol a physician.

    Raises NumberWrong, NationalCodeWrong, PhoneWrong, SpecialtyUnknown, AccountTaken, AlreadyEnrolled.
    """
    good = _doctor(one)
    _must_be_free(tx, good)
    store.add_doctor(tx, good, now)
    audit.record(tx, now, by, "prescriptions.doctor-enrolled", good.id, contract=good.contract)
    return good


def change_doctor(tx: Tx, one: Doctor, by: str, now: datetime) -> Doctor:
    """Change what is known of a physician; his number and national code stay. Raises NotOnList, …"""
    there = enrolment.doctor(tx, one.id)
    if there is None:
        raise wrong.NotOnList
    good = _doctor(msgspec.structs.replace(one, national_code=there.national_code))
    _must_be_free(tx, good)
    store.change_doctor(tx, good, now)
    audit.record(tx, now, by, "prescriptions.doctor-changed", good.id, contract=good.contract)
    return good


def enrol_centre(tx: Tx, one: Centre, by: str, now: datetime) -> Centre:
    """Enrol a centre. Raises NumberWrong, TypesWrong, ContractEndWrong, AlreadyEnrolled."""
    good = _centre(one)
    store.add_centre(tx, good, now)
    audit.record(tx, now, by, "prescriptions.centre-enrolled", good.id, contract=good.contract)
    return good


def change_centre(tx: Tx, one: Centre, by: str, now: datetime) -> Centre:
    """Change what is known of a centre; its number and kind stay. Raises NotOnList, TypesWrong, ContractEndWrong."""
    there = enrolment.centre(tx, one.id)
    if there is None:
        raise wrong.NotOnList
    good = _centre(msgspec.structs.replace(one, kind=there.kind))
    store.change_centre(tx, good, now)
    audit.record(
        tx, now, by, "prescriptions.centre-changed", good.id, contract=good.contract, until=good.contract_until
    )
    return good


def switch(tx: Tx, whom: Whom, number: str, reason: str, by: str, now: datetime, *, active: bool) -> None:
    """Let a physician or a centre work, or no more. Raises NotOnList, WhyMissing, StandsSo."""
    why = reason.replace("\0", "").strip()[:LONGEST_REASON]
    if not why:
        raise wrong.WhyMissing
    found = enrolment.doctor(tx, number) if whom is Whom.DOCTOR else enrolment.centre(tx, number)
    if found is None:
        raise wrong.NotOnList
    done = store.switch_doctor if whom is Whom.DOCTOR else store.switch_centre
    if not done(tx, found.id, now, active=active):
        raise wrong.StandsSo
    action = f"prescriptions.{whom}-{'activated' if active else 'deactivated'}"
    audit.record(tx, now, by, action, found.id, reason=why)


def history(tx: Tx, whom: Whom, number: str) -> list[Deed]:
    """List what was done with an enrolment, the latest first."""
    mine = f"prescriptions.{whom}-"
    return [
        Deed(row.at, row.who, row.action.removeprefix(mine), str(row.facts.get("reason", "")))
        for row in audit.history(tx, number)
        if row.action.startswith(mine) and row.data_set == tx.data_set
    ][:SHOWN]


def counts(tx: Tx) -> dict[str, tuple[int, int]]:
    """Count physicians ("doctor") and each kind of centre: those that may work, and all."""
    return store.counts(tx)


def provinces(tx: Tx) -> list[str]:
    """Name the provinces in which there are centres."""
    return store.provinces(tx)


def _must_be_free(tx: Tx, one: Doctor) -> None:
    """Tell beforehand what the store would refuse: an account belongs to one physician. Raises AccountTaken."""
    owner = enrolment.doctor_of_user(tx, one.user) if one.user else None
    if owner is not None and owner.id != one.id:
        raise wrong.AccountTaken


def _doctor(one: Doctor) -> Doctor:
    number, code, mobile = doc_id(one.id), doctor_code(one.national_code), persian.mobile(one.mobile)
    specialty = SPECIALTIES.get(one.specialty)
    if not number:
        raise wrong.NumberWrong
    if not code:
        raise wrong.NationalCodeWrong
    if mobile is None:
        raise wrong.PhoneWrong
    if specialty is None:
        raise wrong.SpecialtyUnknown
    return msgspec.structs.replace(
        one,
        id=number,
        national_code=code,
        mobile=mobile,
        specialty_title=persian.fold(specialty.title),
        first_name=persian.fold(one.first_name.strip()),
        last_name=persian.fold(one.last_name.strip()),
        contract=one.contract.strip(),
        siam=one.siam.strip(),
    )


def _centre(one: Centre) -> Centre:
    number = centre_id(one.id)
    if not number.strip("0"):
        raise wrong.NumberWrong
    types = PHARMACY_TYPES if one.kind is CentreKind.PHARMACY else tuple(sorted(set(one.types) - set(PHARMACY_TYPES)))
    if not types or not set(types) <= set(SERVICE_TYPES):
        raise wrong.TypesWrong
    return msgspec.structs.replace(
        one,
        id=number,
        types=types,
        contract_until=_day(one.contract_until),
        **{
            name: persian.fold(getattr(one, name).strip())
            for name in ("name", "province", "city", "address", "contract")
        },
    )


def _day(text: str) -> str:
    try:
        return jalali.compact(jalali.parse(text)) if text.strip() else ""
    except jalali.DateWrong as problem:
        raise wrong.ContractEndWrong from problem
