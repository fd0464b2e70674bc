"""One database of each kind for the tests of a file; each test has a data set of its own in it."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from nabz.kit.db import Database, open_database
from tests import services
from tests.services import ENGINES

_data_sets = count(2)


@pytest.fixture(scope="module", params=ENGINES)
async def whole(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """The store of all data sets."""
    url = services.fresh_database("migrated", engine=request.param)
    database = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


@pytest.fixture
def sandbox(whole: Database) -> Database:
    """A data set that nobody has written to."""
    return whole.within(next(_data_sets))
