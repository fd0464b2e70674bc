"""Whatever is done afterwards, a published version reads as it did: random lives against a plain model."""

from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from nabz.kit.db import Database, Tx
from nabz.kit.errors import Problem
from nabz.terminology.errors import NothingChanged, OnlyVersion, SuccessorMissing, UnknownCode, UnknownVersion
from nabz.terminology.model import Change, Concept, Terminology
from nabz.terminology.service import importing, reading
from nabz.terminology.service.import_report import Report
from tests.terminology.making import Desk, Sheet, Told, concept, everything, gone, row, told

CODES = ("A", "b", "پ", "10", "A1")
MEANINGS: tuple[dict[str, Any], ...] = (
    {"value": "یک"},
    {"value": "یک", "en": "one"},
    {"value": "دو", "note": "یادداشت"},
    {"value": "دو", "properties": {"unit": "قرص"}, "made_up": True},
)
Meaning = dict[str, Any]
Deed = tuple[Any, ...]

codes = st.sampled_from(CODES)
meanings = st.sampled_from(MEANINGS)
edits = st.one_of(
    st.tuples(st.just("put"), codes, meanings),
    st.tuples(st.just("retire"), codes, st.sampled_from(("", *CODES))),
    st.tuples(st.just("undo"), codes),
)
endings = st.sampled_from(("publish", "publish", "publish", "discard", "leave"))
rounds = st.one_of(
    st.tuples(st.just("by_hand"), st.lists(edits, min_size=2, max_size=6), endings),
    st.tuples(st.just("by_file"), st.dictionaries(codes, meanings), st.sets(codes), st.booleans(), endings),
    st.tuples(st.just("withdraw"), st.integers(1, 8)),
)


class Model:
    """What a terminology should be: its versions as plain dictionaries, the first of them empty."""

    def __init__(self) -> None:
        self.versions: list[dict[str, Told]] = [{}]
        self.left: list[dict[str, str]] = [{}]
        self.withdrawn: set[int] = set()
        self.draft: dict[str, Told] | None = None
        self.leaving: dict[str, str] = {}

    @property
    def last(self) -> int:
        return max(step for step in range(len(self.versions)) if step not in self.withdrawn)

    def put(self, one: Concept) -> None:
        assert self.draft is not None
        self.draft[one.code] = told(one)
        self.leaving.pop(one.code, None)

    def retire(self, code: str, successor: str) -> type[Problem] | None:
        assert self.draft is not None
        if code not in self.draft:
            return UnknownCode
        if successor and (successor == code or successor not in self.draft):
            return SuccessorMissing
        del self.draft[code]
        if code in self.versions[-1]:
            self.leaving[code] = successor
        return None

    def undo(self, code: str) -> None:
        assert self.draft is not None
        self.draft.pop(code, None)
        self.leaving.pop(code, None)
        if code in self.versions[-1]:
            self.draft[code] = self.versions[-1][code]

    def submit(self) -> type[Problem] | None:
        assert self.draft is not None
        if self.draft == self.versions[-1]:
            return NothingChanged
        if any(successor and successor not in self.draft for successor in self.leaving.values()):
            return SuccessorMissing
        return None

    def publish(self) -> None:
        assert self.draft is not None
        self.versions.append(self.draft)
        self.left.append(self.leaving)
        self.draft, self.leaving = None, {}

    def since(self, step: int) -> list[Told]:
        """What is in force and came, or became what it is, after a step."""
        now = self.versions[self.last]
        return [now[code] for code in _sorted(now) if self._began(code) > step]

    def _began(self, code: str) -> int:
        step = self.last
        while step > 1 and self.versions[step - 1].get(code) == self.versions[step][code]:
            step -= 1
        return step

    def differences(self, start: int, end: int) -> list[tuple[str, Change, str | None]]:
        before, after = self.versions[start], self.versions[end]
        found = []
        for code in _sorted({**before, **after}):
            if before.get(code) != after.get(code):
                successor = None if code in after else self._successor(code, start, end)
                found.append((code, _change(code in before, code in after, successor), successor or None))
        return found

    def history(self, code: str) -> list[tuple[int, Change, str | None]]:
        found = []
        for step in range(len(self.versions) - 1, 0, -1):
            for changed, change, successor in self.differences(step - 1, step):
                if changed == code:
                    found.append((step, change, successor))
        return found

    def _successor(self, code: str, start: int, end: int) -> str | None:
        return next(self.left[step][code] for step in range(end, start, -1) if code in self.left[step])


def _change(before: bool, after: bool, successor: str | None) -> Change:
    if before and after:
        return Change.CHANGED
    if after:
        return Change.ADDED
    return Change.REMAPPED if successor else Change.RETIRED


def _sorted(codes: dict[str, Told]) -> list[str]:
    return sorted(codes, key=str.encode)


