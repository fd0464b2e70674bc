"""The way of a version: begun, reviewed by a second person, published, withdrawn; and who is kept from what."""

from collections.abc import Awaitable

import pytest

from nabz.kit.audit import history
from nabz.kit.db import Database
from nabz.kit.errors import Problem
from nabz.terminology.errors import (
    BadId,
    BadLabel,
    DraftMoved,
    DraftOpen,
    LabelTaken,
    NotSubmitted,
    OnlyVersion,
    SecondPersonNeeded,
    TerminologyExists,
    UnknownDraft,
    UnknownTerminology,
    UnknownVersion,
)
from nabz.terminology.model import State
from nabz.terminology.service import drafting, feed
from tests.terminology.making import AUTHOR, SECOND, THIRD, Desk, concept


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    return Desk(empty_db)


async def refused(problem: type[Problem], work: Awaitable[object]) -> None:
    with pytest.raises(problem):
        await work


async def test_nobody_publishes_what_he_has_worked_on(desk: Desk) -> None:
    await desk.define("T")
    await desk.begin("T", "1", by="author")
    await desk.put("T", concept("a"), by="editor")
    await desk.put("T", concept("b"), by="another editor")
    await desk.undo("T", "b", by="undoer")
    await desk.put("T", concept("c"), by=AUTHOR)
    await desk.retire("T", "c", by="retirer")
    await desk.submit("T", by="sender")
    before = await desk.draft("T")
    for person in ("author", "editor", "another editor", "undoer", AUTHOR, "retirer", "sender"):
        await refused(SecondPersonNeeded, desk.approve("T", by=person))
    assert await desk.draft("T") == before
    assert await desk.db.read(feed.newest) == 0
    done = await desk.approve("T", by="somebody else")
    assert (done.state, done.approver) == (State.PUBLISHED, "somebody else")


async def test_who_worked_on_it_before_it_was_sent_back_still_is_no_second_person(desk: Desk) -> None:
    await desk.define("T")
    await desk.begin("T", "1")
    await desk.put("T", concept("a"), by=THIRD)
    sent = await desk.submit("T")
    await desk.db.write(drafting.send_back, await desk.one("T"), sent.revision, "باز هم", SECOND, desk.now())
    await desk.put("T", concept("b"), by=SECOND)
    await desk.submit("T", by=SECOND)
    for person in (AUTHOR, THIRD, SECOND):
        await refused(SecondPersonNeeded, desk.approve("T", by=person))
    await desk.approve("T", by="fourth")


async def test_a_stale_revision_moves_nothing(desk: Desk) -> None:
    t = await desk.define("T")
    stale = (await desk.begin("T", "1")).revision
    seen = (await desk.put("T", concept("a"))).revision
    assert seen != stale
    db = desk.db
    for wrong in (stale, seen + 1, -1, 0 if seen else 9):
        await refused(DraftMoved, db.write(drafting.put, t, wrong, concept("x"), AUTHOR, desk.now()))
        await refused(DraftMoved, db.write(drafting.retire, t, wrong, "a", "", "", AUTHOR, desk.now()))
        await refused(DraftMoved, db.write(drafting.undo, t, wrong, "a", "", AUTHOR, desk.now()))
        await refused(DraftMoved, db.write(drafting.submit, t, wrong, AUTHOR, desk.now()))
    assert await desk.draft_codes("T") == ["a"]
    sent = await desk.submit("T")
    for wrong in (seen, sent.revision + 1):
        await refused(DraftMoved, db.write(drafting.publish, t, wrong, SECOND, desk.now()))
        await refused(DraftMoved, db.write(drafting.send_back, t, wrong, "", SECOND, desk.now()))
    assert (await desk.draft("T")).state is State.REVIEW


async def test_a_page_of_a_discarded_draft_changes_no_later_one(desk: Desk) -> None:
    t = await desk.define("T")
    await desk.begin("T", "1")
    old = await desk.put("T", concept("a"))
    await desk.discard("T")
    await desk.begin("T", "1")
    while (await desk.draft("T")).revision < old.revision:
        await desk.put("T", concept("b", f"{desk.now()}"))
    await refused(DraftMoved, desk.db.write(drafting.put, t, old.revision, concept("x"), AUTHOR, desk.now()))


