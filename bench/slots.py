"""A database of a country's schedules, and who may ask about them through the gateway."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import create_engine, insert

from bench import filling
from nabz.app import OFFERS
from nabz.appointments.api.operators import hqs
from nabz.appointments.seed import country
from nabz.appointments.seed.scale import scale
from nabz.gateway import tables as gateway
from nabz.gateway.model import IdentifierType
from nabz.gateway.service import packages
from nabz.kit.clock import SystemClock
from nabz.kit.db import open_database
from nabz.terminology import seed as terminology

if TYPE_CHECKING:
    from nabz.registries.model import Facility

GRANTS = filling.PEOPLE * filling.MOST_CALLERS
SENDERS = 32
SYSTEM = "7f1c9f0e-2f55-4c0b-9d43-6f4f0a3b8a11"
TAKE_MONTHS = "%Y-%m"


def pid(client: int) -> str:
    """A caller's licence for HQS, beside those for other services."""
    return f"{client + 2 * filling.PEOPLE:024x}"


def shape() -> str:
    """What tells one filling from another: how it is made, the tables, and the month, since slots become past."""
    seen = hashlib.sha256(filling.shape().encode())
    for path in (Path(__file__), *sorted(Path(country.__file__).parent.glob("[a-z]*.py"))):
        if path.name != "demo.py":
            seen.update(path.read_bytes())
    seen.update(SystemClock().now().strftime(TAKE_MONTHS).encode())
    return seen.hexdigest()[:12]


@cache
def made_up(size: int) -> country.Country:
    """The country of so many slots."""
    return country.Country(size)


def senders(size: int) -> list[Facility]:
    """The centres in whose name is asked, from all over the country."""
    whole = made_up(size).facilities
    return whole[:: max(1, len(whole) // SENDERS)][:SENDERS]


def fill(url: str, size: int) -> None:
    """Make a database with so many slots."""
    filling.fill(url, GRANTS)
    asyncio.run(_schedules(url, size))
    _licences(url, size)
    if url.startswith("postgresql"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")


async def _schedules(url: str, size: int) -> None:
    now = SystemClock().now()
    db = open_database(url, **({"fsync": False} if url.startswith("sqlite") else {}))
    await db.start()
    try:
        await db.write(packages.ensure_in_house, OFFERS)
        await terminology.ship(db, filling.KEYS, now)
        made = await scale(db, now, size)
        print(f"{made.slots:,} slots in {made.seconds:.0f} s, {made.per_second:,} a second", flush=True)
    finally:
        await db.stop()


def _licences(url: str, size: int) -> None:
    now = SystemClock().now()
    guids = [(one.id, IdentifierType.FACILITY) for one in senders(size)] + [(SYSTEM, IdentifierType.SYSTEM)]
    callers = filling.callers(GRANTS)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(
            insert(gateway.packages),
            [
                {"pid": pid(caller), "client": f"c{caller}", "service_id": hqs.id, "active": True}
                | {"created_at": filling.FIRST, "per_day": 1_000_000_000, "per_second": 1_000_000}
                for caller in callers
            ],
        )
        connection.execute(
            insert(gateway.identifiers),
            [
                {"guid": guid, "type": type_, "name": "سنجش", "blocked": False, "registered_at": now}
                for guid, type_ in guids
            ],
        )
        connection.execute(
            insert(gateway.identifier_grants),
            [{"pid": pid(caller), "guid": guid, "type": type_} for caller in callers for guid, type_ in guids],
        )
    engine.dispose()


def free(url: str, size: int, many: int) -> list[tuple[str, datetime, int]]:
    """Slots that anybody may take within four weeks: id, time, agenda; each time the same ones."""
    numbers = sorted(made_up(size).agendas)[:: max(1, len(made_up(size).agendas) * 25 // many)]
    query = (
        "SELECT id, starts_at, agenda FROM appointment_slot WHERE data_set = 0 AND agenda IN ({}) AND status = 1"
        " AND quota = 104 AND starts_at > {} AND starts_at < {} ORDER BY id"
    )
    now = SystemClock().now()
    until = datetime.fromtimestamp(now.timestamp() + 28 * 86400, tz=now.tzinfo)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    found: list[tuple[str, datetime, int]] = []
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL nabz.data_set = 0")
        for start in range(0, len(numbers), 200):
            some = ", ".join(map(str, numbers[start : start + 200]))
            text = query.format(some, f"'{now.isoformat()}'", f"'{until.isoformat()}'")
            found += [(str(row[0]), _instant(row[1]), int(row[2])) for row in connection.exec_driver_sql(text)]
    engine.dispose()
    return found


def _instant(cell: object) -> datetime:
    return cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell))
