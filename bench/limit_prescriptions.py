"""The bare handlers of the prescriptions, under the same rules as the others (see limit.py)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from nabz.access.store import oauth
from nabz.prescriptions.store import prescriptions
from nabz.registries.store import covers

if TYPE_CHECKING:
    from bench.limit import Limit, Postgres, Sqlite

SERVICE = "tamin"
DONE = b'{"status":200,"family":"SUCCESSFUL","reason":"OK","data":{"done":true}}'
DOCTOR = "SELECT * FROM prescription_doctor WHERE data_set = 0 AND id = %(id)s"
CENTRE = "SELECT * FROM prescription_centre WHERE data_set = 0 AND id = %(id)s"
PERSON = "SELECT * FROM registry_person WHERE data_set = 0 AND key = %(key)s"
SERVICES = """SELECT s.code, s.id, CAST(s.document AS text), p.day, p.price, p.k2_price, p.tech_price, p.subsidy
    FROM catalogue_service s LEFT JOIN catalogue_price p ON p.data_set = s.data_set AND p.type = s.type
         AND p.code = s.code AND p.day = (
             SELECT e.day FROM catalogue_price e WHERE e.data_set = 0 AND e.type = s.type AND e.code = s.code
             AND e.day <= %(day)s ORDER BY e.day DESC LIMIT 1)
    WHERE s.data_set = 0 AND s.type = '01' AND s.code = ANY(%(codes)s)"""
_LOOK = """INSERT INTO prescription_look (data_set, patient, day, who, place, what, role, at)
    VALUES (0, %(patient)s, %(today)s, 'bench', %(centre)s, 'record', 'pharmacy', %(now)s)
    ON CONFLICT (data_set, patient, day, who, place, what) DO NOTHING RETURNING who"""
_NOTED = "INSERT INTO audit_entry (at, who, action, subject, data_set, facts)"
_NOTE = "SELECT %(now)s, 'bench', 'prescriptions.record-seen', %(patient)s, 0, '{}'"
SEEN = f"WITH seen AS ({_LOOK}), noted AS ({_NOTED} {_NOTE} FROM seen) SELECT who FROM seen"  # noqa: S608 - our own text
KEPT = 3600.0
"""So long ours remembers drugs, and the names of physicians: the catalogue's version tells when that is over."""


class Texts(NamedTuple):
    """What is asked of a store."""

    entered: Any
    doctor: Any
    centre: Any
    person: Any
    services: Any
    seen: Any
    entitled: Any
    by_id: Any
    by_tracking: Any
    active: Any
    create: Any
    change: Any


def _silent(text: str) -> str:
    """The same statement, with a message that nobody is to carry: what is delivered of ours costs ours."""
    due = text.replace("%(now)s, %(now)s, 0 FROM", "%(now)s, NULL::timestamptz, 0 FROM")
    return due.replace(":now, :now, 0 FROM", ":now, NULL, 0 FROM")


def _named(text: str) -> str:
    return (
        text.replace("= ANY(%(codes)s)", "IN (SELECT value FROM json_each(:codes))")
        .replace("%(", ":")
        .replace(")s", "")
    )


POSTGRES = Texts(
    entered=oauth.ENTERED.postgres,
    doctor=DOCTOR,
    centre=CENTRE,
    person=PERSON,
    services=SERVICES,
    seen=SEEN,
    entitled=covers.ENTITLED.postgres,
    by_id=prescriptions.BY_ID.postgres,
    by_tracking=prescriptions.BY_TRACKING.postgres,
    active=prescriptions.ACTIVE.postgres,
    create=_silent(prescriptions.CREATE.postgres),
    change=prescriptions.CHANGE.postgres,
)
SQLITE = Texts(
    entered=oauth.ENTERED.sqlite[0],
    doctor=_named(DOCTOR),
    centre=_named(CENTRE),
    person=_named(PERSON),
    services=_named(SERVICES),
    seen=(_named(_LOOK), f"{_NOTED} {_named(_NOTE)} WHERE changes() > 0"),
    entitled=covers.ENTITLED.sqlite[0],
    by_id=prescriptions.BY_ID.sqlite[0],
    by_tracking=prescriptions.BY_TRACKING.sqlite[0],
    active=prescriptions.ACTIVE.sqlite[0],
    create=tuple(map(_silent, prescriptions.CREATE.sqlite)),
    change=prescriptions.CHANGE.sqlite,
)


