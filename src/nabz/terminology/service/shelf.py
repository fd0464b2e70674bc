"""The hot look-ups: what a published version says never changes, so a process remembers it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from nabz.kit.memory import Memory
from nabz.terminology.errors import UnknownCode, UnknownTerminology, UnknownVersion
from nabz.terminology.model import LONGEST_CODE, code_of, key_of
from nabz.terminology.store import entries, terminologies, versions

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database

REMEMBERED = 50_000
LIFETIME = timedelta(hours=1)
LONGEST_NAME = 200


class Current(NamedTuple):
    """A terminology by its official spelling, with the step in force."""

    number: int
    id: str
    last: int


class Shelf:
    """The codings within reach of one process."""

    def __init__(self, db: Database, keep: timedelta) -> None:
        self._db = db
        self._current: Memory[str, Current] = Memory(1000, keep)
        self._steps: Memory[tuple[int, str], int] = Memory(1000, LIFETIME)
        self._values: Memory[tuple[int, int, str], tuple[str, str]] = Memory(REMEMBERED, LIFETIME)

    async def terminology(self, id_: str, now: datetime) -> Current:
        """Find a terminology with the step in force. Raises UnknownTerminology."""
        known = self._current.get(id_, now)
        if known is None:
            if len(id_) > LONGEST_NAME:
                raise UnknownTerminology(id=id_[:100])
            rows = await self._db.read_one(terminologies.CURRENT, key=key_of(id_))
            if not rows:
                raise UnknownTerminology(id=id_.strip()[:100])
            known = Current(*rows[0])
            self._current.put(id_, known, now)
        return known

    async def step(self, of: Current, label: str, now: datetime) -> int:
        """Find the step of a published version, also of a withdrawn one. Raises UnknownVersion."""
        key = of.number, key_of(label)
        known = self._steps.get(key, now)
        if known is None:
            if len(label) > LONGEST_NAME:
                raise UnknownVersion(id=of.id, version=label[:40])
            rows = await self._db.read_one(versions.STEP, number=of.number, label=key[1])
            if not rows:
                raise UnknownVersion(id=of.id, version=label.strip()[:40])
            known = rows[0]
            self._steps.put(key, known, now)
        return known

    async def value(self, of: Current, step: int, code: str, now: datetime) -> str:
        """Find the value of a code. Raises UnknownCode."""
        key = of.number, step, code
        known = self._values.get(key, now)
        if known is None:
            known = await self._look_up(of.number, step, code_of(code))
            self._values.put(key, known, now)
        return known[1]

    async def _look_up(self, number: int, step: int, code: str) -> tuple[str, str]:
        if len(code) > LONGEST_CODE:
            raise UnknownCode(code=code[:100])
        rows = await self._db.read_one(entries.VALUE, number=number, step=step, code=code)
        if not rows:
            rows = await self._db.read_one(entries.VALUE_WITHOUT_CASE, number=number, step=step, key=key_of(code))
        if len(rows) != 1:
            raise UnknownCode(code=code[:100])
        return rows[0]

    async def defined_since(self, at: datetime) -> list[str]:
        """List the terminologies that were defined at an instant or later, in the official order."""
        return await self._db.read_one(terminologies.DEFINED_SINCE, at=at)

    async def versions(self, of: Current) -> list[tuple[int, str, int, bool]]:
        """List the published versions: id, label, version id, and whether it is the one in force."""
        return await self._db.read_one(versions.LISTED, number=of.number)
