"""A provider on a real socket that answers as a test tells it to, byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Upstream:
    """Listens on this machine; `heard` holds every request's head, `left` tells that a caller hung up early."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.heard: list[str] = []
        self.left = asyncio.Event()
        self._more = asyncio.Condition()
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            await reader.readexactly(int(lengths[0].partition(b":")[2]) if lengths else 0)
            async with self._more:
                self.heard.append(head.decode("latin-1"))
                self._more.notify_all()
            gone = asyncio.create_task(reader.read(1))
            answering = asyncio.create_task(self._whole(writer))
            await asyncio.wait({gone, answering}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                self.left.set()
            for task in (gone, answering):
                task.cancel()
            await asyncio.gather(gone, answering, return_exceptions=True)
        writer.close()

    async def has_heard(self, requests: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(10), self._more:
            await self._more.wait_for(lambda: len(self.heard) >= requests)

    async def _whole(self, writer: asyncio.StreamWriter) -> None:
        await self._answer(writer)
        await writer.drain()


@asynccontextmanager
async def upstream(answer: Answer | bytes) -> AsyncIterator[Upstream]:
    """A provider that answers every request alike."""

    async def say(writer: asyncio.StreamWriter) -> None:
        if isinstance(answer, bytes):
            writer.write(answer)
        else:
            await answer(writer)

    made = Upstream(say)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()


def http(body: bytes, status: str = "200 OK", *more: str) -> bytes:
    """An answer as it goes over the wire."""
    head = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def silence(_writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(60)


async def drip(writer: asyncio.StreamWriter) -> None:
    """Answer, a letter at a time, for longer than anybody waits."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    for _ in range(600):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)
