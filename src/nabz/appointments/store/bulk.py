"""Very many rows at once: a country's schedules, put in faster than any clinic could publish them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import insert, text

from nabz.appointments.store.rows import AGENDA_FIELDS
from nabz.appointments.tables import agendas, appointments, person_days, slots
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from nabz.kit.db import Tx

Cells = tuple[Any, ...]

_CHUNK: Final = 10_000
_BETWEEN, _NOTHING = "\x1f", "\x1e"
"""Signs that stand in no text of a generator: between the cells of a column, and where a cell has no value."""

_TYPES: Final = {
    "starts_at": "timestamptz",
    "agenda": "bigint",
    "minutes": "int",
    "quota": "smallint",
    "status": "smallint",
    "edits": "smallint",
    "deposit": "bigint",
    "booked_at": "timestamptz",
    "changed_at": "timestamptz",
    "claims": "jsonb",
    "latitude": "float8",
    "longitude": "float8",
}


class Rows:
    """The columns of a table that differ from row to row, and those that are the same in all."""

    def __init__(self, table: Table, told: Sequence[str], same: Sequence[str] = ()) -> None:
        self._table = table
        self._told = told
        self._insert = insert(table).prefix_with("OR IGNORE", dialect="sqlite")
        # One text for each column costs least on both sides of the socket.
        lists = ", ".join(f"string_to_array(:{name}, chr(31), chr(30))::{self._type(name)}[]" for name in told)
        always = "".join(f", (:{name})::{self._type(name)}" for name in same)
        self._statement = Statement(
            row=int,
            postgres=f"""
                INSERT INTO {table.name} (data_set, {", ".join((*told, *same))})
                SELECT :data_set, r.*{always} FROM unnest({lists}) AS r ({", ".join(told)}) ON CONFLICT DO NOTHING
                """,  # noqa: S608 - our own text
        )

    def _type(self, name: str) -> str:
        return "bigint" if name == "id" and self._table is agendas else _TYPES.get(name, "text")

    def put(self, tx: Tx, rows: Sequence[Cells], **same: object) -> None:
        """Insert what is not there yet."""
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            if tx.engine == "postgresql":
                columns = zip(self._told, zip(*some, strict=True), strict=True)
                cells = {name: _BETWEEN.join(map(_text, column)) for name, column in columns}
                tx.run(self._statement, data_set=tx.data_set, **cells, **same)
            else:
                fixed = {**same, "data_set": tx.data_set}
                tx.execute(self._insert, [{**dict(zip(self._told, row, strict=True)), **fixed} for row in some])


AGENDAS: Final = Rows(agendas, (*AGENDA_FIELDS, "search"))
SLOTS: Final = Rows(
    slots,
    ("id", "starts_at", "facility", "agenda", "queue", "quota", "status", "appointment"),
    ("minutes", "local_id", "block", "edits", "changed_at"),
)
TAKEN: Final = Rows(
    appointments,
    ("id", "slot", "starts_at", "facility", "provider", "agenda", "person", "first_name", "last_name"),
    ("minutes", "mobile", "postal_code", "gender", "hid", "deposit", "status", "booked_at", "booked_by", "edits"),
)
DAYS: Final = Rows(person_days, ("person", "day", "claims"))


def count(tx: Tx, *tables: Table) -> None:
    """Let the planner know what is there now."""
    for table in tables:
        tx.execute(text(f"ANALYZE {table.name}"))


def count_all(tx: Tx) -> None:
    """Let the planner know what is there now."""
    count(tx, agendas, slots, appointments, person_days)


def _text(cell: object) -> str:
    if cell is None:
        return _NOTHING
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat()
    return msgspec.json.encode(cell).decode()
