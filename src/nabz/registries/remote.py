"""Outside sources over HTTP; a question changes nothing, but none is repeated here: the caller waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

import httpx2 as httpx

from nabz.gateway.errors import ProviderFailed
from nabz.gateway.service.providers import Breaker
from nabz.kit import reader
from nabz.kit.clock import monotonic
from nabz.kit.errors import Problem
from nabz.kit.json import encode
from nabz.registries.errors import SourceAway
from nabz.registries.model import SEALED_FOR
from nabz.registries.wire import council as council_wire
from nabz.registries.wire import hids as hid_wire
from nabz.registries.wire import identity as identity_wire
from nabz.registries.wire import insurance as insurance_wire
from nabz.registries.wire.envelope import unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from nabz.kit.digest import Keyring
    from nabz.registries.model import Entitlement, Person, PersonId, Practitioner, ProviderId, Source

T = TypeVar("T")

TIME_LIMIT: Final = 5.0
LARGEST_ANSWER: Final = 1_000_000
OK: Final = 200
NOT_FOUND: Final = 404


class HttpSources:
    """One pooled client for all outside sources, and a breaker for each."""

    def __init__(
        self,
        keys: Keyring,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        time_limit: float = TIME_LIMIT,
        time: Callable[[], float] = monotonic,
    ) -> None:
        self._keys = keys
        self._time_limit = time_limit
        self._time = time
        self._breakers: dict[tuple[str, str], Breaker] = {}
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=20)
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False, limits=limits)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def identity(self, source: Source, id_: PersonId, birth: str) -> Person | None:
        """Ask who a person is. Raises SourceAway."""

        def understand(body: bytes) -> Person | None:
            told = reader.read(body, identity_wire.ToldAnswer).getEstelam3Response.return_
            return told.to_model(id_)

        question = identity_wire.IdentityRequest.of(id_, birth)
        return await self._ask(source, "getEstelam3", question, understand)

    async def insurance(self, source: Source, id_: PersonId) -> Entitlement | None:
        """Ask who insures a person. Raises SourceAway."""

        def understand(body: bytes) -> Entitlement | None:
            return reader.read(body, insurance_wire.ToldReply).to_model(id_)

        question = hid_wire.CallupQuestion.of(id_)
        return await self._ask(source, "CallupInsurance", question, understand)

    async def council(self, source: Source, id_: ProviderId) -> Practitioner | None:
        """Ask who a physician is. Raises SourceAway."""

        def understand(body: bytes) -> Practitioner | None:
            told = reader.read(body, council_wire.ToldAnswer).GetMemberInfoByMcCodeNumericTypeEnResponse
            member = told.GetMemberInfoByMcCodeNumericTypeEnResult.ReturnValue
            return member.to_model(id_) if member is not None else None

        question = council_wire.CouncilRequest(id_.value, council_wire.PHYSICIAN)
        return await self._ask(source, "GetMemberInfoByMcCodeNumericTypeEn", question, understand)

    async def _ask(
        self, source: Source, operation: str, question: object, understand: Callable[[bytes], T | None]
    ) -> T | None:
        """Ask within the time limit, unless the source rests after failures. Raises SourceAway."""
        breaker = self._breakers.setdefault((source.registry, source.address), Breaker(self._time))
        try:
            breaker.before()
        except ProviderFailed as resting:
            raise SourceAway(retry_after=resting.retry_after) from resting
        good: bool | None = None
        try:
            async with asyncio.timeout(self._time_limit):
                body = await self._whole(source, operation, encode(question))
            inside = unwrapped(body) if body is not None else None
            found = understand(inside) if inside is not None else None
            good = True
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, Problem) as error:
            good = False
            raise SourceAway from error
        finally:
            if good is None:  # the caller left: nothing was learnt
                breaker.forget_probe()
            else:
                breaker.after(good=good)
        return found

    async def _whole(self, source: Source, operation: str, body: bytes) -> bytes | None:
        headers = {"content-type": "application/json", "accept": "application/json"}
        if source.credential:
            headers["authorization"] = self._keys.unseal(SEALED_FOR, source.credential) or ""
        address = f"{source.address}/{operation}"
        async with self._client.stream(
            "POST", address, content=body, headers=headers, timeout=self._time_limit
        ) as answer:
            if answer.status_code == NOT_FOUND:
                return None
            if answer.status_code != OK:
                raise SourceAway
            whole = bytearray()
            async for part in answer.aiter_bytes():
                whole += part
                if len(whole) > LARGEST_ANSWER:
                    raise SourceAway
            return bytes(whole)
