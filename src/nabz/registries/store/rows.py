"""How a row is put: inserted, or written over the one of the same key, in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from nabz.kit.db import Tx


def upsert(tx: Tx, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Put rows that name every column, their data set too."""
    insert = postgresql.insert(table) if tx.engine == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    others = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    if rows:
        tx.execute(insert.on_conflict_do_update(index_elements=keys, set_=others), rows)


def pattern(word: str) -> str:
    """What LIKE finds a word by wherever it stands; the sign of escape is a backslash."""
    for sign in "\\%_":
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"
