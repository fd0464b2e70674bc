"""The gateway of one process in this one, with a clock that moves only when told to."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from nabz.access.model import Client, Organisation, OrganisationKind, Role, User, UserStatus
from nabz.access.service import clients
from nabz.access.service.passwords import Passwords
from nabz.access.service.tokens import Desk
from nabz.access.store import organisations, users
from nabz.gateway import pages
from nabz.gateway.api import calls, tokens
from nabz.gateway.api.echo import echo
from nabz.gateway.model import Package
from nabz.gateway.remote import HttpUpstream
from nabz.gateway.service import packages
from nabz.gateway.service.gate import Gate
from nabz.gateway.service.providers import Outside
from nabz.gateway.service.traffic import Recorder
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from nabz.settings import Settings
from tests.fakes import Portal, a_person

PASSWORD = "test-only-password"
SECRET = "testOnlySecret16"
PID = "6" * 24
CALLS = "/api/client/apim/v1"


def basic(client_id: str = "acmeClient", secret: str = SECRET) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


class House:
    """A gateway with one vendor (acme), its person, its system, one package for echo, and this machine announced."""

    def __init__(self, db: Database, clock: FixedClock, **chosen: Any) -> None:
        self.db = db
        self.clock = clock
        self.keys = Keyring(b"test-only-key" * 5)
        self.settings = Settings(**chosen)
        self.passwords = Passwords(self.keys)
        self.upstream = httpx.MockTransport(lambda _request: httpx.Response(200, json={}))
        self.client: httpx.AsyncClient

    async def open(self, upstream: httpx.AsyncBaseTransport | None = None) -> None:
        """Put the parts together, as the composition root does."""
        deps = Deps(settings=self.settings, db=self.db, clock=self.clock, keys=self.keys)
        self.desk = Desk(self.db, self.keys, self.passwords, self.settings)
        self.gate = Gate(self.db, self.desk, (echo,), self.settings)
        self.recorder = Recorder(self.db)
        self.remote = HttpUpstream(self.keys, upstream or self.upstream)
        gateway = calls.Calls(
            deps, self.gate, Outside(self.remote, lambda: self.clock.now().timestamp()), self.recorder
        )
        endpoints = [endpoint for routes in tokens.routes(self.desk, self.recorder) for endpoint in routes.endpoints]
        app = Starlette(routes=[Route(f"{calls.PREFIX}{{rest:path}}", gateway), *starlette_routes(deps, endpoints)])
        app.router.redirect_slashes = False
        self.app = Front(app, self.settings, lambda _scope, _status, _took: None)
        self.client = self.caller()

    def caller(self, ip: str = "127.0.0.1") -> httpx.AsyncClient:
        """A browser or program at an address."""
        transport = httpx.ASGITransport(self.app, client=(ip, 5000))
        return httpx.AsyncClient(transport=transport, base_url="http://nabz.test")

    async def fill(self) -> None:
        """Make the vendor."""
        now = self.clock.now()
        hashed = await self.passwords.hash(PASSWORD)

        def make(tx: Tx) -> None:
            company = OrganisationKind.COMPANY
            organisations.add(tx, Organisation("o1", "شرکت آزمون", company, national_id=None, active=True), now)
            person = User(
                id="u1",
                username="acme",
                email=None,
                display_name="کاربر آزمون",
                organisation_id="o1",
                organisation_name="",
                organisation_kind=company,
                status=UserStatus.ACTIVE,
                data_set=1,
                second_factor=False,
                created_at=now,
                roles=frozenset({Role.VENDOR}),
            )
            users.add(tx, person, hashed)
            clients.register(tx, Client("c1", "acmeClient", "سامانهٔ آزمون", "o1", active=True), "test", now)
            clients.issue_secret(tx, self.keys, "c1", 1, SECRET, "test", now)
            packages.ensure_in_house(tx, (echo,))
            packages.grant(tx, Package(pid=PID, client="c1", service_id=echo.id), "test", now)
            packages.announce(tx, "c1", "127.0.0.0/8", "test", now)

        await self.db.write(make)

    async def token(self, username: str = "acme", password: str = PASSWORD, **more: str) -> httpx.Response:
        """Ask for a token."""
        form = {"grant_type": "password", "username": username, "password": password, **more}
        return await self.client.post("/oauth/token", data=form, headers=basic())

    async def bearer(self) -> dict[str, str]:
        """The headers of a call that is let through."""
        answer = (await self.token()).json()
        return {"authorization": f"Bearer {answer['access_token']}", "pid": PID}

    async def call(self, operation: str, body: object = None, *, service: str = "nabz/gwecho", **headers: str) -> Any:
        """Call an operation with a token and the pid."""
        sent = {**await self.bearer(), **headers}
        return await self.client.post(f"{CALLS}/{service}/{operation}", content=msgspec.json.encode(body), headers=sent)

    async def close(self) -> None:
        await self.remote.close()


@pytest.fixture
async def house(db: Database, clock: FixedClock) -> AsyncIterator[House]:
    made = House(db, clock)
    await made.open()
    await made.fill()
    yield made
    await made.close()


@pytest.fixture
async def portal(house: House) -> AsyncIterator[Portal]:
    """The gateway's pages, with an operator in front of them."""
    made = Portal(house.db, house.clock, house.keys, pages.routes(), pages.NAV)
    made.person = a_person(Role.OPERATOR, user_id="u1")
    yield made
    await made.close()
