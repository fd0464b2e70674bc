"""The people of the tests, and a browser without a screen."""

import re
from datetime import timedelta

import httpx2
from starlette.types import ASGIApp

from nabz.access.model import Account, Organisation, OrganisationKind, Person, Role, User, UserStatus
from nabz.access.service import sessions, sign_in
from nabz.access.service.passwords import Passwords
from nabz.access.store import organisations, users
from nabz.kit import audit, outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring

PASSWORD = "seven green umbrellas"
IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
HOME, AWAY = "192.0.2.7", "203.0.113.99"


class World:
    """Clinic and company, and who works there; everybody's password is PASSWORD."""

    def __init__(self, db: Database, keys: Keyring, clock: FixedClock, passwords: Passwords) -> None:
        self.db, self.keys, self.clock, self.passwords = db, keys, clock, passwords

    async def fill(self, stored: str) -> None:

        def make(tx: Tx) -> None:
            for id_, kind in (("clinic", OrganisationKind.CLINIC), ("company", OrganisationKind.COMPANY)):
                organisations.add(tx, Organisation(id_, id_.title(), kind, None, active=True), self.clock.now())
            for username, organisation, *roles in (
                ("operator", "company", Role.OPERATOR),
                ("boss", "clinic", Role.MANAGER),
                ("doctor", "clinic", Role.PHYSICIAN),
                ("typist", "clinic", Role.SECRETARY),
                ("nurse", "clinic", Role.NURSE),
                ("vendor", "company", Role.VENDOR),
            ):
                users.add(tx, self.user(username, organisation, *roles), stored)

        await self.db.write(make)

    def user(self, username: str, organisation: str, *roles: Role) -> User:
        return User(
            id=f"id-{username}",
            username=username,
            email=f"{username}@example.org",
            display_name=username.title(),
            organisation_id=organisation,
            organisation_name=organisation.title(),
            organisation_kind=OrganisationKind(organisation),
            status=UserStatus.ACTIVE,
            data_set=1,
            second_factor=False,
            created_at=self.clock.now(),
            roles=frozenset(roles),
        )

    async def account(self, username: str) -> Account:
        found = await self.db.read(users.by_username, username)
        assert found is not None
        return found

    def visit(self, token: str, *, origin: str = HOME, browser: str = "b", replaces: str = "") -> sign_in.Visit:
        return sign_in.Visit(
            origin=origin,
            browser=browser,
            agent="Firefox",
            digest=self.digest(token),
            replaces=replaces or None,
            life=LIFE,
        )

    def digest(self, token: str) -> str:
        return sessions.digest_of(self.keys, token)

    async def enter(self, username: str, token: str = "", **where: str) -> Person:
        """Sign somebody in, without a password's cost, and give who then is there."""
        token = token or f"token of {username}"
        now = self.clock.now()
        owes = await self.db.write(
            sign_in.enter, self.keys, await self.account(username), self.visit(token, **where), now
        )
        assert not owes
        person = await self.who(token)
        assert person is not None
        return person

    async def who(self, token: str) -> Person | None:
        return await self.db.read(sessions.who_is, self.digest(token), self.clock.now(), IDLE)

    async def check(self, username: str, password: str = PASSWORD, origin: str = HOME, browser: str = "b") -> Account:
        return await sign_in.check_password(
            self.db, self.keys, self.passwords, username, password, origin, self.clock.now(), browser=browser
        )

    async def letters(self) -> list[dict[str, str]]:
        """Carry what waits to be carried, and read it."""
        taken = await self.db.write(outbox.lease, ["notify.mail"], self.clock.now())
        for message in taken:
            await self.db.write(outbox.delivered, message.id)
        return [message.payload for message in taken]

    async def token_in_letter(self) -> str:
        [letter] = await self.letters()
        found = re.search(r"/link/([\w-]+)", letter["text"])
        assert found
        return found[1]

    async def deeds(self, subject: str) -> list[tuple[str, str, str | None]]:
        """Who did what with something on whose behalf, oldest first."""
        rows = await self.db.read(audit.history, subject)
        return [(row.who, row.action, row.on_behalf_of) for row in reversed(rows)]


class Browser:
    """Keeps cookies, fills forms with the word that the page gave, follows nothing by itself."""

    def __init__(self, app: ASGIApp, address: str, scheme: str = "http") -> None:
        transport = httpx2.ASGITransport(app=app, client=(address, 1234))
        self.http = httpx2.AsyncClient(transport=transport, base_url=f"{scheme}://nabz.test")
        self._word = ""

    async def close(self) -> None:
        await self.http.aclose()

    async def get(self, path: str) -> httpx2.Response:
        return await self.http.get(path)

    async def post(
        self, path: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        if not self._word:
            found = re.search(r'name="csrf" value="(\w+)"', (await self.http.get("/forgot")).text)
            assert found
            self._word = found[1]
        return await self.http.post(path, data={"csrf": self._word, **(fields or {})}, headers=headers)

    async def sign_in(self, username: str, password: str = PASSWORD, **more: str) -> httpx2.Response:
        return await self.post("/login", {"username": username, "password": password, **more})