async def test_a_step_is_taken_only_where_it_stands_in_the_way(desk: Desk) -> None:
    t = await desk.define("T")
    db = desk.db
    await refused(UnknownDraft, desk.draft("T"))
    await desk.begin("T", "1")
    seen = await desk.put("T", concept("a"))
    await refused(NotSubmitted, db.write(drafting.publish, t, seen.revision, SECOND, desk.now()))
    await refused(DraftMoved, db.write(drafting.send_back, t, seen.revision, "", SECOND, desk.now()))
    sent = await desk.submit("T")
    await refused(DraftMoved, db.write(drafting.put, t, sent.revision, concept("b"), AUTHOR, desk.now()))
    await refused(DraftMoved, db.write(drafting.retire, t, sent.revision, "a", "", "", AUTHOR, desk.now()))
    await refused(DraftMoved, db.write(drafting.undo, t, sent.revision, "a", "", AUTHOR, desk.now()))
    await refused(DraftMoved, db.write(drafting.submit, t, sent.revision, AUTHOR, desk.now()))
    done = await desk.approve("T")
    await refused(DraftMoved, db.write(drafting.publish, t, done.revision, THIRD, desk.now()))
    await refused(DraftMoved, db.write(drafting.put, t, done.revision, concept("b"), AUTHOR, desk.now()))
    assert [one[0] for one in await desk.codes("T")] == ["a"]


async def test_a_terminology_has_one_draft_and_each_version_its_own_label(desk: Desk) -> None:
    await desk.define("T")
    first = await desk.begin("T", "1403.A")
    assert (first.state, first.author, first.step) == (State.DRAFT, AUTHOR, 1)
    await refused(DraftOpen, desk.begin("T", "other"))
    await desk.put("T", concept("a"))
    await desk.submit("T")
    await refused(DraftOpen, desk.begin("T", "other"))
    await desk.approve("T")
    for taken in ("1403.A", "1403.a", " ۱۴۰۳.A "):
        await refused(LabelTaken, desk.begin("T", taken))
    for bad in ("", " ", "a b", "نسخه", "-1", ".1", "x" * 41, "1/2", "1\n"):
        if bad.strip() != "1":
            await refused(BadLabel, desk.begin("T", bad))
    assert (await desk.begin("T", " ۲ ")).label == "2"
    await desk.define("Other")
    assert (await desk.begin("Other", "1403.A")).step == 1
    assert [t.id for t, _ in await desk.db.read(drafting.drafts)] == ["Other", "T"]


async def test_a_withdrawn_label_is_not_used_again(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"))
    await desk.publish("T", "2", concept("b"))
    await desk.withdraw("T", "2")
    await refused(LabelTaken, desk.begin("T", "2"))
    await refused(UnknownVersion, desk.withdraw("T", "2"))
    await refused(UnknownVersion, desk.withdraw("T", "3"))
    await refused(OnlyVersion, desk.withdraw("T", "1"))
    assert (await desk.one("T")).last_label == "1"
    assert [event.what for event in await desk.db.read(feed.events)] == ["published", "published", "withdrawn"]


async def test_a_draft_is_no_version_that_could_be_withdrawn(desk: Desk) -> None:
    await desk.define("T")
    await desk.begin("T", "1")
    await desk.put("T", concept("a"))
    for label in ("1", ""):
        await refused(UnknownVersion, desk.withdraw("T", label))
    await desk.submit("T")
    await refused(UnknownVersion, desk.withdraw("T", "1"))
    await desk.approve("T")
    assert [one[0] for one in await desk.codes("T", "1")] == ["a"]


async def test_a_terminology_is_defined_once_under_a_usable_id(desk: Desk) -> None:
    made = await desk.define("maxa.Test_1")
    assert (made.number, made.last, made.size, made.last_label) == (1, 0, 0, "")
    for taken in ("maxa.Test_1", "MAXA.test_1"):
        await refused(TerminologyExists, desk.define(taken))
    for bad in ("", "آزمون", "a b", "a/b", "_a", "x" * 101, "a\n"):
        await refused(BadId, desk.define(bad))
    await refused(UnknownTerminology, desk.define("m1", "maxa.Test_1", "none"))
    await refused(BadId, desk.define("m2", "maxa.Test_1", "MAXA.TEST_1"))
    await desk.define("Other")
    assert (await desk.define("m3", "MAXA.TEST_1", "OTHER")).source == "maxa.Test_1"
    await refused(BadId, desk.define("m4", "m3", "Other"))
    deeds = await desk.db.read(history, "m3", 10)
    assert [deed.action for deed in deeds] == ["terminology.define"]


async def test_every_step_of_a_version_is_in_the_audit(desk: Desk) -> None:
    t = await desk.define("T")
    await desk.begin("T", "1")
    await desk.put("T", concept("a"))
    sent = await desk.submit("T")
    await desk.db.write(drafting.send_back, t, sent.revision, "چرا؟", SECOND, desk.now())
    await desk.submit("T")
    await desk.approve("T")
    await desk.publish("T", "2", concept("b"))
    await desk.withdraw("T", "2")
    await desk.begin("T", "3")
    await desk.discard("T")
    deeds = [deed.action.removeprefix("terminology.") for deed in await desk.db.read(history, "T", 50)]
    once = ["begin", "submit"]
    expected = ["define", *once, "send-back", "submit", "publish", *once, "publish", "withdraw", "begin", "discard"]
    assert sorted(deeds) == sorted(expected)
