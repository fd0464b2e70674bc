"""The SQL of slots: putting them in, finding them, changing what they stand at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Date, cast, func, insert, or_, select, update

from nabz.appointments.errors import SlotUnknown
from nabz.appointments.model import Quota, Status, tracking
from nabz.appointments.store.rows import SLOT_COLUMNS, SLOT_TEXT, slot
from nabz.appointments.tables import names, slots
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.appointments.model import Slot
    from nabz.kit.db import Tx

S = slots.c
N = names.c
MANY: Final = 5000

FIND: Final = Statement(
    row=slot,
    postgres=f"""
        SELECT {SLOT_TEXT} FROM appointment_slot s
        WHERE s.data_set = :data_set AND s.id = :id AND s.starts_at >= :from AND s.starts_at < :until
        """,  # noqa: S608 - our own text
)

_NEW: Final = ("id", "starts_at", "facility", "agenda", "minutes", "queue", "local_id", "block", "quota", "opens_at")
_ROWS: Final = (*_NEW, "closes_at", "status", "edits", "changed_at")
_TYPES: Final = {
    "starts_at": "timestamptz",
    "opens_at": "timestamptz",
    "closes_at": "timestamptz",
    "changed_at": "timestamptz",
    "agenda": "bigint",
    "minutes": "int",
    "quota": "smallint",
    "status": "smallint",
    "edits": "smallint",
}
_ADD_MANY: Final = Statement(
    row=int,
    postgres=f"""
        INSERT INTO appointment_slot (data_set, {", ".join(_ROWS)})
        SELECT :data_set, {", ".join(f"r.{name}" for name in _ROWS)}
        FROM json_to_recordset((:rows)::json) AS r ({", ".join(f"{of} {_TYPES.get(of, 'text')}" for of in _ROWS)})
        """,  # noqa: S608 - our own text
)
_NAME_MANY: Final = Statement(
    row=int,
    postgres="""
        WITH made AS (
            INSERT INTO appointment_name (data_set, facility, local_id, slot, starts_at)
            SELECT :data_set, r.facility, r.local_id, r.id, r.starts_at
            FROM json_to_recordset((:rows)::json) AS r (facility text, local_id text, id text, starts_at timestamptz)
            WHERE r.local_id <> '' ON CONFLICT (data_set, facility, local_id) DO NOTHING RETURNING 1
        )
        SELECT count(*) FROM made
        """,
)


def _named(local_id: str, slot_id: str, starts_at: datetime) -> tuple[str, tuple[str, datetime]]:
    return local_id, (slot_id, starts_at)


# The ids come first: under an IN of hundreds a table that nobody has counted yet is read to its end for each of them.
_NAMED: Final = Statement(
    row=_named,
    postgres="""
        SELECT n.local_id, n.slot, n.starts_at FROM json_array_elements_text((:ids)::json) AS told (id)
        JOIN appointment_name n ON n.data_set = :data_set AND n.facility = :facility AND n.local_id = told.id
        """,
    sqlite="""
        SELECT n.local_id, n.slot, n.starts_at FROM json_each(:ids) AS told
        CROSS JOIN appointment_name n ON n.data_set = :data_set AND n.facility = :facility AND n.local_id = told.value
        """,
)


def add(tx: Tx, many: Sequence[Slot]) -> None:
    """Insert slots."""
    for start in range(0, len(many), MANY):
        some = many[start : start + MANY]
        if tx.engine == "postgresql":
            tx.run(_ADD_MANY, data_set=tx.data_set, rows=msgspec.json.encode(some).decode())
        else:
            rows = [{**{name: getattr(one, name) for name in _ROWS}, "data_set": tx.data_set} for one in some]
            tx.execute(insert(slots), rows)


def named(tx: Tx, facility: str, local_ids: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    """Find the slots that a centre knows by these ids, with their times."""
    if not local_ids:
        return {}
    ids = msgspec.json.encode(local_ids).decode()
    return dict(tx.run(_NAMED, data_set=tx.data_set, facility=facility, ids=ids))


def name(tx: Tx, many: Sequence[Slot]) -> int:
    """Keep the centre's own ids of slots; tell how many were new."""
    count = 0
    for start in range(0, len(many), MANY):
        some = [one for one in many[start : start + MANY] if one.local_id]
        if tx.engine == "postgresql":
            count += tx.run(_NAME_MANY, data_set=tx.data_set, rows=msgspec.json.encode(some).decode())[0]
        elif some:
            rows = [
                {"facility": one.facility, "local_id": one.local_id, "slot": one.id, "starts_at": one.starts_at}
                for one in some
            ]
            tx.execute(insert(names), [{**row, "data_set": tx.data_set} for row in rows])
            count += len(rows)
    return count


