"""Real concurrency: one draft, one publication, one import, and a feed without gaps."""

import asyncio
import gc
import random
from collections import Counter
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

import pytest

from nabz.access.model import Organisation, OrganisationKind
from nabz.access.store import organisations
from nabz.kit import jalali
from nabz.kit.db import Database, Tx
from nabz.kit.errors import Problem
from nabz.terminology.errors import (
    DraftMoved,
    DraftOpen,
    ImportUnderWay,
    LetterNumberTaken,
    OnlyVersion,
    TerminologyExists,
    UnknownDraft,
    UnknownTerminology,
    UnknownVersion,
)
from nabz.terminology.model import Kind, Letter, State, Terminology
from nabz.terminology.service import drafting, feed, importing, letters, reading
from tests.terminology.making import AUTHOR, SECOND, START, THIRD, Desk, concept, sheet

ROUNDS = 6
MANY = 6


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    return Desk(empty_db)


async def at_once(*works: Awaitable[object]) -> list[object]:
    """Everybody's answer, or the kind of expected failure; what is none is raised."""
    found = await asyncio.gather(*works, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, Problem):
            raise each
    return [type(each) if isinstance(each, Problem) else each for each in found]


async def one_wins(*works: Awaitable[object], losing: set[type[Problem]]) -> object:
    found = await at_once(*works)
    winners = [each for each in found if not isinstance(each, type)]
    losers = {each for each in found if isinstance(each, type)}
    assert len(winners) == 1, found
    assert losers <= losing, found
    return winners[0]


async def feed_is_whole(desk: Desk) -> Counter[tuple[str, str | None, str | None]]:
    """See that the numbers of the feed have no gaps, and count what it tells of."""
    events = await desk.db.read(feed.events, 0, 10_000)
    assert [event.event for event in events] == list(range(1, len(events) + 1))
    return Counter((event.what, event.terminology or event.letter, event.version) for event in events)


async def test_one_draft_is_begun_by_many_at_once(desk: Desk) -> None:
    t = await desk.define("T")
    for label in range(ROUNDS):
        works = (desk.db.write(drafting.begin, t, f"{label}.{n}", "", AUTHOR, desk.now()) for n in range(MANY))
        await one_wins(*works, losing={DraftOpen})
        await desk.put("T", concept(f"c{label}"))
        await desk.submit("T")
        await desk.approve("T")
    assert (await desk.one("T")).last == ROUNDS


async def test_one_of_many_changes_of_a_draft_at_one_instant_is_taken(desk: Desk) -> None:
    t = await desk.define("T")
    await desk.publish("T", "0", concept("c"))
    db = desk.db
    await desk.begin("T", "1")
    for n in range(ROUNDS):
        seen = (await desk.put("T", concept(f"c{n}"))).revision
        works = [
            *(db.write(drafting.put, t, seen, concept(f"x{n}.{m}"), AUTHOR, desk.now()) for m in range(2)),
            db.write(drafting.retire, t, seen, f"c{n}", "", "c", AUTHOR, desk.now()),
            db.write(drafting.undo, t, seen, f"c{n}", "", AUTHOR, desk.now()),
            *(db.write(drafting.submit, t, seen, AUTHOR, desk.now()) for _ in range(2)),
        ]
        random.Random(n).shuffle(works)
        await one_wins(*works, losing={DraftMoved})
        draft = await desk.draft("T")
        assert draft.revision == seen + 1
        if draft.state is State.REVIEW:
            await db.write(drafting.send_back, t, draft.revision, "", SECOND, desk.now())


async def test_a_review_ends_in_one_way_of_many_at_one_instant(desk: Desk) -> None:
    """Several publish, another sends back, discards or goes on editing."""
    t = await desk.define("T")
    db = desk.db
    for n in range(2 * ROUNDS):
        await desk.begin("T", str(n))
        await desk.put("T", concept(f"c{n}"))
        seen = (await desk.submit("T")).revision
        works: list[Awaitable[object]] = [
            *(db.write(drafting.publish, t, seen, person, desk.now()) for person in (SECOND, THIRD)),
            db.write(drafting.put, t, seen, concept("late"), AUTHOR, desk.now()),
        ]
        if n % 3:
            works.append(db.write(drafting.send_back, t, seen, "", SECOND, desk.now()))
            works.append(importing.discard(db, desk.now, t, seen, AUTHOR))
        random.Random(n).shuffle(works)
        await one_wins(*works, losing={DraftMoved, UnknownDraft})
        if [t_.id for t_, _ in await db.read(drafting.drafts)]:
            assert (await desk.draft("T")).state is State.DRAFT
            await desk.discard("T")
    published = [version.label for version in await db.read(reading.versions, t)]
    assert {str(n) for n in range(0, 2 * ROUNDS, 3)} <= set(published)
    assert await feed_is_whole(desk) == Counter({("published", "T", label): 1 for label in published})
    assert sorted(one[0] for one in await desk.codes("T")) == sorted(f"c{label}" for label in published)


