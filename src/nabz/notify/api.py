"""The stream of events: server-sent events for a receiver whom the route that calls this has identified."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import msgspec
from starlette.responses import Response, StreamingResponse

from nabz.notify import wire
from nabz.notify.model import wants
from nabz.notify.service import events
from nabz.notify.service.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.notify.model import Event

HEARTBEAT = 15.0
LIFE = 600.0
"""A stream ends by itself and is taken up again where it was: so deploys and proxies lose nobody anything."""

PAGE = 100
AGAIN = b"retry: 2000\n\n"
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
LARGEST_NUMBER = 2**62


class Following(msgspec.Struct, frozen=True):
    """What a follower may ask for in the query."""

    after: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NUMBER)] | None = None
    """The number of the last event seen; the header Last-Event-ID goes before it. None at all: only what is new."""

    kinds: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    """Kinds of events with commas between; none: all."""


async def follow(call: Call, data_set: int, to: str) -> Response:
    """Answer a call with the stream of a receiver. Raises TooManyStreams, and the problems of the query."""
    asked = call.query(Following)
    db = call.deps.db.within(data_set)
    kinds = tuple(kind for kind in asked.kinds.replace(" ", "").split(",") if kind)
    after = _last_seen(call.header("last-event-id"), asked.after)
    newest = await db.read(events.newest, to)
    if call.scope["method"] == "HEAD":
        return Response(headers=HEADERS, media_type="text/event-stream")
    newsroom = call.deps.own(Newsroom, lambda: Newsroom(call.deps.db))
    parts = stream(newsroom, db, data_set, to, newest if after is None else min(after, newest), kinds)
    first = await anext(parts)  # now, so that one stream too many is an answer and no broken stream
    return StreamingResponse(_led(first, parts), headers=HEADERS, media_type="text/event-stream")


def _last_seen(header: str | None, after: int | None) -> int | None:
    """A header that is no number of ours is passed over, as if it were the first connection."""
    if header and header.isascii() and header.isdecimal() and int(header[:20]) <= LARGEST_NUMBER:
        return int(header)
    return after


async def stream(
    newsroom: Newsroom,
    db: Database,
    data_set: int,
    to: str,
    after: int,
    kinds: tuple[str, ...] = (),
    *,
    life: float = LIFE,
    heartbeat: float = HEARTBEAT,
) -> AsyncGenerator[bytes]:
    """Give the parts of a stream; one is made when the last has gone out, so a slow reader gathers nothing here."""
    clock = asyncio.get_running_loop().time
    end, number, told = clock() + life, after, after
    with newsroom.follow(data_set, to) as desk:
        yield AGAIN
        quiet = clock() + heartbeat
        while clock() < end and not newsroom.ending:
            found = desk.since(number)
            if found is None:
                found = await db.read(events.after, to, number, (), PAGE)
            if found:
                number = found[-1].number
                wanted = [each for each in found if wants(kinds, each.kind)]
                if wanted:
                    told, quiet = wanted[-1].number, clock() + heartbeat
                    yield b"".join(map(_event, wanted))
            elif clock() >= quiet:
                # With the number, so that who asks for rare kinds need not be read through all the others again.
                quiet = clock() + heartbeat
                yield b":\n\n" if number == told else b": \nid: %d\n\n" % number
                told = number
            else:
                await desk.wait(min(quiet, end) - clock())


async def _led(first: bytes, parts: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    try:
        yield first
        async for part in parts:
            yield part
    finally:
        await parts.aclose()


def _event(event: Event) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.number, event.kind.encode(), wire.told(event))
