"""Followers of events in one process: the store is asked once for all of them, twice a second."""

from __future__ import annotations

import asyncio
import signal
from collections import defaultdict, deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nabz.kit import log
from nabz.kit.errors import Problem
from nabz.notify.errors import TooManyStreams
from nabz.notify.service import events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nabz.kit.db import Database
    from nabz.notify.model import Event

ASK_EVERY = 0.5
RECENT = 200
"""So many events of each followed receiver stay in memory; who is farther behind reads the store."""

MOST_OF_ONE = 20
MOST = 1000
"""Streams of one receiver and of one process."""

Key = tuple[int, str]


class Desk:
    """What is new for one receiver."""

    def __init__(self) -> None:
        self.followers = 0
        self.newest: int | None = None
        """None: nobody has looked yet."""

        self._recent: deque[Event] = deque(maxlen=RECENT)
        self._news = asyncio.Event()

    def since(self, number: int) -> list[Event] | None:
        """Give what came after a number; None if only the store knows."""
        if self.newest is None or (number < self.newest and not self._reaches(number)):
            return None
        return [event for event in self._recent if event.number > number]

    def _reaches(self, number: int) -> bool:
        return bool(self._recent) and self._recent[0].number <= number + 1 and self._recent[-1].number == self.newest

    def tell(self, newest: int, found: list[Event]) -> None:
        """Keep what was found and wake who waits."""
        self._recent.extend(found)
        self.newest = newest
        self.wake()

    def wake(self) -> None:
        """Wake who waits."""
        self._news.set()
        self._news = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait for news, but not longer."""
        news = self._news
        try:
            async with asyncio.timeout(seconds):
                await news.wait()
        except TimeoutError:
            return


class Newsroom:
    """The desks of one process, and the one who asks the store for all of them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._desks: dict[Key, Desk] = {}
        self._asking: asyncio.Task[None] | None = None
        self.asked = 0
        self.ending = False

    @contextmanager
    def follow(self, data_set: int, to: str) -> Iterator[Desk]:
        """Keep a receiver's desk for as long as somebody follows. Raises TooManyStreams."""
        key = data_set, to
        desk = self._desks.get(key) or Desk()
        if desk.followers >= MOST_OF_ONE or sum(each.followers for each in self._desks.values()) >= MOST:
            raise TooManyStreams(retry_after=60, most=MOST_OF_ONE)
        self._desks[key] = desk
        desk.followers += 1
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_again_and_again())
        try:
            yield desk
        finally:
            desk.followers -= 1
            if not desk.followers:
                del self._desks[key]

    async def close(self) -> None:
        """Let all followers go."""
        self._end()
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask_again_and_again(self) -> None:
        while self._desks and not self.ending:
            try:
                await self._ask()
            except Problem as problem:
                log.info("newsroom-later", problem=problem.code)
            except Exception as error:  # noqa: BLE001 - logged; followers wait for the next time
                log.bug(error)
            await asyncio.sleep(ASK_EVERY)
            if server_is_ending():
                self._end()

    async def _ask(self) -> None:
        by_data_set: dict[int, list[str]] = defaultdict(list)
        for data_set, to in self._desks:
            by_data_set[data_set].append(to)
        for data_set, receivers in by_data_set.items():
            db = self._db.within(data_set)
            self.asked += 1
            found = await db.read(events.newest_of, receivers)
            for to in receivers:
                desk = self._desks.get((data_set, to))
                newest = found.get(to, 0)
                if desk is None or desk.newest == newest:
                    continue
                known = desk.newest
                fresh = [] if known is None else await db.read(events.after, to, known, (), RECENT)
                # More than that at once: the desk goes on where it is, and asks for the rest the next time.
                desk.tell(fresh[-1].number if fresh else newest, fresh)

    def _end(self) -> None:
        self.ending = True
        for desk in self._desks.values():
            desk.wake()


def server_is_ending() -> bool:
    """Tell whether the server has been asked to end: it waits for open answers, and streams have no end of their own.

    It tells nobody but the handler of its signals, whose owner knows.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))
