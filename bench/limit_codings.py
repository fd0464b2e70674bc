"""The bare handlers of the codings, under the same rules as the others (see limit.py)."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nabz.terminology.store import entries

if TYPE_CHECKING:
    from bench.limit import Limit, Postgres, Sqlite

Statements = list[tuple[str, Any]]
REMEMBERED = 50_000
READERS = 2


class Codings:
    """Values of codes behind the gateway's own reads; and whatever statements our program was seen to run."""

    def __init__(self, limit: Limit, store: Postgres | Sqlite, statements: str | None) -> None:
        self._limit = limit
        self._store = store
        self._values: dict[str, Any] = {}
        self._recorded: dict[str, tuple[int, Statements]] = (
            msgspec.msgpack.decode(Path(statements).read_bytes()) if statements else {}
        )
        self.paths = {
            "/value": self.value,
            "/value-kept": self.value_kept,
            "/rows": self.rows,
            "/rows-by-gateway": self.rows_by_gateway,
        }

    async def value(self, body: bytes, query: bytes) -> bytes:
        """Read a value each time."""
        now = datetime.now(UTC)
        digest, client, pid, number, step, code = query.decode().split(",")
        await self._limit.gate(digest, client, pid, now)
        row = await self._read(number, step, code)
        self._limit.note(now, "maksaservice/gwmaksa", body, client)
        return _wrapped(msgspec.json.encode(row[1]))

    async def value_kept(self, body: bytes, query: bytes) -> bytes:
        """Remember as many values as our program does."""
        now = datetime.now(UTC)
        digest, client, pid, number, step, code = query.decode().split(",")
        await self._limit.gate(digest, client, pid, now)
        row = self._values.get(code)
        if row is None:
            row = self._values[code] = await self._read(number, step, code)
            if len(self._values) > REMEMBERED:
                del self._values[next(iter(self._values))]
        self._limit.note(now, "maksaservice/gwmaksa", body, client)
        return _wrapped(msgspec.json.encode(row[1]))

    async def rows(self, _body: bytes, query: bytes) -> bytes:
        """Run what was recorded, and answer with the rows of the statement that gave most."""
        return await self._recorded_rows(query.decode())

    async def rows_by_gateway(self, body: bytes, query: bytes) -> bytes:
        """Do the same behind the gateway's reads."""
        now = datetime.now(UTC)
        digest, client, pid, number = query.decode().split(",")
        await self._limit.gate(digest, client, pid, now)
        found = await self._recorded_rows(number)
        self._limit.note(now, "maksaservice/gwmaksa", body, client)
        return _wrapped(found)

    async def _read(self, number: str, step: str, code: str) -> Any:  # noqa: ANN401
        args = {"number": int(number), "step": int(step), "code": code}
        return await self._store.read(self._store.value, args)

    async def _recorded_rows(self, number: str) -> bytes:
        most, statements = self._recorded[number]
        return msgspec.json.encode(max(await self._store.all(statements), key=len, default=[])[:most])


class Readers:
    """SQLite in threads: scans of some milliseconds go there, because ours do."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._mine = threading.local()
        self._threads = ThreadPoolExecutor(READERS)

    async def all(self, statements: Statements) -> list[list[Any]]:
        """Run statements one after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, statements)

    def _run(self, statements: Statements) -> list[list[Any]]:
        if not hasattr(self._mine, "driver"):
            self._mine.driver = sqlite3.connect(self._path, isolation_level=None, cached_statements=512)
            self._mine.driver.execute("PRAGMA cache_size=-8192")
        return [self._mine.driver.execute(text, args).fetchall() for text, args in statements]


def _wrapped(value: bytes) -> bytes:
    return b'{"result":{"data":' + value + b',"status":{"statusCode":200}},"status":{"statusCode":200,"message":"OK"}}'


VALUE_POSTGRES, VALUE_SQLITE = entries.VALUE.postgres, entries.VALUE.sqlite[0]
