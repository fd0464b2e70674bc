"""Small fakes: a browser on some pages, signed in as whom the test says."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

import httpx2
from starlette.applications import Starlette

from nabz.access.model import Person, Role
from nabz.kit.clock import Clock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.http import Call, Deps
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from nabz.settings import Settings
from nabz.web.pages import Pages
from nabz.web.shell import NavItem, Shell


def a_person(*roles: Role, user_id: str = "u9", organisation_id: str = "o9") -> Person:
    """Somebody who is signed in, without a row in the store."""
    return Person(
        user_id=user_id,
        username=user_id,
        display_name="کاربر آزمون",
        roles=frozenset(roles),
        data_set=0,
        organisation_id=organisation_id,
        organisation_name="سازمان آزمون",
        session_digest="",
        seen_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@cache
def _shell(nav: tuple[NavItem, ...]) -> Shell:
    """Compiled templates are what costs time."""
    return Shell(nav)


class Portal:
    """The pages of some domains in this process; `person` is who is signed in (none: nobody)."""

    def __init__(
        self, db: Database, clock: Clock, keys: Keyring, routes: Iterable[Pages], nav: tuple[NavItem, ...] = ()
    ) -> None:
        settings = Settings(public_address="http://nabz.test")
        deps = Deps(settings=settings, db=db, clock=clock, keys=keys, identify=self._identify, shell=_shell(nav))
        endpoints = [endpoint for pages in routes for endpoint in pages.endpoints]
        self.person: Person | None = None
        self.app = Front(Starlette(routes=starlette_routes(deps, endpoints)), settings, lambda *_: None)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url="http://nabz.test")

    async def _identify(self, _call: Call) -> Person | None:
        return self.person

    async def get(self, path: str, **fields: str) -> httpx2.Response:
        """Open a page."""
        return await self.http.get(path, params=fields or None)

    async def post(self, path: str, page: str, **fields: object) -> httpx2.Response:
        """Send a form that stands on a page."""
        word = re.search(r'name="csrf" value="(\w+)"', (await self.http.get(page)).text)
        assert word, f"{page} has no form"
        return await self.http.post(path, data={"csrf": word[1], **{name: str(text) for name, text in fields.items()}})

    async def close(self) -> None:
        await self.http.aclose()
