"""One connection to PostgreSQL, with SQLAlchemy beside it."""

from __future__ import annotations

import select
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
import psycopg.errors
from psycopg.generators import execute
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.types.datetime import DatetimeDumper
from psycopg.types.json import set_json_dumps, set_json_loads

from nabz.kit.db.rows import SETTING
from nabz.kit.db.types import instant_text

if TYPE_CHECKING:
    from psycopg.abc import PyFormat
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

NOT_REPLICATED = "SyncRepWaitForLSN"
FIRST = 0
"""The data set that a new connection stands in: production's."""
SESSION = "-c TimeZone=UTC -c lock_timeout=10s -c random_page_cost=1.1 -c idle_in_transaction_session_timeout=60s"
DEAD_PEER: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How long a server that fell silent without a farewell is waited for: the system's own times are hours."""


class Seat:
    """One connection in autocommit: a single statement is its own transaction without BEGIN and COMMIT."""

    __slots__ = ("_poll", "data_set", "doubtful", "driver", "sqlalchemy")

    def __init__(self, sqlalchemy: AsyncConnection, driver: psycopg.AsyncConnection[Any]) -> None:
        self.sqlalchemy = sqlalchemy
        self.driver = driver
        self.doubtful = False
        self.data_set: int | None = FIRST  # what the session stands in between transactions
        driver.add_notice_handler(self._hear)
        self._poll = select.poll()
        self._poll.register(driver.fileno(), select.POLLIN | select.POLLHUP)

    def _hear(self, notice: psycopg.errors.Diagnostic) -> None:
        # By the server's function: the text of the warning is in the server's language.
        if notice.source_function == NOT_REPLICATED:
            self.doubtful = True

    def usable(self) -> bool:
        """Tell whether nobody was cut off in the middle, and the other side has not hung up while it was idle."""
        idle = self.driver.pgconn.transaction_status == TransactionStatus.IDLE  # UNKNOWN if it is closed
        return idle and not self._poll.poll(0)

    @classmethod
    async def taken_at(cls, engine: AsyncEngine) -> Seat:
        """Connect."""
        sqlalchemy = await engine.connect()
        await sqlalchemy.run_sync(lambda connection: connection.begin())
        # (in SQLAlchemy's own eyes only, else it would roll back by itself when the first statement fails)
        raw = await sqlalchemy.get_raw_connection()
        return cls(sqlalchemy, raw.driver_connection)  # type: ignore[arg-type]

    async def leave(self) -> None:
        """Hang up; a broken connection may fail at its own funeral."""
        with suppress(Exception):
            await self.sqlalchemy.invalidate()
            await self.sqlalchemy.close()
        if not self.driver.closed:
            await self.driver.close()

    async def turn_to(self, data_set: int) -> None:
        """Let the session stand in this data set; while that is not certain it stands in none."""
        self.data_set = None
        await self.say(b"SET %s = %d" % (SETTING.encode(), data_set))
        self.data_set = data_set

    async def begin(self, data_set: int, how: bytes = b"") -> None:
        """Begin a transaction in this data set, in the same trip if the session stands in another."""
        here = b"; SET LOCAL %s = %d" % (SETTING.encode(), data_set) if data_set != self.data_set else b""
        await self.say(b"BEGIN%s%s" % (how, here))

    async def bypasses_the_second_lock(self) -> bool:
        """Tell whether row-level security says nothing to the role that we are."""
        role = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        row = await (await self.driver.execute(role)).fetchone()
        return bool(row and row[0])

    async def say(self, commands: bytes) -> bytes:
        """Send commands without a cursor and tell what the server says it did last."""
        server = self.driver.pgconn
        server.send_query(commands)
        result = (await self.driver.wait(execute(server)))[-1]  # after one that fails none is begun
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
        return result.command_status or b""


class AwareDumper(DatetimeDumper):
    """Refuses naive instants in hand-written statements as well."""

    def upgrade(self, obj: datetime, format: PyFormat) -> AwareDumper:  # noqa: A002, ARG002 - psycopg's word
        instant_text(obj)
        return self


async def connect(url: str) -> psycopg.AsyncConnection[Any]:
    """Open a connection on which instants and JSON are the same as on SQLite."""
    options = f"{SESSION} -c {SETTING}={FIRST}"
    connection = await psycopg.AsyncConnection.connect(
        url, autocommit=True, prepare_threshold=2, application_name="nabz", options=options, **DEAD_PEER
    )
    connection.prepared_max = 512
    connection.adapters.register_dumper(datetime, AwareDumper)
    set_json_dumps(msgspec.json.encode, connection)
    set_json_loads(msgspec.json.decode, connection)
    return connection
