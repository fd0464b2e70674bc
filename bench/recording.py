"""Which statements our program runs for a request: what the limit has to run too, and nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench import filling, ours
from nabz import settings as configuration

if TYPE_CHECKING:
    from pathlib import Path

OURS = ("terminology", "appointment_", "registry_", "catalogue_", "residency_")
"""What the gateway itself reads the limit reads by its own statements."""

Seen = list[tuple[str, Any]]
Recorded = dict[str, tuple[int, Seen]]


class Asked(NamedTuple):
    """A request as an ASGI server hands it on."""

    scope: dict[str, Any]
    body: bytes

    @classmethod
    def read(cls, text: str) -> Asked:
        """Take a request apart that is written out for the caller."""
        head, _, body = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ")
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (name.lower().encode(), value.encode()) for name, _, value in (line.partition(": ") for line in lines)
            ],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        return cls(scope, body.encode())


def recorded(url: str, asked: dict[str, tuple[int, list[str]]], folder: Path, into: Path) -> None:
    """Answer each request once, and put down by its number the statements that it took, as the driver got them."""
    seen: Seen = []

    def note(_connection: Any, _cursor: Any, statement: str, args: Any, _context: Any, _many: Any) -> None:  # noqa: ANN401
        # (what a timer of ours writes meanwhile belongs to no request)
        if statement.lstrip().startswith("SELECT") and any(name in statement for name in OURS):
            seen.append((statement, args))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = asyncio.run(_answer_all(url, asked, folder, seen))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    into.write_bytes(msgspec.msgpack.encode(found))


async def _answer_all(url: str, asked: dict[str, tuple[int, list[str]]], folder: Path, seen: Seen) -> Recorded:
    settings = configuration.Settings(
        database=url, secret_key=filling.MASTER, data=str(folder), traffic_rows=100_000_000, log_level="WARNING"
    )
    front = ours.app_of(settings)
    app = ours.inside(front)
    found: Recorded = {}
    async with app.router.lifespan_context(app):
        for name, (most, texts) in asked.items():
            for number, text in enumerate(texts):
                seen.clear()
                await _answer(front, Asked.read(text))
                found[f"{name}.{number}"] = (most, seen.copy())
    return found


async def _answer(front: Any, asked: Asked) -> None:  # noqa: ANN401
    told = asyncio.Event()
    body = [{"type": "http.request", "body": asked.body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await told.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message.get("status", 200) != 200:
            raise RuntimeError(f"{asked.scope['path']} is refused: {message}")

    await front(asked.scope, receive, send)
    told.set()
