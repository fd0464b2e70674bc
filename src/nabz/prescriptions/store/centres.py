"""The SQL of physicians and centres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import insert, select, update

from nabz.kit.db import Statement
from nabz.kit.persian import search_text
from nabz.prescriptions.model import Centre, CentreKind, Doctor
from nabz.prescriptions.tables.centres import centres, doctors

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.kit.db import Tx

D, C = doctors.c, centres.c
_DOCTOR = [column for column in doctors.c if column.name not in {"data_set", "search", "changed_at"}]
_CENTRE = [column for column in centres.c if column.name not in {"data_set", "search", "changed_at"}]
_DOCTOR_NAMES: Final = tuple(column.name for column in _DOCTOR)
_CENTRE_NAMES: Final = tuple(column.name for column in _CENTRE if column.name != "types")


def _doctor_of(*cells: Any) -> Doctor:  # noqa: ANN401 - cells of a row
    named = dict(zip(_DOCTOR_NAMES, cells, strict=True))
    named["active"], named["family"] = bool(named["active"]), bool(named["family"])  # numbers, on SQLite
    return Doctor(user=named.pop("user_id"), **named)


def _centre_of(types: str, *cells: Any) -> Centre:  # noqa: ANN401
    named = dict(zip(_CENTRE_NAMES, cells, strict=True))
    named["active"], named["owned"] = bool(named["active"]), bool(named["owned"])
    return Centre(**{**named, "kind": CentreKind(named["kind"]), "types": tuple(msgspec.json.decode(types))})


DOCTOR: Final = Statement(
    row=_doctor_of,
    postgres=f"SELECT {', '.join(_DOCTOR_NAMES)} FROM prescription_doctor WHERE data_set = :data_set AND id = :id",  # noqa: S608
)
CENTRE: Final = Statement(
    row=_centre_of,
    postgres=f"""
    SELECT CAST(types AS text), {", ".join(_CENTRE_NAMES)} FROM prescription_centre
    WHERE data_set = :data_set AND id = :id
    """,  # noqa: S608 - our own text
)


def _doctor(row: Row[Any]) -> Doctor:
    cells = dict(row._mapping)  # noqa: SLF001 - the public name of a row's mapping
    return Doctor(user=cells.pop("user_id"), **cells)


def _centre(row: Row[Any]) -> Centre:
    cells = dict(row._mapping)  # noqa: SLF001
    return Centre(**{**cells, "kind": CentreKind(cells["kind"]), "types": tuple(cells["types"])})


def doctor(tx: Tx, id_: str) -> Doctor | None:
    """Find a physician by the council number."""
    return next(iter(tx.run(DOCTOR, id=id_)), None)


def doctor_of_user(tx: Tx, user: str) -> Doctor | None:
    """Find the physician that an account belongs to."""
    row = tx.execute(select(*_DOCTOR).where(D.data_set == tx.data_set, D.user_id == user)).first()
    return None if row is None else _doctor(row)


def doctors_of_code(tx: Tx, national_code: str) -> list[Doctor]:
    """List the physicians of a national code."""
    query = select(*_DOCTOR).where(D.data_set == tx.data_set, D.national_code == national_code).order_by(D.id)
    return [_doctor(row) for row in tx.execute(query)]


def search_doctors(tx: Tx, words: list[str], limit: int, after: str) -> list[Doctor]:
    """List physicians by words of their name, specialty or number."""
    query = select(*_DOCTOR).where(D.data_set == tx.data_set, D.id > after)
    for word in words:
        query = query.where(D.search.contains(word, autoescape=True))
    return [_doctor(row) for row in tx.execute(query.order_by(D.id).limit(limit))]


def put_doctor(tx: Tx, one: Doctor, now: datetime) -> None:
    """Put a physician, whether or not he is there."""
    cells = {name: value for name, value in msgspec.structs.asdict(one).items() if name != "user"}
    cells |= {
        "user_id": one.user,
        "search": search_text(f"{one.first_name} {one.last_name} {one.specialty_title} {one.id}"),
        "changed_at": now,
    }
    found = tx.execute(update(doctors).where(D.data_set == tx.data_set, D.id == one.id).values(**cells))
    if found.rowcount == 0:
        tx.execute(insert(doctors), [{**cells, "data_set": tx.data_set}])


def centre(tx: Tx, id_: str) -> Centre | None:
    """Find a centre."""
    return next(iter(tx.run(CENTRE, id=id_)), None)


def centres_of(tx: Tx, organisation: str) -> list[Centre]:
    """List the centres that an organisation runs."""
    query = select(*_CENTRE).where(C.data_set == tx.data_set, C.organisation == organisation).order_by(C.id)
    return [_centre(row) for row in tx.execute(query)]


def search_centres(tx: Tx, kind: str, words: list[str], province: str, limit: int, after: str) -> list[Centre]:
    """List centres of a kind by words of their name, place or number."""
    query = select(*_CENTRE).where(C.data_set == tx.data_set, C.id > after)
    if kind:
        query = query.where(C.kind == kind)
    if province:
        query = query.where(C.province == province)
    for word in words:
        query = query.where(C.search.contains(word, autoescape=True))
    return [_centre(row) for row in tx.execute(query.order_by(C.id).limit(limit))]


def put_centre(tx: Tx, one: Centre, now: datetime) -> None:
    """Put a centre, whether or not it is there."""
    cells: dict[str, Any] = {
        **msgspec.structs.asdict(one),
        "kind": str(one.kind),
        "types": list(one.types),
        "search": search_text(f"{one.name} {one.province} {one.city} {one.id}"),
        "changed_at": now,
    }
    found = tx.execute(update(centres).where(C.data_set == tx.data_set, C.id == one.id).values(**cells))
    if found.rowcount == 0:
        tx.execute(insert(centres), [{**cells, "data_set": tx.data_set}])
