"""PostgreSQL over psycopg's async connections: a few seats, each one connection with SQLAlchemy beside it."""

from __future__ import annotations

import asyncio
import copy
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import psycopg
import psycopg.errors
import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from nabz.kit import log
from nabz.kit.db.database import StoreAway
from nabz.kit.db.rows import lock_statements
from nabz.kit.db.seat import Seat, connect
from nabz.kit.db.tx import carry_out
from nabz.kit.errors import Busy, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from sqlalchemy import Connection

    from nabz.kit.db.statement import Statement
    from nabz.kit.db.tx import Tx

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

TRIES = 6
AGAIN = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)


class PostgresDatabase:
    """The engine of many processes."""

    engine = "postgresql"

    def __init__(self, url: str, *, seats: int = 16, patience: float = 10.0) -> None:
        self.url = url
        self.data_set = 0
        self._seats = seats
        self._patience = patience
        self._open = asyncio.Event()
        self._deciding: set[asyncio.Task[Any]] = set()
        self._free: list[Seat | None] = []
        self._waiting: deque[asyncio.Future[Seat | None]] = deque()
        self._sqlalchemy: AsyncEngine = create_async_engine(
            "postgresql+psycopg://",
            async_creator=lambda: connect(url),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
        )
        lock_statements(self._sqlalchemy.dialect)

    async def start(self) -> None:
        """Prepare the seats; the first connection is made now, so that a wrong address is told at once."""
        self._free.extend([None] * (self._seats - 1))
        first = await Seat.taken_at(self._sqlalchemy)
        self._free.append(first)
        # (a command of the shell writes no log: what it prints is its answer)
        if structlog.is_configured() and await first.bypasses_the_second_lock():
            log.warning("role-passes-row-level-security")
        self._open.set()

    async def stop(self) -> None:
        """Finish what was begun, then close all."""
        self._open.clear()
        while self._deciding:
            await asyncio.wait(self._deciding)
        while len(self._free) < self._seats:  # noqa: ASYNC110 - once in a process's life
            await asyncio.sleep(0.01)  # reads under way
        while self._free:
            seat = self._free.pop()
            if seat is not None:
                await seat.leave()
        await self._sqlalchemy.dispose()

    def within(self, data_set: int) -> PostgresDatabase:
        """Give the same store seen from one data set."""
        view = copy.copy(self)
        view.data_set = data_set
        return view

    async def write(self, use_case: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in one transaction; what it returns has been committed."""

        def run(connection: Connection) -> T:
            return carry_out(connection, self.data_set, use_case, *args, **kwargs)

        self._must_be_open()
        return await self._to_its_end(self._again(lambda seat: self._transaction(seat, run)))

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on one snapshot."""

        def run(connection: Connection) -> T:
            return carry_out(connection, self.data_set, query, *args, **kwargs)

        self._must_be_open()
        return await self._again(lambda seat: self._snapshot(seat, run))

    async def write_one(self, statement: Statement[R], **args: object) -> list[R]:
        """Run a hot use case that is a single statement, its own transaction."""
        self._must_be_open()
        statement.fill(args, self.data_set)
        return await self._to_its_end(self._again(lambda seat: self._single(seat, statement, args, decides=True)))

    async def read_one(self, statement: Statement[R], **args: object) -> list[R]:
        """Run a hot look-up that is a single statement."""
        self._must_be_open()
        statement.only_reads()
        statement.fill(args, self.data_set)
        return await self._again(lambda seat: self._single(seat, statement, args, decides=False))

    async def _to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Go on to the commit even if the one who waits is gone: half a COMMIT would leave the outcome open."""
        task = asyncio.create_task(work)
        self._deciding.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._deciding.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, though the one who waited for it may be gone

    def _must_be_open(self) -> None:
        if not self._open.is_set():
            raise RuntimeError("the database is not open")

    async def _again(self, work: Callable[[Seat], Awaitable[T]]) -> T:
        """Run again what was certainly not committed: conflicts, and what a lost connection has cut off."""
        for tries_left in range(TRIES - 1, -1, -1):
            seat = await self._take()
            try:
                return await work(seat)
            except (psycopg.Error, DBAPIError) as error:
                cause = error.orig if isinstance(error, DBAPIError) else error
                if isinstance(cause, psycopg.errors.LockNotAvailable):
                    raise Busy(retry_after=1) from error
                lost = isinstance(cause, psycopg.OperationalError) and seat.driver.closed
                if not lost and not isinstance(cause, AGAIN):
                    raise
                if not tries_left:
                    raise Busy(retry_after=1) from error
            finally:
                self._give(seat)
        raise AssertionError  # pragma: no cover - the last try returns or raises

    async def _transaction(self, seat: Seat, run: Callable[[Connection], T]) -> T:
        await seat.begin(self.data_set)
        try:
            value = await seat.sqlalchemy.run_sync(run)
        except BaseException:
            await self._roll_back(seat)
            raise
        if await self._decide(seat, seat.say(b"COMMIT")) != b"COMMIT":
            raise RuntimeError("a use case went on after an error of the database")  # the server has rolled back
        return value

    async def _snapshot(self, seat: Seat, run: Callable[[Connection], T]) -> T:
        await seat.begin(self.data_set, b" ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            return await seat.sqlalchemy.run_sync(run)
        finally:
            await self._roll_back(seat)

    @staticmethod
    async def _roll_back(seat: Seat) -> None:
        """Undo; if even that fails, the seat is not used again and its connection's end undoes it."""
        with suppress(psycopg.Error):
            await seat.say(b"ROLLBACK")

    async def _single(self, seat: Seat, statement: Statement[R], args: dict[str, object], *, decides: bool) -> list[R]:
        if statement.scoped and seat.data_set != self.data_set:
            await seat.turn_to(self.data_set)
        work = self._alone(seat, statement, args)
        return await (self._decide(seat, work) if decides else work)

    @staticmethod
    async def _alone(seat: Seat, statement: Statement[R], args: dict[str, object]) -> list[R]:
        cursor = await seat.driver.execute(statement.postgres, args)
        answered = cursor.pgresult is not None and cursor.pgresult.nfields > 0  # the description is made anew each time
        return statement.values(await cursor.fetchall()) if answered else []

    @staticmethod
    async def _decide(seat: Seat, deciding: Awaitable[T]) -> T:
        """Take a connection lost while the server decides as an unknown outcome, never as a failure."""
        seat.doubtful = False
        try:
            value = await deciding
        except psycopg.OperationalError as error:
            if seat.driver.closed:
                raise OutcomeUnknown from error
            raise
        if seat.doubtful:
            raise OutcomeUnknown
        return value

    async def _take(self) -> Seat:
        """Wait for a seat, first come first served; a seat whose connection is gone gets a new one."""
        seat: Seat | None
        if self._free:
            seat = self._free.pop()
        else:
            waiting: asyncio.Future[Seat | None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            try:
                async with asyncio.timeout(self._patience):
                    seat = await waiting
            except BaseException as error:
                if not waiting.cancel() and not waiting.cancelled():
                    self._give(waiting.result())  # it came just as we gave up
                if isinstance(error, TimeoutError):
                    raise Busy(retry_after=1) from error
                raise
        if seat is not None and seat.usable():
            return seat
        try:
            if seat is not None:
                await seat.leave()
            return await Seat.taken_at(self._sqlalchemy)
        except BaseException as error:
            self._give(None)
            if isinstance(error, psycopg.OperationalError | OperationalError):
                raise StoreAway(retry_after=1) from error
            raise

    def _give(self, seat: Seat | None) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(seat)
                return
        self._free.append(seat)
