"""One resident, one person in a course and year, one content under a decision: however many ask at one moment."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, date, datetime
from itertools import count
from random import Random
from typing import Final

import msgspec

from nabz.kit.db import Database
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.residency.errors import Refused
from nabz.residency.model import Acceptance, Caller, DeclarationDraft, Pick, Resident, ResidentDraft
from nabz.residency.model.rules import content_of
from nabz.residency.service import deciding, declarations, residents
from tests.appointments.racing_service import Stores, opened
from tests.services import Engine

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
YEAR, COURSE, MOVED = 1405, "1710", "1712"
STORES, ROUNDS, AT_ONCE, CALLERS = 3, 200, 4, 8
UNIVERSITIES: Final = ("uni-1", "uni-2")
NUMBERS: Final = count(1)


def caller(university: str = UNIVERSITIES[0]) -> Caller:
    return Caller(university, "races", new_id())


def drafted(number: int, person: int) -> ResidentDraft:
    return ResidentDraft(
        student_number=f"4049{number:05}",
        national_code=synthetic_national_code(660_000 + person),
        course=COURSE,
        start_year=1404,
        status=1,
        duration=2,
        start=date(2025, 9, 23),
        end=None,
        first_name="سارا",
        last_name="آزمون",
        father_name="رضا",
        is_irani=True,
        birth=date(1993, 9, 23),
        email="",
        mobile="",
        address="",
        gender=1,
    )


def declared(one: ResidentDraft, ethics: int = 2800) -> DeclarationDraft:
    return DeclarationDraft(
        student_number=one.student_number,
        year=YEAR,
        code=3,
        type=1,
        reason=None,
        duration=2,
        log_book=True,
        clinical=5550,
        operation=5000,
        ethics=ethics,
        start=one.start,
        end=None,
        description="",
    )


class Race:
    """One race; what it came to is counted."""

    def __init__(self, stores: Stores, random: Random) -> None:
        self._stores = stores
        self._random = random
        self.told: Counter[str] = Counter()
        self.rules: set[str] = set()

    @property
    def db(self) -> Database:
        """Any of the stores, as another process would have it."""
        return self._stores[self._random.randrange(self._stores.count)]

    async def send(self, draft: ResidentDraft, university: str = UNIVERSITIES[0]) -> Resident | None:
        """Send a resident; nothing where his person, course and year are another's."""
        try:
            return await residents.send(self.db, draft, caller(university), new_id(), NOW)
        except Refused as refused:
            self.rules |= {each.rule for each in refused.faults}
            return None

    async def declare(self, draft: DeclarationDraft) -> bool:
        """Send a declaration; whether it was taken."""
        try:
            await declarations.send(self.db, draft, caller(), NOW)
        except Refused as refused:
            self.rules |= {each.rule for each in refused.faults}
            return False
        return True

    async def actions(self, resident: str) -> list[str]:
        """What was done with a resident, oldest first."""
        return [line.action for line in await self.db.read(residents.history, resident)][::-1]

    async def the_same(self) -> None:
        """The same resident and the same declaration, sent by many, are there once."""
        number = next(NUMBERS)
        draft = drafted(number, number)
        made = await asyncio.gather(*(self.send(draft) for _ in range(CALLERS)))
        assert len({each.id for each in made if each}) == 1
        assert all(made)
        (one, *_) = [each for each in made if each]
        assert all(await asyncio.gather(*(self.declare(declared(draft)) for _ in range(CALLERS))))
        assert await self.actions(one.id) == ["resident-added", "declared"]
        self.told["the same"] += 1

    async def for_one_place(self) -> None:
        """Two numbers for one person, course and year: one of them has it."""
        person = next(NUMBERS)
        drafts = [drafted(next(NUMBERS), person) for _ in range(2)]
        moves = self._random.random() < 1 / 2
        if moves:  # somebody who is there already becomes that person
            was = msgspec.structs.replace(drafts[1], national_code=synthetic_national_code(900_000 + next(NUMBERS)))
            await self.send(was)
        second = self._random.choice(UNIVERSITIES) if not moves else UNIVERSITIES[0]
        made = await asyncio.gather(self.send(drafts[0]), self.send(drafts[1], second))
        assert [each is None for each in made].count(True) == 1, made
        self.told["for one place"] += 1

    async def with_the_ministry(self) -> None:
        """A change against a decision about what was there before: one of them is too late."""
        number = next(NUMBERS)
        draft = drafted(number, number)
        one = await self.send(draft)
        assert one is not None
        await self.declare(declared(draft))
        seen = await self.db.read(declarations.find, one.id, YEAR)
        assert seen is not None
        acceptance = self._random.choice([Acceptance.ACCEPTED, Acceptance.REFUSED])
        pick = Pick(one.id, YEAR, seen.version)
        moved = msgspec.structs.replace(draft, course=MOVED)
        moves = self._random.random() < 1 / 3
        change = self.send(moved) if moves else self.declare(declared(draft, 2700))
        decision = self.db.write(deciding.decide, [pick], acceptance, "دلیل", caller(""), NOW)
        both = [change, decision] if self._random.random() < 1 / 2 else [decision, change]
        answers = await asyncio.gather(*both)
        missed = answers[both.index(decision)]
        changed = bool(answers[both.index(change)])
        now = await self.db.read(declarations.find, one.id, YEAR)
        assert now is not None
        assert changed == bool(missed), (changed, missed)
        assert now.version == seen.version + 1
        assert now.acceptance == (None if changed else acceptance)
        same = content_of(now) == content_of(seen) and now.course == seen.course
        assert same != changed
        assert (await self.actions(one.id))[2:] == [
            "decided" if not changed else "resident-changed" if moves else "declaration-changed"
        ]
        self.told["the change" if changed else "the decision"] += 1


async def races(stores: Stores, random: Random) -> Race:
    race = Race(stores, random)
    kinds = [race.the_same, race.for_one_place, race.with_the_ministry, race.with_the_ministry]
    for begun in range(0, ROUNDS, AT_ONCE):
        await asyncio.gather(*(kinds[(begun + place) % len(kinds)]() for place in range(AT_ONCE)))
    return race


def test_nobody_is_there_twice_and_nothing_is_decided_unseen(db_url: str, engine: Engine) -> None:
    seed = random.randrange(2**32)
    with opened(db_url, engine, STORES) as stores:
        race = stores.run(races(stores, Random(seed)), seconds=300)
    assert sum(race.told.values()) == ROUNDS, f"seed {seed}: {race.told}"
    assert len(race.told) == 4, f"seed {seed}: {race.told}"
    assert race.rules == {"triple", "decided", "identity-fixed"}, f"seed {seed}: {race.rules}"
