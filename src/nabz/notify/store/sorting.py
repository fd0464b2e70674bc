"""The SQL that gives told events their numbers and lays them out for the webhooks, after their commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, or_, select, tuple_, update

from nabz.kit.db import Statement, Tx
from nabz.notify.tables import events, told, webhooks

SORTING_LOCK = 7_041_963


class Arrived(msgspec.Struct, frozen=True):
    """An event without a number."""

    receiver: str
    id: str
    kind: str


class Wanting(msgspec.Struct, frozen=True):
    """An active webhook and what it asks for."""

    id: str
    receiver: str
    kinds: tuple[str, ...]


UNSORTED = Statement(
    row=int, postgres="SELECT DISTINCT data_set FROM (SELECT data_set FROM notify_told ORDER BY arrival LIMIT 500) AS t"
)
"""In which data sets something has no number yet: those of the oldest first."""

_ALONE = Statement(
    row=bool,
    postgres=f"SELECT pg_try_advisory_xact_lock({SORTING_LOCK})",
    sqlite="SELECT 1",  # whoever writes is alone there
)
_COUNT = Statement(
    row=lambda receiver, last: (receiver, last),
    postgres="""
        INSERT INTO notify_receiver (receiver, data_set, last, hooks)
        SELECT key, :data_set, CAST(value AS bigint), 0 FROM jsonb_each_text(CAST(:more AS jsonb)) ORDER BY key
        ON CONFLICT (receiver, data_set) DO UPDATE SET last = notify_receiver.last + excluded.last
        RETURNING receiver, last
    """,
    sqlite="""
        INSERT INTO notify_receiver (receiver, data_set, last, hooks)
        SELECT key, :data_set, value, 0 FROM json_each(:more) WHERE TRUE
        ON CONFLICT (receiver, data_set) DO UPDATE SET last = notify_receiver.last + excluded.last
        RETURNING receiver, last
    """,
)
# Written out as a list of its own, else SQLite goes through all of it again for each event.
_NUMBER = Statement(
    row=str,
    postgres="""
        UPDATE notify_event SET number = given.number
        FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS given (receiver text, id text, number bigint)
        WHERE notify_event.data_set = :data_set
            AND notify_event.receiver = given.receiver AND notify_event.id = given.id
    """,
    sqlite="""
        WITH given AS MATERIALIZED (
            SELECT value ->> 'receiver' AS receiver, value ->> 'id' AS id, value ->> 'number' AS number
            FROM json_each(:given)
        )
        UPDATE notify_event SET number = given.number FROM given
        WHERE notify_event.data_set = :data_set
            AND notify_event.receiver = given.receiver AND notify_event.id = given.id
    """,
)
_LAY_OUT = Statement(
    row=str,
    postgres="""
        INSERT INTO notify_delivery (hook, number, state, made_at, due_at, counted, tries)
        SELECT hook, number, 'waiting', :now, :now, 0, CAST('[]' AS jsonb)
        FROM jsonb_to_recordset(CAST(:laid AS jsonb)) AS laid (hook text, number bigint)
    """,
    sqlite="""
        INSERT INTO notify_delivery (hook, number, state, made_at, due_at, counted, tries)
        SELECT value ->> 'hook', value ->> 'number', 'waiting', :now, :now, 0, '[]' FROM json_each(:laid)
    """,
)


def alone(tx: Tx) -> bool:
    """Take the sorting for this transaction; tell whether nobody else has it."""
    return bool(tx.run(_ALONE)[0])


def take(tx: Tx, limit: int) -> list[Arrived]:
    """Take what has no number yet, as it was told."""
    query = select(told).where(told.c.data_set == tx.data_set).order_by(told.c.arrival).limit(limit)
    pointers = tx.execute(query).all()
    if not pointers:
        return []
    tx.execute(delete(told).where(told.c.arrival.in_([row.arrival for row in pointers])))
    keys = list(dict.fromkeys((row.receiver, row.id) for row in pointers))  # on SQLite one may be pointed to twice
    found = tx.execute(
        select(events.c.receiver, events.c.id, events.c.kind).where(
            events.c.data_set == tx.data_set,
            events.c.number.is_(None),
            tuple_(events.c.receiver, events.c.id).in_(keys),
        )
    )
    kinds = {(row.receiver, row.id): row.kind for row in found}
    return [Arrived(*key, kinds[key]) for key in keys if key in kinds]


def count(tx: Tx, more: Mapping[str, int]) -> dict[str, int]:
    """Count so many more events of each receiver; give the numbers of their last."""
    return dict(tx.run(_COUNT, data_set=tx.data_set, more=_text(more)))


def number(tx: Tx, numbered: Sequence[tuple[Arrived, int]]) -> None:
    """Give events their numbers."""
    given = [{"receiver": each.receiver, "id": each.id, "number": given} for each, given in numbered]
    tx.run(_NUMBER, data_set=tx.data_set, given=_text(given))


def wanting(tx: Tx, receivers: Iterable[str]) -> list[Wanting]:
    """Read the active webhooks of some receivers."""
    query = select(webhooks.c.id, webhooks.c.receiver, webhooks.c.kinds).where(
        webhooks.c.active, webhooks.c.receiver.in_(sorted(receivers)), webhooks.c.data_set == tx.data_set
    )
    # Held until the deliveries are laid out: who removes a webhook waits, and takes them with it.
    rows = tx.execute(query.with_for_update(read=True, key_share=True))
    return [Wanting(row.id, row.receiver, tuple(row.kinds)) for row in rows]


def lay_out(tx: Tx, laid: Iterable[tuple[Wanting, int]], now: datetime) -> None:
    """Insert deliveries of events, by their numbers, that are due now."""
    rows = [{"hook": hook.id, "number": given} for hook, given in laid]
    tx.run(_LAY_OUT, laid=_text(rows), now=now)


def wake(tx: Tx, hooks: Iterable[str], now: datetime) -> None:
    """Let the couriers look at some webhooks."""
    later = or_(webhooks.c.due_at.is_(None), webhooks.c.due_at > now)
    tx.execute(update(webhooks).where(webhooks.c.id.in_(sorted(hooks)), later).values(due_at=now))


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
