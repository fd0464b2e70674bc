"""The running programs of one installation, which are killed and started again while clients call them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import psycopg

from tests import services
from tests.appointments.racing import Clock, Record
from tests.appointments.racing_clients import Stage, raced
from tests.appointments.racing_wire import Keys, Wire
from tests.program import Program
from tests.services import Engine

KEY = "5a" * 32
"""One master key, so that a token of one program opens the other."""


class House:
    """One program on SQLite, or several on one PostgreSQL."""

    def __init__(self, folder: Path, engine: Engine, count: int) -> None:
        self.engine = engine
        self.server = services.fresh_database("empty", engine=engine, durable=True) if engine == "postgres" else None
        if self.server is not None:
            with psycopg.connect(self.server, autocommit=True) as connection:
                for number in range(count):
                    # A role for each program tells its connections from the others'.
                    connection.execute(f"DROP ROLE IF EXISTS {_role(number)}".encode())
                    connection.execute(f"CREATE ROLE {_role(number)} SUPERUSER LOGIN".encode())
        self.programs = [
            Program(folder / f"program{number}", database=self._address(number), NABZ_SECRET_KEY=KEY)
            for number in range(count)
        ]
        self.killed = 0

    @property
    def url(self) -> str:
        """The store, for a look behind."""
        return self.server or f"sqlite:///{self.programs[0].data / 'nabz.sqlite'}"

    def start(self) -> None:
        for program in self.programs:
            program.start()

    def kill(self, number: int) -> bool:
        """Kill a program; back when its connections to the store are gone too, so that nothing happens any more.

        No, where it had ended by itself before.
        """
        ended = self.programs[number].kill()
        self.killed += 1
        if self.server is not None:
            with psycopg.connect(self.server, autocommit=True) as connection:
                services.until(lambda: not _there(connection, _role(number)), seconds=30, what="the connections' end")
        return ended == -signal.SIGKILL

    def end(self) -> None:
        for program in self.programs:
            program.kill()

    def drop(self) -> None:
        if self.server is not None:
            services.drop_database(self.server)

    def _address(self, number: int) -> str | None:
        if self.server is None:
            return None
        return urlsplit(self.server)._replace(netloc=f"{_role(number)}@").geturl()


def _role(number: int) -> str:
    return f"races_{number}"


def _there(connection: psycopg.Connection[tuple[int]], role: str) -> int:
    rows = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [role])
    found = rows.fetchone()
    assert found is not None
    return found[0]


@contextmanager
def house(folder: Path, engine: Engine, count: int) -> Iterator[House]:
    """Start the programs; end them and take their store away."""
    made = House(folder, engine, count)
    try:
        made.start()
        yield made
    finally:
        made.end()
        made.drop()


class Killer(threading.Thread):
    """Kills one program after the other, at random times, and starts each again; kills all in the end.

    One thread for the whole of it: a program is told to end when the thread that started it does.
    """

    def __init__(self, of: House, record: Record, random: Random, pause: tuple[float, float]) -> None:
        super().__init__(name="killer", daemon=True)
        self._house = of
        self._record = record
        self._random = random
        self._pause = pause
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(self._random.uniform(*self._pause)):
            number = self._random.randrange(len(self._house.programs))
            self._kill(number)
            self._record.lives(number)
            try:
                self._house.programs[number].start()
            except AssertionError as fault:
                self._record.odd(f"program {number} does not start again: {fault}")
        for number in range(len(self._house.programs)):
            self._kill(number)

    def end(self) -> None:
        """Kill all, and thereby end all that was lost."""
        self._over.set()
        self.join(120)
        assert not self.is_alive()

    def _kill(self, number: int) -> None:
        if not self._house.kill(number):
            self._record.odd(f"program {number} had ended by itself")
        self._record.died(number)


def recorded(
    of: House,
    random: Random,
    *,
    clients: int,
    seconds: float,
    every: Callable[[], int],
    pause: tuple[float, float],
    rest: float = 0.0,
) -> tuple[Record, Keys]:
    """Let clients race over the wire while programs are killed; all are dead at the end."""
    record = Record(Clock(), len(of.programs))
    keys = Keys(of.programs)
    stage = Stage(record, random, rest)
    killer = Killer(of, record, random, pause)
    killer.start()
    ways = [Wire(keys) for _ in range(clients)]
    raced(stage, ways, len(of.programs), seconds, every=every)
    for way in ways:
        way.close()
    killer.end()
    return record, keys
