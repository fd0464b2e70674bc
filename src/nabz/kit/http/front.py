"""What every call passes first: its number, its caller's address, the headers of every answer."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from nabz.kit import log
from nabz.kit.clock import perf_counter
from nabz.kit.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from nabz.settings import Settings

FORGIVING = ("/api/", "/auth/", "/interface/", "/oauth/", "//")
SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
PROBLEM = (b"content-type", b"application/problem+json")
NOT_ANSWERED = 499  # what stays if the caller left first


class Front:
    """Outermost ASGI layer."""

    def __init__(self, app: ASGIApp, settings: Settings, seen: Callable[[Scope, int, float], None]) -> None:
        self._app = app
        self._seen = seen
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in settings.trusted_proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number the call, send it on, and tell how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if "//" in path or (path.endswith("/") and path.startswith(FORGIVING)):
            scope["path"] = _tidy(path)
        number = new_id()  # in the order of time, as the traffic log keeps them
        scope["request_id"] = number
        self._find_caller(scope)
        begun = perf_counter()
        status = NOT_ANSWERED
        named = (b"requestId", number.encode())

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                _refuse_injection(message["headers"])
                status = message["status"]
                message["headers"] = [*message["headers"], named, *SAFE_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - behind this door stands only the server's bare 500
            log.bug(error, request_id=number)
            if status == NOT_ANSWERED:
                await answer({"type": "http.response.start", "status": 500, "headers": [PROBLEM]})
                body = {"status": 500, "code": "kit.bug", "requestId": number}
                await send({"type": "http.response.body", "body": msgspec.json.encode(body)})
        finally:
            self._seen(scope, status, perf_counter() - begun)

    def _find_caller(self, scope: Scope) -> None:
        """Believe a forwarded address and scheme only if a trusted proxy says so."""
        client = scope.get("client")
        ip = _plain(client[0]) if client else "127.0.0.1"
        if self._proxies and self._trusted(ip):
            for key, value in scope["headers"]:
                if key == b"x-forwarded-proto":
                    scope["scheme"] = "https" if value.split(b",")[-1].strip().lower() == b"https" else "http"
            hops = b",".join(value for key, value in scope["headers"] if key == b"x-forwarded-for")
            ip = self._nearest_stranger(hops.decode("latin-1"), ip)
        scope["ip"] = ip

    def _nearest_stranger(self, forwarded: str, ip: str) -> str:
        """Walk from the nearest hop outwards and stop at the first that is no proxy of ours."""
        for hop in reversed([part.strip() for part in forwarded.split(",")]):
            try:
                ip = _plain(hop)
            except ValueError:
                return ip
            if not self._trusted(ip):
                return ip
        return ip

    def _trusted(self, ip: str) -> bool:
        try:
            address = ipaddress.ip_address(ip)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


def _tidy(path: str) -> str:
    """Read double and trailing slashes generously, as the guides' own addresses need it."""
    tidy = re.sub("/{2,}", "/", path)
    return tidy.rstrip("/") if tidy.startswith(FORGIVING) else tidy


@lru_cache(4096)  # the same callers come again and again
def _plain(ip: str) -> str:
    """An address as lists of addresses write it: ::ffff:10.0.0.1, seen by a server of both kinds, is 10.0.0.1."""
    address = ipaddress.ip_address(ip)
    return str(getattr(address, "ipv4_mapped", None) or address)


def _refuse_injection(headers: list[tuple[bytes, bytes]]) -> None:
    for key, value in headers:
        if b"\n" in value or b"\r" in value or b"\0" in value:
            raise ValueError(f"the header {key.decode('latin-1')} holds a line of its own")
