"""Who answers behind the gateway: functions of our own domains, and outside services over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from nabz.gateway.errors import ProviderFailed, ProviderSlow
from nabz.gateway.model import Answered
from nabz.kit import reader
from nabz.kit.clock import monotonic
from nabz.kit.errors import Fault, Problem
from nabz.kit.json import encode
from nabz.kit.operations import BodyNotUnderstood

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.gateway.model import Service
    from nabz.kit.operations import Asked, Operation

SERVER_FAULT = 500
MISFITS = (reader.ValueWrong, reader.KeyTwice, reader.NumberRefused)


async def ask_in_house(operation: Operation, asked: Asked, time_limit: float) -> Answered:
    """Run one of our own functions; an expected failure is the provider's status, without data."""
    try:
        asked.body = asked.read(operation.body, operation.limits)
        async with asyncio.timeout(time_limit):
            value = await operation.function(asked)
    except TimeoutError as error:
        raise ProviderSlow from error
    except Problem as problem:
        if problem.status >= SERVER_FAULT:
            raise ProviderFailed(retry_after=problem.retry_after) from problem
        if isinstance(problem, BodyNotUnderstood):
            if operation.misfit is None or not isinstance(problem.violation, MISFITS):
                raise
            answered: Answered = operation.misfit(asked, problem.violation)
            return answered
        return Answered(problem.status, b"", asked.tracking)
    if isinstance(value, Answered):
        if value.status >= SERVER_FAULT:  # as of an outside provider
            raise ProviderFailed
        return value
    return Answered(200, encode(value), asked.tracking)


class Upstream(Protocol):
    """How an outside service is reached (gateway.remote)."""

    async def send(self, service: Service, operation: str, asked: Asked, method: str) -> Answered:
        """Ask, and raise BadRequest, ProviderFailed, ProviderSlow or ProviderStrange."""
        ...


class Breaker:
    """Stops asking a provider that fails, and tries again with one call after a pause."""

    FAILURES = 5
    PAUSE = 10.0

    def __init__(self, time: Callable[[], float] = monotonic) -> None:
        self._time = time
        self._failures = 0
        self._closed_until = 0.0
        self._probing = False

    def before(self) -> None:
        """Refuse at once while the provider rests; raises ProviderFailed."""
        if self._failures < self.FAILURES:
            return
        left = self._closed_until - self._time()
        if left > 0 or self._probing:
            raise ProviderFailed(retry_after=max(left, 1.0))
        self._probing = True

    def after(self, *, good: bool) -> None:
        """Learn from an outcome."""
        self._probing = False
        if good:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self.FAILURES:
            self._closed_until = self._time() + self.PAUSE

    def forget_probe(self) -> None:
        """The one call that tried has ended without an outcome."""
        self._probing = False


class Outside:
    """Outside services, each with its own breaker and its own number of calls at once."""

    def __init__(self, upstream: Upstream, time: Callable[[], float] = monotonic) -> None:
        self._upstream = upstream
        self._time = time
        self._breakers: dict[str, Breaker] = {}
        self._busy: dict[str, int] = {}

    async def ask(self, service: Service, operation: str, asked: Asked, method: str) -> Answered:
        """Ask an outside service within its limits."""
        breaker = self._breakers.setdefault(service.id, Breaker(self._time))
        busy = self._busy.get(service.id, 0)
        if busy >= service.at_once:
            raise ProviderFailed(retry_after=1)
        breaker.before()
        self._busy[service.id] = busy + 1
        good: bool | None = False
        try:
            answered = await self._upstream.send(service, operation, asked, method)
            good = answered.status < SERVER_FAULT
        except asyncio.CancelledError:
            good = None  # the caller left: nothing was learnt about the provider
            raise
        except Problem as problem:
            good = None if problem.fault is Fault.CALLER else False
            raise
        finally:
            self._busy[service.id] -= 1
            if good is None:
                breaker.forget_probe()
            else:
                breaker.after(good=good)
        if not good:
            raise ProviderFailed
        return answered


async def unless_left(work: Awaitable[Answered], left: Awaitable[None]) -> Answered | None:
    """Wait for an answer, but no longer than the caller waits; None if the caller left first."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(left)
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)
