"""SQLite: one writer thread that commits what waits together, readers on connections of their own."""

from __future__ import annotations

import asyncio
import copy
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import DateTime, create_engine
from sqlalchemy.pool import StaticPool

from nabz.kit.db.rows import lock_statements
from nabz.kit.db.tx import carry_out
from nabz.kit.db.types import SqliteInstant
from nabz.kit.db.writer import Job, Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from nabz.kit.db.statement import Statement
    from nabz.kit.db.tx import Tx

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

READERS = 2
BUSY_MS = 10_000
CACHE_KB = 8192  # of each connection; the system's own cache of the file stands behind it
CHECKPOINT_PAGES = 8000  # a page that is written often is moved into the file once, not every few commits


class SqliteDatabase:
    """The embedded engine, for one process."""

    engine = "sqlite"

    def __init__(self, url: str, *, fsync: bool = True) -> None:
        self.path = url.removeprefix("sqlite:///")
        self.data_set = 0
        self._fsync = fsync
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._readers: ThreadPoolExecutor | None = None
        self._mine = threading.local()
        self._lookups: sqlite3.Connection | None = None
        self._opened: list[sqlite3.Connection] = []

    async def start(self) -> None:
        """Open the writer, the readers and the look-up connection of the event loop."""
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A daemon: a process that fails before `stop` must not wait for it, and what was answered is on the disk.
        writer = threading.Thread(
            target=self._write_forever, args=(Job.opening(ready),), name="sqlite-writer", daemon=True
        )
        writer.start()
        await ready
        self._threads.append(writer)
        self._lookups = self._connect(read_only=True)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")

    async def stop(self) -> None:
        """Let the writer finish what waits, then close."""
        threads = self._threads.copy()
        self._threads.clear()  # from here on nothing more is taken
        self._jobs.put(None)
        for thread in threads:
            await asyncio.to_thread(thread.join)
        if self._readers:
            await asyncio.to_thread(self._readers.shutdown)
        self._lookups = None
        while self._opened:
            self._opened.pop().close()

    def within(self, data_set: int) -> SqliteDatabase:
        """Give the same store seen from one data set."""
        self._must_be_open()
        view = copy.copy(self)
        view.data_set = data_set
        return view

    async def write(self, use_case: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in one transaction; what it returns has been committed."""
        data_set = self.data_set
        return await self._submit(lambda connection: carry_out(connection, data_set, use_case, *args, **kwargs))

    async def write_one(self, statement: Statement[R], **args: object) -> list[R]:
        """Run a hot use case that is a list of short texts, in one turn of the writer."""

        statement.fill(args, self.data_set)

        def run(connection: Connection) -> list[R]:
            driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
            return _run_all(driver, statement, args)

        return await self._submit(run)

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on one snapshot, in a reader thread so that the event loop never waits for a scan."""
        data_set = self.data_set

        def run() -> T:
            driver, connection = self._reader()
            driver.execute("BEGIN")
            try:
                return carry_out(connection, data_set, query, *args, **kwargs)
            finally:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")

        self._must_be_open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    async def read_one(self, statement: Statement[R], **args: object) -> list[R]:
        """Run a hot look-up where it is called: a few microseconds by an index, less than a change of thread."""
        self._must_be_open()
        statement.only_reads()
        statement.fill(args, self.data_set)
        return _run_all(self._lookups, statement, args)  # type: ignore[arg-type]

    def _must_be_open(self) -> None:
        if not self._threads:
            raise RuntimeError("the database is not open")

    async def _submit(self, work: Callable[[Connection], T]) -> T:
        self._must_be_open()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(Job(work, done))
        return await done

    def _write_forever(self, opening: Job) -> None:
        try:
            connection = self._sqlalchemy(self._connect())
        except BaseException as error:  # noqa: BLE001 - reported to the one who starts
            opening.answer_now(error)
            return
        opening.answer_now(None)
        Writer(connection, self._jobs).run()

    def _reader(self) -> tuple[sqlite3.Connection, Connection]:
        if not hasattr(self._mine, "reader"):
            driver = self._connect(read_only=True)
            self._mine.reader = driver, self._sqlalchemy(driver)
        return self._mine.reader  # type: ignore[no-any-return]

    def _connect(self, *, read_only: bool = False) -> sqlite3.Connection:
        driver = sqlite3.connect(
            self.path,
            isolation_level=None,
            timeout=BUSY_MS / 1000,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            check_same_thread=False,
            cached_statements=512,
        )
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute(f"PRAGMA synchronous={'FULL' if self._fsync else 'OFF'}")
        driver.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute("PRAGMA temp_store=MEMORY")
        driver.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        if read_only:
            driver.execute("PRAGMA query_only=ON")
        self._opened.append(driver)
        return driver

    @staticmethod
    def _sqlalchemy(driver: sqlite3.Connection) -> Connection:
        """SQLAlchemy only executes here: it is told of no transaction and never ends one."""
        engine = create_engine(
            "sqlite://",
            creator=lambda: driver,
            poolclass=StaticPool,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
        )
        # An instant that stands beside no column, as in coalesce(at, :now), is written as the columns' are.
        engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: SqliteInstant}
        lock_statements(engine.dialect)
        connection = engine.connect()
        connection.begin()  # in its own eyes only, else it would roll back when the first statement fails
        return connection


def _run_all(driver: sqlite3.Connection, statement: Statement[R], args: dict[str, Any]) -> list[R]:
    answer: list[R] = []
    for text in statement.sqlite:
        cursor = driver.execute(text, args)
        if cursor.description is not None and not answer:
            answer = statement.values(cursor.fetchall())
    return answer
