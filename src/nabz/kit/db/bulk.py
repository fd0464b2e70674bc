"""Very many rows at once, for seeds: faster than any caller could send them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from nabz.kit.db.statement import Statement
from nabz.kit.db.types import instant_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from nabz.kit.db.tx import Tx

Cells = tuple[Any, ...]

CHUNK: Final = 10_000
_BETWEEN, _NOTHING = "\x1f", "\x1e"
"""Signs that stand in no text of a generator: between the cells of a column, and where a cell has no value."""

_LIST: Final = "CASE :cells WHEN '' THEN ARRAY[''] ELSE string_to_array(:cells, chr(31), chr(30)) END"
_POSTGRES: Final = postgresql.dialect()  # type: ignore[no-untyped-call]


class Bulk:
    """The columns of a table that differ from row to row, and those that are the same in all; what is there stays.

    Rows go by an INSERT of their own data set, since row-level security lets no COPY in.
    """

    def __init__(self, table: Table, told: Sequence[str], same: Sequence[str] = ()) -> None:
        self._told = told
        types = {column.name: column.type.compile(_POSTGRES).partition(" COLLATE")[0] for column in table.columns}
        # One text for each column costs least on both sides of the socket; of a single row it may be empty.
        lists = ", ".join(f"{_LIST.replace(':cells', f':{name}')}::{types[name]}[]" for name in told)
        always = "".join(f", (:{name})::{types[name]}" for name in same)
        columns = f"{table.name} (data_set, {', '.join((*told, *same))})"
        cells = ", ".join(f"r.value ->> {place}" for place in range(len(told)))
        self._statement = Statement(
            row=int,
            postgres=f"""
                INSERT INTO {columns}
                SELECT :data_set, r.*{always} FROM unnest({lists}) AS r ({", ".join(told)}) ON CONFLICT DO NOTHING
                """,  # noqa: S608 - our own text
            sqlite=f"""
                INSERT OR IGNORE INTO {columns}
                SELECT :data_set, {cells}{"".join(f", :{name}" for name in same)} FROM json_each(:rows) r
                """,  # noqa: S608 - our own text
        )

    def put(self, tx: Tx, rows: Sequence[Cells], **same: object) -> None:
        """Insert what is not there yet."""
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            if tx.engine == "postgresql":
                columns = zip(self._told, zip(*some, strict=True), strict=True)
                tx.run(self._statement, **{name: _BETWEEN.join(map(_text, cells)) for name, cells in columns}, **same)
            else:
                told = [[cell if isinstance(cell, int) else _nullable(cell) for cell in row] for row in some]
                tx.run(self._statement, rows=msgspec.json.encode(told).decode(), **same)


def count(tx: Tx, *tables: Table) -> None:
    """Let the planner know what is there now."""
    for table in tables:
        tx.execute(text(f"ANALYZE {table.name}"))


def _nullable(cell: object) -> str | None:
    return None if cell is None else _text(cell)


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return _NOTHING
    if isinstance(cell, datetime):
        return instant_text(cell)
    return msgspec.json.encode(cell).decode()
