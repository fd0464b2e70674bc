"""The whole program in this process, with a clock of the test's own: for exchanges of which the guide tells the day."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from nabz.app import OFFERS, create_app, keyring
from nabz.appointments.store import booking, slots
from nabz.gateway.store import traffic
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.portal import seed
from nabz.settings import Settings
from tests.demo import KEY

SAMPLES = Path(__file__).parents[2] / "samples" / "hqs"
PREFIX = "/api/client/apim/v1/sepas/gwHQS"


class Office:
    """A vendor's program that calls HQS; `db` is the program's store, for a look behind."""

    def __init__(self, client: httpx2.AsyncClient, db: Database, demo: dict[str, Any], clock: FixedClock) -> None:
        self.client = client
        self.db = db
        self.demo = demo
        self.clock = clock
        self._token = ""

    async def granted(self, name: str = "GetToken", *, wrong: bool = False) -> Any:
        """What GetToken or RefreshToken answers."""
        ditas = self.demo["ditas"]
        code = base64.b64encode(f"{ditas['client_id']}:{ditas['client_secret']}".encode()).decode()
        form = {"grant_type": "password", "username": ditas["username"], "password": ditas["password"]}
        if name == "RefreshToken":
            form = {"grant_type": "refresh_token", "refresh_token": (await self.granted())["refresh_token"]}
        if wrong:
            form |= {"password": "no", "refresh_token": "no"}
        answer = await self.client.post("/oauth/token", data=form, headers={"authorization": f"Basic {code}"})
        return answer.json()

    async def token(self) -> str:
        """A token of the demo's system."""
        return str((await self.granted())["access_token"])

    async def post(self, path: str, body: Any, pid: str = "hqs") -> httpx2.Response:
        """Call an address with a token and a pid."""
        if not self._token:
            self._token = await self.token()
        headers = {"authorization": f"Bearer {self._token}", "pid": self.demo["ditas"]["pids"][pid]}
        content = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
        return await self.client.post(
            path, content=content, headers={**headers, "content-type": "application/json"}, timeout=30
        )

    async def somebody_elses(self, slot: str) -> Any:
        """What is answered of an appointment that, as it were, another system has booked."""

        def given_away(tx: Tx) -> None:
            found = slots.get(tx, slot.removeprefix("1:"))
            booking.change(tx, booking.current(tx, found), booked_by="another")

        await self.db.within(1).write(given_away)
        asked = sample("GetAppointmentByTQID.request")
        asked["Data"]["Composition"]["TrackingQID"] = slot
        return await self.ask("GetAppointmentByTQID", asked)

    def become(self, now: datetime) -> None:
        """Let it be a later day, on which the old token has run out."""
        self.clock.advance((now - self.clock.now()).total_seconds())
        self._token = ""

    async def note_of(self, request_id: str) -> str | None:
        """What the log notes of a call, which is written a moment after it."""
        for _ in range(100):
            line = await self.db.read(traffic.one, request_id, None)
            if line is not None:
                return line[0].note
            await asyncio.sleep(0.05)
        raise AssertionError(request_id)

    async def ask(self, operator: str, body: Any) -> Any:
        """Call an operator of gwHQS and give its answer."""
        answer = await self.post(f"{PREFIX}/{operator}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def opened(
    url: str, data: Path, now: datetime, demo: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Office]:
    """Start the program as if it were another day; fill the demo sandbox first, unless it is a copy of a full one."""
    clock = FixedClock(now)
    chosen = Settings(
        database=url, data=str(data), demo=True, fsync=False, token_cache_seconds=0.0, secret_key=KEY, **settings
    )
    if demo is None:
        db = open_database(url, **({"fsync": False} if url.startswith("sqlite") else {}))
        await db.start()
        demo = await seed.demo(db, keyring(chosen), clock, chosen, OFFERS)
        await db.stop()
    app = create_app(chosen, clock)
    looking = open_database(url)
    await looking.start()
    async with _alive(app):
        transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 40000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            yield Office(client, looking, demo, clock)
    await looking.stop()


@asynccontextmanager
async def _alive(app: Any) -> AsyncIterator[None]:
    """Begin and end the program as a server does."""
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    task = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, told.get, answers.put))
    await told.put({"type": "lifespan.startup"})
    assert (await answers.get())["type"] == "lifespan.startup.complete"
    yield
    await told.put({"type": "lifespan.shutdown"})
    assert (await answers.get())["type"] == "lifespan.shutdown.complete"
    await task


def sample(name: str) -> Any:
    """One of the guide's messages."""
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
