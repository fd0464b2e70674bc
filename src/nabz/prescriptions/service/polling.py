"""Programs that ask for one prescription thousands of times: slowed, told, and shown to the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.memory import Memory
from nabz.prescriptions.errors.reading import AskedTooOften
from nabz.prescriptions.store import polling as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.memory import Process
    from nabz.prescriptions.store.polling import Polled

MOST: Final = 60
"""So often may one program ask for one thing within a minute."""

WINDOW: Final = timedelta(minutes=1)
TOLD_EVERY: Final = 50
"""Of refusals, every so many are written down together."""

KEPT_DAYS: Final = 30
REMEMBERED: Final = 50_000


@dataclass(slots=True)
class Asked:
    """How often somebody has asked within the present minute."""

    begun: datetime
    times: int = 0
    refused: int = 0


class Patience:
    """What this process remembers of who asked for what."""

    def __init__(self) -> None:
        self._asked: Memory[tuple[int, str, str], Asked] = Memory(REMEMBERED, WINDOW)

    @classmethod
    def of(cls, deps: Process) -> Patience:
        """Give that of this process."""
        return deps.own(cls, cls)

    async def ask(self, db: Database, client: str, subject: str, now: datetime) -> None:
        """Count a question. Raises AskedTooOften."""
        key = (db.data_set, client, subject)
        asked = self._asked.get(key, now)
        if asked is None:
            asked = Asked(now)
            self._asked.put(key, asked, now)
        asked.times += 1
        if asked.times <= MOST:
            return
        asked.refused += 1
        if asked.refused % TOLD_EVERY == 1:
            day = jalali.compact(jalali.day_of(now))
            times = 1 if asked.refused == 1 else TOLD_EVERY
            await db.write_one(store.NOTE, client=client, subject=subject, day=day, times=times, now=now)
        left = max(1, round((asked.begun + WINDOW - now).total_seconds()))
        raise AskedTooOften(seconds=left, retry_after=left)


def listed(tx: Tx, now: datetime, days: int = KEPT_DAYS) -> list[Polled]:
    """List who asked too often lately."""
    return store.listed(tx, jalali.compact(jalali.day_of(now - timedelta(days=days))))


def forget(tx: Tx, now: datetime) -> int:
    """Forget those of long ago."""
    return store.forget(tx, jalali.compact(jalali.day_of(now - timedelta(days=KEPT_DAYS))))