class Life:
    """One terminology, lived through in the store and in the model at once."""

    def __init__(self, desk: Desk, t: Terminology) -> None:
        self.desk, self.t, self.model = desk, t, Model()

    async def by_hand(self, edits: list[Deed], ending: str) -> None:
        if self.model.draft is None:
            await self._begin()
        for what, *facts in edits:
            await getattr(self, f"_{what}")(*facts)
        await self._end(ending)

    async def by_file(self, whole: dict[str, Meaning], going: set[str], complete: bool, ending: str) -> None:
        if self.model.draft is None:
            await self._load(whole, sorted(going - set(whole)), complete)
        await self._end(ending)

    async def withdraw(self, number: int) -> None:
        listed = [step for step in range(1, len(self.model.versions)) if step not in self.model.withdrawn]
        step = listed[-number % len(listed)] if listed else number
        if len(listed) > 1:
            await self.desk.withdraw(self.t.id, f"v{step}")
            self.model.withdrawn.add(step)
        else:
            await self._expect(OnlyVersion if listed else UnknownVersion, self.desk.withdraw(self.t.id, f"v{step}"))

    async def compare(self) -> None:
        await self.desk.db.read(self._compare)

    def _compare(self, tx: Tx) -> None:
        model = self.model
        t = reading.one(tx, self.t.id)
        assert t.last == model.last
        assert t.size == len(model.versions[model.last])
        steps = range(len(model.versions))
        for step in steps[1:]:
            expected = model.versions[step]
            assert everything(tx, t, step, limit=2) == [expected[code] for code in _sorted(expected)]
        for start in steps:
            for end in steps[start:]:
                found = reading.diff(tx, t, start, end, limit=1000)
                assert [(one.code, one.change, one.successor) for one in found] == model.differences(start, end)
                for one in found:
                    assert one.before is None or told(one.before) == model.versions[start][one.code]
                    assert one.after is None or told(one.after) == model.versions[end][one.code]
        for version in reading.versions(tx, t, withdrawn=True):
            assert version.published_at is not None
            assert reading.step_before(tx, t, version.published_at) == version.step - 1
            assert [told(one) for one in reading.since(tx, t, version.published_at)] == model.since(version.step - 1)
        for code in CODES:
            self._compare_history(tx, t, code)

    def _compare_history(self, tx: Tx, t: Terminology, code: str) -> None:
        expected = self.model.history(code)
        if not expected:
            with pytest.raises(UnknownCode):
                reading.history(tx, t, code)
            return
        found = reading.history(tx, t, code)
        assert [(one.version.step, one.change, one.successor) for one in found] == expected
        for one in found:
            there = self.model.versions[one.version.step].get(code)
            assert (told(one.concept) if one.concept else None) == there

    async def _begin(self) -> None:
        await self.desk.begin(self.t.id, f"v{len(self.model.versions)}")
        self.model.draft = dict(self.model.versions[-1])

    async def _put(self, code: str, meaning: Meaning) -> None:
        await self.desk.put(self.t.id, concept(code, **meaning))
        self.model.put(concept(code, **meaning))

    async def _retire(self, code: str, successor: str) -> None:
        await self._expect(self.model.retire(code, successor), self.desk.retire(self.t.id, code, successor=successor))

    async def _undo(self, code: str) -> None:
        await self.desk.undo(self.t.id, code)
        self.model.undo(code)

    async def _load(self, whole: dict[str, Meaning], going: list[str], complete: bool) -> None:
        base = self.model.versions[-1]
        rows = [row(line, code, **meaning) for line, (code, meaning) in enumerate(whole.items())]
        heir = next(iter(whole), "")
        file = Sheet([*rows, *(gone(line, code, heir) for line, code in enumerate(going, start=10))], complete=complete)
        there = ({} if complete else base) | {one.code: told(one) for one in rows}
        there = {code: one for code, one in there.items() if code not in going}
        label = f"v{len(self.model.versions)}"
        if there == base:
            await self._expect(NothingChanged, self.desk.load(self.t.id, file, label))
            return
        foreseen = await importing.check(self.desk.db, self.t, file)
        _, done = await self.desk.load(self.t.id, file, label)
        assert numbers(foreseen) == numbers(done)
        self.model.draft = there
        self.model.leaving = {code: heir if code in going else "" for code in base if code not in there}

    async def _end(self, ending: str) -> None:
        model = self.model
        if model.draft is None or ending == "leave":
            return
        problem = model.submit()
        if ending == "publish":
            await self._expect(problem, self.desk.submit(self.t.id))
            if problem is None:
                await self.desk.approve(self.t.id)
                model.publish()
        if model.draft is not None:
            await self.desk.discard(self.t.id)
            model.draft, model.leaving = None, {}

    async def _expect(self, problem: type[Problem] | None, work: Any) -> None:
        if problem is None:
            await work
        else:
            with pytest.raises(problem):
                await work


def numbers(report: Report) -> tuple[int, ...]:
    return report.rows, report.added, report.changed, report.same, report.retired, report.refused


async def live(db: Database, life: list[Deed]) -> None:
    hypothesis.note(repr(life))
    desk = Desk(db)
    known = await db.read(reading.all_)
    lived = Life(desk, await desk.define(f"T{len(known)}"))
    for what, *facts in life:
        await getattr(lived, what)(*facts)
        await lived.compare()


lives = hypothesis.given(life=st.lists(rounds, min_size=3, max_size=9))
ONE_DATABASE = [hypothesis.HealthCheck.function_scoped_fixture]
PHASES = [hypothesis.Phase.generate]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@hypothesis.settings(max_examples=40, suppress_health_check=ONE_DATABASE, phases=PHASES)
@lives
async def test_published_versions_never_change_whatever_is_done_on_sqlite(db: Database, life: list[Deed]) -> None:
    await live(db, life)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
@hypothesis.settings(max_examples=10, suppress_health_check=ONE_DATABASE, phases=PHASES)
@lives
async def test_published_versions_never_change_whatever_is_done_on_postgres(db: Database, life: list[Deed]) -> None:
    await live(db, life)
