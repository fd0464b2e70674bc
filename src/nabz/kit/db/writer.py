"""The turn of SQLite's writer: a batch of use cases, each in its savepoint, one commit for all."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from queue import Empty
from typing import TYPE_CHECKING, Any

from nabz.kit.errors import Busy

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from queue import SimpleQueue

    from sqlalchemy import Connection

LARGEST_BATCH = 128


class Job:
    """A use case that waits for its turn, and who waits for it."""

    __slots__ = ("done", "error", "loop", "value", "work")

    def __init__(self, work: Callable[[Connection], Any], done: asyncio.Future[Any]) -> None:
        self.work = work
        self.done = done
        self.loop = done.get_loop()
        self.value: Any = None
        self.error: BaseException | None = None

    @classmethod
    def opening(cls, done: asyncio.Future[None]) -> Job:
        """The first job, which only tells that the writer is there."""
        return cls(lambda _connection: None, done)

    def answer_now(self, error: BaseException | None) -> None:
        """Answer outside of a batch."""
        self.error = error
        answer([self])

    def settle(self) -> None:
        """Hand the outcome over, in the loop's own thread."""
        if self.done.cancelled():
            return
        if self.error is None:
            self.done.set_result(self.value)
        else:
            self.done.set_exception(self.error)


def answer(jobs: list[Job]) -> None:
    """Wake each loop once for all the jobs that it waits for."""
    loops = {id(job.loop): job.loop for job in jobs}
    for key, loop in loops.items():
        mine = [job for job in jobs if id(job.loop) == key]
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(_settle_all, mine)


def _settle_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()


class Writer:
    """The only one who writes."""

    def __init__(self, connection: Connection, jobs: SimpleQueue[Job | None]) -> None:
        self._connection = connection
        self._driver = connection.connection.driver_connection
        self._jobs = jobs

    def run(self) -> None:
        """Work until told to stop, taking together what waits at the same moment."""
        going = True
        while going:
            batch: list[Job] = []
            job = self._jobs.get()
            while job is not None:
                batch.append(job)
                if len(batch) == LARGEST_BATCH:
                    break
                try:
                    job = self._jobs.get_nowait()
                except Empty:
                    break
            else:
                going = False
            if len(batch) == 1 or (batch and not self._commit_together(batch)):
                for single in batch:
                    self._commit_alone(single)
            answer(batch)

    def _commit_together(self, batch: list[Job]) -> bool:
        """Tell whether the batch was committed; if the transaction died on the way, nothing of it was."""
        try:
            self._begin()
            for job in batch:
                self._in_savepoint(job)
                if not self._alive():
                    return False
            self._execute("COMMIT")
        except Busy:
            for job in batch:
                job.error = Busy(retry_after=1)
        except Exception:  # noqa: BLE001 - whatever broke the shared commit is found again by each alone
            self._abandon()
            return False
        return True

    def _commit_alone(self, job: Job) -> None:
        job.value, job.error = None, None
        try:
            self._begin()
            job.value = job.work(self._connection)
            self._execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - handed to the one who waits
            job.value, job.error = None, error
            self._abandon()

    def _in_savepoint(self, job: Job) -> None:
        self._execute("SAVEPOINT one")
        try:
            job.value = job.work(self._connection)
        except BaseException as error:  # noqa: BLE001 - handed to the one who waits
            job.value, job.error = None, error
            if self._alive():
                self._execute("ROLLBACK TO one")
                self._execute("RELEASE one")
        else:
            self._execute("RELEASE one")

    def _begin(self) -> None:
        try:
            self._execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_BUSY":  # another process, a backup perhaps, has held the file too long
                raise Busy(retry_after=1) from error
            raise

    def _alive(self) -> bool:
        return bool(self._driver.in_transaction)  # type: ignore[union-attr]

    def _abandon(self) -> None:
        if self._alive():
            with suppress(sqlite3.Error):
                self._execute("ROLLBACK")

    def _execute(self, text: str) -> None:
        self._driver.execute(text)  # type: ignore[union-attr]
