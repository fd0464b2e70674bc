"""The parts of divided tables on PostgreSQL: one a month, made ahead, and taken away without a lock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from nabz.appointments.tables import DIVIDED
from nabz.kit.db import Statement

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
        tx.execute(text(f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM ('{start}') TO ('{end}')"))
        made = True
    return made


def _is_there(tx: Tx, part: str) -> bool:
    # Not by to_regclass: a session that has found nothing remembers that, and does not see what was made meanwhile.
    query = text(
        "SELECT count(*) FROM pg_class WHERE relname = :part AND relnamespace = to_regnamespace(current_schema())"
    )
    return bool(tx.execute(query, {"part": part}).scalar_one())


def leaving(part: str) -> list[Statement[str]]:
    """The statements, each its own transaction, by which a part leaves: detached beside its readers, then dropped."""
    table = part[: -len("_2026_11")]
    if table not in TABLES or not _PART.search(part):
        raise ValueError(f"{part} is no part of ours")
    detach = f"ALTER TABLE {table} DETACH PARTITION {part} CONCURRENTLY"
    return [Statement(row=str, postgres=words) for words in (detach, f"DROP TABLE {part}")]


def months(tx: Tx) -> list[tuple[datetime, str]]:
    """List the parts with the months that they hold, oldest first."""
    if tx.engine != "postgresql":
        return []
    query = text(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " JOIN pg_class p ON p.oid = i.inhparent"
        " WHERE p.relname IN ('appointment_slot', 'appointment_booking') ORDER BY c.relname"
    )
    found = [(row.relname, _PART.search(row.relname)) for row in tx.execute(query)]
    return sorted((datetime(int(at[1]), int(at[2]), 1, tzinfo=UTC), part) for part, at in found if at is not None)
