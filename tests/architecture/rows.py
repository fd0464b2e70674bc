"""Rules about rows that belong to a data set, on the imported program and on a database: both locks are there."""

from collections.abc import Iterable, Iterator
from types import ModuleType

import psycopg
from sqlalchemy import Index, Table, UniqueConstraint

from nabz.kit.db import Statement
from nabz.kit.db.naming import COLUMN
from nabz.kit.db.rows import UnnamedDataSet, first_lock, is_scoped
from tests.architecture.code import FOR_ALL_DATA_SETS

# Rows that say something about a data set and belong to none: who may enter it, what was called in it, who did what.
ABOUT_DATA_SETS = {
    "access_api_grant",
    "access_client_secret",
    "access_grant",
    "access_oauth_code",
    "access_oauth_entry",
    "access_oauth_redirect",
    "access_oauth_session",
    "access_token",
    "access_user",
    "audit_entry",
    "gateway_traffic",
    "notify_receiver",
    "notify_told",
    "notify_webhook",
}


def tables(modules: Iterable[ModuleType]) -> dict[str, list[Table]]:
    """The tables of each domain, and of the kit."""
    found: dict[str, dict[str, Table]] = {}
    for module in modules:
        _, domain, *rest = [*module.__name__.split("."), "", ""]
        if rest[0] == "tables" or domain == "kit":
            there = {value.name: value for value in vars(module).values() if isinstance(value, Table)}
            found.setdefault(domain, {}).update(there)
    return {domain: list(each.values()) for domain, each in found.items()}


def statements(modules: Iterable[ModuleType]) -> Iterator[tuple[str, Statement[object]]]:
    """The hand-written statements that stand in a module; those made in a function are looked at when they are run."""
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, Statement):
                yield f"{module.__name__}.{name}", value


def data_set_stands_first(domain: str, found: Iterable[Table]) -> Iterator[str]:
    """In every key and index of rows that belong to data sets; a table that merely speaks of one is listed above."""
    for table in found:
        if is_scoped(table):
            yield from _keys_without_it(table)
        elif domain not in FOR_ALL_DATA_SETS | {"kit"}:
            yield f"{table.name}: {COLUMN} does not stand first in its primary key"
        elif COLUMN in table.c and table.name not in ABOUT_DATA_SETS:
            yield f"{table.name}: {COLUMN} comes first, or its rows only speak of data sets and it is listed"


def _keys_without_it(table: Table) -> Iterator[str]:
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    kinds: list[Index | UniqueConstraint] = [*table.indexes, *unique]
    yield from (
        f"{table.name}: {COLUMN} does not stand first in {kind.name}" for kind in kinds if _first(kind) != COLUMN
    )
    for key in table.foreign_key_constraints:
        if is_scoped(key.referred_table) and COLUMN not in key.column_keys:
            yield f"{table.name}: a reference to {key.referred_table.name} without {COLUMN}"


def _first(kind: Index | UniqueConstraint) -> str:
    first = next(iter(kind.expressions if isinstance(kind, Index) else kind.columns))
    return str(getattr(first, "name", ""))


def statement_names_its_data_set(name: str, statement: Statement[object]) -> Iterator[str]:
    try:
        first_lock(statement.postgres, *statement.sqlite)
    except UnnamedDataSet as unnamed:
        yield f"{name}: {unnamed}"


def second_lock_is_on(url: str, names: Iterable[str]) -> Iterator[str]:
    """Row-level security with both sides of its policy, forced upon the owner too."""
    query = """
        SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
        WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.polcmd = '*' AND p.polpermissive
        AND pg_get_expr(p.polqual, c.oid) LIKE '%nabz.data_set%'
        AND pg_get_expr(p.polwithcheck, c.oid) LIKE '%nabz.data_set%'
        """
    with psycopg.connect(url) as connection:
        locked = {row[0] for row in connection.execute(query)}
    yield from (f"{name}: its migration does not say second_lock" for name in sorted(set(names) - locked))
