"""The made-up rows: vendors' systems, people, licences, so many grants, and as many lines of traffic."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import create_engine, insert

from nabz.access import tables as access
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
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$sEfXW3/Q1B/cjL/VQU9q3w$zBTufqOcEFaPcfLc3md4ocDWzaZRJMhbMcE/1Yofzsg"
SECRET = "benchOnlySecret1"
SERVICE = "nabz/gwecho"

HUGE = 5_000_000
PEOPLE = 1000
MOST_CALLERS = 64
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


def callers(size: int) -> range:
    """Those who hold a token and a licence: the client and the person of one number."""
    return range(min(MOST_CALLERS, size // PEOPLE))


def row_of_caller(caller: int) -> int:
    """A caller's grant."""
    return caller * PEOPLE + caller


def spread_rows(size: int) -> list[int]:
    """Grants all over the table, but none of those whose tokens callers hold."""
    held = {row_of_caller(caller) for caller in callers(size)}
    return [row for row in range(0, size, max(1, size // SPREAD)) if row not in held]


def fill(url: str, size: int) -> None:
    """Make a database of this size at an empty address."""
    migrate(url)
    _few(url, size)
    if url.startswith("sqlite"):
        _into_sqlite(url.removeprefix("sqlite:///"), size)
    else:
        _into_postgres(url, size)


def _few(url: str, size: int) -> None:
    now = SystemClock().now()
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
                    "password_hash": PASSWORD_HASH,
                    "status": "active",
                    "data_set": 0,
                    "totp_step": 0,
                    "created_at": now,
                }
                for person in range(PEOPLE)
            ],
        )
        clients = [(f"c{system}", client_id(system)) for system in range(size // PEOPLE)]
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
        connection.execute(insert(gateway.services), service | {"wrapped": True, "sandbox": True, "active": True})
        connection.execute(
            insert(gateway.packages),
            [
                {"pid": pid(caller), "client": f"c{caller}", "service_id": SERVICE, "active": True, "created_at": now}
                | {"per_day": 1_000_000_000, "per_second": 1_000_000}
                for caller in callers(size)
            ],
        )
        connection.execute(
            insert(gateway.networks),
            [
                {"client": f"c{caller}", "network": network, "announced_at": now}
                for caller in callers(size)
                for network in ("127.0.0.0/8", "192.0.2.0/24", "198.51.100.7/32", "2001:db8::/48")
            ],
        )
    engine.dispose()


def _grants(size: int) -> Iterator[tuple[Any, ...]]:
    """Rows with real digests where a token will be used, and with random ones elsewhere."""
    real = _real(size)
    for row in range(size):
        digest = KEYS.hex(REFRESH, refresh_token(row)) if row in real else os.urandom(32).hex()
        yield (*_whose(row), f"a{row}", _FAR, f"r{row}", digest, _FAR)


def _tokens(size: int) -> Iterator[tuple[Any, ...]]:
    """The access token of each grant, in the order of their digests, as chance would have it."""
    real = _real(size)
    for row in range(size):
        digest = KEYS.hex(ACCESS, access_token(row)) if row in real else os.urandom(32).hex()
        yield (digest, *_whose(row), _FAR)


def _traffic(size: int) -> Iterator[tuple[Any, ...]]:
    lines = size if size >= HUGE else size // 10
    step = timedelta(days=20) / lines
    for line in range(lines):
        caller = line % len(callers(size))
        at = FIRST + line * step
        number = f"{int(at.timestamp() * 1000):012x}{os.urandom(10).hex()}"
        who = f"c{caller}", f"u{caller}", pid(caller)
        yield (number, _text(at), *who, SERVICE, "Echo", "127.0.0.1", 0, 200, 0.4, 1200, 1300)


def _real(size: int) -> set[int]:
    return {*spread_rows(size), *(row_of_caller(caller) for caller in callers(size))}


def _whose(row: int) -> tuple[str, int, str]:
    return f"c{row // PEOPLE}", 0, f"u{row % PEOPLE}"


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


_FAR = _text(FAR)
_TRAFFIC = (
    "request_id, at, client, user_id, pid, service_id, operation, ip, data_set, status, millis, bytes_in, bytes_out"
)
MANY = {
    "access_grant": (
        "client, data_set, user_id, access_seed, access_until, refresh_seed, refresh_digest, refresh_until",
        _grants,
    ),
    "access_token": ("digest, client, data_set, user_id, until", _tokens),
    "gateway_traffic": (
        _TRAFFIC,
        _traffic,
    ),
}


def _into_sqlite(path: str, size: int) -> None:
    driver = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-2000000", "wal_autocheckpoint=100000"):
        driver.execute(f"PRAGMA {pragma}")
    driver.execute("BEGIN")
    for table, (columns, rows) in MANY.items():
        places = ",".join("?" * len(columns.split(",")))
        driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows(size))  # noqa: S608
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


def _into_postgres(url: str, size: int) -> None:
    """COPY without constraints and indexes, which are made again afterwards."""
    taken: list[str] = []
    with psycopg.connect(url, options="-c synchronous_commit=off -c maintenance_work_mem=512MB") as connection:
        for table in reversed(MANY):
            query = _INDEXES.replace("%s", "%%s").replace("%I", "%%I")
            for drop, make in connection.execute(query.encode(), {"table": table}).fetchall():
                connection.execute(drop.encode())
                taken.insert(0, make)
        for table, (columns, rows) in MANY.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                for row in rows(size):
                    copy.write_row(row)
        for make in sorted(taken, key=lambda text: "FOREIGN KEY" in text):
            connection.execute(make.encode())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
