"""Work that comes back: each job every so often, never twice at once, and a failure stops nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from nabz.kit import log
from nabz.kit.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PATIENCE = 10.0


class Timers:
    """The jobs of one process."""

    def __init__(self) -> None:
        self._jobs: list[tuple[float, Callable[[], Awaitable[object]]]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._over = asyncio.Event()

    def every(self, seconds: float, job: Callable[[], Awaitable[object]]) -> None:
        """Run a job again and again; one that reports work done runs again at once."""
        self._jobs.append((seconds, job))

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._repeat(seconds, job)) for seconds, job in self._jobs]

    async def stop(self) -> None:
        """End in the pauses between two runs; what takes too long is cut off."""
        self._over.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _repeat(self, seconds: float, job: Callable[[], Awaitable[object]]) -> None:
        while not self._over.is_set():
            worked: object = None
            try:
                worked = await job()
            except Problem as problem:
                log.info("timer-later", problem=problem.code)
            except Exception as error:  # noqa: BLE001 - logged; the next round may do better
                log.bug(error, job=getattr(job, "__qualname__", type(job).__qualname__))
            with suppress(TimeoutError):
                async with asyncio.timeout(0 if worked else seconds):
                    await self._over.wait()
