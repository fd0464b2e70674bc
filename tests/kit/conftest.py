"""A store for the tests of the kit: its own tables, with nothing of any domain in it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from nabz.kit.db import Database, open_database
from tests import services
from tests.kit.things import drop_tables, make_tables
from tests.services import Engine


@pytest.fixture(scope="session")
def _postgres_url() -> Iterator[str]:
    url = services.fresh_database("empty", engine="postgres")
    yield url
    services.drop_database(url)


@pytest.fixture
def store_url(engine: Engine, request: pytest.FixtureRequest) -> Iterator[str]:
    """A file of the test's own, or the worker's one PostgreSQL database: making one takes longer than a test."""
    if engine == "postgres":
        yield request.getfixturevalue("_postgres_url")
        return
    url = services.fresh_database("empty", engine=engine)
    yield url
    services.drop_database(url)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Database]:
    # As with PostgreSQL: commits are real, the disk is not waited for.
    database = open_database(store_url, **({"fsync": False} if store_url.startswith("sqlite") else {}))
    await database.start()
    await database.write(drop_tables)
    await database.write(make_tables)
    yield database
    await database.stop()
