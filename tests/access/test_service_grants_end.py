"""The tokens of a person's programs end with what ends his sessions."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from nabz.access.errors import BadCredentials, BadToken
from nabz.access.model import Client, ClientSecret, LinkPurpose, Tokens
from nabz.access.service import clients, links, sessions, users
from nabz.access.service.tokens import Desk
from nabz.access.store import links as link_store
from nabz.kit.db import Tx
from nabz.settings import Settings
from tests.access.world import AWAY, HOME, PASSWORD, World

SECRET = "testOnlySecret16"
SETTINGS = Settings(public_address="http://nabz.test")


class Program:
    """A client system of the clinic, with the tokens of its people."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.desk = Desk(world.db, world.keys, world.passwords, SETTINGS)
        self.client: ClientSecret

    async def open(self) -> None:
        def make(tx: Tx) -> None:
            now = self.world.clock.now()
            clients.register(tx, Client("c1", "clinicClient", "سامانهٔ درمانگاه", "clinic", active=True), "test", now)
            clients.issue_secret(tx, self.world.keys, "c1", 1, SECRET, "test", now)

        await self.world.db.write(make)
        self.client = await self.desk.client("clinicClient", SECRET, self.world.clock.now())

    async def tokens(self, username: str) -> Tokens:
        now = self.world.clock.now()
        got = await self.desk.grant(self.client, username, PASSWORD, HOME, now)
        assert (await self.desk.bearer(got.access_token, now)).user_id == f"id-{username}"
        return got

    async def works(self, tokens: Tokens) -> tuple[bool, bool]:
        """Whether the access token and the refresh token do, once nothing is remembered any more."""
        self.world.clock.advance(SETTINGS.token_cache_seconds + 1)
        now = self.world.clock.now()
        return (
            await _passes(self.desk.bearer(tokens.access_token, now)),
            await _passes(self.desk.refresh(self.client, tokens.refresh_token, now)),
        )


async def _passes(asking: Awaitable[object]) -> bool:
    try:
        await asking
    except (BadToken, BadCredentials):
        return False
    return True


@pytest.fixture
async def program(world: World) -> Program:
    made = Program(world)
    await made.open()
    return made


async def change_password(world: World) -> None:
    doctor, checked = await world.enter("doctor"), await world.check("doctor")
    await world.db.write(users.change_password, doctor, checked, "new hash", "letter", world.clock.now())


async def disable_and_enable(world: World) -> None:
    boss = await world.enter("boss")
    await world.db.write(users.disable, boss, "id-doctor", world.clock.now())
    await world.db.write(users.enable, boss, "id-doctor", world.clock.now())


async def end_sessions(world: World) -> None:
    await world.db.write(users.end_sessions, await world.enter("boss"), "id-doctor", world.clock.now())


async def log_out_everywhere(world: World) -> None:
    await world.db.write(sessions.end_all, await world.enter("doctor"), world.clock.now())


async def reset_password(world: World) -> None:
    digest, now = links.digest_of(world.keys, "token"), world.clock.now()
    await world.db.write(link_store.put, digest, "id-doctor", LinkPurpose.RESET, now + timedelta(hours=1))
    await world.db.write(links.accept, world.keys, digest, "new hash", AWAY, "b", now)


@pytest.mark.parametrize(
    "deed", [change_password, disable_and_enable, end_sessions, log_out_everywhere, reset_password]
)
async def test_the_tokens_of_programs_end_with_the_sessions(
    world: World, program: Program, deed: Callable[[World], Awaitable[None]]
) -> None:
    doctors, nurses = await program.tokens("doctor"), await program.tokens("nurse")
    assert await program.works(doctors) == (True, True)
    await deed(world)
    assert await program.works(doctors) == (False, False)
    assert await program.works(nurses) == (True, True)