_LOCK: Final = Statement(
    row=str,
    postgres="""
        INSERT INTO appointment_provider (data_set, provider, changed_at) VALUES (:data_set, :provider, :now)
        ON CONFLICT (data_set, provider) DO UPDATE SET changed_at = excluded.changed_at RETURNING provider
        """,
)


def lock_provider(tx: Tx, provider: str, now: datetime) -> None:
    """Let nobody else publish for a provider until this transaction ends."""
    tx.run(_LOCK, data_set=tx.data_set, provider=provider, now=now)


def forget_names(tx: Tx, before: datetime) -> int:
    """Forget the centre's own ids of past slots, some at a time."""
    some = (
        select(N.facility, N.local_id)
        .where(N.data_set == tx.data_set, N.starts_at < before)
        .order_by(N.starts_at)
        .limit(MANY)
    )
    gone = [(row.facility, row.local_id) for row in tx.execute(some)]
    for facility in {facility for facility, _ in gone}:
        local_ids = [local_id for there, local_id in gone if there == facility]
        for start in range(0, len(local_ids), 500):
            of = (N.facility == facility, N.local_id.in_(local_ids[start : start + 500]), N.starts_at < before)
            tx.execute(names.delete().where(N.data_set == tx.data_set, *of))
    return len(gone)


def of_agendas(
    tx: Tx, numbers: Sequence[int], from_: datetime, until: datetime, *statuses: int, limit: int = 200_000
) -> list[Slot]:
    """List the slots of some agendas that begin within a time, by time; of all statuses unless some are named."""
    found: list[Slot] = []
    for start in range(0, len(numbers), 500):
        query = select(*SLOT_COLUMNS).where(
            S.data_set == tx.data_set,
            S.agenda.in_(numbers[start : start + 500]),
            S.starts_at >= from_,
            S.starts_at < until,
        )
        if statuses:
            query = query.where(S.status.in_(statuses))
        found += [slot(*row) for row in tx.execute(query.order_by(S.starts_at, S.id).limit(limit))]
    return sorted(found, key=lambda one: (one.starts_at, one.id))


def find(tx: Tx, id_: str) -> Slot | None:
    """Read a slot, or nothing."""
    from_, until = tracking.when(id_)
    rows = tx.run(FIND, data_set=tx.data_set, id=id_, **{"from": from_, "until": until})
    return rows[0] if rows else None


def get(tx: Tx, id_: str) -> Slot:
    """Read a slot. Raises SlotUnknown."""
    found = find(tx, id_)
    if found is None:
        raise SlotUnknown
    return found


def locked(tx: Tx, id_: str) -> Slot:
    """Read a slot that nobody else changes until this transaction ends. Raises SlotUnknown."""
    from_, until = tracking.when(id_)
    query = select(*SLOT_COLUMNS).where(
        S.data_set == tx.data_set, S.id == id_, S.starts_at >= from_, S.starts_at < until
    )
    row = tx.execute(query.with_for_update()).first()
    if row is None:
        raise SlotUnknown
    return slot(*row)


def locked_if_free(tx: Tx, id_: str) -> Slot | None:
    """Lock a slot that is still free, unless somebody else has it in his hands at this moment."""
    from_, until = tracking.when(id_)
    query = select(*SLOT_COLUMNS).where(
        S.data_set == tx.data_set, S.id == id_, S.starts_at >= from_, S.starts_at < until, S.status == int(Status.FREE)
    )
    row = tx.execute(query.with_for_update(skip_locked=True)).first()
    return slot(*row) if row is not None else None


def by_ids(tx: Tx, ids: Sequence[str], first: datetime, last: datetime) -> list[Slot]:
    """Read some slots that begin within a time."""
    found: list[Slot] = []
    for start in range(0, len(ids), 500):
        query = select(*SLOT_COLUMNS).where(
            S.data_set == tx.data_set, S.id.in_(ids[start : start + 500]), S.starts_at >= first, S.starts_at <= last
        )
        found += [slot(*row) for row in tx.execute(query)]
    return found


def locked_many(tx: Tx, numbers: Sequence[int], from_: datetime, until: datetime, *statuses: int) -> list[Slot]:
    """The same for a range, in the one order in which everybody locks."""
    query = (
        select(*SLOT_COLUMNS)
        .where(
            S.data_set == tx.data_set,
            S.agenda.in_(numbers),
            S.starts_at >= from_,
            S.starts_at < until,
            S.status.in_(statuses),
        )
        .order_by(S.id)
        .with_for_update()
    )
    return [slot(*row) for row in tx.execute(query)]


