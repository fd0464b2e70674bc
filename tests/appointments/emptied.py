"""One database for all tests of a file, which each finds empty: making a new one takes far longer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import delete

from nabz.appointments import tables
from nabz.kit import outbox
from nabz.kit.db import Database, Tx, metadata, open_database
from tests import services
from tests.services import Engine

DATA_SETS = (0, 1, 2)
OURS = [table for name, table in metadata.tables.items() if name.startswith(tables.agendas.name.partition("_")[0])]


@asynccontextmanager
async def migrated(engine: Engine) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=engine)
    database = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


async def forget_all(database: Database) -> Database:
    """Throw away what appointments keep in these data sets, and what waits in the outbox."""
    for data_set in DATA_SETS:
        await database.within(data_set).write(_forget)
    return database


def _forget(tx: Tx) -> None:
    for table in OURS:
        tx.execute(delete(table).where(table.c.data_set == tx.data_set))
    tx.execute(delete(outbox.messages))
