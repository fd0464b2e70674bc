"""The SQL of deposits: one row for each appointment, changed only from the state that a change begins in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from nabz.appointments.model.money import Payment, PaymentState
from nabz.appointments.tables import deposit_payments

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row

    from nabz.kit.db import Tx

P = deposit_payments.c
FIELDS: Final = Payment.__struct_fields__
_COLUMNS: Final = [P[name] for name in FIELDS]


def add(tx: Tx, new: Payment) -> bool:
    """Insert a payment unless its appointment or its reference has one; tell whether it was inserted."""
    insert = postgresql.insert(deposit_payments) if tx.engine == "postgresql" else sqlite.insert(deposit_payments)
    row = {name: getattr(new, name) for name in FIELDS} | {"data_set": tx.data_set}
    put = insert.on_conflict_do_nothing().returning(P.appointment)
    return tx.execute(put, row).first() is not None


def find(tx: Tx, appointment: str) -> Payment | None:
    """Read the deposit of an appointment."""
    return _one(tx, P.appointment == appointment)


def of_reference(tx: Tx, reference: str) -> Payment | None:
    """Read the deposit of a reference."""
    return _one(tx, P.reference == reference)


def locked(tx: Tx, appointment: str) -> Payment | None:
    """Read a deposit that nobody else changes until this transaction ends."""
    return _one(tx, P.appointment == appointment, lock=True)


def change(tx: Tx, one: Payment, **cells: Any) -> bool:  # noqa: ANN401 - cells of a row
    """Write some fields of a deposit that stands as it was read; tell whether it did."""
    query = update(deposit_payments).where(
        P.data_set == tx.data_set,
        P.appointment == one.appointment,
        P.state == one.state,
        P.refunded_at.is_(None) if one.refunded_at is None else P.refunded_at == one.refunded_at,
    )
    return tx.execute(query.values(**cells)).rowcount == 1


def _one(tx: Tx, clause: ColumnElement[bool], *, lock: bool = False) -> Payment | None:
    query = select(*_COLUMNS).where(P.data_set == tx.data_set, clause)
    row = tx.execute(query.with_for_update() if lock else query).first()
    return _payment(row) if row is not None else None


def _payment(row: Row[Any]) -> Payment:
    cells = {name: getattr(row, name) for name in FIELDS}
    return Payment(**{**cells, "state": PaymentState(row.state)})
