"""A database of a country's prescriptions, and the systems that may write and deliver there."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import create_engine, insert

from bench import filling
from nabz.access import tables as access
from nabz.access.service.oauth.signing import Claims, Signer
from nabz.kit.clock import SystemClock
from nabz.kit.db import Statement, open_database
from nabz.prescriptions.seed import catalogue
from nabz.prescriptions.seed.scale import scale, writing
from nabz.prescriptions.service import catalogue as drugs
from nabz.prescriptions.store import numbers
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Prescription
    from nabz.prescriptions.model.catalogue import Service

GRANTS = filling.PEOPLE * filling.MOST_CALLERS
SYSTEMS = 8
"""So many vendors' systems call: few, and each of them often."""

MONTH = "%Y-%m"
TABLES = (
    "prescription_delivery_line",
    "prescription_delivery",
    "prescription_head",
    "registry_cover",
    "registry_person",
)
"""Whose indexes are made when the rows are in."""


def session(system: int) -> str:
    """The session in which a system's tokens live."""
    return f"bench-session-{system}"


def shape() -> str:
    """What tells one filling from another: how it is made, the tables, and the month, since prescriptions run out."""
    seen = hashlib.sha256(filling.shape().encode())
    for path in (Path(__file__), Path(catalogue.__file__), *sorted(Path(writing.__file__).parent.glob("*.py"))):
        seen.update(path.read_bytes())
    seen.update(SystemClock().now().strftime(MONTH).encode())
    return seen.hexdigest()[:12]


def fill(url: str, size: int) -> None:
    """Make a database with so many prescriptions."""
    filling.fill(url, GRANTS)
    _let_in(url)
    if not url.startswith("postgresql"):
        asyncio.run(_prescriptions(url, size))
        return
    again = _without_indexes(url)
    asyncio.run(_prescriptions(url, size))
    with psycopg.connect(url, options="-c maintenance_work_mem=512MB") as connection:
        for make in again:
            connection.execute(make.encode())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _without_indexes(url: str) -> list[str]:
    again: list[str] = []
    query = filling._INDEXES.replace("%s", "%%s").replace("%I", "%%I")  # noqa: SLF001 - the same house
    with psycopg.connect(url) as connection:
        for table in TABLES:
            for drop, make in connection.execute(query.encode(), {"table": table}).fetchall():
                connection.execute(drop.encode())
                again.append(make)
    return again


def _let_in(url: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(
            insert(access.oauth_sessions),
            [
                {"id": session(system), "kind": "client", "client": f"c{system}", "data_set": 0, "user_id": None}
                | {"audience": "", "created_at": filling.FIRST, "until": filling.FAR}
                for system in range(SYSTEMS)
            ],
        )
    engine.dispose()


async def _prescriptions(url: str, size: int) -> None:
    db = open_database(url, **({"fsync": False} if url.startswith("sqlite") else {}))
    await db.start()
    try:
        made = await scale(db, SystemClock().now(), size)
        print(f"{made.prescriptions:,} prescriptions in {made.seconds:.0f} s, {made.per_second:,} a second", flush=True)
    finally:
        await db.stop()


def head_of(place: int) -> int:
    """Give the number of the prescription at a place in time: they were the first that took any."""
    return numbers.FIRST + place * writing.NUMBERS


class Found:
    """What a run needs of a database: tokens of its systems, its drugs, and what waits to be delivered."""

    def __init__(self, url: str, size: int) -> None:
        self.tokens: list[str] = []
        self.drugs: list[Service] = []
        self.waiting: list[Prescription] = []
        asyncio.run(self._look(url, size))

    async def _look(self, url: str, size: int) -> None:
        now = SystemClock().now()
        db = open_database(url)
        await db.start()
        try:
            signer = Signer(db, filling.KEYS)
            self.tokens = [await signer.sign(_claims(system, int(now.timestamp())), now) for system in range(SYSTEMS)]
            self.drugs = await db.read(drugs.listed, "01", writing.day_of(now, 0).day)
            self.waiting = await db.read(_waiting, size)
        finally:
            await db.stop()


def _claims(system: int, begun: int) -> Claims:
    return Claims(
        iss="bench",
        sub=f"c{system}",
        aud=filling.client_id(system),
        client_id=filling.client_id(system),
        data_set=0,
        sid=session(system),
        jti=f"bench-{system}",
        iat=begun,
        exp=begun + 36_000,
    )


_WAITING = Statement(
    row=store.prescription,
    postgres="""
    SELECT CAST(document AS text), version FROM prescription_head
    WHERE data_set = :data_set AND state = 'open' AND version = 1 AND id >= :first ORDER BY id
    """,
)


def _waiting(tx: Tx, size: int) -> list[Prescription]:
    return tx.run(_WAITING, first=head_of(size - min(writing.LATELY, size // 2)))[: writing.LATELY]
