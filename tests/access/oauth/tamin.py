"""A small world in which Tamin is called: a pharmacy's user, a vendor's system, a physician with a mobile."""

import base64
import hashlib
from collections.abc import Awaitable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import delete

from nabz.access.model import DEMO, PRODUCTION, Client, Entered
from nabz.access.model.oauth import TOKEN_LIFE
from nabz.access.service import clients
from nabz.access.service.oauth import Porter, entering, registering
from nabz.access.service.oauth.protocol import Answer, Asking
from nabz.access.tables import oauth_keys
from nabz.kit import outbox
from nabz.kit.db import Tx
from nabz.settings import Settings
from tests.access.world import HOME, PASSWORD, World

SYSTEM, OTHER, PORTAL = "174", "175", "portal-js"
SECRETS = {PRODUCTION: "the secret of production", DEMO: "the secret of the sandbox"}
BACK = "https://client.example/back"
HERE = "http://127.0.0.1:5000/callback?keep=this"
DOCTOR, MOBILE = "1234567891", "09991111111"
VERIFIER = "a-verifier-of-more-than-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


class Tamin:
    """The porter over the world of access, and what a vendor's program does with it."""

    def __init__(self, world: World, **settings: Any) -> None:
        self.world = world
        self.db, self.keys, self.clock = world.db, world.keys, world.clock
        self.porter = self.another(**settings)

    def another(self, **settings: Any) -> Porter:
        """Another process over the same store."""
        return Porter(
            self.db, self.keys, self.world.passwords, Settings(public_address="https://nabz.test", **settings)
        )

    async def fill(self) -> None:
        def make(tx: Tx) -> None:
            now = self.clock.now()
            for client_id in (SYSTEM, OTHER, PORTAL):
                clients.register(tx, Client(f"id-{client_id}", client_id, client_id, "company", active=True), "t", now)
            for data_set, secret in SECRETS.items():
                clients.issue_secret(tx, self.keys, f"id-{SYSTEM}", data_set, secret, "t", now)
            clients.issue_secret(tx, self.keys, f"id-{OTHER}", DEMO, SECRETS[DEMO], "t", now)
            for uri in (BACK, HERE):
                registering.add_redirect(tx, PORTAL, DEMO, uri, "t", now)
            registering.identify(tx, "id-doctor", DOCTOR, MOBILE, "t", now)

        await self.db.write(make)

    async def forget_keys(self) -> None:
        """As in a new installation, nothing was ever signed."""
        await self.db.write(lambda tx: tx.execute(delete(oauth_keys)).rowcount)
        self.porter = self.another()

    async def who(self, token: str) -> Entered:
        return await self.porter.who(token, self.clock.now())

    async def authenticate(
        self, username: str = "nurse", *, system: str = SYSTEM, secret: str = SECRETS[DEMO], password: str = PASSWORD
    ) -> str:
        return await self.porter.of_user(system, secret, username, password, HOME, self.clock.now())

    async def for_secret(self, secret: str = SECRETS[DEMO]) -> str:
        return await self.porter.of_client(SYSTEM, secret, self.clock.now())

    def asked(self, **other: str) -> list[tuple[str, str]]:
        """The fields of an authorisation request."""
        fields = {
            "response_type": "code",
            "client_id": PORTAL,
            "redirect_uri": BACK,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "state": "xyz",
        }
        return [(name, text) for name, text in {**fields, **other}.items() if text]

    async def code(self, *, browser: str = "b", ticket: str = "t", username: str = "doctor", **other: str) -> str:
        """Go a person's whole way, and give the authorisation code that his browser brings back."""
        now = self.clock.now()
        asked = await self.db.read(entering.ask, self.asked(**other))
        assert not isinstance(asked, entering.Turned)
        account = await self.world.account(username)
        sending = entering.Sending("123456", f"letter {ticket}")
        await self.db.write(entering.begin, self.keys, asked, account, ticket, sending, now)
        new = f"code of {ticket}"
        passed = await self.db.write(entering.give_code, self.keys, ticket, "123456", new, browser, HOME, now)
        assert passed is not None
        assert parse_qs(urlsplit(passed.location).query)["code"] == [new]
        return new

    def exchange(
        self, code: str, *, v2: bool = False, other: Mapping[str, str] = MappingProxyType({})
    ) -> Awaitable[Answer]:
        fields = {
            "grant_type": "authorization_code",
            "redirect_uri": BACK,
            "client_id": PORTAL,
            "code": code,
            "code_verifier": VERIFIER,
            **({"audience": DOCTOR} if v2 else {}),
        }
        return self.porter.answer(Asking({**fields, **other}, refreshable=v2), self.clock.now())

    def refresh(self, token: str, **other: str) -> Awaitable[Answer]:
        fields = {"grant_type": "refresh_token", "client_id": PORTAL, "refresh_token": token, "audience": DOCTOR}
        return self.porter.answer(Asking({**fields, **other}, refreshable=True), self.clock.now())

    async def sms(self) -> list[dict[str, str]]:
        return [message.payload for message in await self.db.write(outbox.lease, ["notify.sms"], self.clock.now())]

    def after_an_hour(self) -> None:
        self.clock.advance(TOKEN_LIFE.total_seconds())
