"""What a pharmacy looks up: prices, equivalents, what may be added, and who the patients of a list are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import ACTIVE, ANONYMOUS, centre_id, has_expired
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.service import catalogue, deliveries, reading
from nabz.registries.model import Person, person_id_of_key
from nabz.registries.service import covers

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Delivery, Prescription
    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.service.dispensing.dispensary import Dispensary

MOST_PRICES: Final = 500


async def active(
    at: Dispensary, patient: str, now: datetime, tracking: int | None = None
) -> tuple[list[Prescription], dict[tuple[str, str], Service], Person | None]:
    """List what a patient may be given of drugs, the latest first, with the drugs and the person.

    What names nobody is found by its tracking code alone.
    """
    day = rules.day_of(now)
    found = await _active(at.db, patient, day, tracking)
    keys = {(item.type, item.code) for one in found for item in one.items if item.type == rules.DRUG}
    shelf = await at.catalogue.many(at.db, sorted(keys), day, now) if keys else {}
    known = await covers.entitled(at.db, person_id_of_key(patient), now) if patient != ANONYMOUS else None
    return found, shelf, known.person if known is not None else None


async def _active(db: Database, patient: str, day: str, tracking: int | None) -> list[Prescription]:
    if tracking is None:
        return await reading.active_at(db, patient, day, (rules.DRUG,)) if patient != ANONYMOUS else []
    try:
        one = await reading.tracked_at(db, patient, tracking)
    except NotThere:
        return []
    left = any(item.type == rules.DRUG and item.remaining for item in one.items)
    return [one] if left and one.state in ACTIVE and not has_expired(one, day) else []


def delivery_of(tx: Tx, centre: str, id_: int) -> tuple[Delivery, Prescription]:
    """Read one delivery of a centre; another's is as if it did not exist. Raises NotThere."""
    found = deliveries.by_id(tx, id_)
    if found.centre != centre_id(centre) or found.type != rules.DRUG:
        raise NotThere
    return found, reading.by_id(tx, found.prescription)


def price_list(tx: Tx, after: str = "", limit: int = 50, day: str = "") -> list[Service]:
    """List the drugs with their prices of a day, page by page, from after one of them ("01/00077")."""
    return catalogue.listed(tx, rules.DRUG, day, after, min(limit, MOST_PRICES))


def equivalents(tx: Tx, code: str, day: str) -> list[Service]:
    """List the drugs that may be given for a drug."""
    return catalogue.equivalents(tx, code, day)


def additives(tx: Tx, day: str) -> list[Service]:
    """List the drugs that may be added."""
    return catalogue.additives(tx, day)