async def test_publications_of_many_terminologies_at_once_are_all_told(desk: Desk) -> None:
    names = [f"T{n}" for n in range(MANY)]
    for id_ in names:
        await desk.define(id_)
        await desk.begin(id_, "1")
        await desk.put(id_, concept("a"))
        await desk.submit(id_)

    await asyncio.gather(*map(desk.approve, names))
    told = await feed_is_whole(desk)
    assert told == Counter({("published", id_, "1"): 1 for id_ in names})


async def test_withdrawals_at_one_instant_leave_a_version_in_force(desk: Desk) -> None:
    for n in range(ROUNDS):
        t = await desk.define(f"T{n}")
        for label in "123":
            await desk.publish(t.id, label, concept(f"c{label}"))
        wanted = [desk.db.write(drafting.withdraw, t, label, "", SECOND, desk.now()) for label in "123123"]
        random.Random(n).shuffle(wanted)
        found = await at_once(*wanted)
        done = [each for each in found if not isinstance(each, type)]
        assert len(done) == 2
        assert {each for each in found if isinstance(each, type)} <= {OnlyVersion, UnknownVersion}
        listed = await desk.db.read(reading.versions, t)
        assert [version.label for version in listed] == [(await desk.one(t.id)).last_label]
    told = await feed_is_whole(desk)
    assert set(told.values()) == {1}
    assert sum(what == "withdrawn" for what, _, _ in told) == 2 * ROUNDS


async def test_a_withdrawal_and_a_publication_at_one_instant_leave_the_newest_in_force(desk: Desk) -> None:
    t = await desk.define("T")
    await desk.publish("T", "0", concept("c"))
    for n in range(1, ROUNDS + 1):
        await desk.begin("T", str(n))
        await desk.put("T", concept(f"c{n}"))
        seen = (await desk.submit("T")).revision
        works = [
            desk.db.write(drafting.publish, t, seen, SECOND, desk.now()),
            desk.db.write(drafting.withdraw, t, str(n - 1), "", SECOND, desk.now()),
        ]
        if n % 2:
            works.reverse()
        assert {each for each in await at_once(*works) if isinstance(each, type)} <= {OnlyVersion}
        listed = await desk.db.read(reading.versions, t)
        assert (await desk.one("T")).last_label == listed[0].label == str(n)
    await feed_is_whole(desk)


async def test_one_of_many_imports_at_once_becomes_the_draft(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 20)
    await desk.define("T")
    losing: set[type[Problem]] = {DraftOpen, ImportUnderWay, DraftMoved}
    for label in range(3):
        loads = (
            desk.load("T", sheet([f"{n}-{code}" for code in range(50)], str(label)), f"{label}.{n}") for n in "abc"
        )
        await one_wins(*loads, desk.begin("T", f"{label}.hand"), losing=losing)
        draft = await desk.draft("T")
        assert draft.state is State.DRAFT
        if draft.label.endswith("hand"):
            await desk.discard("T")
            continue
        await desk.submit("T")
        await desk.approve("T")
        who = draft.label[-1]
        codes = await desk.codes("T")
        assert [one[0] for one in codes] == sorted(f"{who}-{code}" for code in range(50))
        assert {one[2] for one in codes} == {str(label)}


@contextmanager
def coming_too_late() -> Iterator[list[object]]:
    """Hear what fails where nobody waits for it any more."""
    loop = asyncio.get_running_loop()
    handler, heard = loop.get_exception_handler(), list[object]()
    loop.set_exception_handler(lambda _loop, context: heard.append(type(context.get("exception"))))
    yield heard
    gc.collect()
    loop.set_exception_handler(handler)


