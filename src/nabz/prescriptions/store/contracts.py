"""The SQL of what the insurer changes of physicians and centres: each statement touches its own columns alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from nabz.kit.db import unique
from nabz.kit.persian import search_text
from nabz.prescriptions.errors.insurer import AccountTaken, AlreadyEnrolled
from nabz.prescriptions.tables.centres import centres, doctors

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Centre, Doctor

D, C = doctors.c, centres.c
_OF_DOCTOR: Final = ("mobile", "first_name", "last_name", "specialty", "specialty_title", "contract", "siam", "family")
_OF_CENTRE: Final = ("name", "province", "city", "address", "contract", "contract_until", "owned", "organisation")


def add_doctor(tx: Tx, one: Doctor, now: datetime) -> None:
    """Enrol a physician of a new number. Raises AlreadyEnrolled."""
    row = {**_doctor(one, now), "id": one.id, "national_code": one.national_code, "active": one.active}
    with unique(AlreadyEnrolled()):
        tx.execute(insert(doctors), {**row, "data_set": tx.data_set, "organisation": one.organisation})


def change_doctor(tx: Tx, one: Doctor, now: datetime) -> bool:
    """Change what is known of a physician but his being active; tell whether he is there. Raises AccountTaken."""
    mine = (D.data_set == tx.data_set, D.id == one.id)
    with unique(AccountTaken()):
        return tx.execute(update(doctors).where(*mine).values(_doctor(one, now))).rowcount == 1


def add_centre(tx: Tx, one: Centre, now: datetime) -> None:
    """Enrol a centre of a new number. Raises AlreadyEnrolled."""
    row = {**_centre(one, now), "id": one.id, "kind": str(one.kind), "active": one.active}
    with unique(AlreadyEnrolled()):
        tx.execute(insert(centres), {**row, "data_set": tx.data_set})


def change_centre(tx: Tx, one: Centre, now: datetime) -> bool:
    """Change what is known of a centre, whether or not it may deliver; tell whether it is there."""
    mine = (C.data_set == tx.data_set, C.id == one.id)
    return tx.execute(update(centres).where(*mine).values(_centre(one, now))).rowcount == 1


def switch_doctor(tx: Tx, number: str, now: datetime, *, active: bool) -> bool:
    """Let a physician write, or no more; tell whether that is new."""
    mine = (D.data_set == tx.data_set, D.id == number, D.active != active)
    return tx.execute(update(doctors).where(*mine).values(active=active, changed_at=now)).rowcount == 1


def switch_centre(tx: Tx, number: str, now: datetime, *, active: bool) -> bool:
    """Let a centre deliver, or no more; tell whether that is new."""
    mine = (C.data_set == tx.data_set, C.id == number, C.active != active)
    return tx.execute(update(centres).where(*mine).values(active=active, changed_at=now)).rowcount == 1


def counts(tx: Tx) -> dict[str, tuple[int, int]]:
    """Count physicians and each kind of centre: those that may work, and all."""
    found: dict[str, tuple[int, int]] = {}
    doctors_by = select(D.active, func.count()).where(D.data_set == tx.data_set).group_by(D.active)
    for active, count in _rows(tx, doctors_by):
        found["doctor"] = _more(found.get("doctor", (0, 0)), count, active=active)
    centres_by = select(C.kind, C.active, func.count()).where(C.data_set == tx.data_set).group_by(C.kind, C.active)
    for kind, active, count in _rows(tx, centres_by):
        found[kind] = _more(found.get(kind, (0, 0)), count, active=active)
    return found


def provinces(tx: Tx) -> list[str]:
    """Name the provinces in which there are centres."""
    query = select(C.province).where(C.data_set == tx.data_set, C.province != "").distinct().order_by(C.province)
    return [row[0] for row in tx.execute(query)]


def _rows(tx: Tx, query: Select[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in tx.execute(query)]


def _more(before: tuple[int, int], count: int, *, active: bool) -> tuple[int, int]:
    return before[0] + (count if active else 0), before[1] + count


def _doctor(one: Doctor, now: datetime) -> dict[str, Any]:
    words = f"{one.first_name} {one.last_name} {one.specialty_title} {one.id}"
    cells: dict[str, Any] = {name: getattr(one, name) for name in _OF_DOCTOR}
    return {**cells, "user_id": one.user, "search": search_text(words), "changed_at": now}


def _centre(one: Centre, now: datetime) -> dict[str, Any]:
    words = f"{one.name} {one.province} {one.city} {one.id}"
    cells: dict[str, Any] = {name: getattr(one, name) for name in _OF_CENTRE}
    return {**cells, "types": list(one.types), "search": search_text(words), "changed_at": now}
