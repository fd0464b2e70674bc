"""Webhooks over HTTP: to the address that was looked at and to no other, once, without going where it is sent on."""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from socket import SOCK_STREAM
from typing import TYPE_CHECKING, Self

import httpx2 as httpx

from nabz.kit.clock import perf_counter
from nabz.notify.model import AT_ONCE, PATIENCE, Try, is_public

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from concurrent.futures import Executor
    from datetime import datetime

    Resolve = Callable[[str, int], Awaitable[list[str]]]

LARGEST_ANSWER = 16_384
"""Read so that the connection can be used again; what an answer says is not looked at."""

SUCCESS, REDIRECT, CLIENT_FAULT = 200, 300, 400


class AddressRefusedError(Exception):
    """The name leads to a machine that is not outside."""


def resolver(threads: Executor) -> Resolve:
    """Look names up in threads of their own: the event loop's few would be taken by names that answer slowly."""

    async def resolve(host: str, port: int) -> list[str]:
        from socket import getaddrinfo  # noqa: PLC0415 - looked up late, so that a test's loopback rule sees it

        found = await asyncio.get_running_loop().run_in_executor(
            threads, lambda: getaddrinfo(host, port, type=SOCK_STREAM)
        )
        return list(dict.fromkeys(str(each[4][0]) for each in found))

    return resolve


@cache
def trust() -> ssl.SSLContext:
    """Whom receivers' certificates must come from; reading them takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


class Line:
    """The connections of one round to one webhook; its name is looked up once, and only what was found is called."""

    def __init__(self, url: str, resolve: Resolve, *, demo: bool, context: ssl.SSLContext | None = None) -> None:
        self._url = httpx.URL(url)
        self._resolve = resolve
        self._demo = demo
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        self._client = httpx.AsyncClient(
            follow_redirects=False, trust_env=False, limits=limits, timeout=PATIENCE, verify=context or trust()
        )
        self._found: asyncio.Task[str] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._found is not None:
            self._found.cancel()
            await asyncio.gather(self._found, return_exceptions=True)
        await self._client.aclose()

    async def post(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Try:
        """Deliver once, and tell how it went."""
        begun = perf_counter()
        status: int | None = None
        try:
            async with asyncio.timeout(PATIENCE):
                status = await self._send(headers, body)
            failure = _failure(status)
        except (TimeoutError, httpx.TimeoutException):
            failure = "timeout"
        except AddressRefusedError:
            failure = "address"
        except (OSError, UnicodeError):
            failure = "name"
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError):
            failure = "connection"
        return Try(now, status, round((perf_counter() - begun) * 1000), failure)

    async def _send(self, headers: Mapping[str, str], body: bytes) -> int:
        if self._found is None:
            self._found = asyncio.create_task(self._look_up())
        address = await asyncio.shield(self._found)
        request = self._client.build_request(
            "POST",
            self._url.copy_with(host=address),
            content=body,
            headers={**headers, "host": self._url.netloc.decode("ascii"), "user-agent": "nabz-webhook"},
            extensions={"sni_hostname": self._url.host} if self._url.scheme == "https" else {},
        )
        answer = await self._client.send(request, stream=True)
        try:
            await _empty(answer)
        finally:
            await answer.aclose()
        return answer.status_code

    async def _look_up(self) -> str:
        host = self._url.host
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        found = await self._resolve(host, port)
        # All of them: a name that leads inside as well is no mistake but an attempt.
        if not found or not all(is_public(each.partition("%")[0], demo=self._demo) for each in found):
            raise AddressRefusedError
        return found[0]


async def _empty(answer: httpx.Response) -> None:
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > LARGEST_ANSWER:
            return


def _failure(status: int) -> str:
    if SUCCESS <= status < REDIRECT:
        return ""
    return "redirect" if REDIRECT <= status < CLIENT_FAULT else "status"
