"""The three services in this process, asked as the gateway asks them, and answered inside its envelope."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec

from nabz.gateway.service.providers import ask_in_house
from nabz.gateway.wire import envelope
from nabz.kit.clock import Clock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.kit.operations import Asked
from nabz.registries.api.operations import council, identity, insurance
from nabz.registries.remote import HttpSources
from nabz.settings import Settings

KEYS = Keyring(b"test-only-key" * 5)
SAMPLES = Path(__file__).parents[2] / "samples" / "nabz" / "registries"
OPERATIONS = {**identity.by_name, **insurance.by_name, **council.by_name}
NOBODY = httpx.MockTransport(lambda _request: httpx.Response(500))


class Agencies:
    """Asks in the data set of a store; `outside` is what any outside source answers."""

    def __init__(self, db: Database, clock: Clock, outside: httpx.AsyncBaseTransport = NOBODY) -> None:
        self.db = db
        self.clock = clock
        self.deps = Deps(settings=Settings(), db=db, clock=clock, keys=KEYS)
        self.remote = self.deps.own(HttpSources, lambda: HttpSources(KEYS, outside, time=self._seconds))

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    async def text(self, operation: str, body: bytes | str | object) -> str:
        """The whole answer as the gateway writes it."""
        raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else msgspec.json.encode(body)
        data_set = self.db.data_set
        asked = Asked(
            deps=self.deps,
            raw=raw,
            query_string=b"",
            now=self.clock.now(),
            request_id="1",
            client="c1",
            user_id="u1",
            data_set=data_set,
            pid="6" * 24,
        )
        answered = await ask_in_house(OPERATIONS[operation.lower()], asked, 30)
        return envelope(answered.status, answered.body)[1].decode()

    async def ask(self, operation: str, body: object) -> Any:
        """What lies inside the envelope."""
        return json.loads(await self.text(operation, body))["result"].get("data")

    async def identity(self, nin: str, birth: str | None = None) -> Any:
        """Ask the civil registry."""
        told = await self.ask("getEstelam3", {"personInformation": {"nin": nin, "birthDate": birth}})
        return told["getEstelam3Response"]["return"]

    async def council(self, number: str, type_: str = "MD") -> Any:
        """Ask the medical council."""
        body = {"mcCodeNumeric": number, "mcCodeTypeEn": type_}
        told = await self.ask("GetMemberInfoByMcCodeNumericTypeEn", body)
        return told["GetMemberInfoByMcCodeNumericTypeEnResponse"]["GetMemberInfoByMcCodeNumericTypeEnResult"]

    async def close(self) -> None:
        await self.remote.close()


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(answer)


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def tight(text: str) -> str:
    """A body without the white space of the print."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def number(value: str, type_: str, issuer: str = "") -> dict[str, str]:
    """An identifier as clients send it."""
    return {"Issuer": issuer, "Assigner": issuer, "ID": value, "Type": type_}
