"""The whole program in this process with a clock of the test's own, called as vendors' programs call Tamin."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from nabz.access.model import DEMO, PRODUCTION
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from tests.appointments.office import opened as opened_hqs

SAMPLES = Path(__file__).parents[2] / "samples" / "tamin"
P = "/interface/epresc/SendEpresc"
DRUG = {
    "patient": "0123456789",
    "mobile": "09129999999",
    "prescType": {"prescTypeId": 1},
    "prescDate": "14050901",
    "docId": "2000200092",
    "docMobileNo": "09991111111",
    "docNationalCode": "1234567891",
    "comments": "",
    "clientId": "1234567891",
    "noteDetailEprscs": [
        {
            "srvId": {"srvType": {"srvType": "01"}, "srvCode": "05951"},
            "srvQty": 10,
            "timesAday": {"drugAmntId": 174},
            "drugInstruction": {"drugInstId": 67},
            "dose": "با معده پر (بعد از غذا)",
        }
    ],
}


class Office:
    """A vendor's program; `db` is the program's store within the demo sandbox, for a look behind."""

    def __init__(self, client: httpx2.AsyncClient, db: Database, demo: dict[str, Any], clock: FixedClock) -> None:
        self.client = client
        self.db = db.within(DEMO)
        self.whole = db
        self.demo = demo
        self.clock = clock
        self._tokens: dict[int, str] = {}

    async def token(self, data_set: int = DEMO) -> str:
        """A token of the demo's system, for its secret in an environment."""
        if data_set not in self._tokens:
            tamin = self.demo["tamin"]
            secret = tamin["client_secret"] if data_set == DEMO else tamin["production_secret"]
            form = {"client_id": tamin["client_id"], "client_secret": secret}
            answer = await self.client.post("/auth/server/token", data=form)
            assert answer.status_code == 200, answer.text
            self._tokens[data_set] = answer.json()["access_token"]
        return self._tokens[data_set]

    async def call(
        self, method: str, path: str, body: Any = None, *, data_set: int = DEMO, **headers: str
    ) -> httpx2.Response:
        """Call an address with a token."""
        sent = {"authorization": f"Bearer {await self.token(data_set)}", **headers}
        content = None
        if body is not None:
            content = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
            sent.setdefault("content-type", "application/json")
        return await self.client.request(method, path, content=content, headers=sent, timeout=30)

    async def get(self, path: str, **more: Any) -> Any:
        """What a GET answers inside of its envelope."""
        answer = await self.call("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def post(self, path: str, body: Any, **more: Any) -> Any:
        """What a POST answers inside of its envelope."""
        answer = await self.call("POST", path, body, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def write(self, **changed: Any) -> dict[str, Any]:
        """Write the guide's drug prescription, changed as told, and give its result."""
        return dict((await self.post(f"{P}/v7", {**DRUG, **changed}))["result"])

    def become(self, now: datetime) -> None:
        """Let it be a later day, on which the old tokens have run out."""
        self.clock.advance((now - self.clock.now()).total_seconds())
        self._tokens = {}


@asynccontextmanager
async def opened(
    url: str, data: Path, now: datetime, demo: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Office]:
    """Start the program as if it were another day; fill the demo sandbox first, unless it is a copy of a full one."""
    async with opened_hqs(url, data, now, demo, **settings) as office:
        yield Office(office.client, office.db, office.demo, office.clock)


def sample(name: str) -> Any:
    """A message of the contract."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


__all__ = ["DEMO", "DRUG", "PRODUCTION", "Office", "P", "opened", "sample"]
