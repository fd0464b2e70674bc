"""The migrations and the tables say the same, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, create_engine, make_url
from sqlalchemy.schema import Column

from nabz.cli.migrate import migrate
from nabz.kit.db import metadata
from tests.architecture import living


def differences(url: str, expected: MetaData) -> list[object]:
    """What `alembic check` would find."""
    address = make_url(url)
    engine = create_engine(address.set(drivername="postgresql+psycopg") if address.drivername != "sqlite" else address)
    try:
        with engine.connect() as connection:
            return _compare(connection, expected)
    finally:
        engine.dispose()


def ours(name: str | None, _kind: str, _within: object) -> bool:
    """What the engines keep for search is no table of ours."""
    return "terminology_trigram" not in (name or "")


def _compare(connection: Connection, expected: MetaData) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
    return list(compare_metadata(context, expected))


def test_the_migrations_make_the_tables(db_url: str) -> None:
    living.modules()
    assert differences(db_url, metadata) == []


def test_a_second_migration_changes_nothing(db_url: str) -> None:
    migrate(db_url)
    assert differences(db_url, metadata) == []


@pytest.mark.parametrize("wrong", ["table", "column"])
def test_a_forgotten_migration_is_seen(db_url: str, wrong: str) -> None:
    living.modules()
    changed = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(changed)
    if wrong == "table":
        Table("forgotten", changed, Column("id"))
    else:
        next(iter(changed.tables.values())).append_column(Column("forgotten"))
    assert differences(db_url, changed)
