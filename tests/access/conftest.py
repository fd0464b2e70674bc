"""A small world: two organisations, people of every kind, and a browser on the pages of access alone."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from nabz.access import pages
from nabz.access.pages.sign_in import identify
from nabz.access.service.passwords import Passwords
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from nabz.settings import Settings
from nabz.web.shell import Shell
from tests.access.world import PASSWORD, Browser, World


@pytest.fixture(scope="session")
def keys() -> Keyring:
    return Keyring(b"the tests' own key, which opens nothing else")


@pytest.fixture(scope="session")
def shared_passwords(keys: Keyring) -> Passwords:
    """One for all tests: who has proved his password in one is known again in the next without the slow check."""
    return Passwords(keys)


@pytest.fixture(scope="session")
def stored_password() -> str:
    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)


@pytest.fixture
async def world(
    db: Database, keys: Keyring, clock: FixedClock, shared_passwords: Passwords, stored_password: str
) -> World:
    made = World(db, keys, clock, shared_passwords)
    await made.fill(stored_password)
    return made


@pytest.fixture
async def open_browser(world: World) -> AsyncIterator[Callable[..., Browser]]:
    deps = Deps(
        settings=Settings(public_address="http://nabz.test"),
        db=world.db,
        clock=world.clock,
        keys=world.keys,
        identify=identify,
        shell=Shell(pages.NAV),
    )
    endpoints = [endpoint for each in pages.routes(world.passwords) for endpoint in each.endpoints]
    app = Front(Starlette(routes=starlette_routes(deps, endpoints)), deps.settings, lambda *_: None)
    opened: list[Browser] = []

    def open_one(address: str = "192.0.2.7", **options: str) -> Browser:
        opened.append(Browser(app, address, **options))
        return opened[-1]

    yield open_one
    for each in opened:
        await each.close()


SignedIn = Callable[..., Awaitable[Browser]]


@pytest.fixture
def signed_in(open_browser: Callable[..., Browser]) -> SignedIn:
    async def sign_in(username: str, address: str = "192.0.2.7") -> Browser:
        browser = open_browser(address)
        answer = await browser.sign_in(username)
        assert answer.headers["location"] == "/portal"
        return browser

    return sign_in
