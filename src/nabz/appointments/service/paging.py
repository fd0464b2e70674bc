"""Long lists page by page: each page goes on after the last one, whatever was taken meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from nabz.appointments.errors import BadPeriod, PeriodTooLong
from nabz.appointments.service import searching
from nabz.appointments.store import agendas, booking
from nabz.appointments.store import places as place_store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from nabz.appointments.model import Agenda, Appointment, Seen, Waiting, Wanted
    from nabz.kit.db import Tx

T = TypeVar("T")
FARTHEST: Final = 5_000
"""So many slots around one point are paged through at most."""

MOST: Final = 100_000
MORE: Final = 4


class Mark(msgspec.Struct, frozen=True, order=True):
    """The place of a row in its list; metres only where the list is sorted by them."""

    metres: float
    at: datetime
    id: str


class Point(msgspec.Struct, frozen=True):
    """Near where, and how far at most."""

    latitude: float
    longitude: float
    metres: float


def free(tx: Tx, wanted: Wanted, now: datetime, size: int, after: Mark | None) -> tuple[list[Seen], Mark | None]:
    """Find a page of free slots by time, and the mark after which the next one begins. Raises BadPeriod."""
    if after is not None:
        wanted = msgspec.structs.replace(wanted, from_=max(wanted.from_, after.at))
    return _page(lambda limit: searching.find(tx, wanted, now, limit), _mark_of_seen, size, after, MOST)


def near(
    tx: Tx, wanted: Wanted, point: Point, now: datetime, size: int, after: Mark | None
) -> tuple[list[Seen], Mark | None]:
    """The same around a point, by distance and then by time. Raises BadPeriod."""

    def find(limit: int) -> list[Seen]:
        return searching.near(tx, wanted, point.latitude, point.longitude, point.metres, now, limit)

    return _page(find, _mark_of_seen, size, after, FARTHEST)


def appointments(
    tx: Tx,
    facility: str,
    from_: datetime,
    until: datetime,
    statuses: Sequence[int],
    size: int,
    after: Mark | None,
) -> tuple[list[tuple[Appointment, Agenda]], Mark | None]:
    """List a page of a centre's appointments by time, and the mark of the next one. Raises BadPeriod, PeriodTooLong."""
    if not from_ < until:
        raise BadPeriod
    if until - from_ > searching.LONGEST:
        raise PeriodTooLong(days=searching.LONGEST.days)
    begin = max(from_, after.at) if after is not None else from_

    def find(limit: int) -> list[Appointment]:
        return booking.of_facility(tx, facility, begin, until, *statuses, limit=limit)

    found, mark = _page(find, lambda one: Mark(0.0, one.starts_at, one.id), size, after, MOST)
    where = agendas.by_numbers(tx, sorted({one.agenda for one in found}))
    return [(one, where[one.agenda]) for one in found], mark


class Places(msgspec.Struct, frozen=True):
    """Which of a client's places in waiting lists are asked for; what is empty does not matter."""

    person: str = ""
    ids: Collection[str] = ()
    states: Collection[str] = ()


def places(tx: Tx, client: str, wanted: Places, size: int, after: Mark | None) -> tuple[list[Waiting], Mark | None]:
    """List a page of the places that a client keeps, who has waited longest first, and the mark of the next one."""
    since = after.at if after is not None else None

    def find(limit: int) -> list[Waiting]:
        return place_store.of_client(tx, client, wanted.person, wanted.ids, wanted.states, since, limit)

    return _page(find, lambda one: Mark(0.0, one.joined_at, one.id), size, after, MOST)


def _mark_of_seen(seen: Seen) -> Mark:
    return Mark(seen.metres or 0.0, seen.slot.starts_at, seen.slot.id)


def _page(
    find: Callable[[int], list[T]], mark_of: Callable[[T], Mark], size: int, after: Mark | None, most: int
) -> tuple[list[T], Mark | None]:
    """Read from the mark's own place on, and more and more until a page is full: many rows may share a place."""
    limit = size + 1
    while True:
        found = find(limit)
        rest = found if after is None else [one for one in found if mark_of(one) > after]
        if len(rest) > size or len(found) < limit or limit >= most:
            break
        limit = min(limit * MORE, most)
    more = len(rest) > size
    return rest[:size], mark_of(rest[size - 1]) if more else None
