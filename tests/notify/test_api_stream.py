"""The stream of events: resumed, kept alive, ended, and one look at the store for all who follow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.http import Call, Deps, Routes
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from nabz.notify.api import follow, stream
from nabz.notify.errors import TooManyStreams
from nabz.notify.service import newsroom as service
from nabz.notify.service.newsroom import Newsroom
from tests.kit.asking import ask
from tests.notify.receiver import tell

STREAM = "/api/v1/events/stream"


@pytest.fixture
async def newsroom(db: Database) -> AsyncIterator[Newsroom]:
    made = Newsroom(db)
    yield made
    await made.close()


async def numbers_of(
    newsroom: Newsroom, db: Database, after: int, until: int, kinds: tuple[str, ...] = ()
) -> list[int]:
    """The numbers of the events that a stream gives, up to one."""
    found: list[int] = []
    async with asyncio.timeout(5), aclosing(stream(newsroom, db, 0, "app", after, kinds, heartbeat=0.2)) as parts:
        async for part in parts:
            found += [int(line[4:]) for line in part.splitlines() if line.startswith(b"id: ") and b"event: " in part]
            if found and found[-1] >= until:
                break
    return found


async def test_a_stream_goes_on_where_the_follower_was(db: Database, clock: FixedClock, newsroom: Newsroom) -> None:
    for one in range(1, 4):
        await tell(db, clock, f"e{one}", kind="a" if one % 2 else "b")
    assert await numbers_of(newsroom, db, 0, 3) == [1, 2, 3]
    assert await numbers_of(newsroom, db, 2, 3) == [3]
    assert await numbers_of(newsroom, db, 0, 3, ("a",)) == [1, 3]
    following = asyncio.create_task(numbers_of(newsroom, db, 3, 5))
    await asyncio.sleep(0.05)
    await tell(db, clock, "e4")
    await tell(db, clock, "e5")
    assert await following == [4, 5]


async def test_many_who_follow_cost_one_look_at_the_store(db: Database, clock: FixedClock, newsroom: Newsroom) -> None:
    following = [asyncio.create_task(numbers_of(newsroom, db, 0, 2)) for _ in range(15)]
    await asyncio.sleep(1.2)
    await tell(db, clock, "e1")
    await tell(db, clock, "e2")
    assert await asyncio.gather(*following) == [[1, 2]] * 15
    assert newsroom.asked <= 6  # twice a second


async def test_a_quiet_stream_beats_remembers_its_place_and_ends(
    db: Database, clock: FixedClock, newsroom: Newsroom
) -> None:
    await tell(db, clock, "e1", kind="rare")
    await tell(db, clock, "e2", kind="common")
    made = stream(newsroom, db, 0, "app", 0, ("rare",), life=0.6, heartbeat=0.2)
    parts = [part async for part in made]
    assert parts[0] == b"retry: 2000\n\n"
    assert parts[1].startswith(b"id: 1\nevent: rare\ndata: {")
    assert parts[2:] == [b": \nid: 2\n\n", b":\n\n"]
    assert not newsroom._desks


async def test_who_is_far_behind_reads_on_from_the_store(
    db: Database, clock: FixedClock, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RECENT", 3)
    async with aclosing(stream(newsroom, db, 0, "app", 0)) as slow:
        assert await anext(slow) == b"retry: 2000\n\n"
        following = asyncio.create_task(numbers_of(newsroom, db, 0, 9))
        await asyncio.sleep(0.6)
        for one in range(1, 10):
            await tell(db, clock, f"e{one}")
        assert await following == list(range(1, 10))
        assert b"".join([await anext(slow)]).count(b"event: ") == 9


async def test_of_too_many_streams_the_last_is_refused(
    db: Database, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_OF_ONE", 2)
    two = newsroom.follow(0, "app"), newsroom.follow(0, "app")
    with two[0], two[1], newsroom.follow(0, "other"), pytest.raises(TooManyStreams), newsroom.follow(0, "app"):
        pass
    with newsroom.follow(0, "app"):
        pass


async def test_when_the_house_closes_all_streams_end(db: Database, newsroom: Newsroom) -> None:
    following = asyncio.create_task(asyncio.wait_for(anext_of_all(stream(newsroom, db, 0, "app", 0)), 5))
    await asyncio.sleep(0.1)
    await newsroom.close()
    assert await following == [b"retry: 2000\n\n"]


async def anext_of_all(parts: AsyncIterator[bytes]) -> list[bytes]:
    return [part async for part in parts]


# ---------------------------------------------------------------- over HTTP


@pytest.fixture
async def app(demo: Deps) -> AsyncIterator[ASGIApp]:
    routes = Routes("notify")

    @routes.get(STREAM, summary="Events", hidden=True)
    async def events(call: Call) -> object:
        return await follow(call, 0, "app")

    yield Front(Starlette(routes=starlette_routes(demo, routes.endpoints)), demo.settings, lambda *_: None)
    await demo.own(Newsroom, lambda: Newsroom(demo.db)).close()


class Listener:
    """Calls the stream and reads until it has had enough, then hangs up."""

    def __init__(self, app: ASGIApp, query: bytes = b"", *headers: tuple[bytes, bytes]) -> None:
        self._app = app
        self._scope = {
            "type": "http",
            "method": "GET",
            "path": STREAM,
            "query_string": query,
            "headers": list(headers),
            "client": ("192.0.2.7", 40000),
            "scheme": "http",
        }
        self._enough = asyncio.Event()
        self._asked = False
        self.start: Message = {}
        self.text = b""

    async def until(self, wanted: bytes) -> bytes:
        async def receive() -> Message:
            if not self._asked:
                self._asked = True
                return {"type": "http.request", "body": b""}
            await self._enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.start = message
            self.text += message.get("body", b"")
            if wanted in self.text:
                self._enough.set()

        async with asyncio.timeout(5):
            await self._app(self._scope, receive, send)
        return self.text


async def test_last_event_id_goes_before_after_and_without_both_only_news_come(
    db: Database, clock: FixedClock, app: ASGIApp, demo: Deps
) -> None:
    for one in range(1, 5):
        await tell(db, clock, f"e{one}", kind="a" if one % 2 else "b")
    listener = Listener(app, b"after=1", (b"last-event-id", b"3"))
    assert b"id: 3\n" not in await listener.until(b"id: 4\n")
    headers = dict(listener.start["headers"])
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-store"
    text = await Listener(app, b"after=1&kinds=a,%20c", (b"last-event-id", b"what?")).until(b"id: 3\n")
    (line,) = [line for line in text.splitlines() if line.startswith(b"data: ")]
    assert msgspec.json.decode(line[6:])["id"] == "e3"
    listening = asyncio.create_task(Listener(app).until(b"id: 5\n"))
    await asyncio.sleep(0.2)
    await tell(db, clock, "e5")
    assert b"id: 4\n" not in await listening
    assert not demo.own(Newsroom, lambda: Newsroom(demo.db))._desks  # who hangs up is gone


async def test_what_is_no_number_is_told_and_a_head_has_no_body(app: ASGIApp) -> None:
    for query in (b"after=x", b"after=-1", b"after=99999999999999999999"):
        assert (await ask(app, "GET", STREAM, query=query)).status == 400
    head = await ask(app, "HEAD", STREAM)
    assert (head.status, head.body) == (200, b"")