class Prescriptions:
    """Writing, finding and delivering behind the reads of a token."""

    def __init__(self, limit: Limit, store: Postgres | Sqlite) -> None:
        self._limit = limit
        self._store = store
        self._texts = store.prescriptions
        self._known: dict[str, float] = {}
        self.paths = {
            "/prescribe": self.prescribe,
            "/fetch": self.fetch,
            "/active": self.active,
            "/tracked": self.tracked,
            "/deliver": self.deliver,
        }

    async def prescribe(self, body: bytes, query: bytes) -> bytes:
        """Read who writes, what and for whom, and write it down."""
        now, ask, texts = datetime.now(UTC), self._store, self._texts
        args = await self._gate(body, query, now)
        await self._limit._once_a_second(texts.doctor, {"id": args["doctor"]})  # noqa: SLF001 - one house
        await self._services(args, now)
        await ask.read(texts.entitled, {"key": args["patient"], "day": args["day"], "data_set": 0})
        row = await ask.one(texts.create, {**args, "now": now})
        self._limit.note(now, SERVICE, body, "c0")
        return DONE if row is not None else b"{}"

    async def fetch(self, body: bytes, query: bytes) -> bytes:
        """Read a prescription and its drugs."""
        now = datetime.now(UTC)
        args = await self._gate(b"{}", query, now)
        row = await self._store.read(self._texts.by_id, args)
        await self._services({**args, "codes": _codes(row[0])}, now)
        self._limit.note(now, SERVICE, body, "c0")
        return row[0].encode() if isinstance(row[0], str) else bytes(row[0])

    async def active(self, body: bytes, query: bytes) -> bytes:
        """Read what somebody may be given, and note who looked."""
        return await self._active(self._texts.active, body, query)

    async def tracked(self, body: bytes, query: bytes) -> bytes:
        """Read one by its tracking code, and note who looked."""
        return await self._active(self._texts.by_tracking, body, query)

    async def deliver(self, body: bytes, query: bytes) -> bytes:
        """Read a prescription, and put its new value in its place with what was given."""
        now, texts = datetime.now(UTC), self._texts
        args = await self._gate(body, query, now)
        await self._limit._once_a_second(texts.centre, {"id": args["centre"]})  # noqa: SLF001
        await self._services(args, now)
        await self._store.read(texts.by_id, {"id": args["id"], "data_set": 0})
        row = await self._store.one(texts.change, {**args, "now": now})
        if self._unknown([args["doctor"]], now):
            await self._store.read(texts.doctor, {"id": args["doctor"]})
        self._limit.note(now, SERVICE, body, "c0")
        return DONE if row is not None else b"{}"

    async def _active(self, text: Any, body: bytes, query: bytes) -> bytes:  # noqa: ANN401
        now = datetime.now(UTC)
        args = await self._gate(b"{}", query, now)
        await self._limit._once_a_second(self._texts.centre, {"id": args["centre"]})  # noqa: SLF001
        found, *_ = await self._store.all([(text, args), (self._texts.person, {"key": args["patient"]})])
        await self._services({**args, "codes": sorted({code for row in found for code in _codes(row[0])})}, now)
        if found:
            await self._store.one(self._texts.seen, {**args, "now": now})
        self._limit.note(now, SERVICE, body, "c0")
        return msgspec.json.encode([row[0] for row in found])

    async def _gate(self, body: bytes, query: bytes, now: datetime) -> dict[str, Any]:
        told = dict(each.split("=") for each in query.decode().split("&"))
        await self._limit._once_a_second(self._texts.entered, {"id": told["session"], "now": now})  # noqa: SLF001
        args: dict[str, Any] = msgspec.json.decode(body)
        named = {name: int(value) if name in {"id", "tracking"} else value for name, value in told.items()}
        return {"data_set": 0, **named, **args}

    async def _services(self, args: dict[str, Any], now: datetime) -> None:
        """Read drugs that are not remembered, as ours are."""
        if codes := self._unknown(args["codes"], now):
            await self._store.read(self._texts.services, {"day": args["day"], "codes": self._store.array(codes)})

    def _unknown(self, keys: list[str], now: datetime) -> list[str]:
        at = now.timestamp()
        unknown = [key for key in keys if self._known.get(key, 0.0) < at]
        self._known.update(dict.fromkeys(unknown, at + KEPT))
        return unknown


class Line(msgspec.Struct):
    """A line of a prescription."""

    code: str


class Shown(msgspec.Struct):
    """What of a prescription names drugs."""

    items: list[Line]


_SHOWN = msgspec.json.Decoder(Shown)


def _codes(document: str) -> list[str]:
    return [line.code for line in _SHOWN.decode(document).items]
