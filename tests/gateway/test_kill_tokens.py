"""The program is killed while many clients get and refresh tokens: what was answered is there after the restart."""

import base64
import http.client
import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlencode

import psycopg

from tests.gateway.conftest import CALLS
from tests.program import Program
from tests.services import Engine

CLIENTS = 16
COPY = """
    INSERT INTO access_user (id, username, display_name, organisation_id, password_hash, status, data_set,
                             totp_step, created_at)
    SELECT 'kill-' || n.value, 'kill-' || n.value, display_name, organisation_id, password_hash, status, data_set,
           totp_step, created_at
    FROM access_user, ({numbers}) AS n WHERE username = '{username}'
    """


class Vendor:
    """One who asks for tokens without a pause and remembers only what he was answered."""

    def __init__(self, program: Program, number: int) -> None:
        self._ditas: dict[str, Any] = program.demo["ditas"]
        self._port = program.port
        self._username = f"kill-{number}"
        self.answers: list[dict[str, Any]] = []
        self.oddities: list[tuple[int, bytes]] = []

    def work(self) -> None:
        """Get a token, refresh it again and again; ends when the connection breaks."""
        with suppress(OSError, http.client.HTTPException), closing(self._connect()) as connection:
            self._ask(connection, self.password)
            while True:
                self._ask(connection, self.refresh if len(self.answers) % 4 else self.password)

    @property
    def password(self) -> dict[str, str]:
        return {"grant_type": "password", "username": self._username, "password": self._ditas["password"]}

    @property
    def refresh(self) -> dict[str, str]:
        return {"grant_type": "refresh_token", "refresh_token": self.answers[-1]["refresh_token"]}

    def once(self, form: dict[str, str]) -> dict[str, Any]:
        """One token call on a connection of its own."""
        with closing(self._connect()) as connection:
            self._ask(connection, form)
        return self.answers[-1]

    def echoes(self, token: str) -> int:
        """The status of a call with a token."""
        headers = {"Authorization": f"Bearer {token}", "pid": self._ditas["pids"]["echo"]}
        with closing(self._connect()) as connection:
            connection.request("POST", f"{CALLS}/nabz/gwecho/Echo", "{}", headers)
            return connection.getresponse().status

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)

    def _ask(self, connection: http.client.HTTPConnection, form: dict[str, str]) -> None:
        code = base64.b64encode(f"{self._ditas['client_id']}:{self._ditas['client_secret']}".encode()).decode()
        connection.request("POST", "/oauth/token", urlencode(form), {"Authorization": f"Basic {code}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == http.HTTPStatus.OK:
            self.answers.append(json.loads(body))
        else:
            self.oddities.append((answer.status, body))


def add_people(program: Program, database: str | None) -> None:
    """Copies of the demo's vendor: tokens of one person replace each other, those of several do not."""
    username = program.demo["ditas"]["username"]
    if database is None:
        numbers = " UNION ALL ".join(f"SELECT {number} AS value" for number in range(CLIENTS))
        with closing(sqlite3.connect(program.data / "nabz.sqlite", timeout=20)) as store, store:
            store.execute(COPY.format(numbers=numbers, username=username))
        return
    numbers = f"SELECT value FROM generate_series(0, {CLIENTS - 1}) AS s(value)"
    with psycopg.connect(database) as server:
        server.execute(COPY.format(numbers=numbers, username=username).encode())


def test_every_token_that_was_answered_works_after_a_kill(serve: Callable[..., Program], engine: Engine) -> None:
    program = serve(engine=engine, durable=True)
    command = program._command
    add_people(program, command[command.index("--database") + 1] if "--database" in command else None)
    vendors = [Vendor(program, number) for number in range(CLIENTS)]
    for _ in range(2):
        before = [len(vendor.answers) for vendor in vendors]
        threads = [threading.Thread(target=vendor.work) for vendor in vendors]
        for thread in threads:
            thread.start()
        last = time.monotonic() + 30
        while sum(len(vendor.answers) for vendor in vendors) < sum(before) + 600 and time.monotonic() < last:
            time.sleep(0.02)
        program.kill()
        for thread in threads:
            thread.join(30)
        program.start()
        for vendor, had in zip(vendors, before, strict=True):
            assert vendor.oddities == []
            assert len(vendor.answers) > had, "everybody was served before the kill"
            answered = vendor.answers[-1]
            assert vendor.echoes(answered["access_token"]) == 200
            renewed = vendor.once(vendor.refresh)
            assert renewed["refresh_token"] == answered["refresh_token"]
            assert vendor.echoes(answered["access_token"]) == 200
            assert vendor.once(vendor.password)["access_token"] == renewed["access_token"]