async def test_a_load_that_is_cut_off_anywhere_is_there_whole_or_not_at_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 5)
    await desk.define("T")
    codes = [f"{n:03}" for n in range(60)]
    await desk.publish_sheet("T", "1", sheet(codes))
    chance = random.Random(7)
    with coming_too_late() as late:
        for _ in range(14):
            task = asyncio.create_task(desk.load("T", sheet([*codes[20:], "x", "y"], "دیگر"), "2"))
            await asyncio.sleep(chance.uniform(0.01, 0.15))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await whole_or_not_at_all(desk)
    assert set(late) <= {DraftMoved, ImportUnderWay}
    assert [one[0] for one in await desk.codes("T")] == codes


async def whole_or_not_at_all(desk: Desk) -> None:
    desk.wait(importing.SILENT.total_seconds())
    changes = await desk.db.read(reading.diff, await desk.one("T"), 1, 2, "", 500)
    try:
        draft = await desk.draft("T")
    except UnknownDraft:
        assert not changes
        return
    if draft.state is State.DRAFT:
        assert (draft.added, draft.changed, draft.retired, len(changes)) == (2, 40, 20, 62)
    else:
        assert not changes  # it had just begun, and nobody has heard of it
    await desk.discard("T")


async def test_one_id_is_defined_once_and_others_are_not_told_it_was_theirs(desk: Desk) -> None:
    def new(id_: str) -> Terminology:
        return Terminology(number=0, id=id_, kind=Kind.CODES, title_fa="ک", title_en="C", defined_at=START)

    for n in range(ROUNDS):
        works = (desk.db.write(drafting.define, new(f"same{n}"), AUTHOR, START) for _ in range(MANY))
        await one_wins(*works, losing={TerminologyExists})
        await asyncio.gather(
            *(desk.db.write(drafting.define, new(f"other{n}.{m}"), AUTHOR, START) for m in range(MANY))
        )


async def test_letters_marks_and_subscriptions_at_one_instant_do_no_harm(desk: Desk) -> None:
    def letter(number: str, id_: str) -> Letter:
        return Letter(id=id_, number=number, title="ابلاغ", date="1405/09/01", published_at=START)

    def clinic(tx: Tx) -> None:
        organisations.add(tx, Organisation("o", "درمانگاه", OrganisationKind.CLINIC, None, active=True), START)

    await desk.db.write(clinic)
    for n in range(ROUNDS):
        works = (desk.db.write(letters.publish, letter(str(n), f"{n}.{m}"), [], SECOND, START) for m in range(MANY))
        made = await one_wins(*works, losing={LetterNumberTaken})
        assert isinstance(made, Letter)
        day = jalali.parse("1405/01/01")
        await asyncio.gather(
            *(desk.db.write(letters.adopt, made.id, "o", day, AUTHOR, START) for _ in range(MANY)),
            *(desk.db.write(letters.subscribe, f"u{n}", START) for _ in range(MANY)),
        )
        assert [mark.since for mark in await desk.db.read(letters.adoptions, made.id)] == ["1405/01/01"]
        assert await desk.db.read(letters.subscribed, f"u{n}")
    assert len(await feed_is_whole(desk)) == ROUNDS


async def test_a_withdrawal_and_the_beginning_of_a_draft_at_one_instant_do_not_wait_for_each_other(desk: Desk) -> None:
    t = await desk.define("T")
    await desk.publish("T", "0", concept("c"))
    for n in range(1, 2 * ROUNDS):
        await desk.publish("T", str(n), concept(f"c{n}"))
        works: list[Awaitable[object]] = [
            desk.db.write(drafting.withdraw, t, str(n), "", SECOND, desk.now()),
            desk.db.write(drafting.begin, t, f"d{n}", "", AUTHOR, desk.now()),
        ]
        random.Random(n).shuffle(works)
        assert not [each for each in await at_once(*works) if isinstance(each, type)]
        await desk.discard("T")
        assert (await desk.one("T")).last_label == "0"


async def test_a_terminology_is_begun_or_forgotten_and_never_both(desk: Desk) -> None:
    for n in range(ROUNDS):
        t = await desk.define(f"T{n}")
        works: list[Awaitable[object]] = [
            desk.db.write(drafting.forget, t, AUTHOR, desk.now()),
            desk.db.write(drafting.begin, t, "1", "", AUTHOR, desk.now()),
            desk.load(t.id, sheet("ab"), "1"),
        ]
        random.Random(n).shuffle(works)
        await one_wins(*works, losing={DraftOpen, UnknownTerminology, ImportUnderWay})
