"""The courier: carries events to webhooks, so that one who does not answer holds up nobody but himself."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from nabz.kit import log
from nabz.notify import wire
from nabz.notify.model import AT_ONCE, Try, signed_headers
from nabz.notify.remote.webhooks import Line, resolver
from nabz.notify.service import delivering, webhooks

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.notify.model import Parcel, Taken

SEATS = 100
"""Webhooks that are being delivered to at the same moment, in one process."""

NAMES = 16

PATIENCE = 5.0


class Courier:
    """Takes webhooks for which something is due, and works on each by itself."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._under_way: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(NAMES, thread_name_prefix="webhook-names")
        self.resolve = resolver(self._threads)

    async def round(self) -> int:
        """Begin with what is due now, and tell how many webhooks were taken; this does not wait for their answers."""
        free = SEATS - len(self._under_way)
        if free <= 0:
            return 0
        taken = await self._deps.db.write(delivering.take, self._deps.clock.now(), free)
        for one in taken:
            task = asyncio.create_task(self._work(one))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(taken)

    async def rest(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self) -> None:
        """Break off what is under way; what has been tried is written down, the rest is due again."""
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=PATIENCE)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _work(self, taken: Taken) -> None:
        db, clock = self._deps.db.within(taken.data_set), self._deps.clock
        tried: list[tuple[Parcel, Try]] = []
        try:
            parcels = await db.read(delivering.due, taken, clock.now())
            await self._carry(taken, parcels, tried)
        except Exception as error:  # noqa: BLE001 - logged; the webhook is put back, or its lease runs out
            log.bug(error, webhook=taken.hook.id)
        finally:
            try:
                await db.write(delivering.finish, taken, tried, clock.now())
            except Exception as error:  # noqa: BLE001 - its lease runs out, and what has arrived arrives again
                log.bug(error, webhook=taken.hook.id)

    async def _carry(self, taken: Taken, parcels: list[Parcel], tried: list[tuple[Parcel, Try]]) -> None:
        demo = self._deps.settings.demo
        waiting = list(reversed(parcels))

        async def carry() -> None:
            """Go on for as long as anything arrives; when nothing does, the rest waits without a try being counted."""
            while waiting and (not tried or any(not last.failure for _, last in tried)):
                parcel = waiting.pop()
                tried.append((parcel, await self._deliver(line, taken, parcel)))

        async with Line(taken.hook.url, self.resolve, demo=demo) as line, asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(parcels))):
                group.create_task(carry())

    async def _deliver(self, line: Line, taken: Taken, parcel: Parcel) -> Try:
        now = self._deps.clock.now()
        secrets = webhooks.secrets_of(self._deps.keys, taken.hook, now)
        if not secrets:
            return Try(now, None, 0, "secret")
        body = wire.told(parcel.event)
        headers = {"content-type": "application/json", **signed_headers(secrets, parcel.event.id, body, now)}
        return await line.post(headers, body, now)
