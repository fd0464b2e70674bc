"""The SQL of the places that a client system keeps in waiting lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from nabz.appointments.model import Waiting, WaitingState
from nabz.appointments.tables import waitings

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from nabz.kit.db import Tx

W = waitings.c
_COLUMNS = [W[name] for name in Waiting.__struct_fields__]
LIVE = (WaitingState.WAITING.value, WaitingState.OFFERED.value)


def held_by(tx: Tx, client: str) -> int:
    """Count the places that a client still keeps."""
    query = select(func.count()).select_from(waitings)
    return int(
        tx.execute(query.where(W.data_set == tx.data_set, W.joined_by == client, W.state.in_(LIVE))).scalar_one()
    )


def held_for(tx: Tx, person: str) -> int:
    """Count the places that somebody still has."""
    query = select(func.count()).select_from(waitings)
    return int(tx.execute(query.where(W.data_set == tx.data_set, W.person == person, W.state.in_(LIVE))).scalar_one())


def of_client(
    tx: Tx,
    client: str,
    person: str,
    ids: Collection[str],
    states: Collection[str],
    since: datetime | None,
    limit: int,
) -> list[Waiting]:
    """List a client's places by the time of joining, from an instant on; what is empty does not matter."""
    query = select(*_COLUMNS).where(W.data_set == tx.data_set, W.joined_by == client)
    if person:
        query = query.where(W.person == person)
    if ids:
        query = query.where(W.id.in_(ids))
    if states:
        query = query.where(W.state.in_(states))
    if since is not None:
        query = query.where(W.joined_at >= since)
    rows = tx.execute(query.order_by(W.joined_at, W.id).limit(limit))
    return [msgspec.convert(dict(zip(Waiting.__struct_fields__, row, strict=True)), Waiting) for row in rows]
