"""The patients of a centre: found by name or number, and those whom it has to phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.model import Status
from nabz.appointments.store import agendas, booking
from nabz.kit.persian import search_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.appointments.model import Agenda, Appointment
    from nabz.kit.db import Tx

STANDING: Final = (Status.TAKEN, Status.VISITED, Status.LATE)
MOST_READ: Final = 20_000
LEAST_DIGITS: Final = 3


def withdrawn(
    tx: Tx, facility: str, provider: str, from_: datetime, until: datetime
) -> list[tuple[Agenda, Appointment]]:
    """List whose appointments of a time a centre took back, by time."""
    found = booking.of_facility(tx, facility, from_, until, Status.WITHDRAWN)
    return _with_agendas(tx, [one for one in found if provider in {"", one.provider}])


def search(
    tx: Tx, facility: str, text: str, from_: datetime, until: datetime, limit: int
) -> list[tuple[Agenda, Appointment]]:
    """List a centre's appointments of a time whose patients a text means, by time. Raises TextTooLong."""
    there = booking.of_facility(tx, facility, from_, until, *STANDING, limit=MOST_READ)
    words = search_text(text).split()
    return _with_agendas(tx, [one for one in there if is_meant(one, words)][:limit])


def is_meant(one: Appointment, words: Sequence[str]) -> bool:
    """Tell whether all words are of a patient's name, or ends of his identifier or mobile."""
    name = search_text(one.name)
    numbers = one.person.partition(":")[2].casefold(), one.mobile
    return all(word in name or (len(word) >= LEAST_DIGITS and _ends(numbers, word)) for word in words)


def _ends(numbers: Sequence[str], word: str) -> bool:
    return any(number.endswith(word) for number in numbers)


def _with_agendas(tx: Tx, found: Sequence[Appointment]) -> list[tuple[Agenda, Appointment]]:
    where = agendas.by_numbers(tx, sorted({one.agenda for one in found}))
    return [(where[one.agenda], one) for one in found]
