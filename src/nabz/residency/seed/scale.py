"""Very many residents, the same ones each time: for measuring, and for trying what a page does at that size."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta
from functools import cache
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import asdict, replace

from nabz.access.model import Organisation, OrganisationKind, Person, Role
from nabz.access.service import organisations
from nabz.kit import jalali
from nabz.kit.persian import persian_digits, synthetic_national_code
from nabz.registries.seed.names import FAMILIES, MEN, WOMEN
from nabz.residency.model import (
    CERTIFICATE,
    Acceptance,
    Caller,
    Change,
    CodeKind,
    Declaration,
    DeclarationDraft,
    DeclarationType,
    Resident,
    ResidentDraft,
    Result,
    Year,
)
from nabz.residency.model.codes import SHIPPED
from nabz.residency.model.rules import DECLARED_FIELDS, RESIDENT_FIELDS
from nabz.residency.model.years import MEHR, year_at
from nabz.residency.service import residents, telling, years
from nabz.residency.store import bulk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from nabz.kit.db import Database, Tx

SEED: Final = "nabz residency 1405"
SEEDED: Final = "seed"
OF_UNIVERSITY: Final = 2000
CHUNK: Final = 2500
FIRST_CODE: Final = 3_000_000
"""Where their synthetic national codes begin."""

COURSES: Final = tuple(
    (one.code, one.years) for one in SHIPPED[CodeKind.COURSE].values() if one.years is not None and one.title
)
_COURSE_YEARS: Final = dict(COURSES)
OPEN_FOR: Final = timedelta(days=300)
NOTE: Final = "نمره‌ها با کارنامهٔ ارزشیابی نمی‌خواند."
STANDINGS: Final = ("new", "accepted", "refused", "correct", "corrected")
SHARES: Final = (40, 75, 80, 92, 100)
"""Of a hundred declarations of the running year, added up; those of former years are decided."""

_SERVICE: Final = Person(
    user_id=SEEDED,
    username=SEEDED,
    display_name=SEEDED,
    roles=frozenset({Role.OPERATOR}),
    data_set=0,
    organisation_id="",
    organisation_name="",
    session_digest="",
    seen_at=jalali.instant(1405, 1, 1),
)
Rows = tuple[list[Resident], list[Declaration], list[tuple[str, Change]]]


class Crowd(NamedTuple):
    """So many residents, evenly of so many universities, declared in so many years; a second crowd begins elsewhere."""

    residents: int = 20_000
    universities: int = 10
    years: int = 3
    first: int = 0

    def university_of(self, place: int) -> int:
        """Tell to which university the resident at a place belongs."""
        return (place - self.first) * self.universities // self.residents


class Made(NamedTuple):
    """What has been put in, and how fast."""

    residents: int
    declarations: int
    universities: int
    seconds: float

    @property
    def per_second(self) -> int:
        """Residents a second, with their declarations and histories."""
        return round(self.residents / self.seconds) if self.seconds else 0


async def scale(
    db: Database, now: datetime, crowd: Crowd, ids: Sequence[str], tell: Callable[[float], None] | None = None
) -> Made:
    """Put in a crowd (`db` is seen from its data set) of these universities, once."""
    if await db.read(residents.by_id, id_of(crowd.first)) is not None:
        return Made(0, 0, 0, 0.0)
    begun, declared = perf_counter(), 0
    await db.write(_put_years, crowd, now)
    putting: asyncio.Task[None] | None = None
    for start in range(0, crowd.residents, CHUNK):
        stop = min(crowd.residents, start + CHUNK)
        rows = made_up(crowd, range(crowd.first + start, crowd.first + stop), ids, now)
        if putting is not None:
            await putting
        # The store works on these while the next ones are made up.
        putting = asyncio.create_task(db.write(bulk.put, *rows))
        await asyncio.sleep(0)
        declared += len(rows[1])
        if tell is not None:
            tell(stop / crowd.residents)
    if putting is not None:
        await putting
    await db.write(bulk.count_all)
    return Made(crowd.residents, declared, crowd.universities, perf_counter() - begun)


def universities(tx: Tx, many: int, now: datetime) -> list[str]:
    """List so many universities: those that there are, and made-up ones if they are too few."""
    there = organisations.of_kind(tx, OrganisationKind.UNIVERSITY)
    ids = [id_ for id_ in there if id_ not in set(map(university_id, range(many)))]
    for number in range(many - len(ids)):
        id_ = university_id(number)
        if id_ not in there:
            name = f"دانشگاه علوم پزشکی نمونهٔ {persian_digits(number + 1)}"
            made = Organisation(id_, name, OrganisationKind.UNIVERSITY, None, active=True)
            organisations.add(tx, _SERVICE, made, now)
        ids.append(id_)
    return ids[:many]


def university_id(number: int) -> str:
    """Give the id of a made-up university."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{SEED}/university/{number}"))


def id_of(place: int) -> str:
    """Give the id of the resident at a place."""
    return f"01980000-0000-7000-8000-{place:012x}"


def made_up(crowd: Crowd, places: range, ids: Sequence[str], now: datetime) -> Rows:
    """Make up the residents at these places, what was declared of them, and what was done with them when."""
    chance = Random(f"{SEED}: {places.start}")
    this = year_at(now)
    rows: Rows = ([], [], [])
    for place in places:
        one = resident(crowd, place, ids, this)
        rows[0].append(one)
        rows[2].append((one.id, _added(one)))
        for year in range(max(one.start_year, this - crowd.years + 1), this + 1):
            draft = declaration(one, year, chance)
            declared, changes = _lived(one, draft, chance, now, past=year < this)
            rows[1].append(declared)
            rows[2].extend((one.id, each) for each in changes)
    return rows


