"""Finding free slots: by who, where and when, near a point, day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import BadPeriod, PeriodTooLong, SearchTooWide
from nabz.appointments.model import Seen, Wanted, distance
from nabz.appointments.store import agendas, slots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from nabz.appointments.model import Agenda
    from nabz.kit.db import Tx

LONGEST: Final = timedelta(days=400)
FIRST_LOOK: Final = timedelta(days=1)
FEW: Final = 8
NEAREST: Final = 2
MOST_AT_ONCE: Final = 32
MOST_TIMES: Final = 20_000
EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def find(tx: Tx, wanted: Wanted, now: datetime, limit: int = 200) -> list[Seen]:
    """Find free slots by time. Raises BadPeriod, SearchTooWide."""
    _must_be_period(wanted)
    return _soonest(tx, {one.id: one for one in _where(tx, wanted)}, wanted, now, limit)


def near(
    tx: Tx, wanted: Wanted, latitude: float, longitude: float, metres: float, now: datetime, limit: int = 200
) -> list[Seen]:
    """Find free slots near a point, the nearest first, then by time. Raises BadPeriod."""
    _must_be_period(wanted)
    for reach in (metres / 16, metres / 4, metres):  # in a city the nearest are many, and the others need not be read
        found = _near(tx, wanted, around(tx, wanted, latitude, longitude, reach), now, limit)
        if len(found) >= limit:
            break
    return found[:limit]


def _near(tx: Tx, wanted: Wanted, far: Sequence[tuple[float, Agenda]], now: datetime, limit: int) -> list[Seen]:
    found: list[Seen] = []
    start, group = 0, NEAREST
    while start < len(far) and len(found) < limit:
        end = min(start + group, len(far))
        while end < len(far) and far[end][0] == far[end - 1][0]:  # who is equally near is sorted by time together
            end += 1
        where = {one.id: (metres_off, one) for metres_off, one in far[start:end]}
        times = slots.free(tx, list(where), wanted.from_, wanted.until, now, wanted.quota, MOST_TIMES)
        there = [Seen(where[slot.agenda][1], slot, where[slot.agenda][0]) for slot in times]
        found += sorted(there, key=lambda seen: (seen.metres, seen.slot.starts_at, seen.slot.id))
        start, group = end, min(group * 2, MOST_AT_ONCE)
    return found


def around(tx: Tx, wanted: Wanted, latitude: float, longitude: float, metres: float) -> list[tuple[float, Agenda]]:
    """List the agendas near a point with their distance, the nearest first."""
    here = latitude, longitude
    found = [
        (distance.between(here, (one.latitude, one.longitude)), one)
        for one in agendas.within(tx, wanted, distance.box(latitude, longitude, metres))
        if one.latitude is not None and one.longitude is not None
    ]
    return sorted(((far, one) for far, one in found if far <= metres), key=lambda pair: (pair[0], pair[1].id))


def days(tx: Tx, wanted: Wanted, now: datetime) -> dict[date, int]:
    """Count what is free on each Tehran day. Raises BadPeriod."""
    _must_be_period(wanted)
    numbers = [one.id for one in _where(tx, wanted)]
    return slots.free_days(tx, numbers, wanted.from_, wanted.until, now, wanted.quota)


def providers(
    tx: Tx, text: str = "", specialty: str = "", province: str = "", city: str = "", limit: int = 30
) -> list[Agenda]:
    """Find providers by name, specialty and place: one agenda for each provider and centre."""
    any_time = Wanted(from_=EVER, until=EVER, specialty=specialty, province=province, city=city)
    found: dict[tuple[str, str, str], Agenda] = {}
    for one in agendas.by_words(tx, text, any_time, limit * 4):
        found.setdefault((one.provider, one.facility, one.specialty), one)
    return list(found.values())[:limit]


def specialties(tx: Tx, province: str = "") -> list[tuple[str, str, int]]:
    """List the specialties that can be found: code, title, number of agendas."""
    return agendas.specialties(tx, province)


def places(tx: Tx) -> list[tuple[str, str, str, str, float | None, float | None]]:
    """List the cities in which somebody works: province, its title, city, its title, and a point in it."""
    return agendas.places(tx)


def _where(tx: Tx, wanted: Wanted) -> list[Agenda]:
    """List where a search may find something; rather than pass over any of too many it asks to be narrowed."""
    found = agendas.wanted(tx, wanted, agendas.MOST + 1)
    if len(found) > agendas.MOST:
        raise SearchTooWide
    return found


def _soonest(tx: Tx, where: dict[int, Agenda], wanted: Wanted, now: datetime, limit: int) -> list[Seen]:
    """Look a day ahead, then further and further, so that many agendas need not be read to their ends."""
    numbers = list(where)
    found: list[Seen] = []
    start = max(wanted.from_, now)
    step = wanted.until - start if len(numbers) <= FEW else FIRST_LOOK
    while start < wanted.until and len(found) < limit and numbers:
        end = min(wanted.until, start + step)
        times = slots.free(tx, numbers, start, end, now, wanted.quota, limit - len(found))
        found += [Seen(where[slot.agenda], slot) for slot in times]
        start, step = end, step * 2
    return found


def _must_be_period(wanted: Wanted) -> None:
    if not wanted.from_ < wanted.until:
        raise BadPeriod
    if wanted.until - wanted.from_ > LONGEST:
        raise PeriodTooLong(days=LONGEST.days)
