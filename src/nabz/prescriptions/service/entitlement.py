"""Whether the insurer pays for somebody today, by the registries' insurance covers."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import persian
from nabz.kit.memory import Memory
from nabz.prescriptions.errors.writing import PatientWrong
from nabz.prescriptions.model import ANONYMOUS
from nabz.registries.errors import BadPersonId
from nabz.registries.model import Cover, Person, PersonIdType, Registry, person_id_of_key, read_person_id
from nabz.registries.service import covers, sources

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database
    from nabz.kit.memory import Process
    from nabz.registries.model import Entitlement as Known

TAMIN: Final = "1"
"""The insurer's own code in thritaEHR.Insurer."""

CODE_DIGITS: Final = 10
TRACKING_DIGITS: Final = 10


KEPT: Final = timedelta(seconds=1)


class Outside:
    """How outside sources of covers are reached, if the program that was put together has any."""

    def __init__(self) -> None:
        self.remote: sources.Remote | None = None
        self._answers: Memory[int, bool] = Memory(1000, KEPT)

    @classmethod
    def of(cls, deps: Process) -> Outside:
        """Give that of this process."""
        return deps.own(cls, cls)

    async def answers(self, db: Database, now: datetime) -> bool:
        """Tell whether a source answers for a data set, as known for less than a second."""
        known = self._answers.get(db.data_set, now)
        if known is None:
            known = await db.read(sources.is_connected, Registry.INSURANCE)
            self._answers.put(db.data_set, known, now)
        return known


NOWHERE: Final = Outside()


class Entitlement(msgspec.Struct, frozen=True):
    """What is known of a patient today."""

    key: str
    person: Person | None
    cover: Cover | None
    tracking: str
    """The number under which this answer is known: ten digits."""

    @property
    def covered(self) -> bool:
        """Tell whether the insurer pays."""
        return self.cover is not None


def person_key(text: str) -> str:
    """Give the key of a patient: a national code, a foreigner's special id, or UNKNOWN. Raises PatientWrong."""
    folded = persian.ascii_digits(text[:64]).strip().upper()
    if folded == ANONYMOUS:
        return ANONYMOUS
    if not folded.isdecimal():
        kind = PersonIdType.PASSPORT
    else:
        kind = PersonIdType.NATIONAL_CODE if len(folded) <= CODE_DIGITS else PersonIdType.BAFIA
    try:
        return read_person_id(kind, folded).key
    except BadPersonId as error:
        raise PatientWrong from error


async def of(db: Database, patient: str, now: datetime, outside: Outside = NOWHERE) -> Entitlement:
    """Tell what is known of a patient, as messages name him. Raises PatientWrong, SourceAway."""
    key = person_key(patient)
    if key == ANONYMOUS:
        return Entitlement(key, None, None, "")
    id_ = person_id_of_key(key)
    if outside.remote is not None and await outside.answers(db, now):
        known = await sources.insurance(db, outside.remote, id_, now)
    else:
        known = await covers.entitled(db, id_, now)
    return _told(key, known, now)


def _told(key: str, known: Known | None, now: datetime) -> Entitlement:
    if known is None:
        return Entitlement(key, None, None, _tracking(key, now))
    ours = next((cover for cover in known.covers if cover.insurer == TAMIN), None)
    return Entitlement(key, known.person, ours, _tracking(key, now))


def _tracking(key: str, now: datetime) -> str:
    """Make the number of an answer: the same within an hour, so that a repeated question has one answer."""
    digest = blake2b(f"{key} {now:%Y%m%d%H}".encode(), digest_size=8).digest()
    first = 10 ** (TRACKING_DIGITS - 1)
    return str(first + int.from_bytes(digest, "big") % (9 * first))
