"""What writing needs of its process, and who may write in whose name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali, persian
from nabz.kit.memory import Memory
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import (
    Actor,
    Deed,
    Doctor,
    Draft,
    ItemDraft,
    Prescription,
    State,
    allowed,
    doc_id,
    doctor_code,
)
from nabz.prescriptions.service import enrolment, entitlement
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.numbering import Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Database
    from nabz.kit.memory import Process
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.model.catalogue import Key as ServiceKey
    from nabz.prescriptions.model.catalogue import Service

KEPT: Final = timedelta(seconds=1)
REMEMBERED: Final = 20_000


class Desk:
    """What writing needs of its process."""

    def __init__(self, numbers: Numbers, catalogue: Catalogue, outside: entitlement.Outside) -> None:
        self.numbers = numbers
        self.catalogue = catalogue
        self.outside = outside
        self._doctors: Memory[tuple[int, str], Doctor] = Memory(REMEMBERED, KEPT)

    @classmethod
    def of(cls, deps: Process) -> Desk:
        """Give that of this process."""
        return deps.own(
            cls, lambda: cls(Numbers.of(deps), deps.own(Catalogue, Catalogue), entitlement.Outside.of(deps))
        )

    async def doctor(self, db: Database, draft: Draft, caller: Caller, now: datetime) -> Doctor:
        """Find who writes. Raises DoctorUnknown, DoctorNotActive, DoctorMismatch."""
        number = doc_id(draft.doctor)
        found = self._doctors.get((db.data_set, number), now)
        if found is None:
            found = await enrolment.doctor_at(db, number) if number else None
            if found is None:
                raise wrong.DoctorUnknown
            self._doctors.put((db.data_set, number), found, now)
        if not found.active:
            raise wrong.DoctorNotActive
        if doctor_code(draft.doctor_code) != found.national_code or persian.mobile(draft.doctor_mobile) != found.mobile:
            raise wrong.DoctorMismatch
        if not enrolment.speaks_for(caller, found.national_code, found.organisation):
            raise wrong.DoctorMismatch
        return found

    async def services(
        self, db: Database, items: Sequence[ItemDraft], now: datetime
    ) -> tuple[dict[ServiceKey, Service], str]:
        """Find what the items name, with today's prices, and today."""
        today = jalali.compact(jalali.day_of(now))
        keys = list(dict.fromkeys((item.type, item.code) for item in items))
        return (await self.catalogue.many(db, keys, today, now) if keys else {}), today


def must_be_writer(one: Prescription, doctor: str, caller: Caller) -> None:
    """Refuse everybody but who may write for its physician, as if there were nothing. Raises NotThere."""
    mine = one.doctor == doc_id(doctor) and enrolment.speaks_for(caller, one.doctor_code, one.organisation)
    if not mine or one.state is State.DELETED:
        raise NotThere


def may(one: Prescription, deed: Deed) -> bool:
    """A visit or a feedback is done when it is written, and may yet be deleted; not a referral that was answered."""
    state = State.OPEN if one.state is State.DONE and not one.items and not one.referral_used else one.state
    untouched = one.feedback is None and not any(item.delivered or item.nurse for item in one.items)
    return untouched and allowed(state, deed, Actor.WRITER)
