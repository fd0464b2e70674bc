"""The SQL of the traffic log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import convert
from sqlalchemy import and_, delete, or_, select

from nabz.gateway.model import Bodies, Call, Timing
from nabz.gateway.tables import bodies, traffic

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from nabz.kit.db import Tx

CHUNK = 5000
LOOKED_AT = 20_000


def timings(tx: Tx, since: datetime, clients: list[str] | None) -> list[Timing]:
    """Read how the latest calls went, of all customers or of some; so many at most."""
    query = select(traffic.c.service_id, traffic.c.millis, traffic.c.status, traffic.c.at).where(traffic.c.at >= since)
    rows = tx.execute(_of(query, clients).order_by(traffic.c.at.desc()).limit(LOOKED_AT))
    return [Timing(row.service_id, row.millis, row.status, row.at) for row in rows]


def search(
    tx: Tx,
    *,
    number: str,
    clients: list[str] | None,
    status: int | None,
    service_id: str,
    before: datetime | None,
    limit: int,
    last: str = "",
) -> list[Call]:
    """Find calls, newest first; `last` names the one of the instant `before` that was read already."""
    query = _of(select(traffic), clients)
    if number:
        query = query.where(or_(traffic.c.request_id == number.lower(), traffic.c.tracking == number))
    if status is not None:
        query = query.where(traffic.c.status == status)
    if service_id:
        query = query.where(traffic.c.service_id == service_id.lower())
    if before is not None:
        same = and_(traffic.c.at == before, traffic.c.request_id < last.lower())
        query = query.where(traffic.c.at <= before, or_(traffic.c.at < before, same))
    rows = tx.execute(query.order_by(traffic.c.at.desc(), traffic.c.request_id.desc()).limit(limit))
    return [convert(row, Call, from_attributes=True) for row in rows]


def one(tx: Tx, request_id: str, clients: list[str] | None) -> tuple[Call, Bodies | None] | None:
    """Read one call and its bodies."""
    line = tx.execute(_of(select(traffic), clients).where(traffic.c.request_id == request_id.lower())).first()
    if line is None:
        return None
    kept = tx.execute(select(bodies).where(bodies.c.request_id == line.request_id)).first()
    found = Bodies(kept.request, kept.answer) if kept is not None else None
    return convert(line, Call, from_attributes=True), found


def _of(query: Select[Any], clients: list[str] | None) -> Select[Any]:
    """Only the calls of some customers."""
    return query if clients is None else query.where(traffic.c.client.in_(clients))


def drop_before(tx: Tx, before: datetime) -> int:
    """Delete a chunk of what is older, with its bodies."""
    return _drop(tx, select(traffic.c.request_id).where(traffic.c.at < before).limit(CHUNK))


def drop_beyond(tx: Tx, rows: int, *, anonymous: bool = False) -> int:
    """Delete a chunk of what lies beyond the newest so many rows (of callers nobody knows), with its bodies."""
    newest = select(traffic.c.request_id).order_by(traffic.c.at.desc(), traffic.c.request_id.desc())
    if anonymous:
        newest = newest.where(traffic.c.client.is_(None))
    return _drop(tx, newest.offset(rows).limit(CHUNK))


def _drop(tx: Tx, which: Select[tuple[str]]) -> int:
    gone = list(tx.execute(which).scalars())
    if gone:
        tx.execute(delete(bodies).where(bodies.c.request_id.in_(gone)))
        tx.execute(delete(traffic).where(traffic.c.request_id.in_(gone)))
    return len(gone)


def drop_bodies(tx: Tx, before: datetime) -> int:
    """Delete a chunk of old bodies."""
    old = select(bodies.c.request_id).where(bodies.c.at < before).limit(CHUNK)
    return tx.execute(delete(bodies).where(bodies.c.request_id.in_(old))).rowcount
