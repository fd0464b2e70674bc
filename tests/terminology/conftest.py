"""One database of each kind for all the tests of a file, and each test finds it empty: a new one takes far longer."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from nabz.kit.db import Database, Tx, metadata, open_database
from tests import services
from tests.services import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
async def _open(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=request.param)
    database = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


@pytest.fixture
async def empty_db(_open: Database) -> Database:
    """As `db`, but the tables of others may have been there before."""
    await _open.write(_forget_all)
    return _open


def _forget_all(tx: Tx) -> None:
    for table in reversed(metadata.sorted_tables):
        tx._connection.exec_driver_sql(f"DELETE FROM {table.name}")  # of all data sets
    if tx.engine == "sqlite":
        tx.execute(text("INSERT INTO terminology_trigram (terminology_trigram) VALUES ('delete-all')"))
