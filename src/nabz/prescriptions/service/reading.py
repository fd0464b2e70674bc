"""Finding prescriptions: the writer his own, centres what is meant for them, the insured theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import ANONYMOUS, State
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Prescription

LATEST: Final = 2**62
FIRST_DAY, LAST_DAY = "", "99999999"
MOST: Final = 200


def by_id(tx: Tx, id_: int) -> Prescription:
    """Read a prescription. Raises NotThere."""
    if not 0 < id_ < LATEST:
        raise NotThere
    found = tx.run(store.BY_ID, id=id_)
    if not found:
        raise NotThere
    return found[0]


async def at(db: Database, id_: int) -> Prescription:
    """Read the same, in one look and outside of a use case. Raises NotThere."""
    found = await db.read_one(store.BY_ID, id=id_) if 0 < id_ < LATEST else []
    if not found:
        raise NotThere
    return found[0]


def of_writer(tx: Tx, id_: int, doctor: str, national_code: str = "") -> Prescription:
    """Read a physician's own prescription; another's is as if it did not exist. Raises NotThere."""
    one = by_id(tx, id_)
    if one.doctor != doctor or (national_code and one.doctor_code != national_code) or one.state is State.DELETED:
        raise NotThere
    return one


def by_tracking(tx: Tx, patient: str, tracking: int) -> Prescription:
    """Find a patient's prescription by its tracking code. Raises NotThere."""
    return _standing(tx.run(store.BY_TRACKING, patient=patient, tracking=tracking) if 0 < tracking < LATEST else [])


async def tracked_at(db: Database, patient: str, tracking: int) -> Prescription:
    """Find the same, in one look and outside of a use case. Raises NotThere."""
    within = 0 < tracking < LATEST
    return _standing(await db.read_one(store.BY_TRACKING, patient=patient, tracking=tracking) if within else [])


def _standing(found: list[Prescription]) -> Prescription:
    if not found or found[0].state is State.DELETED:
        raise NotThere
    return found[0]


def active(
    tx: Tx, patient: str, today: str, types: Sequence[str] = (), tracking: int | None = None
) -> list[Prescription]:
    """List what a patient may still be given, the latest first; of some service types, or with one tracking code."""
    if patient == ANONYMOUS and tracking is None:
        return []  # what names nobody is found by its own number alone
    return _of_types(tx.run(store.ACTIVE, patient=patient, today=today), types, tracking)


async def active_at(
    db: Database, patient: str, today: str, types: Sequence[str] = (), tracking: int | None = None
) -> list[Prescription]:
    """List the same, in one look and outside of a use case."""
    if patient == ANONYMOUS and tracking is None:
        return []
    return _of_types(await db.read_one(store.ACTIVE, patient=patient, today=today), types, tracking)


def _of_types(found: list[Prescription], types: Sequence[str], tracking: int | None) -> list[Prescription]:
    return [
        one
        for one in found
        if (tracking is None or one.tracking == tracking)
        and (not types or any(item.type in types and item.remaining for item in one.items))
    ]


def of_patient(tx: Tx, patient: str, limit: int = 50, before: int | None = None) -> list[Prescription]:
    """List a patient's prescriptions, the latest first; what names nobody is nobody's."""
    if patient == ANONYMOUS:
        return []
    return tx.run(store.OF_PATIENT, patient=patient, before=before or LATEST, limit=min(limit, MOST))


def of_doctor(
    tx: Tx, doctor: str, from_day: str = "", until_day: str = "", limit: int = 50, before: int | None = None
) -> list[Prescription]:
    """List what a physician wrote, the latest first."""
    return tx.run(
        store.OF_DOCTOR,
        doctor=doctor,
        from_day=from_day or FIRST_DAY,
        until_day=until_day or LAST_DAY,
        before=before or LATEST,
        limit=min(limit, MOST),
    )


def of_siam(tx: Tx, siam: str, kind: int, limit: int = 100) -> list[Prescription]:
    """List what waits for a centre, the latest first."""
    return tx.run(store.OF_SIAM, siam=siam.strip(), kind=int(kind), limit=min(limit, MOST))
