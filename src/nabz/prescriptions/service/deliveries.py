"""Finding what was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.service.reading import LATEST, MOST
from nabz.prescriptions.store import deliveries as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Delivery


def by_id(tx: Tx, id_: int) -> Delivery:
    """Read a delivery. Raises NotThere."""
    found = tx.run(store.BY_ID, id=id_) if 0 < id_ < LATEST else []
    if not found:
        raise NotThere
    return found[0]


def of_prescription(tx: Tx, id_: int) -> list[Delivery]:
    """List what was given of a prescription, in its order."""
    return tx.run(store.OF_PRESCRIPTION, prescription=id_)


def of_patient(tx: Tx, patient: str, limit: int = 50, before: int | None = None) -> list[Delivery]:
    """List what a patient was given, the latest first."""
    return tx.run(store.OF_PATIENT, patient=patient, before=before or LATEST, limit=min(limit, MOST))


def pending(tx: Tx, before: datetime, limit: int = 100) -> list[Delivery]:
    """List what was set aside before an instant and is not confirmed yet, the oldest first."""
    return tx.run(store.PENDING, before=before, limit=limit)
