"""One store of each kind for all the tests of a file, emptied before each; only the signing key stays, it is dear."""

from collections.abc import AsyncIterator

import pytest

from nabz.access.service.passwords import Passwords
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, metadata, open_database
from nabz.kit.digest import Keyring
from tests import services
from tests.access.oauth.tamin import Tamin
from tests.access.world import World
from tests.services import ENGINES

EMPTIED = ("access_", "audit_", "notify_code", "outbox_")


@pytest.fixture(scope="module", params=ENGINES)
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=request.param)
    database = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


@pytest.fixture
async def tamin(
    store: Database, keys: Keyring, clock: FixedClock, shared_passwords: Passwords, stored_password: str
) -> Tamin:
    await store.write(_empty)
    world = World(store, keys, clock, shared_passwords)
    await world.fill(stored_password)
    made = Tamin(world)
    await made.fill()
    return made


def _empty(tx: Tx) -> None:
    for table in reversed(metadata.sorted_tables):
        if table.name.startswith(EMPTIED) and table.name != "access_oauth_key":
            tx._connection.exec_driver_sql(f"DELETE FROM {table.name}")
