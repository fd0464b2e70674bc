"""Calls of an ASGI application, piece by piece, as no polite client makes them."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message


@dataclass
class Answer:
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower().encode()]
        assert len(found) < 2, f"{name} is there {len(found)} times"
        return found[0].decode("latin-1") if found else None

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *pieces: bytes,
    query: bytes = b"",
    headers: Iterable[tuple[str, str]] = (),
    client: tuple[str, int] | None = ("192.0.2.7", 40000),
    then: str = "end",
) -> Answer:
    """`then` says what comes after the pieces of the body: "end", "silence" or "leave"."""
    answer = Answer()
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if then == "end":
        waiting = waiting or [{"type": "http.request", "body": b"", "more_body": False}]
        waiting[-1]["more_body"] = False

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        if then == "silence":
            await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], list(message["headers"])
        else:
            answer.body += message.get("body", b"")

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(key.lower().encode(), value.encode("latin-1")) for key, value in headers],
        "client": client,
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    return answer
