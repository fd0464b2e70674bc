"""A database of the central registry of residents, and who of the universities and of the ministry may ask there."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import create_engine, insert

from bench import filling
from nabz.access import tables as access
from nabz.access.model import Role
from nabz.access.service import sessions
from nabz.access.service.pairs import ACCESS
from nabz.kit.clock import SystemClock
from nabz.kit.db import open_database
from nabz.residency.model.years import year_at
from nabz.residency.seed import scale as registry
from nabz.residency.seed.scale import Crowd
from nabz.residency.store import bulk

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 20_000
"""So many residents are declared in a year."""

EACH = 10
"""So many universities hold them."""

FILES = 7
"""So many universities have a large file to send, each half as many rows as the others together have residents."""

MINISTRY = "bench-ministry"


def residents(size: int) -> int:
    """How many residents the registry has in a database of some size."""
    return min(MOST, size // 5)


class Crowds:
    """Who there is: those who are declared, and three kinds of those who are not yet."""

    def __init__(self, size: int) -> None:
        many = residents(size)
        self.known = Crowd(many, EACH, 3)
        self.single = Crowd(many, EACH, 0, many)
        """Who is declared by single calls."""

        self.together = Crowd(many, EACH, 0, 2 * many)
        """Whose universities send their files at the same moment."""

        self.large = Crowd(many // 2 * FILES, FILES, 0, 3 * many)
        self.new = 4 * many + many // 2 * FILES
        """From this place on there is nobody yet."""

    def each(self) -> Iterator[tuple[Crowd, list[str]]]:
        """Give every crowd with its universities."""
        first = 0
        for crowd in (self.known, self.single, self.together, self.large):
            yield crowd, [registry.university_id(first + number) for number in range(crowd.universities)]
            first += crowd.universities

    def universities(self, crowd: Crowd) -> list[str]:
        """Give the universities of a crowd."""
        return next(ids for each, ids in self.each() if each == crowd)


def token(university: str) -> str:
    """The token with which a university's program calls."""
    return f"bench-token-{university}"


def session(whose: str) -> str:
    """The session of a university's or of the ministry's browser."""
    return f"bench-session-{whose}"


def shape() -> str:
    """What tells one filling from another: how it is made, the tables, and the academic year."""
    seen = hashlib.sha256(filling.shape().encode())
    for path in (Path(__file__), Path(registry.__file__), Path(bulk.__file__)):
        seen.update(path.read_bytes())
    seen.update(str(year_at(SystemClock().now())).encode())
    return seen.hexdigest()[:12]


def fill(url: str, size: int) -> None:
    """Make a database with so many residents."""
    filling.fill(url, filling.PEOPLE)
    asyncio.run(_registry(url, size))
    _let_in(url, size)
    if url.startswith("postgresql"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")


async def _registry(url: str, size: int) -> None:
    crowds, now = Crowds(size), SystemClock().now()
    db = open_database(url, **({"fsync": False} if url.startswith("sqlite") else {}))
    await db.start()
    try:
        await db.write(registry.universities, sum(crowd.universities for crowd, _ in crowds.each()), now)
        for crowd, ids in crowds.each():
            made = await registry.scale(db, now, crowd, ids)
            print(
                f"{made.residents:,} residents with {made.declarations:,} declarations in {made.seconds:.0f} s,"
                f" {made.per_second:,} a second",
                file=sys.stderr,
                flush=True,
            )
    finally:
        await db.stop()


def _let_in(url: str, size: int) -> None:
    """Give each university a person with a token and a session, and the ministry one with a session."""
    now = SystemClock().now()
    ids = [id_ for _, theirs in Crowds(size).each() for id_ in theirs]
    whose = [*((id_, id_, Role.UNIVERSITY) for id_ in ids), (MINISTRY, "o1", Role.MINISTRY)]
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(
            insert(access.users),
            [
                {"id": person, "username": person, "display_name": "کارشناس سنجش", "organisation_id": organisation}
                | {"password_hash": filling.PASSWORD_HASH, "status": "active", "data_set": 0, "totp_step": 0}
                | {"created_at": now}
                for person, organisation, _ in whose
            ],
        )
        connection.execute(insert(access.roles), [{"user_id": person, "role": role.value} for person, _, role in whose])
        connection.execute(
            insert(access.sessions),
            [
                {"digest": sessions.digest_of(filling.KEYS, session(person)), "user_id": person, "created_at": now}
                | {"seen_at": filling.FAR, "expires_at": filling.FAR, "origin": "", "browser": ""}
                | {"second_factor": True}
                for person, _, _ in whose
            ],
        )
        connection.execute(
            insert(access.pairs),
            [
                {"id": id_, "user_id": id_, "seed": id_, "access_digest": filling.KEYS.hex(ACCESS, token(id_))}
                | {
                    "refresh_digest": id_,
                    "access_until": filling.FAR,
                    "refresh_until": filling.FAR,
                    "ends_at": filling.FAR,
                }
                | {"refreshed_at": now}
                for id_ in ids
            ],
        )
    engine.dispose()
