"""The SQL of the waiting list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, insert, or_, select, update

from nabz.appointments.errors import AlreadyWaiting, UnknownWaiting
from nabz.appointments.model import Waiting, WaitingState, Wanted
from nabz.appointments.store.rows import aware, cells_of
from nabz.appointments.tables import waitings
from nabz.kit.db import unique

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.appointments.model import Agenda, Slot
    from nabz.kit.db import Tx

W = waitings.c
_COLUMNS = [W[name] for name in Waiting.__struct_fields__]


def add(tx: Tx, one: Waiting) -> None:
    """Put somebody into a list. Raises AlreadyWaiting."""
    with unique(AlreadyWaiting()):
        tx.execute(insert(waitings), {**cells_of(one), "data_set": tx.data_set, "live": _live(one)})


def get(tx: Tx, id_: str, person: str) -> Waiting:
    """Read somebody's place, locked. Raises UnknownWaiting."""
    query = select(*_COLUMNS).where(W.data_set == tx.data_set, W.id == id_, W.person == person)
    row = tx.execute(query.with_for_update()).first()
    if row is None:
        raise UnknownWaiting
    return _waiting(row)


def by_id(tx: Tx, id_: str) -> Waiting | None:
    """Read a place, or nothing."""
    row = tx.execute(select(*_COLUMNS).where(W.data_set == tx.data_set, W.id == id_)).first()
    return _waiting(row) if row is not None else None


def of_person(tx: Tx, person: str) -> list[Waiting]:
    """List a person's places, the newest first."""
    query = select(*_COLUMNS).where(W.data_set == tx.data_set, W.person == person)
    return [_waiting(row) for row in tx.execute(query.order_by(W.joined_at.desc(), W.id).limit(100))]


def wishes(tx: Tx, now: datetime, limit: int) -> list[Wanted]:
    """List what people wait for, each once, who has waited longest first."""
    groups = (W.provider, W.facility, W.specialty, W.service)
    query = (
        select(*groups, func.min(W.from_).label("first"), func.max(W.until).label("last"))
        .where(W.data_set == tx.data_set, W.state == WaitingState.WAITING.value, W.until > now)
        .group_by(*groups)
        .order_by(func.min(W.joined_at))
        .limit(limit)
    )
    return [
        Wanted(
            from_=aware(row.first),
            until=aware(row.last),
            provider=row.provider,
            facility=row.facility,
            specialty="" if row.provider else row.specialty,
            service=row.service,
        )
        for row in tx.execute(query)
    ]


def lock(tx: Tx, id_: str) -> Waiting | None:
    """Lock the place of somebody who still waits, unless somebody else serves him at this moment."""
    query = select(*_COLUMNS).where(W.data_set == tx.data_set, W.id == id_, W.state == WaitingState.WAITING.value)
    row = tx.execute(query.with_for_update(skip_locked=True)).first()
    return _waiting(row) if row is not None else None


def of_mobile(tx: Tx, mobile: str, now: datetime) -> int:
    """Count the places that somebody with a mobile still has."""
    states = (WaitingState.WAITING.value, WaitingState.OFFERED.value)
    query = select(func.count()).select_from(waitings)
    query = query.where(W.data_set == tx.data_set, W.mobile == mobile, W.state.in_(states), W.until > now)
    return int(tx.execute(query).scalar_one())


def first_for(tx: Tx, agenda: Agenda, slot: Slot, limit: int = 50) -> list[Waiting]:
    """List who has waited longest for such a slot."""
    query = (
        select(*_COLUMNS)
        .where(
            W.data_set == tx.data_set,
            W.state == WaitingState.WAITING.value,
            or_(W.provider == agenda.provider, (W.provider == "") & (W.specialty == agenda.specialty)),
            or_(W.facility == agenda.facility, W.facility == ""),
            or_(W.service == agenda.service, W.service == ""),
            W.from_ <= slot.starts_at,
            W.until > slot.starts_at,
        )
        .order_by(W.joined_at, W.id)
        .limit(limit)
    )
    return [_waiting(row) for row in tx.execute(query)]


def change(tx: Tx, one: Waiting, **cells: Any) -> Waiting:  # noqa: ANN401 - cells of a row
    """Write some fields of a place that is locked."""
    changed = msgspec.structs.replace(one, **cells)
    ended = changed.state not in {WaitingState.WAITING, WaitingState.OFFERED}
    query = update(waitings).where(W.data_set == tx.data_set, W.id == one.id)
    tx.execute(query.values(**cells, live=None if ended else _live(one)))
    return changed


def lapsed(tx: Tx, now: datetime, limit: int = 100) -> list[Waiting]:
    """Read offers that nobody took in time, locked."""
    query = (
        select(*_COLUMNS)
        .where(W.data_set == tx.data_set, W.state == WaitingState.OFFERED.value, W.offer_until <= now)
        .order_by(W.offer_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_waiting(row) for row in tx.execute(query)]


def offered(tx: Tx, slot_id: str, person: str) -> Waiting | None:
    """Find the place to which a slot was offered, locked."""
    query = select(*_COLUMNS).where(
        W.data_set == tx.data_set, W.person == person, W.slot == slot_id, W.state == WaitingState.OFFERED.value
    )
    row = tx.execute(query.with_for_update()).first()
    return _waiting(row) if row is not None else None


def length(tx: Tx, provider: str, specialty: str) -> int:
    """Count who waits for a provider, or for a specialty."""
    query = (
        select(func.count())
        .select_from(waitings)
        .where(
            W.data_set == tx.data_set,
            W.state == WaitingState.WAITING.value,
            W.provider == provider if provider else W.specialty == specialty,
        )
    )
    return int(tx.execute(query).scalar_one())


def _live(one: Waiting) -> str:
    return f"{one.provider}|{one.facility}|{one.specialty}|{one.service}"


def _waiting(row: Row[Any]) -> Waiting:
    cells = dict(zip(Waiting.__struct_fields__, row, strict=True))
    return Waiting(**{**cells, "state": WaitingState(cells["state"])})
