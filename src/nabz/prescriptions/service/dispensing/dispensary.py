"""What the use cases of the counter need of their process, and the lock under which one decides."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.errors import Busy
from nabz.kit.memory import Memory
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import Centre, CentreKind, Delivery, Doctor, Prescription, centre_id
from nabz.prescriptions.model.told import mobile_of
from nabz.prescriptions.service import enrolment
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.changing import Changed
from nabz.prescriptions.service.entitlement import Outside
from nabz.prescriptions.service.numbering import Numbers
from nabz.prescriptions.service.reading import LATEST
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.kit.memory import Process
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.model.dispensing import Request

TRIES: Final = 5
KEEP: Final = timedelta(seconds=1)
NAMED: Final = timedelta(hours=1)
"""Physicians are only named to a pharmacy: whether they may write is nothing to it."""

MOST: Final = 20_000


class Delivered(msgspec.Struct, frozen=True):
    """What stands after a use case of the counter."""

    one: Prescription
    delivery: Delivery
    again: bool = False
    """It had been done before, by the same call."""


class Enrolled:
    """The centres and physicians that this process has seen in the last second."""

    def __init__(self) -> None:
        self.centres: Memory[tuple[int, str, bool, str | None], Centre] = Memory(MOST, KEEP)
        self.doctors: Memory[tuple[int, str], Doctor] = Memory(MOST, NAMED)

    @classmethod
    def of(cls, deps: Process) -> Enrolled:
        """Give those of this process."""
        return deps.own(cls, cls)


@dataclass(frozen=True)
class Dispensary:
    """Where the use cases run."""

    db: Database
    numbers: Numbers
    catalogue: Catalogue
    keys: Keyring
    enrolled: Enrolled
    outside: Outside

    @classmethod
    def of(cls, deps: Process, db: Database) -> Dispensary:
        """Give that of a data set in this process."""
        return cls(db, Numbers.of(deps), deps.own(Catalogue, Catalogue), deps.keys, Enrolled.of(deps), Outside.of(deps))

    async def centre(self, number: str, caller: Caller, now: datetime) -> Centre:
        """Find the pharmacy that a call speaks for. Raises CentreUnknown, CentreNotActive, CentreNotYours."""
        key = (self.db.data_set, number, caller.trusted, caller.organisation)
        known = self.enrolled.centres.get(key, now)
        if known is None:
            known = await enrolment.centre_at(self.db, number, CentreKind.PHARMACY, caller)
            self.enrolled.centres.put(key, known, now)
        return known

    async def doctor(self, number: str, now: datetime) -> Doctor | None:
        """Find who wrote a prescription, if he is enrolled: the physician of a paper one may not be."""
        key = (self.db.data_set, number)
        known = self.enrolled.doctors.get(key, now)
        if known is None:
            known = await enrolment.doctor_at(self.db, number)
            if known is not None:
                self.enrolled.doctors.put(key, known, now)
        return known


def spelled(request: Request) -> Request:
    """Put what was sent into its one spelling. Raises MobileWrong."""
    return msgspec.structs.replace(request, centre=centre_id(request.centre), mobile=mobile_of(request.mobile))


def locked(tx: Tx, prescription: int) -> Prescription:
    """Read a prescription that nobody else changes until this transaction ends. Raises NotThere."""
    found = tx.run(store.LOCKED, id=prescription) if 0 < prescription < LATEST else []
    if not found:
        raise NotThere
    return found[0]


async def written(db: Database, work: Callable[[Tx], Changed | None]) -> Changed | None:
    """Run a use case, again where a delivery has moved meanwhile; None is what it says itself."""
    for _ in range(TRIES):
        with suppress(Busy):
            return await db.write(work)
    raise Busy(retry_after=1)


def delivered(made: Changed | None) -> Delivered:
    """Give what stands, of a use case that always ends with a delivery."""
    if made is None or made.delivery is None:
        raise TypeError("a delivery was changed without itself")
    return Delivered(made.one, made.delivery, made.again)
