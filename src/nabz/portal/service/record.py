"""Everything that is known of one person, of both domains, for himself: read in one snapshot."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.model import Agenda, Appointment
from nabz.appointments.service import looking
from nabz.kit import audit
from nabz.prescriptions.model import Centre, Delivery, Doctor, Prescription
from nabz.prescriptions.model.corrections import Correction, Look
from nabz.prescriptions.model.results import Result
from nabz.prescriptions.service import corrections, deliveries, enrolment, looks, reading, results
from nabz.registries.model import Cover, Person, person_id_of_key
from nabz.registries.service import covers, facilities, people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import TypeVar

    from nabz.kit.db import Tx

    T = TypeVar("T")

BLOCK: Final = 200
LONG_AGO: Final = timedelta(days=365 * 20)
LATELY: Final = timedelta(days=365 * 2)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    person: Person | None
    covers: list[Cover]
    prescriptions: list[Prescription]
    deliveries: list[Delivery]
    results: list[Result]
    appointments: list[tuple[Appointment, Agenda]]
    looks: list[Look]
    corrections: list[Correction]
    centres: dict[str, str]


class Seen(msgspec.Struct, frozen=True):
    """Who looked, with the names of where he works."""

    look: Look
    place: str


def gather(tx: Tx, key: str, now: datetime) -> Record:
    """Read everything that is known of a person."""
    id_ = person_id_of_key(key)
    written = _all(lambda last: reading.of_patient(tx, key, BLOCK, last.id if last else None))
    given = _all(lambda last: deliveries.of_patient(tx, key, BLOCK, last.id if last else None))
    found = _all(lambda last: results.of_patient(tx, key, BLOCK, last.id if last else ""))
    person = people.find(tx, id_)
    return Record(
        person=person,
        covers=covers.of(tx, id_, now),
        prescriptions=written,
        deliveries=given,
        results=found,
        appointments=looking.of_person(tx, key, now - LONG_AGO),
        looks=looks.of_patient(tx, key, looks.ALL),
        corrections=corrections.of_patient(tx, key),
        centres=centre_names(tx, [*(each.centre for each in given), *(each.centre for each in found)]),
    )


def note_export(tx: Tx, key: str, by: str, now: datetime) -> None:
    """Write down that a record was taken away."""
    audit.record(tx, now, by, "portal.record-exported", key)


def visits(tx: Tx, key: str, now: datetime) -> list[tuple[Appointment, Agenda]]:
    """List a person's appointments, however they were booked, the latest first."""
    return looking.of_person(tx, key, now - LATELY)


def seen_by(tx: Tx, key: str) -> list[Seen]:
    """List who looked at a record, the latest first, with where."""
    found = looks.of_patient(tx, key)
    return [Seen(look, _place(tx, look)) for look in found]


def centre_names(tx: Tx, numbers: Iterable[str]) -> dict[str, str]:
    """Name centres by their numbers."""
    found: dict[str, Centre | None] = {number: enrolment.centre(tx, number) for number in set(numbers)}
    return {number: centre.name for number, centre in found.items() if centre is not None}


def _place(tx: Tx, look: Look) -> str:
    if not look.place:
        return ""
    found: Centre | Doctor | None = enrolment.centre(tx, look.place)
    if look.role == "physician" or found is None:
        found = enrolment.doctor(tx, look.place) or found
    if found is not None:
        return found.name
    facility = facilities.find(tx, look.place)
    return facility.name if facility is not None else look.place


def _all(read: Callable[[T | None], list[T]]) -> list[T]:
    """Read page after page."""
    found: list[T] = []
    while some := read(found[-1] if found else None):
        found += some
        if len(some) < BLOCK:
            break
    return found
