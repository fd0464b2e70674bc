"""The traffic log: written in bundles, kept for a bounded time, searched by number."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from nabz.access.service import clients
from nabz.gateway import model
from nabz.gateway.model import ServiceHealth
from nabz.gateway.store import gate, services, traffic
from nabz.kit import json, log
from nabz.kit.errors import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.gateway.model import Bodies, Call, Traffic
    from nabz.kit.db import Database, Tx

BUNDLE = 500
WAITING = 50_000
BODIES_WAITING = 16_000_000
"""So many letters of bodies may wait; lines beyond are kept without them."""

LATELY = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
ANONYMOUS_PART = 20
SERVER_ERROR = 500


class Recorder:
    """Gathers the lines of this process and writes them a few times a second.

    What a kill may lose is the lines of the last quarter of a second (a setting), never a business row.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lines: list[Traffic] = []
        self._letters = 0
        self._lost = 0
        self._writing = asyncio.Lock()

    def note(self, line: Traffic) -> None:
        """Remember one call; when the store cannot keep up for long, the newest lines are counted and dropped."""
        if len(self._lines) >= WAITING:
            self._lost += 1
            return
        if self._letters + _letters(line) > BODIES_WAITING:
            line = msgspec.structs.replace(line, request_body=None, answer_body=None)
        self._letters += _letters(line)
        self._lines.append(line)

    async def flush(self) -> int:
        """Write what has gathered and tell how many lines there were."""
        async with self._writing:
            written = 0
            while self._lines:
                bundle = self._lines[:BUNDLE]
                refused = await self._write(bundle)
                del self._lines[: len(bundle)]
                if len(refused) == len(bundle):  # the store, not a line: all wait behind the others for the next round
                    self._lines += bundle
                    raise refused[0][1]
                for line, error in refused:
                    log.bug(error, request_id=line.request_id)
                self._letters -= sum(map(_letters, bundle))
                written += len(bundle) - len(refused)
                self._lost += len(refused)
            if self._lost:
                log.warning("traffic-lines-lost", lines=self._lost)
                self._lost = 0
            return written

    async def _write(self, lines: list[Traffic]) -> list[tuple[Traffic, Exception]]:
        """Write lines together; if the store refuses them, those of them that it takes; give the others."""
        try:
            await self._db.write_one(gate.LOG, rows=json.encode(lines).decode())
        except Problem:  # busy or away: nothing is wrong with the lines
            raise
        except Exception as error:  # noqa: BLE001 - one line that the store cannot keep must not hold up the others
            if len(lines) == 1:
                return [(lines[0], error)]
            half = len(lines) // 2
            return await self._write(lines[:half]) + await self._write(lines[half:])
        return []


def _letters(line: Traffic) -> int:
    return len(line.request_body or "") + len(line.answer_body or "")


def prune(tx: Tx, now: datetime, *, days: int, rows: int, body_days: int) -> int:
    """Forget old lines and bodies, a chunk at a time; tell how many went (0: all is within its bounds)."""
    gone = traffic.drop_bodies(tx, now - timedelta(days=body_days))
    gone += traffic.drop_before(tx, now - timedelta(days=days))
    # What anybody can cause without a token must not push the customers' lines out.
    gone += traffic.drop_beyond(tx, max(1, rows // ANONYMOUS_PART), anonymous=True)
    return gone + traffic.drop_beyond(tx, rows)


class Pulse(msgspec.Struct, frozen=True):
    """The last quarter of an hour: how each service does, and the calls and failures of each minute, newest last."""

    services: list[ServiceHealth]
    calls: list[int]
    failed: list[int]
    whole: bool
    """Whether all of its calls were looked at, and not only the latest."""


def lately(tx: Tx, now: datetime, client: str | None = None) -> list[ServiceHealth]:
    """Tell for each service how its calls of the last quarter of an hour went."""
    return pulse(tx, now, client).services


def pulse(tx: Tx, now: datetime, client: str | None = None, organisation_id: str | None = None) -> Pulse:
    """Tell how the last quarter of an hour went; calls that reached no registered service count under ""."""
    known = {model.TOKENS, *(service.id for service in services.all_(tx))}
    by_service: dict[str, list[tuple[float, int]]] = {}
    minutes = LATELY // MINUTE
    calls, failed = [0] * minutes, [0] * minutes
    rows = traffic.timings(tx, now - LATELY, _whose(tx, client, organisation_id))
    for row in rows:
        # Callers choose the addresses that they call: what is not registered must not fill the page.
        by_service.setdefault(row.service_id if row.service_id in known else "", []).append((row.millis, row.status))
        minute = minutes - 1 - min(max(0, (now - row.at) // MINUTE), minutes - 1)
        calls[minute] += 1
        failed[minute] += row.status >= SERVER_ERROR
    healths = [model.health(service_id, calls) for service_id, calls in sorted(by_service.items())]
    return Pulse(healths, calls, failed, len(rows) < traffic.LOOKED_AT)


def search(
    tx: Tx,
    *,
    number: str = "",
    client: str | None = None,
    status: int | None = None,
    service_id: str = "",
    before: datetime | None = None,
    limit: int = 50,
    organisation_id: str | None = None,
    last: str = "",
) -> list[Call]:
    """Find calls by requestId or tracking code, by customer, organisation, status; newest first."""
    found = traffic.search(
        tx,
        number=number.replace("\0", "").strip(),
        clients=_whose(tx, client, organisation_id),
        status=status,
        service_id=service_id,
        before=before,
        limit=limit,
        last=last,
    )
    names = clients.client_ids(tx, (call.client for call in found))
    return [msgspec.structs.replace(call, client_id=names.get(call.client or "")) for call in found]


def one(
    tx: Tx, request_id: str, client: str | None = None, organisation_id: str | None = None
) -> tuple[Call, Bodies | None] | None:
    """Read one call with its bodies (kept only in a sandbox), of one customer, of one organisation or of any."""
    found = traffic.one(tx, request_id.replace("\0", ""), _whose(tx, client, organisation_id))
    if found is None:
        return None
    call, bodies = found
    names = clients.client_ids(tx, [call.client])
    return msgspec.structs.replace(call, client_id=names.get(call.client or "")), bodies


def _whose(tx: Tx, client: str | None, organisation_id: str | None) -> list[str] | None:
    """The customers whose calls are meant: one, those of an organisation, or (none) all."""
    if organisation_id is None:
        return None if client is None else [client]
    own = clients.of_organisation(tx, organisation_id)
    return own if client is None else [one for one in own if one == client]
