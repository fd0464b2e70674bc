"""The SQL of deliveries; the events that they carry are of the transaction's data set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, literal_column, select, update

from nabz.kit.db import Tx
from nabz.notify.model import Delivery, DeliveryState, Event, Parcel, Try
from nabz.notify.tables import deliveries, events, webhooks

KEPT_TRIES = 30
OPEN = deliveries.c.state != literal_column("'delivered'")
"""In the words of the index of those few, so that it is taken."""


class Settled(msgspec.Struct, frozen=True):
    """How a delivery goes on after a try."""

    parcel: Parcel
    last: Try
    state: DeliveryState
    due_at: datetime | None


def due(tx: Tx, hook: str, to: str, now: datetime, limit: int) -> list[Parcel]:
    """Read what is due at a webhook of a receiver, as it was told."""
    query = (
        select(events, deliveries.c.counted, deliveries.c.tries)
        .join(deliveries, deliveries.c.number == events.c.number)
        .where(
            events.c.data_set == tx.data_set,
            events.c.receiver == to,
            deliveries.c.hook == hook,
            deliveries.c.due_at <= now,
        )
        .order_by(deliveries.c.due_at, deliveries.c.number)
        .limit(limit)
    )
    return [
        Parcel(Event(row.number, row.id, row.kind, row.subject, row.body, row.at), row.counted, _tries(row.tries))
        for row in tx.execute(query)
    ]


def settle(tx: Tx, hook: str, settled: list[Settled]) -> None:
    """Write down tries, each only if no other try or replay came between."""
    statement = (
        update(deliveries)
        .where(
            deliveries.c.hook == hook,
            deliveries.c.number == bindparam("of"),
            deliveries.c.state == DeliveryState.WAITING.value,
            deliveries.c.counted == bindparam("before"),
        )
        .values(
            state=bindparam("state_"),
            due_at=bindparam("due"),
            counted=deliveries.c.counted + 1,
            tries=bindparam("made"),
        )
    )
    rows = [
        {
            "of": each.parcel.event.number,
            "before": each.parcel.counted,
            "state_": each.state.value,
            "due": each.due_at,
            "made": [msgspec.to_builtins(one) for one in (*each.parcel.tries, each.last)[-KEPT_TRIES:]],
        }
        for each in settled
    ]
    if rows:
        tx.execute(statement, rows)


def page(tx: Tx, to: str, state: DeliveryState | None, hook: str, limit: int, before: int | None) -> list[Delivery]:
    """Read a receiver's deliveries, the newest event first."""
    query = _deliveries(tx).where(webhooks.c.receiver == to)
    if state is not None:
        query = query.where(deliveries.c.state == state.value)
    if state in {DeliveryState.WAITING, DeliveryState.DEAD}:
        query = query.where(OPEN)
    if hook:
        query = query.where(deliveries.c.hook == hook)
    if before is not None:
        query = query.where(deliveries.c.number < before)
    rows = tx.execute(query.order_by(deliveries.c.number.desc(), deliveries.c.hook).limit(limit))
    return [_delivery(row) for row in rows]


def one(tx: Tx, hook: str, number: int) -> tuple[str, Delivery] | None:
    """Read one delivery and whose it is."""
    query = _deliveries(tx).where(deliveries.c.hook == hook, deliveries.c.number == number)
    row = tx.execute(query).first()
    return None if row is None else (row.receiver, _delivery(row))


def replay(tx: Tx, hook: str, numbers: list[int] | None, now: datetime) -> int:
    """Let deliveries begin anew, or all dead ones; tell how many there were."""
    mine = [deliveries.c.hook == hook]
    if numbers is None:
        mine.append(deliveries.c.state == DeliveryState.DEAD.value)
    else:
        mine.append(deliveries.c.number.in_(numbers))
    anew = {"state": DeliveryState.WAITING.value, "due_at": now, "counted": 0}
    # The webhook first, as couriers lock them. If nothing is due after all, a courier has looked in vain.
    tx.execute(update(webhooks).where(webhooks.c.id == hook).values(due_at=now))
    return tx.execute(update(deliveries).where(*mine).values(anew)).rowcount


def _deliveries(tx: Tx) -> Select[Any]:
    columns = events.c.id, events.c.kind, events.c.subject, events.c.at, webhooks.c.url, webhooks.c.receiver
    its = (events.c.receiver == webhooks.c.receiver) & (events.c.number == deliveries.c.number)
    return (
        select(deliveries, *columns)
        .join(webhooks, webhooks.c.id == deliveries.c.hook)
        .join(events, its & (events.c.data_set == tx.data_set))
        .where(webhooks.c.data_set == tx.data_set)
    )


def _delivery(row: Any) -> Delivery:  # noqa: ANN401 - a row
    return Delivery(
        id=f"{row.hook}.{row.number}",
        hook=row.hook,
        url=row.url,
        number=row.number,
        event=row.id,
        kind=row.kind,
        subject=row.subject,
        at=row.at,
        state=DeliveryState(row.state),
        due_at=row.due_at,
        tries=_tries(row.tries),
    )


def _tries(kept: object) -> tuple[Try, ...]:
    return msgspec.convert(kept, tuple[Try, ...])
