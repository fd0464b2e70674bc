"""The SQL of results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, func, insert, select, update

from nabz.kit.db import Statement, unique
from nabz.prescriptions.errors.results import ResultCorrected
from nabz.prescriptions.model.results import Result, ResultState
from nabz.prescriptions.tables.results import result_files, results

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx

_STANDING: Final = "state IN ('registered', 'sent')"
_LOCK: Final = Statement(
    row=int,
    postgres=f"""
    SELECT id FROM prescription_delivery
    WHERE data_set = :data_set AND id = :id AND centre = :centre AND {_STANDING} FOR UPDATE
    """,  # noqa: S608 - our own text
    sqlite=f"""
    SELECT id FROM prescription_delivery WHERE data_set = :data_set AND id = :id AND centre = :centre AND {_STANDING}
    """,  # noqa: S608 - our own text
)
_TOUCH: Final = Statement(
    row=int,
    postgres=f"""
    UPDATE prescription_delivery SET version = version + 1
    WHERE data_set = :data_set AND id = :id AND centre = :centre AND {_STANDING} RETURNING id
    """,  # noqa: S608 - our own text
)
_OUT: Final = ResultState.RELEASED, ResultState.REPLACED


def lock(tx: Tx, delivery: int, centre: str) -> bool:
    """Hold a delivery until the transaction ends; tell whether it stands and is the centre's."""
    return bool(tx.run(_LOCK, id=delivery, centre=centre))


def touch(tx: Tx, delivery: int, centre: str) -> bool:
    """Give a delivery a new version, so that whoever means to take it back looks again; tell whether it stands."""
    return bool(tx.run(_TOUCH, id=delivery, centre=centre))


def find(tx: Tx, id_: str) -> Result | None:
    """Read a result."""
    query = select(results.c.document).where(results.c.data_set == tx.data_set, results.c.id == id_)
    row = tx.execute(query).first()
    return None if row is None else _read(row.document)


def of_delivery(tx: Tx, delivery: int) -> list[Result]:
    """List all results of a delivery, the oldest first."""
    return _listed(tx, results.c.delivery == delivery)


def released_of_prescription(tx: Tx, prescription: int) -> list[Result]:
    """List what was released of a prescription, the oldest first."""
    return _listed(tx, results.c.prescription == prescription, results.c.state != ResultState.DRAFT)


def released_of_patient(tx: Tx, patient: str, limit: int, before: str = "") -> list[Result]:
    """List what was released of a patient, the latest first."""
    query = (
        select(results.c.document)
        .where(results.c.data_set == tx.data_set, results.c.patient == patient, results.c.state != ResultState.DRAFT)
        .order_by(results.c.id.desc())
        .limit(limit)
    )
    return [_read(row.document) for row in tx.execute(query.where(results.c.id < before) if before else query)]


def is_out(tx: Tx, delivery: int) -> bool:
    """Tell whether anything of a delivery was released."""
    query = select(results.c.id).where(
        results.c.data_set == tx.data_set, results.c.delivery == delivery, results.c.state.in_(_OUT)
    )
    return tx.execute(query.limit(1)).first() is not None


def size_of(tx: Tx, delivery: int) -> int:
    """Sum up the files of a delivery."""
    query = select(func.sum(results.c.size)).where(results.c.data_set == tx.data_set, results.c.delivery == delivery)
    return int(tx.execute(query).scalar_one() or 0)


def by_key(tx: Tx, key: str) -> Result | None:
    """Find what was drafted under an idempotency key."""
    query = select(results.c.document).where(results.c.data_set == tx.data_set, results.c.key == key)
    row = tx.execute(query).first() if key else None
    return None if row is None else _read(row.document)


def add(tx: Tx, one: Result, contents: Sequence[bytes], key: str, now: datetime) -> None:
    """Write a result down with its files."""
    tx.execute(
        insert(results),
        {
            "data_set": tx.data_set,
            "id": one.id,
            "delivery": one.delivery,
            "prescription": one.prescription,
            "patient": one.patient,
            "corrects": one.corrects,
            "key": key,
            **_cells(one, now),
        },
    )
    _put_files(tx, one, contents)


def replace_draft(tx: Tx, one: Result, contents: Sequence[bytes], now: datetime) -> bool:
    """Write a draft anew; tell whether it still was one."""
    if not _update(tx, one, ResultState.DRAFT, now):
        return False
    tx.execute(delete(result_files).where(result_files.c.data_set == tx.data_set, result_files.c.result == one.id))
    _put_files(tx, one, contents)
    return True


def release(tx: Tx, one: Result, now: datetime) -> bool:
    """Release a draft; tell whether it still was one. Raises ResultCorrected."""
    with unique(ResultCorrected()):
        return _update(tx, one, ResultState.DRAFT, now)


def retire(tx: Tx, one: Result, now: datetime) -> bool:
    """Note that a correction has taken a released result's place; tell whether it still stood."""
    return _update(tx, one, ResultState.RELEASED, now)


def drop_draft(tx: Tx, id_: str) -> bool:
    """Throw a draft away; tell whether it still was one."""
    gone = tx.execute(
        delete(results).where(
            results.c.data_set == tx.data_set, results.c.id == id_, results.c.state == ResultState.DRAFT
        )
    )
    if gone.rowcount:
        tx.execute(delete(result_files).where(result_files.c.data_set == tx.data_set, result_files.c.result == id_))
    return bool(gone.rowcount)


def content(tx: Tx, id_: str, number: int) -> bytes | None:
    """Read one file."""
    query = select(result_files.c.content).where(
        result_files.c.data_set == tx.data_set, result_files.c.result == id_, result_files.c.number == number
    )
    row = tx.execute(query).first()
    return None if row is None else bytes(row.content)


def _update(tx: Tx, one: Result, seen: ResultState, now: datetime) -> bool:
    query = update(results).where(results.c.data_set == tx.data_set, results.c.id == one.id, results.c.state == seen)
    return bool(tx.execute(query, _cells(one, now)).rowcount)


def _put_files(tx: Tx, one: Result, contents: Sequence[bytes]) -> None:
    rows = [
        {"data_set": tx.data_set, "result": one.id, "number": kept.number, "content": bytes_}
        for kept, bytes_ in zip(one.files, contents, strict=True)
    ]
    if rows:
        tx.execute(insert(result_files), rows)


def _cells(one: Result, now: datetime) -> dict[str, Any]:
    document = msgspec.to_builtins(one)
    return {"state": str(one.state), "size": one.size, "changed_at": now, "document": document}


def _listed(tx: Tx, *conditions: Any) -> list[Result]:  # noqa: ANN401 - SQLAlchemy's own conditions
    query = select(results.c.document).where(results.c.data_set == tx.data_set, *conditions).order_by(results.c.id)
    return [_read(row.document) for row in tx.execute(query)]


def _read(document: Any) -> Result:  # noqa: ANN401 - what the column holds
    return msgspec.convert(document, Result)
