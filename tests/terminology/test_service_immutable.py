"""Whatever is done afterwards, a published version reads as it did: random lives against a plain model."""

from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from nabz.kit.db import Database, Tx
from nabz.kit.errors import Problem
from nabz.terminology.errors import NothingChanged, OnlyVersion, SuccessorMissing, UnknownCode, UnknownVersion
from nabz.terminology.model import Change, Concept, Terminology
from nabz.terminology.service import comparing, importing, reading
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

TURNED = {Change.ADDED: Change.RETIRED, Change.CHANGED: Change.CHANGED} | dict.fromkeys(
    (Change.RETIRED, Change.REMAPPED), Change.ADDED
)

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

    @property
    def in_force(self) -> dict[str, Told]:
        return self.versions[self.last]

    def begin(self) -> None:
        """As the version in force: what was withdrawn does not come back."""
        self.draft = dict(self.in_force)
        self.leaving = dict.fromkeys(self.versions[-1].keys() - self.in_force.keys(), "")

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
        self.let_go(code, successor)
        return None

    def let_go(self, code: str, successor: str) -> None:
        assert self.draft is not None
        self.draft.pop(code, None)
        if code in self.versions[-1] or code in self.in_force or code in self.leaving:
            self.leaving[code] = successor

    def undo(self, code: str) -> None:
        assert self.draft is not None
        if code in self.in_force:
            self.draft[code] = self.in_force[code]
            self.leaving.pop(code, None)
        else:
            self.let_go(code, "")

    def submit(self) -> type[Problem] | None:
        assert self.draft is not None
        if self.draft == self.in_force:
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
        """What is in force and somebody needs who has a step."""
        now = self.in_force
        if step > self.last:  # it has been withdrawn since
            return [now[code] for code in _sorted(now) if now[code] != self.versions[step].get(code)]
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
            changes = {changed: (change, successor) for changed, change, successor in self.differences(step - 1, step)}
            if code in changes:
                found.append((step, *changes[code]))
            elif code in self.left[step]:  # the version before lacks it too, but that was withdrawn
                successor = self.left[step][code] or None
                found.append((step, _change(before=True, after=False, successor=successor), successor))
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
                back = comparing.compare(tx, t, end, start, limit=1000) if start < end else []
                assert [(one.code, one.change) for one in back] == [(one.code, TURNED[one.change]) for one in found]
                for one in found:
                    assert one.before is None or told(one.before) == model.versions[start][one.code]
                    assert one.after is None or told(one.after) == model.versions[end][one.code]
        self._compare_instants(tx, t)
        for code in CODES:
            self._compare_history(tx, t, code)

    def _compare_instants(self, tx: Tx, t: Terminology) -> None:
        """Ask from each instant on at which something was published or withdrawn."""
        versions = reading.versions(tx, t, withdrawn=True)
        for at in {at for one in versions for at in (one.published_at, one.withdrawn_at) if at is not None}:
            earlier = [one for one in versions if one.published_at and one.published_at < at]
            before = max((one.step for one in earlier if not one.withdrawn_at or one.withdrawn_at >= at), default=0)
            assert reading.step_before(tx, t, at) == comparing.step_at(tx, t, at) == before
            assert [told(one) for one in reading.since(tx, t, at, limit=1000)] == self.model.since(before)

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
        self.model.begin()

    async def _put(self, code: str, meaning: Meaning) -> None:
        await self.desk.put(self.t.id, concept(code, **meaning))
        self.model.put(concept(code, **meaning))

    async def _retire(self, code: str, successor: str) -> None:
        await self._expect(self.model.retire(code, successor), self.desk.retire(self.t.id, code, successor=successor))

    async def _undo(self, code: str) -> None:
        await self.desk.undo(self.t.id, code)
        self.model.undo(code)

    async def _load(self, whole: dict[str, Meaning], going: list[str], complete: bool) -> None:
        model = self.model
        rows = [row(line, code, **meaning) for line, (code, meaning) in enumerate(whole.items())]
        heir = next(iter(whole), "")
        file = Sheet([*rows, *(gone(line, code, heir) for line, code in enumerate(going, start=10))], complete=complete)
        label = f"v{len(model.versions)}"
        model.begin()
        for code in sorted(model.in_force.keys() - whole.keys() - set(going)) if complete else ():
            model.let_go(code, "")
        for code in going:
            model.let_go(code, heir)
        for one in rows:
            model.put(one)
        if model.draft == model.in_force:
            model.draft, model.leaving = None, {}
            await self._expect(NothingChanged, self.desk.load(self.t.id, file, label))
            return
        foreseen = await importing.check(self.desk.db, self.t, file)
        _, done = await self.desk.load(self.t.id, file, label)
        assert numbers(foreseen) == numbers(done)

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
