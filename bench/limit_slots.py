"""The bare handlers of the appointments, under the same rules as the others (see limit.py)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from nabz.appointments.store import booking, slots

if TYPE_CHECKING:
    from bench.limit import Limit, Postgres, Sqlite

SERVICE = "sepas/gwhqs"
CHUNK = 5000
DONE = b'{"Result":{"errorCode":0,"errorMessage":"","isError":false,"Result":true}}'
REFUSED = b'{"Result":{"errorCode":1,"errorMessage":"","isError":true,"Result":false}}'
LOCK = """INSERT INTO appointment_provider (data_set, provider, changed_at) VALUES (0, %(provider)s, %(now)s)
          ON CONFLICT (data_set, provider) DO UPDATE SET changed_at = excluded.changed_at"""
BUSY = """SELECT starts_at, minutes, block, id FROM appointment_slot
          WHERE data_set = 0 AND agenda = 7 AND starts_at >= %(first)s AND starts_at < %(last)s"""
AUDIT = """INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
           VALUES (%(now)s, 'bench', 'appointments.published', %(provider)s, 0, '{}')"""


def _silent(text: str) -> str:
    """The same statement, with a message that nobody is to carry: what is delivered of ours costs ours."""
    due = text.replace("%(now)s, %(now)s, 0 FROM kept", "%(now)s, NULL::timestamptz, 0 FROM kept")
    return due.replace(":payload, :now, :now, 0", ":payload, :now, NULL, 0")


BOOK_POSTGRES, BOOK_SQLITE = _silent(booking.BOOK.postgres), tuple(map(_silent, booking.BOOK.sqlite))
FIND_POSTGRES, FIND_SQLITE = slots.FIND.postgres, slots.FIND.sqlite[0]


class Slots:
    """Taking slots behind the gateway's own reads; putting a schedule in."""

    def __init__(self, limit: Limit, store: Postgres | Sqlite) -> None:
        self._limit = limit
        self._store = store
        self.paths = {"/book": self.book, "/publish": self.publish}

    async def book(self, body: bytes, query: bytes) -> bytes:
        """Take a slot; of one that cannot be taken read how it stands."""
        now = datetime.now(UTC)
        digest, client, pid = query.decode().split(",")
        await self._limit.gate(digest, client, pid, now)
        args: dict[str, Any] = msgspec.json.decode(body)
        args |= {
            "now": now,
            "from": datetime.fromisoformat(args["from"]),
            "until": datetime.fromisoformat(args["until"]),
        }
        row = await self._store.one(self._store.book, args)
        if row is None:
            period = {name: args[name] for name in ("data_set", "from", "until")}
            await self._store.read(self._store.find, {"id": args["slot"], **period})
        self._limit.note(now, SERVICE, body, client)
        return DONE if row is not None else REFUSED

    async def publish(self, body: bytes, _query: bytes) -> bytes:
        """Put a schedule in, in one transaction."""
        told = msgspec.json.decode(body, type=Schedule)
        await self._store.publish(told, datetime.now(UTC))
        return DONE


class Row(msgspec.Struct):
    """A slot as a row."""

    id: str
    starts_at: datetime
    facility: str
    agenda: int
    minutes: int
    queue: str
    local_id: str
    block: str
    quota: int
    status: int
    edits: int
    changed_at: datetime


class Schedule(msgspec.Struct):
    """What the limit is told."""

    facility: str
    provider: str
    rows: list[Row]

    def statements(self, now: datetime) -> list[tuple[str, dict[str, Any]]]:
        """What PostgreSQL is asked, one after the other."""
        at = {"now": now, "provider": self.provider}
        ids = msgspec.json.encode([row.local_id for row in self.rows]).decode()
        times = [row.starts_at for row in self.rows]
        period = {"first": min(times), "last": max(times) + timedelta(days=1)}
        chunks = [
            {"data_set": 0, "rows": msgspec.json.encode(self.rows[start : start + CHUNK]).decode()}
            for start in range(0, len(self.rows), CHUNK)
        ]
        return [
            (LOCK, at),
            (slots._NAMED.postgres, {"data_set": 0, "facility": self.facility, "ids": ids}),  # noqa: SLF001
            (BUSY, period),
            *((slots._ADD_MANY.postgres, chunk) for chunk in chunks),  # noqa: SLF001
            *((slots._NAME_MANY.postgres, chunk) for chunk in chunks),  # noqa: SLF001
            (AUDIT, at),
        ]

    def sqlite(self, now: datetime) -> list[tuple[str, Any]]:
        """The same for SQLite, which takes rows one by one."""
        at = {"now": now, "provider": self.provider}
        names = Row.__struct_fields__
        into = f"INSERT INTO appointment_slot (data_set, {', '.join(names)}) VALUES (0, {', '.join('?' * len(names))})"  # noqa: S608
        named = "INSERT INTO appointment_name (data_set, facility, local_id, slot, starts_at) VALUES (0, ?, ?, ?, ?)"
        return [
            (_named(LOCK), at),
            (into, [msgspec.structs.astuple(row) for row in self.rows]),
            (named, [(row.facility, row.local_id, row.id, row.starts_at) for row in self.rows]),
            (_named(AUDIT), at),
        ]


def _named(text: str) -> str:
    return text.replace("%(", ":").replace(")s", "")
