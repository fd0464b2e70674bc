"""Killed in the middle of writes: what was answered is there, and nothing is there by half."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from nabz.kit.db import Database, Statement, open_database
from nabz.kit.db.postgres import PostgresDatabase
from nabz.kit.errors import OutcomeUnknown, Problem
from tests import services
from tests.kit.server import Server
from tests.kit.things import ADD, COUNT, Beside, add, ids, make_tables
from tests.services import Engine

pytestmark = pytest.mark.kill

ROOT = Path(__file__).parents[2]


class Bearer:
    """The writing process; `told` is what it was answered."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, str(Path(__file__).with_name("bearer.py")), url, "24"],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        )
        assert self._process.stdout is not None
        self._out = self._process.stdout
        self._pipe = self._out.fileno()
        self._heard = b""

    def hear(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._pipe], [], [], left)[0] and not self._take():
                return

    def hear_until(self, count: int) -> None:
        last = time.monotonic() + 30
        while len(self.told) < count:
            assert time.monotonic() < last, "the answers did not come"
            self.hear(0.05)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        while self._take():
            pass
        self._out.close()

    @property
    def told(self) -> set[str]:
        return set(self._heard.rpartition(b"\n")[0].decode().split())

    def _take(self) -> bytes:
        piece = os.read(self._pipe, 65536)
        self._heard += piece
        return piece


def found(url: str) -> tuple[set[str], set[str]]:
    beside = Beside(url)
    return ({row[0] for row in beside.run("SELECT id FROM parent")}, set(beside.ids()))


async def prepare(url: str) -> None:
    database = open_database(url)
    await database.start()
    await database.write(make_tables)
    await database.stop()


@pytest.fixture
def durable_url(engine: Engine) -> Iterator[str]:
    url = services.fresh_database("empty", engine=engine, durable=True)
    yield url
    services.drop_database(url)


async def test_a_killed_process_has_lost_nothing_that_it_was_answered(durable_url: str) -> None:
    await prepare(durable_url)
    promised: set[str] = set()
    for moment in (0.05, 0.23):
        bearer = Bearer(durable_url)
        bearer.hear_until(50)
        bearer.hear(moment)
        bearer.kill()
        promised |= bearer.told
        firsts, seconds = found(durable_url)
        assert firsts == seconds  # no pair by half
        assert promised <= seconds
        assert len(seconds - promised) <= 2 * 24  # at most what was under way and not yet told
    database = open_database(durable_url)
    await database.start()
    assert await database.write(add, "after") == "after"
    if database.engine == "sqlite":
        assert await database.read_one(Statement(row=str, postgres="PRAGMA integrity_check")) == ["ok"]
    await database.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server(max_wal_senders="2", wal_level="replica")
    yield made
    made.end()


@pytest.fixture
async def store(server: Server) -> AsyncIterator[Database]:
    Beside(server.url).run("DROP SCHEMA public CASCADE")
    Beside(server.url).run("CREATE SCHEMA public")
    database = PostgresDatabase(server.url, seats=4)
    await database.start()
    await database.write(make_tables)
    yield database
    await database.stop()


async def test_a_crashed_server_has_lost_nothing_that_it_answered(server: Server, store: Database) -> None:
    bearer = Bearer(server.url)
    bearer.hear_until(50)
    bearer.hear(0.2)
    server.stop(signal.SIGQUIT)
    bearer.hear(0.1)
    server.start()
    bearer.hear_until(len(bearer.told) + 20)  # the process has found its way back by itself
    bearer.kill()
    firsts, seconds = found(server.url)
    assert firsts == seconds
    assert bearer.told <= seconds


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["orderly", "crash"])
async def test_a_restart_of_the_server_is_not_seen_by_who_calls_afterwards(
    server: Server, store: Database, how: signal.Signals
) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.write(add, "a"),
        lambda: store.read_one(COUNT),
        lambda: store.write_one(ADD, id="b", name=None),
        lambda: store.read(ids),
    ]
    await asyncio.gather(*(store.read(ids) for _ in range(8)))  # all seats are connected
    await asyncio.to_thread(server.stop, how)
    await asyncio.to_thread(server.start)
    assert [await call() for call in calls] == ["a", [1], ["b"], ["a", "b"]]  # type: ignore[misc]


async def test_calls_during_a_crash_are_answered_truly_or_told_that_it_is_unknown(
    server: Server, store: Database
) -> None:
    answered: set[str] = set()
    other: set[type[BaseException]] = set()

    async def keep_calling(caller: int) -> None:
        for number in range(40):
            try:
                answered.add(await store.write(add, f"{caller}-{number}"))
            except Exception as error:  # noqa: BLE001 - which ones is the question
                other.add(type(error))
                await asyncio.sleep(0.1)

    calling = asyncio.gather(*(keep_calling(caller) for caller in range(12)))
    await asyncio.sleep(0.15)
    await asyncio.to_thread(server.stop, signal.SIGQUIT)
    await asyncio.sleep(0.1)
    await asyncio.to_thread(server.start)
    await calling
    assert all(issubclass(error, Problem) for error in other), other
    assert answered <= set(Beside(server.url).ids())
    assert len(answered) > 100


async def test_a_commit_that_no_standby_has_confirmed_is_unknown(server: Server, store: Database) -> None:
    """The server only warns and says COMMIT: it has it, but a fail-over would lose it."""
    beside = Beside(server.url)
    beside.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    beside.run("SELECT pg_reload_conf()")
    await asyncio.sleep(0.2)
    try:
        for call in (store.write(add, "a"), store.write_one(ADD, id="b", name=None)):
            waiting = asyncio.create_task(call)
            await asyncio.sleep(0.3)
            assert not waiting.done()
            beside.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            with pytest.raises(OutcomeUnknown):
                await waiting
    finally:
        beside.run("ALTER SYSTEM RESET synchronous_standby_names")
        beside.run("SELECT pg_reload_conf()")
    await asyncio.sleep(0.2)
    assert await store.write(add, "c") == "c"
