"""One call: what was asked, by whom, when."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from nabz.kit import reader
from nabz.kit.errors import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.types import Receive, Scope

    from nabz.kit.clock import Clock
    from nabz.kit.db import Database
    from nabz.kit.digest import Keyring
    from nabz.settings import Settings

T = TypeVar("T")

LONGEST_LENGTH = 15
MOST_FIELDS = 1000
DRAINED = 8 << 20
DRAIN_SECONDS = 2.0
Raw = bytes


class BodySlow(Problem):
    """The caller stopped in the middle of its body."""

    code = "kit.body-slow"
    status = 408
    fa = "بدنهٔ درخواست به‌موقع نرسید."
    en = "The body of the request did not arrive in time."
    retry = True


class CallerLeft(Problem):
    """The caller closed the connection before it was answered."""

    code = "kit.caller-left"
    status = 499
    fa = "درخواست‌کننده ارتباط را قطع کرد."
    en = "The caller closed the connection."
    fault = Fault.CALLER


class Who(Protocol):
    """A caller that has been identified; read only, so that a frozen value will do."""

    @property
    def user_id(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def data_set(self) -> int: ...


async def _nobody(_call: Call) -> Who | None:
    return None


@dataclass
class Deps:
    """What the composition root gives to every edge."""

    settings: Settings
    db: Database
    clock: Clock
    keys: Keyring
    identify: Callable[[Call], Awaitable[Who | None]] = field(default=_nobody)
    shell: object = None
    """What pages are drawn with (web.shell), opaque to all but web."""

    _own: dict[type, Any] = field(default_factory=dict)

    def own(self, kind: type[T], make: Callable[[], T]) -> T:
        """Give what a domain keeps once in this process, made when it is first asked for."""
        if kind not in self._own:
            self._own[kind] = make()
        return self._own[kind]  # type: ignore[no-any-return]


class Call:
    """Given to every route function."""

    def __init__(self, scope: Scope, receive: Receive, deps: Deps) -> None:
        self.scope = scope
        self.receive = receive
        self.deps = deps
        self.now: datetime = deps.clock.now()
        self.who: Who | None = None
        self.body: Any = None
        self._raw: Raw | None = None
        self._more = False

    @property
    def request_id(self) -> str:
        """Tell the number under which this call is found again."""
        return self.scope["request_id"]  # type: ignore[no-any-return]

    @property
    def db(self) -> Database:
        """The store."""
        return self.deps.db

    @property
    def limits(self) -> reader.Limits:
        """How much of a body is read."""
        return reader.Limits(size=self.deps.settings.body_limit)

    @property
    def ip(self) -> str:
        """Tell the caller's address as the front has found it."""
        return self.scope["ip"]  # type: ignore[no-any-return]

    @cached_property
    def request(self) -> Request:
        """The same call in Starlette's words."""
        return Request(self.scope, self.receive)

    @property
    def path(self) -> dict[str, str]:
        """The parts of the address that the route names."""
        return self.scope.get("path_params", {})  # type: ignore[no-any-return]

    @property
    def me(self) -> Who:
        """The caller, on routes that have said who may come."""
        if self.who is None:
            message = "this route asks nobody who he is"
            raise RuntimeError(message)
        return self.who

    def header(self, name: str) -> str | None:
        """The first header of a name (in lower case)."""
        wanted = name.encode()
        for key, value in self.scope["headers"]:
            if key == wanted:
                return value.decode("latin-1")  # type: ignore[no-any-return]
        return None

    def query(self, type_: type[T]) -> T:
        """The query parameters, read into a type."""
        return read_form(self.scope["query_string"], type_)

    async def bytes(self, limit: int | None = None) -> Raw:
        """The whole body, within the limits of size and time; read once, asked for as often as needed."""
        if self._raw is None:
            self._raw = await self._receive(self.deps.settings.body_limit if limit is None else limit)
        return self._raw

    async def _receive(self, limit: int) -> Raw:
        length = self.header("content-length")
        if length and length.isdecimal() and (len(length) > LONGEST_LENGTH or int(length) > limit):
            await self.drain(int(length) if len(length) <= LONGEST_LENGTH else None)
            raise reader.BodyTooLarge(limit=limit)
        try:
            async with asyncio.timeout(self.deps.settings.body_seconds):
                return await self._parts(limit)
        except TimeoutError as late:
            raise BodySlow from late
        except reader.BodyTooLarge:
            if self._more:
                await self.drain(0)
            raise

    async def _parts(self, limit: int) -> Raw:
        parts: list[Raw] = []
        size = 0
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise CallerLeft
            part = message.get("body", b"")
            size += len(part)
            if size > limit:
                self._more = message.get("more_body", False)
                raise reader.BodyTooLarge(limit=limit)
            parts.append(part)
            if not message.get("more_body", False):
                return parts[0] if len(parts) == 1 else b"".join(parts)

    async def drain(self, announced: int | None) -> None:
        """Let the rest of a body go by before it is refused: most callers read no answer until they have sent all.

        What is too much or too slow is not waited for, nor what is held back until we ask for it.
        """
        if announced is None or announced > DRAINED or (announced and self.header("expect")):
            return
        left = DRAINED
        with suppress(TimeoutError):
            async with asyncio.timeout(min(DRAIN_SECONDS, self.deps.settings.body_seconds)):
                while left > 0:
                    message = await self.receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body", False):
                        return

    async def field(self, name: str) -> str | None:
        """One field of an HTML form."""
        return next((value for key, value in pairs_of(await self.bytes()) if key == name), None)

    async def form(self, type_: type[T]) -> T:
        """The fields of an HTML form, read into a type."""
        return read_form(await self.bytes(), type_)


def read_form(body: bytes, type_: type[T]) -> T:
    """Read `a=1&b=2` into a type."""
    return reader.read_fields(pairs_of(body), type_)


def pairs_of(body: bytes) -> list[tuple[str, str]]:
    """The pairs of `a=1&b=2`, as they were written."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise reader.BodyNotText from error


__all__ = ["BodySlow", "Call", "CallerLeft", "ClientDisconnect", "Deps", "Who", "read_form"]
