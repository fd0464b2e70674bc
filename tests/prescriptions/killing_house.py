"""Tamin's running programs, which are killed and started again: one on SQLite, or several on one PostgreSQL."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from tests import demo, services
from tests.program import Program
from tests.services import Engine

PATIENCE = 20


class House:
    """One program on SQLite, or several on one PostgreSQL."""

    def __init__(self, folder: Path, engine: Engine, programs: int) -> None:
        self.url, self._demo = demo.fresh(engine)
        self.programs = [
            Program(folder / f"program{number}", database=self.url, NABZ_SECRET_KEY=demo.KEY)
            for number in range(programs)
        ]
        self._started: list[Program] = []
        self.token = ""

    def start(self) -> None:
        """Start all; the token of the first start is good for ever."""
        for program in self.programs:
            self._started.append(program)
            program.start()
        self.token = self.token or self._enter()

    def kill_one(self, number: int) -> int:
        """Kill one and start it again; what it ended with."""
        ended = self.programs[number].kill()
        self.programs[number].start()
        return ended

    def end(self) -> None:
        for program in self._started:
            program.kill()

    def kill(self) -> None:
        """Kill all; back when nothing happens in the store any more."""
        for program in self.programs:
            program.kill()
        if not self.url.startswith("sqlite"):
            with psycopg.connect(self.url, autocommit=True) as connection:
                services.until(lambda: not _others(connection), seconds=30, what="the connections' end")

    def drop(self) -> None:
        services.drop_database(self.url)

    def _enter(self) -> str:
        tamin = self._demo["tamin"]
        form = {"client_id": tamin["client_id"], "client_secret": tamin["client_secret"]}
        with closing(http.client.HTTPConnection("127.0.0.1", self.programs[0].port, timeout=PATIENCE)) as connection:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/auth/server/token", urlencode(form), kind)
            return str(json.loads(connection.getresponse().read())["access_token"])


def _others(connection: psycopg.Connection[tuple[int]]) -> int:
    found = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchone()
    assert found is not None
    return found[0]


@contextmanager
def house(folder: Path, engine: Engine, programs: int) -> Iterator[House]:
    """Start the programs; end them and take their store away."""
    made = House(folder, engine, programs)
    try:
        made.start()
        yield made
    finally:
        made.end()
        made.drop()
