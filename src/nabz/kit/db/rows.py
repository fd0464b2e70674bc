"""Rows that belong to a data set: which tables have them, and the two locks on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from nabz.kit.db.naming import COLUMN, read
from nabz.kit.db.types import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import MetaData, Table
    from sqlalchemy.engine import Dialect, ExecutionContext

SETTING: Final = "nabz.data_set"
"""What a session of PostgreSQL says of itself; the policies of the second lock look there."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class UnnamedDataSet(Exception):  # noqa: N818 - a defect of ours, told as the fact that it is
    """A statement does not hold to its transaction's data set what belongs to one."""

    def __init__(self, faults: Sequence[str], text: str) -> None:
        super().__init__(f"{'; '.join(faults)}: {text}")


def is_scoped(table: Table) -> bool:
    """Tell whether its rows belong to data sets (it stands first in the key), not merely speak of one."""
    return next((column.name for column in table.primary_key), "") == COLUMN


def scoped_tables(known: MetaData = metadata) -> set[str]:
    """The names of the tables whose rows belong to a data set."""
    return {name for name, table in known.tables.items() if is_scoped(table)}


# ---------------------------------------------------------------- the first lock


def first_lock(*texts: str) -> bool:
    """Refuse a hand-written statement that does not name its data set; tell whether it touches such rows at all."""
    scoped = scoped_tables()
    touched = False
    for text in texts:
        faults, arguments = read(text, scoped)
        if faults:
            raise UnnamedDataSet(faults, text)
        touched = touched or bool(arguments)
    return touched


def lock_statements(dialect: Dialect) -> None:
    """Let no statement of SQLAlchemy be compiled that does not name its data set: once for each, its cache keeps it."""
    compiler: Any = dialect.statement_compiler

    class Locked(compiler):  # type: ignore[misc]
        data_sets: tuple[str, ...] = ()

        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
            super().__init__(*args, **kwargs)
            faults, arguments = read(self.string, scoped_tables(), any_argument=True)
            if faults:
                raise UnnamedDataSet(faults, self.string)
            self.data_sets = tuple(self._key(argument) for argument in sorted(arguments))

        def _key(self, argument: str) -> str:
            return str(self.positiontup[int(argument[2:])]) if argument[1] == "?" else argument[1:]

    dialect.statement_compiler = Locked


def check_data_set(context: ExecutionContext, data_set: int) -> None:
    """Refuse a statement of SQLAlchemy that named another data set than its transaction's: the use case ends here."""
    compiled: Any = context.compiled
    keys: tuple[str, ...] = getattr(compiled, "data_sets", ())
    if keys:
        given: Sequence[Mapping[str, object]] = context.compiled_parameters  # type: ignore[attr-defined]
        if any(row.get(key) != data_set for row in given for key in keys):
            raise UnnamedDataSet([f"another data set than {data_set} is named"], compiled.string)


# ---------------------------------------------------------------- the second lock


def second_lock(table: str) -> list[str]:
    """Write the row-level security of PostgreSQL for a table, for its migration; of a partitioned one, the parent.

    Who owns the table is held too; a superuser and a role with BYPASSRLS are not. A session that says nothing sees
    nothing. Both sides of the comparison are constants to the planner: beside `data_set = $1` it becomes one look at
    the start, and the indexes serve as before.
    """
    if not _NAME.fullmatch(table):
        raise ValueError(f"{table!r} is no name of a table")
    ours = f"{COLUMN} = nullif(current_setting('{SETTING}', true), '')::int"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {COLUMN} ON {table} USING ({ours}) WITH CHECK ({ours})",
    ]