def resident(crowd: Crowd, place: int, ids: Sequence[str], this: int) -> Resident:
    """Make up the resident at a place; he is in one of the years that his course has."""
    course, course_years = COURSES[place % len(COURSES)]
    duration = place // len(COURSES) % course_years + 1
    start_year = this - duration + 1
    woman = place % 2 == 0
    of = WOMEN if woman else MEN
    university = crowd.university_of(place)
    draft = ResidentDraft(
        student_number=f"{start_year % 1000}{university + 1:02}{place:06}",
        national_code=synthetic_national_code(FIRST_CODE + place),
        course=course,
        start_year=start_year,
        status=1,
        duration=duration,
        start=_day(start_year, MEHR, 15),
        end=None,
        first_name=of[place // 2 % len(of)],
        last_name=FAMILIES[place // 40 % len(FAMILIES)],
        father_name=MEN[place % len(MEN)],
        is_irani=True,
        birth=_day(start_year - 29, place % 12 + 1, 10),
        email=f"r{place}@example.invalid",
        mobile=f"0990{place % 10_000_000:07}",
        address="",
        gender=1 if woman else 2,
    )
    return Resident(
        **asdict(draft),
        id=id_of(place),
        university=ids[university],
        version=1,
        picture="",
        changed_at=_begins(start_year),
    )


def declaration(one: Resident, year: int, chance: Random) -> DeclarationDraft:
    """Make up what his university declares of a resident in a year; one in twenty is not declared to promotion."""
    duration = year - one.start_year + 1
    last = duration >= _COURSE_YEARS[one.course]
    declared = chance.random() >= 1 / 20
    return DeclarationDraft(
        student_number=one.student_number,
        year=year,
        code=CERTIFICATE if last else duration + 1,
        type=DeclarationType.DECLARED if declared else DeclarationType.NOT_DECLARED,
        reason=None if declared else chance.randrange(1, 7),
        duration=duration,
        log_book=declared,
        clinical=chance.randrange(3500, 6001, 25),
        operation=chance.randrange(3500, 6001, 25),
        ethics=chance.randrange(1800, 3001, 25),
        start=one.start,
        end=_day(year + 1, MEHR - 1, 31) if last else None,
        description="",
    )


def _lived(
    one: Resident, draft: DeclarationDraft, chance: Random, now: datetime, *, past: bool
) -> tuple[Declaration, list[Change]]:
    """Tell how a declaration stands by now, and how it came to that."""
    standing = chance.choices(STANDINGS, cum_weights=SHARES)[0]
    if past:
        standing = "accepted" if draft.type == DeclarationType.DECLARED else "refused"
    begun = _begins(draft.year)
    sent_at = begun + (min(now - begun, OPEN_FOR)) * chance.uniform(0, 0.5)
    declared = Declaration(
        **asdict(draft),
        resident=one.id,
        university=one.university,
        national_code=one.national_code,
        first_name=one.first_name,
        last_name=one.last_name,
        course=one.course,
        version=1,
        acceptance=None,
        note="",
        decided_at=None,
        decided_by="",
        corrected_at=None,
        sent_at=sent_at,
        sent_by=SEEDED,
        result=None,
        result_note="",
    )
    facts = telling.difference(None, draft, DECLARED_FIELDS)
    changes = [Change(at=sent_at, who=SEEDED, action="declared", year=draft.year, facts=facts)]
    if standing != "new":
        decided_at = sent_at + (min(now - sent_at, OPEN_FOR)) * 0.5
        declared = _decided(declared, standing, decided_at)
        told: dict[str, object] = {"acceptance": [None, declared.acceptance], "note": declared.note}
        changes.append(Change(at=decided_at, who=SEEDED, action="decided", year=draft.year, facts=told))
    if standing == "corrected":
        at = declared.decided_at or now
        declared = replace(declared, acceptance=None, corrected_at=at, sent_at=at, version=3)
    elif past and declared.acceptance == Acceptance.ACCEPTED:
        result = chance.choices(tuple(Result), cum_weights=(90, 96, 100))[0]
        declared = replace(declared, result=int(result), version=3)
    return declared, changes


def _decided(one: Declaration, standing: str, at: datetime) -> Declaration:
    acceptance = {"accepted": Acceptance.ACCEPTED, "refused": Acceptance.REFUSED}.get(standing, Acceptance.TO_CORRECT)
    note = "" if acceptance is Acceptance.ACCEPTED else NOTE
    return replace(one, acceptance=int(acceptance), note=note, decided_at=at, decided_by=SEEDED, version=2)


def _added(one: Resident) -> Change:
    facts = telling.difference(None, one, RESIDENT_FIELDS)
    return Change(at=one.changed_at, who=SEEDED, action="resident-added", year=0, facts=facts)


def _put_years(tx: Tx, crowd: Crowd, now: datetime) -> None:
    """Close former years and publish their results, where nobody has said anything of them."""
    this = year_at(now)
    for year in range(this - crowd.years + 1, this):
        if not years.get(tx, year).version:
            end = _begins(year) + OPEN_FOR
            one = Year(year=year, closes_at=end, corrects_until=end, results_at=end)
            years.put(tx, one, Caller("", SEEDED, SEEDED), now)


@cache
def _begins(year: int) -> datetime:
    """Tell when an academic year begins."""
    return jalali.instant(year, MEHR, 1)


@cache
def _day(year: int, month: int, day: int) -> date:
    found: date = jalali.of_parts(year, month, day).to_gregorian()
    return found
