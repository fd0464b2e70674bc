"""The made-up rows: vendors' systems, people, licences, so many grants, and as many lines of traffic."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import create_engine, insert

from nabz.access import tables as access
from nabz.access.service.passwords import Passwords
from nabz.access.service.tokens import ACCESS, REFRESH
from nabz.access.service.tokens import SECRET as CLIENT_SECRET
from nabz.cli.migrate import migrate, scripts
from nabz.gateway import tables as gateway
from nabz.kit.clock import SystemClock
from nabz.kit.digest import Keyring

if TYPE_CHECKING:
    from collections.abc import Iterator

MASTER = "42" * 64
KEYS = Keyring(bytes.fromhex(MASTER))
PASSWORD = "bench only password"
SECRET = "benchOnlySecret1"
SERVICE = "nabz/gwecho"

PEOPLE = 1000
CALLERS = 64
SPREAD = 20_000
FAR = datetime(2100, 1, 1, tzinfo=UTC)
FIRST = datetime(2026, 11, 1, tzinfo=UTC)


def shape() -> str:
    """What tells one filling from another: this file and the migrations."""
    seen = hashlib.sha256()
    for path in (Path(__file__), *sorted(scripts().glob("versions/*.py"))):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


def client_id(client: int) -> str:
    return f"client{client:05}"


def username(person: int) -> str:
    return f"person{person:04}"


def pid(client: int) -> str:
    return f"{client:024x}"


def access_token(row: int) -> str:
    return KEYS.uuid(ACCESS, f"a{row}")


def refresh_token(row: int) -> str:
    return KEYS.uuid(REFRESH, f"r{row}")


def row_of_caller(caller: int) -> int:
    """The grant of the client and the person of one number."""
    return caller * PEOPLE + caller


def spread_rows(size: int) -> list[int]:
    """Grants all over the table, but none of those whose tokens callers hold."""
    callers = {row_of_caller(caller) for caller in range(CALLERS)}
    return [row for row in range(0, size, max(1, size // SPREAD)) if row not in callers]


def fill(url: str, size: int) -> None:
    """Make a database of this size at an empty address."""
    migrate(url)
    lines = size // 10 if size < 5_000_000 else size
    _few(url, size // PEOPLE)
    if url.startswith("sqlite"):
        _into_sqlite(url.removeprefix("sqlite:///"), size, lines)
    else:
        _into_postgres(url, size, lines)


def _few(url: str, systems: int) -> None:
    now = SystemClock().now()
    hashed = asyncio.run(Passwords(KEYS).hash(PASSWORD))
    secret = KEYS.hex(CLIENT_SECRET, SECRET)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        organisation = {"id": "o1", "name": "شرکت سنجش", "kind": "company", "active": True, "created_at": now}
        connection.execute(insert(access.organisations), organisation)
        connection.execute(
            insert(access.users),
            [
                {
                    "id": f"u{person}",
                    "username": username(person),
                    "display_name": "کاربر سنجش",
                    "organisation_id": "o1",
                    "password_hash": hashed,
                    "status": "active",
                    "data_set": 0,
                    "totp_step": 0,
                    "created_at": now,
                }
                for person in range(PEOPLE)
            ],
        )
        clients = [(f"c{system}", client_id(system)) for system in range(systems)]
        connection.execute(
            insert(access.clients),
            [
                {"id": id_, "client_id": name, "title": "سامانهٔ سنجش", "organisation_id": "o1", "active": True}
                | {"created_at": now}
                for id_, name in [*clients, ("ours", "oursClient"), ("limit", "limitClient")]
            ],
        )
        connection.execute(
            insert(access.secrets),
            [{"client": id_, "data_set": 0, "digest": secret, "issued_at": now} for id_, _ in clients],
        )
        service = {"id": SERVICE, "title": "پژواک", "kind": "in-house", "time_limit": 30.0, "at_once": 50}
        connection.execute(insert(gateway.services), service | {"wrapped": True, "active": True})
        callers = [f"c{caller}" for caller in range(CALLERS)]
        connection.execute(
            insert(gateway.packages),
            [
                {"pid": pid(number), "client": id_, "service_id": SERVICE, "active": True, "created_at": now}
                | {"per_day": 1_000_000_000, "per_second": 1_000_000}
                for number, id_ in enumerate(callers)
            ],
        )
        connection.execute(
            insert(gateway.networks),
            [
                {"client": id_, "network": network, "announced_at": now}
                for id_ in callers
                for network in ("127.0.0.0/8", "192.0.2.0/24", "198.51.100.7/32", "2001:db8::/48")
            ],
        )
    engine.dispose()


def _grants(size: int) -> Iterator[tuple[Any, ...]]:
    """Rows with real digests where a token will be used, and with random ones elsewhere."""
    real = {*spread_rows(size), *(row_of_caller(caller) for caller in range(CALLERS))}
    for row in range(size):
        if row in real:
            digests = KEYS.hex(ACCESS, access_token(row)), KEYS.hex(REFRESH, refresh_token(row))
        else:
            noise = os.urandom(64).hex()
            digests = noise[:64], noise[64:]
        before = (os.urandom(32).hex(), _PAST) if row % 10 else (None, None)  # most clients have refreshed
        who = f"c{row // PEOPLE}", 0, f"u{row % PEOPLE}"
        yield (*who, f"a{row}", digests[0], _FAR, *before, f"r{row}", digests[1], _FAR)


def _traffic(lines: int) -> Iterator[tuple[Any, ...]]:
    step = timedelta(days=20) / max(1, lines)
    for line in range(lines):
        caller = line % CALLERS
        at = (FIRST + line * step).isoformat(timespec="microseconds")
        number = os.urandom(16).hex()
        yield (number, at, f"c{caller}", f"u{caller}", pid(caller), SERVICE, "Echo", "127.0.0.1", 0, 200, 200) + (
            0.4,
            1200,
            1300,
        )


_FAR = FAR.isoformat(timespec="microseconds")
_PAST = FIRST.isoformat(timespec="microseconds")
_GRANT_COLUMNS = (
    "client, data_set, user_id, access_seed, access_digest, access_until, previous_digest, previous_until,"
    " refresh_seed, refresh_digest, refresh_until"
)
_TRAFFIC_COLUMNS = (
    "request_id, at, client, user_id, pid, service_id, operation, ip, data_set, status, provider_status,"
    " millis, bytes_in, bytes_out"
)


def _into_sqlite(path: str, size: int, lines: int) -> None:
    Path(path).touch()
    driver = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-2000000", "wal_autocheckpoint=100000"):
        driver.execute(f"PRAGMA {pragma}")
    driver.execute("BEGIN")
    places = ",".join("?" * len(_GRANT_COLUMNS.split(",")))
    driver.executemany(f"INSERT INTO access_grant ({_GRANT_COLUMNS}) VALUES ({places})", _grants(size))  # noqa: S608
    places = ",".join("?" * len(_TRAFFIC_COLUMNS.split(",")))
    driver.executemany(
        f"INSERT INTO gateway_traffic ({_TRAFFIC_COLUMNS}) VALUES ({places})",  # noqa: S608
        _traffic(lines),
    )
    driver.execute("COMMIT")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.execute("PRAGMA journal_mode=DELETE")
    driver.close()


_INDEXES = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype IN ('u', 'f', 'p')
    UNION ALL
    SELECT format('DROP INDEX %I', i.indexrelid::regclass::text), pg_get_indexdef(i.indexrelid)
    FROM pg_index i WHERE i.indrelid = %(table)s::regclass
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'p'))
"""


def _into_postgres(url: str, size: int, lines: int) -> None:
    with psycopg.connect(url, options="-c synchronous_commit=off -c maintenance_work_mem=512MB") as connection:
        for table, columns, rows in (
            ("access_grant", _GRANT_COLUMNS, _grants(size)),
            ("gateway_traffic", _TRAFFIC_COLUMNS, _traffic(lines)),
        ):
            found = connection.execute(_INDEXES.replace("%s", "%%s").replace("%I", "%%I"), {"table": table}).fetchall()
            for drop, _ in found:
                connection.execute(drop)
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
            for _, make in found:
                connection.execute(make)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
