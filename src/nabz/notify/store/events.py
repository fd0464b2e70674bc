"""The SQL of events: each statement of one data set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, select, tuple_

from nabz.kit.db import Statement, Tx
from nabz.notify.model import Event
from nabz.notify.store.deliveries import OPEN
from nabz.notify.tables import deliveries, events, receivers, webhooks

_TELL = Statement(
    row=str,
    postgres="""
        WITH new AS (
            INSERT INTO notify_event (data_set, receiver, id, kind, subject, body, at)
            SELECT :data_set, receiver, :id, :kind, :subject, CAST(:body AS jsonb), :at
            FROM jsonb_array_elements_text(CAST(:to AS jsonb)) AS told (receiver)
            ON CONFLICT (data_set, receiver, id) DO NOTHING
            RETURNING data_set, receiver, id
        )
        INSERT INTO notify_told (data_set, receiver, id) SELECT data_set, receiver, id FROM new
    """,
    sqlite=(
        """
        INSERT INTO notify_event (data_set, receiver, id, kind, subject, body, at)
        SELECT :data_set, value, :id, :kind, :subject, :body, :at FROM json_each(:to) WHERE TRUE
        ON CONFLICT (data_set, receiver, id) DO NOTHING
        """,
        """
        INSERT INTO notify_told (data_set, receiver, id)
        SELECT data_set, receiver, id FROM notify_event
        WHERE data_set = :data_set AND receiver IN (SELECT value FROM json_each(:to)) AND id = :id AND number IS NULL
        """,
    ),
)


def tell(tx: Tx, *, to: str, id_: str, kind: str, subject: str, body: str, at: datetime) -> None:
    """Insert one event, and a pointer to it, for each receiver of a JSON list who has not been told of it yet."""
    tx.run(_TELL, data_set=tx.data_set, to=to, id=id_, kind=kind, subject=subject, body=body, at=at)


def after(tx: Tx, to: str, number: int, kinds: tuple[str, ...], limit: int) -> list[Event]:
    """Read what a receiver was told after a number."""
    query = (
        select(events)
        .where(events.c.data_set == tx.data_set, events.c.receiver == to, events.c.number > number)
        .order_by(events.c.number)
        .limit(limit)
    )
    if kinds:
        query = query.where(events.c.kind.in_(kinds))
    return [_event(row) for row in tx.execute(query)]


def newest_of(tx: Tx, to: list[str]) -> dict[str, int]:
    """Read the numbers of the newest events of some receivers."""
    query = select(receivers.c.receiver, receivers.c.last).where(
        receivers.c.receiver.in_(to), receivers.c.data_set == tx.data_set
    )
    return {row.receiver: row.last for row in tx.execute(query)}


def data_sets(tx: Tx) -> list[int]:
    """Name the data sets in which anybody was told of anything."""
    return sorted(tx.execute(select(receivers.c.data_set).distinct()).scalars())


def prune(tx: Tx, before: datetime, rows: int, *, settled: bool) -> int:
    """Delete events from before an instant; of the settled ones only those that no webhook still waits for."""
    oldest = (
        select(events.c.receiver, events.c.id)
        .where(events.c.data_set == tx.data_set, events.c.at < before, events.c.number.is_not(None))
        .limit(rows)
    )
    if settled:
        oldest = oldest.where(~exists().where(_waits_for(tx)))
    old = events.c.data_set == tx.data_set, tuple_(events.c.receiver, events.c.id).in_(oldest)
    return tx.execute(delete(events).where(*old)).rowcount


def prune_deliveries(tx: Tx, before: datetime, rows: int, *, settled: bool) -> int:
    """Delete deliveries of all data sets that were laid out before an instant: those that arrived, or all."""
    mine = [deliveries.c.made_at < before, *([] if not settled else [deliveries.c.state == "delivered"])]
    oldest = select(deliveries.c.hook, deliveries.c.number).where(*mine).limit(rows)
    return tx.execute(delete(deliveries).where(tuple_(deliveries.c.hook, deliveries.c.number).in_(oldest))).rowcount


def _waits_for(tx: Tx) -> ColumnElement[bool]:
    return and_(
        webhooks.c.receiver == events.c.receiver,
        webhooks.c.data_set == tx.data_set,
        deliveries.c.hook == webhooks.c.id,
        deliveries.c.number == events.c.number,
        OPEN,
    )


def _event(row: Any) -> Event:  # noqa: ANN401 - a row
    return Event(row.number, row.id, row.kind, row.subject, row.body, row.at)
