"""A wire to PostgreSQL that can be cut at a chosen word."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote, unquote, urlsplit

Cut = Literal["before", "after"]


class Proxy:
    """Listens where libpq looks for a server; `cut` breaks the wire when a client says the word.

    "before": the server never hears it. "after": the server has done it, the client never hears of it.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._behind = Path(unquote(parts.query.removeprefix("host="))) / ".s.PGSQL.5432"
        self._folder = Path(tempfile.mkdtemp(prefix="wire-"))  # short: addresses of sockets are
        self.url = f"postgresql://postgres@{parts.path}?host={quote(str(self._folder), safe='/')}"
        self.connections = 0
        self._word: bytes | None = None
        self._when: Cut = "before"
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._serve, self._folder / ".s.PGSQL.5432")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.break_all()
        await asyncio.sleep(0.05)
        shutil.rmtree(self._folder)

    def cut(self, when: Cut, word: bytes) -> None:
        self._when, self._word = when, word

    def break_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.connections += 1
        server, to_server = await asyncio.open_unix_connection(self._behind)
        self._writers += [to_client, to_server]
        back = asyncio.create_task(_copy(server, to_client))
        while piece := await _heard(client):
            if self._word is not None and self._word in piece:
                self._word = None
                if self._when == "after":
                    back.cancel()
                    await asyncio.wait([back])
                    to_server.write(piece)
                    await server.read(65536)  # the answer that the client will not hear
                break
            to_server.write(piece)
        back.cancel()
        to_server.transport.abort()
        to_client.transport.abort()


async def _heard(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65536)
    except OSError:
        return b""


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await _heard(reader):
        writer.write(piece)
    writer.transport.abort()