def change(tx: Tx, one: Slot, **cells: Any) -> Slot:  # noqa: ANN401 - cells of a row
    """Write some fields of a slot that was read locked."""
    query = update(slots).where(S.data_set == tx.data_set, S.id == one.id, S.starts_at == one.starts_at)
    if tx.execute(query.values(**cells)).rowcount != 1:
        raise SlotUnknown
    return msgspec.structs.replace(one, **cells)


def withdraw_many(tx: Tx, many: Sequence[Slot], reason: int, now: datetime) -> None:
    """Take back slots that were read locked."""
    for start in range(0, len(many), 500):
        some = many[start : start + 500]
        at = [one.starts_at for one in some]
        query = update(slots).where(
            S.data_set == tx.data_set,
            S.id.in_([one.id for one in some]),
            S.starts_at >= min(at),
            S.starts_at <= max(at),
        )
        tx.execute(
            query.values(status=int(Status.WITHDRAWN), reason=reason, changed_at=now, held_for=None, held_until=None)
        )


def free_of(numbers: Sequence[int], from_: datetime, until: datetime, now: datetime, quota: int | None) -> list[Any]:
    """The clauses of what may be taken at a moment (the data set apart)."""
    clauses = [
        S.agenda.in_(numbers),
        S.starts_at >= max(from_, now),
        S.starts_at < until,
        S.status == int(Status.FREE),
        or_(S.opens_at.is_(None), S.opens_at <= now),
        or_(S.closes_at.is_(None), S.closes_at > now),
        or_(S.held_until.is_(None), S.held_until <= now),
    ]
    return [*clauses, S.quota == quota] if quota is not None else clauses


_FREE: Final = """
    SELECT {columns} FROM appointment_slot s
    WHERE s.data_set = :data_set AND s.agenda {among} AND s.starts_at >= :from AND s.starts_at < :until AND s.status = 1
      AND (s.opens_at IS NULL OR s.opens_at <= :now) AND (s.closes_at IS NULL OR s.closes_at > :now)
      AND (s.held_until IS NULL OR s.held_until <= :now) AND s.quota BETWEEN :quota AND :last_quota
    ORDER BY s.starts_at, s.id LIMIT :limit OFFSET :offset
    """
FREE: Final = Statement(
    row=slot,
    postgres=_FREE.format(columns=SLOT_TEXT, among="= ANY ((:numbers)::bigint[])"),
    sqlite=_FREE.format(columns=SLOT_TEXT, among="IN (SELECT value FROM json_each(:numbers))"),
)
"""The same as `free_of`, written out: what a search asks again and again."""


def free(
    tx: Tx,
    numbers: Sequence[int],
    from_: datetime,
    until: datetime,
    now: datetime,
    quota: int | None,
    limit: int,
    offset: int = 0,
) -> list[Slot]:
    """List what may be taken, by time."""
    among = ",".join(map(str, numbers))
    first, last = (quota, quota) if quota is not None else (min(Quota), max(Quota))
    return tx.run(
        FREE,
        data_set=tx.data_set,
        numbers=f"{{{among}}}" if tx.engine == "postgresql" else f"[{among}]",
        until=until,
        now=now,
        quota=int(first),
        last_quota=int(last),
        limit=limit,
        offset=offset,
        **{"from": max(from_, now)},
    )


def free_days(
    tx: Tx, numbers: Sequence[int], from_: datetime, until: datetime, now: datetime, quota: int | None
) -> dict[date, int]:
    """Count what may be taken on each day of Tehran."""
    day: Any = (
        cast(func.timezone("Asia/Tehran", S.starts_at), Date)
        if tx.engine == "postgresql"
        else func.date(S.starts_at, "+12600 seconds")
    )
    clauses = free_of(numbers, from_, until, now, quota)
    query = select(day.label("day"), func.count().label("many")).where(S.data_set == tx.data_set, *clauses)
    rows = tx.execute(query.group_by("day").order_by("day"))
    return {date.fromisoformat(str(row.day)): row.many for row in rows}


def count_free(tx: Tx, numbers: Sequence[int], from_: datetime, until: datetime, now: datetime, quota: int) -> int:
    """Count what may be taken."""
    clauses = free_of(numbers, from_, until, now, quota)
    query = select(func.count()).select_from(slots).where(S.data_set == tx.data_set, *clauses)
    return int(tx.execute(query).scalar_one())


def free_seats(tx: Tx, agenda: int, starts_at: datetime, person: str, now: datetime) -> list[str]:
    """List the seats of one time that a person may take."""
    query = select(S.id).where(
        S.data_set == tx.data_set,
        S.agenda == agenda,
        S.starts_at == starts_at,
        S.status == int(Status.FREE),
        or_(S.held_until.is_(None), S.held_until <= now, S.held_for == person),
    )
    return [row.id for row in tx.execute(query)]
