"""The parts of divided tables on PostgreSQL: one a month, made ahead, and taken away without a lock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from nabz.appointments.tables import DIVIDED
from nabz.kit.db import Statement, second_lock

if TYPE_CHECKING:
    from nabz.kit.db import Tx

TABLES: Final = tuple(table.name for table in DIVIDED)
_PART: Final = re.compile(r"_([0-9]{4})_([0-9]{2})$")


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """The month (UTC) of an instant: its start and its end."""
    start = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=32)).replace(day=1)


def ensure(tx: Tx, at: datetime) -> bool:
    """Make the parts of a month unless they are there; tell whether any was made.

    A part is made aside and then attached, which lets everybody read and write the others meanwhile.
    """
    if tx.engine != "postgresql":
        return False
    start, end = month_of(at)
    made = False
    for table in TABLES:
        part = f"{table}_{start:%Y_%m}"
        if _is_there(tx, part):
            continue
        tx.execute(text("SELECT pg_advisory_xact_lock(hashtext(:part))"), {"part": part})
        if _is_there(tx, part):
            continue
        # Our own names and instants, and identifiers cannot be arguments.
        tx.execute(text(f"CREATE TABLE {part} (LIKE {table} INCLUDING ALL) WITH (fillfactor = 85)"))
        for line in second_lock(part):  # it may be asked by its own name too
            tx.execute(text(line))
        tx.execute(text(f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM ('{start}') TO ('{end}')"))
        made = True
    return made


def _is_there(tx: Tx, part: str) -> bool:
    # Not by to_regclass: a session that has found nothing remembers that, and does not see what was made meanwhile.
    query = text(
        "SELECT count(*) FROM pg_class WHERE relname = :part AND relnamespace = to_regnamespace(current_schema())"
    )
    return bool(tx.execute(query, {"part": part}).scalar_one())


class Stage(StrEnum):
    """A part leaves in three steps, after each of which the program may have been killed."""

    ATTACHED = "attached"
    LEAVING = "leaving"
    LOOSE = "loose"


class Part(NamedTuple):
    """A part of a divided table, and how far it has left."""

    month: datetime
    name: str
    stage: Stage


def next_step(part: Part) -> Statement[str]:
    """The statement, a transaction of its own, that takes a part one step further."""
    table = part.name[: -len("_2026_11")]
    if table not in TABLES or not _PART.search(part.name):
        raise ValueError(f"{part.name} is no part of ours")
    words = {
        Stage.ATTACHED: f"ALTER TABLE {table} DETACH PARTITION {part.name} CONCURRENTLY",
        Stage.LEAVING: f"ALTER TABLE {table} DETACH PARTITION {part.name} FINALIZE",
        Stage.LOOSE: f"DROP TABLE {part.name}",
    }
    return Statement(row=str, postgres=words[part.stage])


def months(tx: Tx) -> list[Part]:
    """List the parts with the months that they hold, oldest first; also those that have left half."""
    if tx.engine != "postgresql":
        return []
    query = text(
        "SELECT c.relname, i.inhdetachpending FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(current_schema())"
        " AND c.relname ~ '^appointment_(slot|booking)_[0-9]{4}_[0-9]{2}$' ORDER BY c.relname"
    )
    found = []
    for row in tx.execute(query):
        at = _PART.search(row.relname)
        stage = {None: Stage.LOOSE, True: Stage.LEAVING, False: Stage.ATTACHED}[row.inhdetachpending]
        if at is not None:
            found.append(Part(datetime(int(at[1]), int(at[2]), 1, tzinfo=UTC), row.relname, stage))
    return sorted(found)
