"""A country's worth of slots, the same ones each time: for measuring, and for trying what a page does at that size."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from nabz.appointments.model import Quota, Status
from nabz.appointments.seed.country import SEED, Country
from nabz.appointments.store import bulk, centres, parts
from nabz.kit.jalali import TEHRAN, tehran
from nabz.kit.persian import search_text, synthetic_national_code
from nabz.registries.seed.names import FAMILIES, MEN, WOMEN
from nabz.registries.service import facilities, practitioners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nabz.kit.db import Database, Tx

DAYS: Final = 90
SLOTS: Final = 10_000_000
FRIDAY: Final = 4
WEEK: Final = 3
"""A physician is here every third day of the six of a week, and so twice."""

MINUTES: Final = 15
BEGINS: Final = (time(8), time(9), time(16))
BOOKED_BY: Final = "seed"
CHUNK: Final = 2000
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OURS: Final = 8


class Made(NamedTuple):
    """What has been put in, and how fast the slots went in."""

    providers: int
    facilities: int
    agendas: int
    slots: int
    taken: int
    seconds: float

    @property
    def per_second(self) -> int:
        """Slots a second, with what belongs to those that are taken."""
        return round(self.slots / self.seconds) if self.seconds else 0


class Rows(NamedTuple):
    """The rows of one day."""

    slots: list[Any]
    taken: list[Any]
    claims: list[Any]


async def scale(
    db: Database, now: datetime, slots: int = SLOTS, days: int = DAYS, tell: Callable[[float], None] | None = None
) -> Made:
    """Put in a country's schedules from tomorrow on (`db` is seen from their data set); what is there stays."""
    country = Country(slots)
    await _put_people(db, country, now)
    calendar = [day for day in _ahead(tehran(now).date(), days) if day.weekday() != FRIDAY]
    for month in {parts.month_of(datetime.combine(day, time(12), TEHRAN))[0] for day in calendar}:
        await db.write(parts.ensure, month)
    begun, put, taken = perf_counter(), 0, 0
    for place, day in enumerate(calendar):
        wanted = slots * (place + 1) // len(calendar) - slots * place // len(calendar)
        rows = day_of(country, day, wanted, taken)
        await db.write(_put_day, rows, now)
        put, taken = put + len(rows.slots), taken + len(rows.taken)
        if tell is not None:
            tell((place + 1) / len(calendar))
    await db.write(bulk.count_all)
    seconds = perf_counter() - begun
    return Made(country.providers, country.size, len(country.agendas), put, taken, seconds)


async def _put_people(db: Database, country: Country, now: datetime) -> None:
    for some in _chunks(country.facilities):
        await db.write(facilities.put_all, some, now)
    for some in _chunks([worker.who for worker in country.workers]):
        await db.write(practitioners.put_all, some, now)
    await db.write(_put_agendas, country)
    for some in _chunks(country.routes()):
        await db.write(centres.put_routes, some)


def _put_agendas(tx: Tx, country: Country) -> None:
    rows = [
        (*msgspec.structs.astuple(one), search_text(f"{one.shown_name} {one.specialty_title}"))
        for one in country.agendas.values()
    ]
    bulk.AGENDAS.put(tx, rows)


def day_of(country: Country, day: date, wanted: int, people: int) -> Rows:
    """Make so many slots of a day; those who take some are the next so many people."""
    chance = Random(f"{SEED}: {day.isoformat()}")
    week_day = (day.weekday() + 2) % 7  # Saturday is the first
    here = [
        (worker.agendas[week_day // WEEK], worker.taken)
        for number, worker in enumerate(country.workers)
        if number % WEEK == week_day % WEEK
    ]
    rows = Rows([], [], [])
    ends = list(accumulate((chance.uniform(0.5, 1.5) for _ in here), initial=0.0))
    shares = [int(wanted * end / ends[-1] + 1e-9) for end in ends]
    prefix = ((datetime.combine(day, time(12), TEHRAN) - _EPOCH).days) << 108
    mornings = [datetime.combine(day, begin, TEHRAN).astimezone(UTC) for begin in BEGINS]
    step = timedelta(minutes=MINUTES)
    of_day, random, bits = day.isoformat(), chance.random, chance.getrandbits
    names = WOMEN + MEN
    for (agenda, taken), (start, end) in zip(here, pairwise(shares), strict=True):
        at = mornings[agenda.id % len(mornings)]
        for place in range(end - start):
            value = f"{prefix | bits(108) & ~(0xF << 76) | _OURS << 76:032x}"
            id_ = f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
            quota = _quota(place, agenda.id)
            if quota == Quota.INTERNET and random() < taken:
                number = people + len(rows.taken)
                person = f"National_Code:{synthetic_national_code(number)}"
                seconds = int(at.timestamp())
                rows.slots.append((id_, at, agenda.facility, agenda.id, str(place + 1), quota, 2, id_))
                names_ = names[number % len(names)], FAMILIES[number % len(FAMILIES)]
                rows.taken.append((id_, id_, at, agenda.facility, agenda.provider, agenda.id, person, *names_))
                rows.claims.append((person, of_day, [[seconds, seconds + MINUTES * 60, agenda.provider, id_]]))
            else:
                rows.slots.append((id_, at, agenda.facility, agenda.id, str(place + 1), quota, 1, None))
            at += step
    return rows


def _put_day(tx: Tx, rows: Rows, now: datetime) -> None:
    bulk.SLOTS.put(tx, rows.slots, minutes=MINUTES, local_id="", block="", edits=0, changed_at=now)
    same = {"mobile": "", "postal_code": "", "gender": "", "hid": "", "deposit": 0, "minutes": MINUTES, "edits": 0}
    bulk.TAKEN.put(tx, rows.taken, **same, status=int(Status.TAKEN), booked_at=now, booked_by=BOOKED_BY)
    bulk.DAYS.put(tx, rows.claims)


def _quota(place: int, agenda: int) -> int:
    if place == 0:
        return int(Quota.REFERRAL)
    if place == 1 and agenda % 2:
        return int(Quota.IN_PERSON if agenda % 4 == 1 else Quota.SPECIAL)
    return int(Quota.INTERNET)


def _ahead(today: date, days: int) -> Iterator[date]:
    return (today + timedelta(days=ahead) for ahead in range(1, days + 1))


def _chunks(many: Sequence[Any]) -> Iterator[list[Any]]:
    return (list(many[start : start + CHUNK]) for start in range(0, len(many), CHUNK))
