"""A vendor's server that takes webhooks, as well or as badly as a test wants."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.notify.model import Webhook
from nabz.notify.service import events, webhooks
from nabz.notify.service.sorting import sort_all

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Taken:
    """One message that came."""

    head: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Answers each message with `status`, or not at all while it `hangs`."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.taken: list[Taken] = []
        self.connections = 0
        self.status = 200
        self.hangs = False
        self.port = 0
        self._context = context
        self._server: asyncio.Server

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._context)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=1"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.taken.append(Taken(head, headers, body))
        if self.hangs:
            return not await reader.read(1)
        more = "location: /elsewhere\r\n" if 300 <= self.status < 400 else ""
        writer.write(f"HTTP/1.1 {self.status} Said\r\n{more}content-length: 2\r\n\r\nok".encode())
        await writer.drain()
        return True


def a_webhook(keys: Keyring, clock: FixedClock, url: str, id_: str = "w1", to: str = "app", **more: object) -> Webhook:
    sealed = webhooks.seal(keys, SECRET)
    return Webhook(id=id_, to=to, url=url, secret=sealed, created_at=clock.now(), **more)  # type: ignore[arg-type]


async def tell(db: Database, clock: FixedClock, id_: str, to: str = "app", kind: str = "appointment.booked") -> None:
    """Tell one receiver of one event, and sort it."""
    await db.write(events.tell, [to], kind, f"subject of {id_}", {"نوبت": id_}, id_, clock.now())
    while await sort_all(db, clock.now()):
        pass
