"""Whom the insurer has enrolled: physicians who may write, centres that may deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import audit
from nabz.prescriptions.errors.reading import CentreNotActive, CentreNotYours, CentreUnknown
from nabz.prescriptions.model import PORTAL, Centre, CentreKind, Doctor, centre_id, doc_id
from nabz.prescriptions.store import centres as store
from nabz.registries.model import search_words
from nabz.registries.service import facilities

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller

MOST: Final = 200


def doctor(tx: Tx, number: str) -> Doctor | None:
    """Find a physician by the council number, however it is spelt."""
    return store.doctor(tx, doc_id(number))


async def doctor_at(db: Database, number: str) -> Doctor | None:
    """Find the same, in one look and outside of a use case."""
    return next(iter(await db.read_one(store.DOCTOR, id=doc_id(number))), None)


def doctor_of_user(tx: Tx, user: str) -> Doctor | None:
    """Find the physician that an account belongs to."""
    return store.doctor_of_user(tx, user)


def doctors_of_code(tx: Tx, national_code: str) -> list[Doctor]:
    """List the physicians of a national code: a person may be in two councils."""
    return store.doctors_of_code(tx, national_code)


def doctor_of_code(tx: Tx, national_code: str) -> Doctor | None:
    """Find the physician of a national code, an active one first."""
    return min(store.doctors_of_code(tx, national_code), key=lambda one: not one.active, default=None)


def doctors(tx: Tx, text: str = "", limit: int = 50, after: str = "") -> list[Doctor]:
    """List physicians by words of their name, specialty or number."""
    return store.search_doctors(tx, search_words(text), min(limit, MOST), after)


def put_doctor(tx: Tx, one: Doctor, by: str, now: datetime) -> None:
    """Enrol a physician, or change what is known of one."""
    store.put_doctor(tx, one, now)
    audit.record(tx, now, by, "prescriptions.doctor-put", one.id, active=one.active)


def centre(tx: Tx, number: str) -> Centre | None:
    """Find a centre by its number, however it is padded."""
    return store.centre(tx, centre_id(number))


def centres_of(tx: Tx, organisation: str) -> list[Centre]:
    """List the centres that an organisation runs."""
    return store.centres_of(tx, organisation)


def centres(
    tx: Tx, kind: CentreKind | None = None, text: str = "", province: str = "", limit: int = 50, after: str = ""
) -> list[Centre]:
    """List centres by kind, words of their name, place or number."""
    return store.search_centres(tx, str(kind or ""), search_words(text), province, min(limit, MOST), after)


def put_centre(tx: Tx, one: Centre, by: str, now: datetime) -> None:
    """Enrol a centre, or change what is known of it."""
    store.put_centre(tx, one, now)
    audit.record(tx, now, by, "prescriptions.centre-put", one.id, active=one.active)


def must_be_centre(tx: Tx, number: str, kind: CentreKind, caller: Caller) -> Centre:
    """Find the centre that a call speaks for. Raises CentreUnknown, CentreNotActive, CentreNotYours."""
    return _let_in(centre(tx, number), kind, caller)


async def centre_at(db: Database, number: str, kind: CentreKind, caller: Caller) -> Centre:
    """Find the same, in one look and outside of a use case. Raises CentreUnknown, CentreNotActive, CentreNotYours."""
    return _let_in(next(iter(await db.read_one(store.CENTRE, id=centre_id(number))), None), kind, caller)


def _let_in(found: Centre | None, kind: CentreKind, caller: Caller) -> Centre:
    if found is None or found.kind is not kind:
        raise CentreUnknown
    if not caller.trusted and found.organisation != caller.organisation:
        raise CentreNotYours
    if not found.active:
        raise CentreNotActive
    return found


def must_be_of(tx: Tx, siam: str, caller: Caller) -> None:
    """Let nobody speak for another's place; a practice may go by its physician's number. Raises CentreNotYours."""
    if not caller.trusted and not (_runs(tx, siam, caller) or _practises_at(tx, siam, caller)):
        raise CentreNotYours


def speaks_for(caller: Caller, national_code: str, organisation: str | None) -> bool:
    """Tell whether a call may be made in a physician's name: by himself, his house, or a system without a person."""
    if caller.client == PORTAL:  # its pages have found the physician by the account
        return True
    if caller.organisation is not None and caller.organisation == organisation:
        return True
    return caller.national_code == national_code if caller.national_code else caller.trusted


def must_treat(tx: Tx, caller: Caller) -> None:
    """Let only those ask for patients who treat people, wherever that is. Raises CentreNotYours."""
    if caller.trusted or _practices(tx, caller):
        return
    house = caller.organisation
    if house is None or not (facilities.of_organisation(tx, house) or store.centres_of(tx, house)):
        raise CentreNotYours


def _runs(tx: Tx, siam: str, caller: Caller) -> bool:
    places = (facilities.find(tx, siam), centre(tx, siam), doctor(tx, siam))
    return caller.organisation is not None and any(
        each is not None and each.organisation == caller.organisation for each in places
    )


def _practises_at(tx: Tx, siam: str, caller: Caller) -> bool:
    place = siam.strip().lower()
    return bool(place) and any(
        place == each.siam.lower() or doc_id(place) == each.id for each in _practices(tx, caller)
    )


def _practices(tx: Tx, caller: Caller) -> list[Doctor]:
    """List the enrolments of a caller who is a physician himself."""
    if not caller.national_code:
        return []
    return [each for each in store.doctors_of_code(tx, caller.national_code) if each.active]
