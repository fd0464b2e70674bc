"""Coverage-guided fuzzing of the gateway's ASGI application on SQLite; a finding ends it with an error.

python tests/fuzz/fuzz_gateway.py -runs=20000
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["nabz"]):
    from nabz.cli.migrate import migrate
    from nabz.kit.clock import FixedClock
    from nabz.kit.db import open_database
    from tests.gateway.conftest import CALLS, House, basic

PATHS = (
    f"{CALLS}/nabz/gwecho/Echo",
    f"{CALLS}/nabz/gwecho/Text",
    f"{CALLS}/nabz/gw/echo/Outcome",
    "/oauth/token",
    CALLS,
)
METHODS = ("POST", "GET", "PUT")
FAULTS = 500

runner = asyncio.Runner()
folder = tempfile.mkdtemp()


def build() -> tuple[House, dict[str, str]]:
    """A house of its own, with a token to call it by."""
    url = f"sqlite:///{Path(folder) / 'fuzz.sqlite'}"
    migrate(url)
    db = open_database(url, fsync=False)
    runner.run(db.start())
    house = House(db, FixedClock(datetime(2026, 11, 22, 6, 30, tzinfo=UTC)))

    async def fill() -> dict[str, str]:
        await house.open()
        await house.fill()
        return await house.bearer()

    return house, runner.run(fill())


house, bearer = build()


def try_one(chunk: bytes) -> None:
    """Any answer is good but a fault of our own."""
    given = atheris.FuzzedDataProvider(chunk)
    path = PATHS[given.ConsumeIntInRange(0, len(PATHS) - 1)]
    method = METHODS[given.ConsumeIntInRange(0, len(METHODS) - 1)]
    known = given.ConsumeIntInRange(0, 7)
    if given.ConsumeIntInRange(0, 3) == 0:
        path += "/" + given.ConsumeUnicode(12)
    query = given.ConsumeBytes(given.ConsumeIntInRange(0, 24)) if given.ConsumeBool() else b""
    headers = [] if known == 0 else [(n.encode(), v.encode()) for n, v in {**bearer, **basic()}.items()]
    if path != "/oauth/token" and known:
        headers = [(name.encode(), value.encode()) for name, value in bearer.items()]
    if known == 1:
        headers.insert(0, (b"pid", given.ConsumeBytes(30)))
    if known == 2:
        headers.insert(0, (b"authorization", given.ConsumeBytes(60)))
    body = given.ConsumeBytes(sys.maxsize)
    status = runner.run(call(method, path, query, headers, body.replace(b"wait", b"want")))
    if status >= FAULTS and not (status == 503 and path.lower().endswith("outcome")):
        raise AssertionError(status)


async def call(method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> int:
    """One call as a server makes it."""
    told: list[int] = []
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else await asyncio.sleep(60, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": headers}
    await house.app({**scope, "client": ("127.0.0.1", 1), "scheme": "http"}, receive, send)
    await house.recorder.flush()
    return told[0]


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
