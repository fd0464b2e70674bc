"""The rules of slots: the one table of transitions, windows, lengths, and which numbers are whose."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from nabz.appointments.errors import (
    BadLength,
    BadQueueNumber,
    BadWindow,
    CrossesMidnight,
    LocalIdTooLong,
    SeatsWrong,
    SlotInPast,
    SlotUnknown,
    StatusRefused,
    TooFarAhead,
)
from nabz.appointments.model.values import STATUS_FA, Agenda, Status
from nabz.kit.jalali import tehran

if TYPE_CHECKING:
    from nabz.appointments.model.values import New, Slot

NEXT: Final[dict[Status, frozenset[Status]]] = {
    Status.FREE: frozenset({Status.TAKEN, Status.WITHDRAWN}),
    Status.TAKEN: frozenset({Status.VISITED, Status.CANCELLED, Status.WITHDRAWN, Status.LATE}),
    Status.CANCELLED: frozenset({Status.FREE, Status.WITHDRAWN}),
    Status.LATE: frozenset({Status.VISITED}),
    Status.VISITED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}
"""Section 4.2 of the facts; from cancelled the slot may be offered again, and who came late may be seen after all."""

SET_BY_CENTRE: Final = frozenset({Status.FREE, Status.VISITED, Status.LATE})
"""What SetAppointmentStatus may say; the others have operators of their own."""

LONGEST_MINUTES: Final = 12 * 60
LONGEST_AHEAD: Final = timedelta(days=600)
LONGEST_LOCAL_ID: Final = 100
LONGEST_QUEUE: Final = 12
MOST_SEATS: Final = 500
MOST_EDITS: Final = 3
"""So often may a message be sent again under its CompositionUID."""

_NUMBER_BITS: Final = 63
_LATEST: Final = 13_000_000_000


def may_become(now: int, then: int) -> None:
    """Hold the table of transitions. Raises StatusRefused."""
    before, after = Status(now), Status(then)
    if after not in NEXT[before]:
        raise StatusRefused(
            before=before.name.lower(), after=after.name.lower(), before_fa=STATUS_FA[before], after_fa=STATUS_FA[after]
        )


def is_held(slot: Slot, person: str, now: datetime) -> bool:
    """Tell whether somebody else holds a slot at this moment."""
    return slot.held_until is not None and slot.held_until > now and slot.held_for != person


def is_open(slot: Slot, now: datetime) -> bool:
    """Tell whether the booking window of a slot is open."""
    if slot.starts_at <= now or (slot.opens_at is not None and slot.opens_at > now):
        return False
    return slot.closes_at is None or slot.closes_at > now


def good(new: New, now: datetime) -> New:
    """Check a slot that is to be published.

    Raises SlotInPast, TooFarAhead, BadLength, CrossesMidnight, BadWindow, SeatsWrong, LocalIdTooLong, BadQueueNumber.
    """
    if not 1 <= new.minutes <= LONGEST_MINUTES:
        raise BadLength(most=LONGEST_MINUTES)
    if new.starts_at <= now:
        raise SlotInPast
    if new.starts_at > now + LONGEST_AHEAD:
        raise TooFarAhead(days=LONGEST_AHEAD.days)
    last = tehran(new.starts_at + timedelta(minutes=new.minutes, microseconds=-1))
    if tehran(new.starts_at).date() != last.date():
        raise CrossesMidnight
    if new.opens_at is not None and new.closes_at is not None and new.opens_at >= new.closes_at:
        raise BadWindow
    if new.opens_at is not None and new.opens_at >= new.starts_at:
        raise BadWindow
    if not 1 <= new.seats <= MOST_SEATS:
        raise SeatsWrong(most=MOST_SEATS)
    if len(new.local_id) > LONGEST_LOCAL_ID:
        raise LocalIdTooLong(most=LONGEST_LOCAL_ID)
    if len(new.queue) > LONGEST_QUEUE:
        raise BadQueueNumber
    return new


def number_of(agenda: Agenda) -> int:
    """The number of an agenda, made of what makes it one, so that nobody need ask which number it has."""
    told = (agenda.facility, agenda.provider, agenda.specialty, agenda.service, agenda.internal_id, agenda.department)
    digest = hashlib.blake2b("\x1f".join(told).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - _NUMBER_BITS)


def chance_of(seed: str, place: int) -> str:
    """One of the random UUIDs that a call's own id stands for."""
    return str(UUID(bytes=hashlib.blake2b(f"{seed}/{place}".encode(), digest_size=16).digest()))


def block_of(agenda: int, starts_at: datetime) -> str:
    """The name of a time with several seats."""
    return f"{agenda}.{int(starts_at.timestamp())}"


def time_of_block(block: str) -> tuple[int, datetime]:
    """The agenda and the time of a block's name. Raises SlotUnknown."""
    agenda, _, start = block.partition(".")
    if not (agenda.isascii() and agenda.isdecimal() and start.isascii() and start.isdecimal() and len(block) < 40):  # noqa: PLR2004
        raise SlotUnknown
    return int(agenda), datetime.fromtimestamp(min(int(start), _LATEST), UTC)


def day_text(at: datetime) -> str:
    """The Tehran day of an instant, as keys hold it: 2026-11-22."""
    return tehran(at).date().isoformat()


def span(starts_at: datetime, minutes: int) -> tuple[int, int]:
    """A time as whole seconds since 1970, half open."""
    start = int(starts_at.timestamp())
    return start, start + minutes * 60
