"""Who looked at a patient's record: written down once a day for each who looked, and shown to the patient."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.memory import Memory
from nabz.prescriptions.model import ANONYMOUS
from nabz.prescriptions.store import corrections as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.memory import Process
    from nabz.prescriptions.model.corrections import Look

KEPT: Final = timedelta(hours=24)
REMEMBERED: Final = 50_000
MOST: Final = 200
ALL: Final = 10_000


class Looks:
    """Who has looked at whom today, as this process knows: a hot list need not ask the store each time."""

    def __init__(self) -> None:
        self._known: Memory[tuple[int, str, Look], bool] = Memory(REMEMBERED, KEPT)

    @classmethod
    def of(cls, deps: Process) -> Looks:
        """Give those of this process."""
        return deps.own(cls, cls)

    async def note(self, db: Database, look: Look, now: datetime) -> None:
        """Write a look down, unless it is known of today."""
        key = (db.data_set, _day(now), look)
        if self._known.get(key, now) is None:
            if look.patient != ANONYMOUS:
                await db.write_one(store.NOTE, **store.look_cells(look, _day(now), now))
            self._known.put(key, True, now)  # noqa: FBT003 - what is remembered is only that it was


def note(tx: Tx, look: Look, now: datetime) -> None:
    """Write a look down with its line in the audit; the second of a day is no news."""
    if look.patient != ANONYMOUS:
        tx.run(store.NOTE, **store.look_cells(look, _day(now), now))


def of_patient(tx: Tx, patient: str, limit: int = MOST, before: str = "") -> list[Look]:
    """List who saw a patient's record, the latest days first."""
    return store.looks_of(tx, patient, min(limit, ALL), before)


def _day(now: datetime) -> str:
    return jalali.compact(jalali.day_of(now))
