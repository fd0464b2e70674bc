"""The SQL of looking prescriptions up for referrals, nursing, dentistry and family doctors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, cast, select

from nabz.kit.db import Statement
from nabz.prescriptions.model import ANONYMOUS, State
from nabz.prescriptions.store.prescriptions import prescription
from nabz.prescriptions.tables.prescriptions import prescriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Prescription

P = prescriptions.c
BEYOND: Final = 2**62
"""No number is so large."""

_WHAT: Final = "CAST(document AS text), version"

AT_OR_BEFORE: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_head WHERE data_set = :data_set AND id <= :id ORDER BY id DESC LIMIT 1
    """,  # noqa: S608 - our own text
)
"""The numbers of a prescription's items and referrals follow its own."""

# Of somebody's many only the latest are looked through: what is asked for is young.
_LATELY: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM (
        SELECT id, kind, day, state, document, version FROM prescription_head
        WHERE data_set = :data_set AND doctor = :doctor ORDER BY id DESC LIMIT 1000
    ) AS latest
    WHERE kind = :kind AND day >= :since AND state <> 'deleted' ORDER BY id DESC LIMIT 200
    """,  # noqa: S608 - our own text
)
_WAITING: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM (
        SELECT id, expires, state, document, version FROM prescription_head
        WHERE data_set = :data_set AND siam IN (:siam, :large, :small) AND siam <> '' AND kind = :kind
        ORDER BY id DESC LIMIT 5000
    ) AS latest
    WHERE expires >= :today AND state IN ('open', 'part') ORDER BY id DESC LIMIT 200
    """,  # noqa: S608 - our own text
)


def of_patient(tx: Tx, patient: str, kinds: Sequence[int], since: str = "", limit: int = 200) -> list[Prescription]:
    """List a patient's prescriptions of some kinds since a day, the latest first.

    What names nobody is found by its tracking code alone.
    """
    return [] if patient == ANONYMOUS else _read(tx, limit, P.patient == patient, P.kind.in_(kinds), P.day >= since)


def of_doctor(tx: Tx, doctor: str, kind: int, since: str) -> list[Prescription]:
    """List what a physician wrote of a kind lately, since a day, the latest first."""
    return tx.run(_LATELY, doctor=doctor, kind=int(kind), since=since)


def of_siam(tx: Tx, siam: str, kind: int, today: str) -> list[Prescription]:
    """List what waits for a centre and has not run out, the latest first; its id is compared without case."""
    given = {"large": siam.upper(), "small": siam.lower()}
    return tx.run(_WAITING, siam=siam, **given, kind=int(kind), today=today)


def of_ids(tx: Tx, ids: Sequence[int]) -> list[Prescription]:
    """Read prescriptions by their numbers, in this order; what is gone or deleted is left out."""
    found = {one.id: one for one in _read(tx, len(ids), P.id.in_(ids))} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def _read(tx: Tx, limit: int, *where: ColumnElement[bool]) -> list[Prescription]:
    query = select(cast(P.document, Text).label("text"), P.version).where(
        P.data_set == tx.data_set, P.state != str(State.DELETED), *where
    )
    found = tx.execute(query.order_by(P.id.desc()).limit(limit))
    return [prescription(row.text, row.version) for row in found]
