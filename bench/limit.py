"""The limit: what is left when everything is taken away but the socket, the driver and the use case's own SQL.

This file is a yardstick. It is not to be touched to make our figures look better.

Raw ASGI under the same uvicorn, the same driver with the same settings of durability. The caller sends what the
statements need, ready for use: nothing is checked, digested, folded, counted or measured here. A read is remembered
for a second only where ours is, the traffic log is written in bundles only because ours is, and on SQLite calls that
wait at the same moment share one commit, because ours do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

import nabz.kit.db.types  # noqa: F401 - how SQLite writes an instant
from bench import limit_prescriptions, limit_residency
from bench.limit_codings import VALUE_POSTGRES, VALUE_SQLITE, Codings, Readers, Statements
from bench.limit_slots import BOOK_POSTGRES, BOOK_SQLITE, FIND_POSTGRES, FIND_SQLITE, Schedule, Slots
from bench.serving import serve
from nabz.access.store import tokens
from nabz.gateway.store import gate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SEATS = 16
KEEP = 1.0
BUNDLE = 500
EVERY = 0.25

NETWORK = """INSERT INTO gateway_announced_network (client, network, announced_at)
             VALUES (%(client)s, %(network)s, %(now)s) ON CONFLICT (client, network) DO NOTHING RETURNING network"""
AUDIT = """INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
           VALUES (%(now)s, 'bench', 'gateway.network-announced', %(client)s, 0, %(facts)s)"""
BOTH = f"""WITH made AS ({NETWORK})
           INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
           SELECT %(now)s, 'bench', 'gateway.network-announced', %(client)s, 0, %(facts)s FROM made RETURNING subject"""  # noqa: S608 - our own text


class Postgres:
    """A few connections in autocommit, first come first served."""

    grant, refresh, bearer = tokens.GRANT.postgres, tokens.REFRESH.postgres, tokens.BEARER.postgres
    secrets, networks, package = tokens.SECRETS_OF_CLIENT.postgres, gate.NETWORKS.postgres, gate.PACKAGE.postgres
    log, value = gate.LOG.postgres, VALUE_POSTGRES
    book, find = BOOK_POSTGRES, FIND_POSTGRES
    prescriptions, array = limit_prescriptions.POSTGRES, list
    residency = limit_residency.POSTGRES

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: asyncio.LifoQueue[psycopg.AsyncConnection[Any]] = asyncio.LifoQueue()

    async def start(self) -> None:
        for _ in range(SEATS):
            seat = await psycopg.AsyncConnection.connect(self._url, autocommit=True, prepare_threshold=2)
            self._free.put_nowait(seat)

    async def one(self, text: Any, args: dict[str, Any]) -> Any:  # noqa: ANN401
        seat = await self._free.get()
        try:
            cursor = await seat.execute(text, args)
            return await cursor.fetchone() if cursor.description else None
        finally:
            self._free.put_nowait(seat)

    read = one

    async def all(self, statements: Statements) -> list[list[Any]]:
        seat = await self._free.get()
        try:
            await seat.execute("BEGIN")  # what a statement sets holds in the transaction alone
            return [await (await seat.execute(text, args)).fetchall() for text, args in statements]
        finally:
            await seat.execute("ROLLBACK")
            self._free.put_nowait(seat)

    async def publish(self, schedule: Schedule, now: datetime) -> None:
        seat = await self._free.get()
        try:
            await seat.execute("BEGIN")
            for text, args in schedule.statements(now):
                await seat.execute(text, args)
            await seat.execute("COMMIT")
        finally:
            self._free.put_nowait(seat)

    async def announce(self, args: dict[str, Any]) -> None:
        seat = await self._free.get()
        try:
            await seat.execute("BEGIN")
            await seat.execute(NETWORK, args)
            await seat.execute(AUDIT, args)
            await seat.execute("COMMIT")
        finally:
            self._free.put_nowait(seat)

    async def several(self, texts: tuple[Any, ...], args: dict[str, Any]) -> None:
        seat = await self._free.get()
        try:
            await seat.execute("BEGIN")
            for text in texts:
                await seat.execute(text, args)
            await seat.execute("COMMIT")
        finally:
            self._free.put_nowait(seat)

    async def announce_at_once(self, args: dict[str, Any]) -> None:
        await self.one(BOTH, args)


class Sqlite:
    """One connection in the event loop; what waits in the same turn of the loop shares a commit."""

    grant, refresh, bearer = tokens.GRANT.sqlite, tokens.REFRESH.sqlite, tokens.BEARER.sqlite[0]
    secrets, networks, package = tokens.SECRETS_OF_CLIENT.sqlite[0], gate.NETWORKS.sqlite[0], gate.PACKAGE.sqlite[0]
    log = gate.LOG.sqlite[:1]  # the second text is for sandboxes
    value = VALUE_SQLITE
    book, find = BOOK_SQLITE, FIND_SQLITE
    prescriptions = limit_prescriptions.SQLITE
    residency = limit_residency.SQLITE
    _network, _audit = (text.replace("%(", ":").replace(")s", "") for text in (NETWORK, AUDIT))

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")
        self.all = Readers(self._path).all
        self._waiting: list[tuple[tuple[str, ...], dict[str, Any], asyncio.Future[Any]]] = []

    @staticmethod
    def array(values: list[str]) -> str:
        """A list as SQLite takes it."""
        return msgspec.json.encode(values).decode()

    async def start(self) -> None:
        self._driver = sqlite3.connect(
            self._path,
            isolation_level=None,
            timeout=10,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            cached_statements=512,
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=8000"):
            self._driver.execute(f"PRAGMA {pragma}")

    async def read(self, text: str, args: dict[str, Any]) -> Any:  # noqa: ANN401
        return self._driver.execute(text, args).fetchone()

    async def publish(self, schedule: Schedule, now: datetime) -> None:
        self._driver.execute("BEGIN IMMEDIATE")
        for text, args in schedule.sqlite(now):
            run = self._driver.executemany if isinstance(args, list) else self._driver.execute
            run(text, args)
        self._driver.execute("COMMIT")

    async def announce(self, args: dict[str, Any]) -> None:
        await self.one((self._network, self._audit), args)

    announce_at_once = announce

    async def several(self, texts: tuple[str, ...], args: dict[str, Any]) -> None:
        await self.one(texts, args)

    async def one(self, texts: Any, args: dict[str, Any]) -> Any:  # noqa: ANN401
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._commit)
        self._waiting.append((texts, args, done))
        return await done

    def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        execute = self._driver.execute
        execute("BEGIN IMMEDIATE")
        answers = []
        for texts, args, _ in waiting:
            try:
                given = [rows for text in texts if (rows := execute(text, args).fetchall())]
            except sqlite3.IntegrityError:  # a booking that was sent before
                given = []
            answers.append(given[0][0] if given else None)
        execute("COMMIT")
        for (_, _, done), answer in zip(waiting, answers, strict=True):
            done.set_result(answer)


class Limit:
    """The bare handlers."""

    def __init__(self, store: Postgres | Sqlite, statements: str | None = None) -> None:
        self._store = store
        self._known: dict[str, tuple[Any, float]] = {}
        self._lines: list[dict[str, Any]] = []
        self._paths: dict[str, Callable[[bytes, bytes], Awaitable[bytes]]] = {
            "/token": self.token,
            "/refresh": self.refresh,
            "/call": self.call,
            "/write": self.write,
            "/write-one": self.write_one,
            "/look-up": self.look_up,
            **Codings(self, store, statements).paths,
            **Slots(self, store).paths,
            **limit_prescriptions.Prescriptions(self, store).paths,
            **limit_residency.Residency(self, store).paths,
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        if scope["type"] != "http":
            await self._live(receive, send)
            return
        message = await receive()
        body = message["body"]
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        answer = await self._paths[scope["path"]](body, scope["query_string"])
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _live(self, receive: Any, send: Any) -> None:  # noqa: ANN401
        await receive()
        await self._store.start()
        writing = asyncio.create_task(self._write_log())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        writing.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def token(self, body: bytes, _query: bytes) -> bytes:
        given = msgspec.json.decode(body)
        now = datetime.now(UTC)
        await self._once_a_second(self._store.secrets, {"client_id": given.pop("client_id")})
        row = await self._store.one(
            self._store.grant,
            {
                **given,
                "data_set": 0,
                "access_seed": os.urandom(16).hex(),
                "access_digest": os.urandom(32).hex(),
                "access_until": now + timedelta(seconds=900),
                "refresh_seed": os.urandom(16).hex(),
                "refresh_digest": os.urandom(32).hex(),
                "refresh_until": now + timedelta(days=30),
                "now": now,
            },
        )
        self.note(now, "oauth/token", body, given["client"])
        return msgspec.json.encode(row)

    async def refresh(self, body: bytes, _query: bytes) -> bytes:
        given = msgspec.json.decode(body)
        now = datetime.now(UTC)
        await self._once_a_second(self._store.secrets, {"client_id": given.pop("client_id")})
        row = await self._store.one(
            self._store.refresh,
            {
                **given,
                "data_set": 0,
                "access_seed": os.urandom(16).hex(),
                "access_digest": os.urandom(32).hex(),
                "access_until": now + timedelta(seconds=900),
                "now": now,
            },
        )
        self.note(now, "oauth/token", body, given["client"])
        return msgspec.json.encode(row)

    async def call(self, body: bytes, query: bytes) -> bytes:
        digest, client, pid = query.decode().split(",")
        now = datetime.now(UTC)
        await self.gate(digest, client, pid, now)
        self.note(now, "nabz/gwecho", body, client)
        return (
            b'{"result":{"data":' + body + b',"status":{"statusCode":200}},"status":{"statusCode":200,"message":"OK"}}'
        )

    async def gate(self, digest: str, client: str, pid: str, now: datetime) -> None:
        await self._once_a_second(self._store.bearer, {"digest": digest, "now": now})
        await self._once_a_second(self._store.networks, {"client": client})
        await self._once_a_second(self._store.package, {"pid": pid})

    async def write(self, body: bytes, _query: bytes) -> bytes:
        await self._store.announce(_announcement(body))
        return b'{"announced":true}'

    async def write_one(self, body: bytes, _query: bytes) -> bytes:
        await self._store.announce_at_once(_announcement(body))
        return b'{"announced":true}'

    async def look_up(self, _body: bytes, query: bytes) -> bytes:
        row = await self._store.read(self._store.bearer, {"digest": query.decode(), "now": datetime.now(UTC)})
        return msgspec.json.encode(row)

    async def _once_a_second(self, text: str, args: dict[str, Any]) -> Any:  # noqa: ANN401
        key, now = next(iter(args.values())), time.monotonic()
        known = self._known.get(key)
        if known is None or known[1] < now:
            known = self._known[key] = (await self._store.read(text, args), now + KEEP)
        return known[0]

    def note(self, now: datetime, service_id: str, body: bytes, client: str) -> None:
        self._lines.append(
            {
                "request_id": f"{time.time_ns():016x}{os.urandom(8).hex()}",
                "at": now.isoformat(timespec="microseconds"),
                "client": client,
                "service_id": service_id,
                "operation": "echo",
                "ip": "127.0.0.1",
                "data_set": 0,
                "status": 200,
                "millis": 0.1,
                "bytes_in": len(body),
                "bytes_out": len(body),
            }
        )

    async def _write_log(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            while self._lines:
                bundle, self._lines = self._lines[:BUNDLE], self._lines[BUNDLE:]
                await self._store.one(self._store.log, {"rows": msgspec.json.encode(bundle).decode()})


def _announcement(body: bytes) -> dict[str, Any]:
    given = msgspec.json.decode(body)
    return {**given, "now": datetime.now(UTC), "facts": '{"network":"' + given["network"] + '"}'}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--database")
    parser.add_argument("--statements", help="what our program was seen to run, for the codings")
    chosen = parser.parse_args()
    store = (Sqlite if chosen.database.startswith("sqlite") else Postgres)(chosen.database)
    serve(Limit(store, chosen.statements), chosen.port)
