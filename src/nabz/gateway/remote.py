"""Outside services over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx2 as httpx
import msgspec

from nabz.gateway.errors import BadRequest, ProviderFailed, ProviderSlow, ProviderStrange
from nabz.gateway.model import Answered

if TYPE_CHECKING:
    from nabz.gateway.model import Service
    from nabz.kit.digest import Keyring
    from nabz.kit.operations import Asked

LARGEST_ANSWER = 20_000_000
LONGEST_QUERY = 60_000
REDIRECTS, CLIENT_FAULTS = 300, 400
BOM = b"\xef\xbb\xbf"
IN_QUERIES = "!$&'()*+,;=:@/?%[]{}|\\^`"
"""What a query may hold as it was written; the rest is percent-encoded."""


class HttpUpstream:
    """One pooled client for all outside services. No call is repeated here: only the caller knows whether it may."""

    def __init__(self, keys: Keyring, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._keys = keys
        # No limit on all connections together, or one slow provider would take them from the others (see `at_once`).
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False, limits=limits)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(self, service: Service, operation: str, asked: Asked, method: str) -> Answered:
        """Ask, and raise BadRequest, ProviderFailed, ProviderSlow or ProviderStrange."""
        query = quote(asked.query_string, safe=IN_QUERIES).encode()
        if len(query) > LONGEST_QUERY:
            raise BadRequest
        address = f"{(service.address or '').rstrip('/')}/{operation}"
        headers = {"content-type": "application/json", "accept": "application/json", "requestid": asked.request_id}
        if service.credential:
            headers["authorization"] = self._keys.unseal("upstream", service.credential) or ""
        try:
            async with asyncio.timeout(service.time_limit):
                request = self._client.build_request(
                    method, address, content=asked.raw, headers=headers, timeout=service.time_limit
                )
                status, body = await self._whole(request, query)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ProviderSlow from error
        except (httpx.RemoteProtocolError, httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise ProviderStrange from error
        except httpx.HTTPError as error:
            raise ProviderFailed from error
        if REDIRECTS <= status < CLIENT_FAULTS:
            raise ProviderStrange
        body = body.removeprefix(BOM)
        if body.lstrip()[:1] in (b"{", b"["):
            try:
                msgspec.json.decode(body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise ProviderStrange from error
        return Answered(status, body)

    async def _whole(self, request: httpx.Request, query: bytes) -> tuple[int, bytes]:
        if query:
            request.url = request.url.copy_with(query=query)
        answer = await self._client.send(request, stream=True)
        try:
            parts: list[bytes] = []
            size = 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise ProviderStrange
                parts.append(part)
        finally:
            await answer.aclose()
        return answer.status_code, b"".join(parts)
