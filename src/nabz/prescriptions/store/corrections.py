"""The SQL of requests for correction, and of who looked at whose record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import func, insert, select, update

from nabz.kit.db import Statement, unique
from nabz.prescriptions.errors.insurer import CorrectionMeanwhile
from nabz.prescriptions.model.corrections import Correction, CorrectionState, Look, Role, Sight
from nabz.prescriptions.tables.corrections import corrections, looks

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.kit.db import Tx

C, K = corrections.c, looks.c
_FIELDS: Final = [C[name] for name in Correction.__struct_fields__]


def find(tx: Tx, id_: str) -> Correction | None:
    """Read a request."""
    row = tx.execute(select(*_FIELDS).where(C.data_set == tx.data_set, C.id == id_)).first()
    return None if row is None else _read(row)


def asked(tx: Tx, patient: str, day: str) -> int:
    """Count what a person has asked on a day."""
    mine = (C.data_set == tx.data_set, C.patient == patient, C.day == day)
    return int(tx.execute(select(func.coalesce(func.max(C.place), 0)).where(*mine)).scalar_one())


def add(tx: Tx, one: Correction, day: str, place: int) -> None:
    """Write a request in its place of the day. Raises CorrectionMeanwhile."""
    row = {**msgspec.structs.asdict(one), "data_set": tx.data_set, "day": day, "place": place}
    with unique(CorrectionMeanwhile()):
        tx.execute(insert(corrections), row)


def answer(tx: Tx, one: Correction) -> bool:
    """Write the answer down, unless there is one."""
    mine = (C.data_set == tx.data_set, C.id == one.id, C.state == CorrectionState.OPEN)
    values = {name: getattr(one, name) for name in ("state", "answer", "answered_at", "answered_by")}
    return tx.execute(update(corrections).where(*mine).values(values)).rowcount == 1


def of_patient(tx: Tx, patient: str, limit: int) -> list[Correction]:
    """List what a person has asked, the latest first."""
    mine = (C.data_set == tx.data_set, C.patient == patient)
    rows = tx.execute(select(*_FIELDS).where(*mine).order_by(C.day.desc(), C.place.desc()).limit(limit))
    return [_read(row) for row in rows]


def listed(tx: Tx, state: CorrectionState, limit: int, after: str) -> list[Correction]:
    """List requests that stand so, by their ids."""
    wanted = (C.data_set == tx.data_set, C.state == state, C.id > after)
    return [_read(row) for row in tx.execute(select(*_FIELDS).where(*wanted).order_by(C.id).limit(limit))]


def waiting(tx: Tx) -> int:
    """Count what waits for the insurer."""
    wanted = (C.data_set == tx.data_set, C.state == CorrectionState.OPEN)
    return int(tx.execute(select(func.count()).select_from(corrections).where(*wanted)).scalar_one())


def _read(row: Row[Any]) -> Correction:
    cells = row._asdict()
    return Correction(**cells | {"state": CorrectionState(cells["state"])})


# ---- looks

_SEEN: Final = """
    INSERT INTO prescription_look (data_set, patient, day, who, place, what, role, at)
    VALUES (:data_set, :patient, :day, :who, :place, :what, :role, :now)
    ON CONFLICT (data_set, patient, day, who, place, what) DO NOTHING RETURNING who
    """
_AUDIT: Final = "INSERT INTO audit_entry (at, who, action, subject, data_set, facts)"
NOTE: Final = Statement(
    row=str,
    postgres=f"""
    WITH seen AS ({_SEEN}), noted AS (
        {_AUDIT} SELECT :now, :who, 'prescriptions.record-seen', :patient, :data_set, (:facts)::jsonb FROM seen
    )
    SELECT who FROM seen
    """,  # noqa: S608 - our own text
    sqlite=(
        _SEEN,
        f"{_AUDIT} SELECT :now, :who, 'prescriptions.record-seen', :patient, :data_set, :facts WHERE changes() > 0",
    ),
)
"""Write a look down with its line in the audit. No row: it is not the first of its kind on this day."""


def look_cells(look: Look, day: str, now: datetime) -> dict[str, object]:
    """Give what NOTE is told."""
    named = {"who": look.who, "place": look.place, "what": str(look.what), "role": str(look.role)}
    facts = {"role": named["role"], "where": look.place, "what": named["what"]}
    return {**named, "patient": look.patient, "day": day, "now": now, "facts": msgspec.json.encode(facts).decode()}


def looks_of(tx: Tx, patient: str, limit: int, before: str) -> list[Look]:
    """List who saw a patient's record, the latest days first."""
    wanted = [K.data_set == tx.data_set, K.patient == patient]
    wanted += [K.day < before] if before else []
    query = select(K.patient, K.who, K.role, K.place, K.what, K.at).where(*wanted)
    rows = tx.execute(query.order_by(K.day.desc(), K.at.desc()).limit(limit))
    return [
        Look(patient=row.patient, who=row.who, role=Role(row.role), place=row.place, what=Sight(row.what), at=row.at)
        for row in rows
    ]
