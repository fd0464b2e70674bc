"""The parts of the program that notify needs, on the test's own database."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import delete

from nabz.kit import audit, outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.notify import tables
from nabz.settings import Settings
from tests import services
from tests.notify.receiver import Receiver
from tests.services import ENGINES


@pytest.fixture
def keys() -> Keyring:
    return Keyring(b"the tests' own key, which opens nothing else")


@pytest.fixture
def deps_with(db: Database, clock: FixedClock, keys: Keyring) -> Callable[..., Deps]:
    def make(**settings: object) -> Deps:
        return Deps(settings=Settings(**settings), db=db, clock=clock, keys=keys)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="module", params=ENGINES)
async def _open(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=request.param)
    database = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


@pytest.fixture
async def db(_open: Database) -> Database:
    """One for all the tests of a file, and each finds it empty: a new one takes far longer."""
    for data_set in (7, 0):
        await _open.within(data_set).write(_forget_all)
    return _open


def _forget_all(tx: Tx) -> None:
    mine = (tables.deliveries, tables.webhooks, tables.told, tables.receivers, tables.letters, tables.codes)
    tx.execute(delete(tables.events).where(tables.events.c.data_set == tx.data_set))
    for table in (*mine, outbox.messages, audit.entries):
        tx.execute(delete(table))


@pytest.fixture
def demo(db: Database, clock: FixedClock, keys: Keyring) -> Deps:
    """A demo, in which the machine itself may be delivered to."""
    return Deps(settings=Settings(demo=True), db=db, clock=clock, keys=keys)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made
