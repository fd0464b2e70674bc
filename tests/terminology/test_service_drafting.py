"""How a version comes about: its codes, its review by a second person, and who is kept from what."""

from collections.abc import Awaitable

import pytest

from nabz.kit.audit import history
from nabz.kit.db import Database
from nabz.kit.errors import Problem
from nabz.terminology.errors import (
    BadCode,
    BadId,
    BadLabel,
    BadRelation,
    BadText,
    CodeMissing,
    DraftMoved,
    DraftOpen,
    LabelTaken,
    MapEndMissing,
    NothingChanged,
    OnlyVersion,
    ParentMissing,
    SecondPersonNeeded,
    SuccessorMissing,
    TerminologyExists,
    UnknownCode,
    UnknownDraft,
    UnknownTerminology,
    UnknownVersion,
    ValueMissing,
    ValueTooLong,
)
from nabz.terminology.model import State
from nabz.terminology.service import drafting, feed, reading
from tests.terminology.making import AUTHOR, SECOND, THIRD, Desk, concept, told


@pytest.fixture
async def desk(db: Database) -> Desk:
    return Desk(db)


async def refused(problem: type[Problem], work: Awaitable[object]) -> None:
    with pytest.raises(problem):
        await work


async def draft_codes(desk: Desk, id_: str = "T") -> list[str]:
    draft = await desk.draft(id_)
    t = await desk.one(id_)
    return [one.code for one in await desk.db.read(reading.page, t, draft.step)]


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
    assert await draft_codes(desk) == ["a"]
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
    await refused(DraftMoved, db.write(drafting.publish, t, seen.revision, SECOND, desk.now()))
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


async def test_a_wrong_concept_is_refused_and_leaves_no_trace(desk: Desk) -> None:
    await desk.define("T")
    before = await desk.begin("T", "1")
    for wrong, problem in (
        (concept(" \u00a0"), CodeMissing),
        (concept("a\0"), BadCode),
        (concept("\ud800"), BadCode),
        (concept("a", ""), ValueMissing),
        (concept("a", "x" * 2000, en="y" * 2001), ValueTooLong),
        (concept("a", note="\0"), BadText),
        (concept("a", parent="\0"), BadText),
        (concept("a", parent="none"), ParentMissing),
        (concept("a", parent="a"), ParentMissing),
    ):
        await refused(problem, desk.put("T", wrong))
    assert await draft_codes(desk) == []
    assert await desk.draft("T") == before


async def test_a_code_is_kept_as_it_is_asked_for(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("12"), concept(" ۱۳\u00a0", target="of no use", parent="۱۲"))
    assert await desk.codes("T") == [told(concept("12")), told(concept("13", parent="12"))]


async def test_what_the_draft_does_to_a_code_is_taken_back(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c"))
    t = await desk.one("T")
    await desk.begin("T", "2")
    await desk.put("T", concept("a", "دیگر"), concept("new"))
    await desk.retire("T", "b", "c", successor="a")
    await desk.put("T", concept("b", "نو"))
    changes = await desk.db.read(reading.diff, t, 1, 2)
    assert [(one.code, one.change, one.successor) for one in changes] == [
        ("a", "changed", None),
        ("b", "changed", None),
        ("c", "remapped", "a"),
        ("new", "added", None),
    ]
    for code in ("a", "b", "c", "new", "never there"):
        await desk.undo("T", code)
    assert await desk.db.read(reading.diff, t, 1, 2) == []
    await refused(NothingChanged, desk.submit("T"))


async def test_a_code_that_is_put_back_as_it_was_is_no_change(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a", en="one"), concept("b"), concept("c"))
    await desk.begin("T", "2")
    await desk.retire("T", "a", successor="b")
    seen = await desk.put("T", concept("a", en="one"))
    assert await desk.put("T", concept("a", en="one")) == seen
    await desk.put("T", concept("b", "دیگر"))
    await desk.put("T", concept("b"))
    await refused(NothingChanged, desk.submit("T"))
    await desk.retire("T", "c")
    done = await desk.submit("T")
    assert (done.added, done.changed, done.retired, done.size) == (0, 0, 1, 2)


async def test_a_version_counts_what_it_does(desk: Desk) -> None:
    await desk.define("T")
    first = await desk.publish("T", "1", *(concept(f"c{n}") for n in range(5)))
    assert (first.added, first.changed, first.retired, first.size) == (5, 0, 0, 5)
    fresh = (concept("c0", "دیگر"), concept("c1", "دیگر"), concept("c9"))
    second = await desk.publish("T", "2", *fresh, retired={"c2": "", "c3": "c9", "c1": ""})
    assert (second.added, second.changed, second.retired, second.size) == (1, 1, 3, 3)
    await desk.withdraw("T", "2")
    third = await desk.publish("T", "3", concept("c2"))
    assert (third.added, third.changed, third.retired, third.size) == (1, 0, 0, 4)


async def test_only_a_code_that_is_there_is_retired_in_favour_of_another_that_is(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c"))
    await desk.begin("T", "2")
    await refused(UnknownCode, desk.retire("T", "x"))
    await refused(UnknownCode, desk.retire("T", "a", target="b"))
    for successor in ("a", "x"):
        await refused(SuccessorMissing, desk.retire("T", "a", successor=successor))
    await desk.retire("T", "a", successor="b")
    await refused(UnknownCode, desk.retire("T", "a"))
    await refused(SuccessorMissing, desk.retire("T", "c", successor="a"))


async def test_a_successor_that_goes_itself_keeps_the_draft_from_review(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c"))
    await desk.begin("T", "2")
    await desk.retire("T", "a", successor="b")
    await desk.put("T", concept("new"))
    await desk.retire("T", "b", successor="new")
    await refused(SuccessorMissing, desk.submit("T"))
    await desk.undo("T", "a")
    await desk.retire("T", "a", successor="new")
    await desk.undo("T", "new")
    await refused(SuccessorMissing, desk.submit("T"))
    await desk.put("T", concept("new"))
    assert (await desk.submit("T")).retired == 2


async def test_a_child_is_not_left_without_its_parent(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("p"), concept("k", parent="p"), concept("k2", parent="p"))
    await desk.begin("T", "2")
    await desk.retire("T", "p")
    await refused(ParentMissing, desk.submit("T"))
    await desk.retire("T", "k")
    await refused(ParentMissing, desk.submit("T"))
    await desk.put("T", concept("q"), concept("k2", parent="q"))
    await desk.undo("T", "q")
    await refused(ParentMissing, desk.submit("T"))
    await desk.put("T", concept("k2"))
    await desk.submit("T")


async def test_the_rows_of_a_map_begin_and_end_at_codes_in_force(desk: Desk) -> None:
    for id_, codes in (("From", "ab"), ("To", "xy")):
        await desk.define(id_)
        await desk.publish(id_, "1", *map(concept, codes))
    await desk.define("From--To", "From", "To")
    await desk.begin("From--To", "1")
    for wrong, problem in (
        (concept("a", "equivalent", target="b"), MapEndMissing),
        (concept("x", "equivalent", target="x"), MapEndMissing),
        (concept("a", "equivalent"), ValueMissing),
        (concept("a", "same", target="x"), BadRelation),
        (concept("a", "", target="x"), BadRelation),
        (concept("a", "x" * 5000, target="x"), BadRelation),
    ):
        await refused(problem, desk.put("From--To", wrong))
    await desk.put("From--To", concept("a", "wider", target="x"), concept("a", "narrower", target="y"))
    await desk.submit("From--To")
    await desk.approve("From--To")
    await desk.begin("From--To", "2")
    await desk.retire("From--To", "a", target="x")
    assert [(one.code, one.target) for one in await desk.db.read(reading.page, await desk.one("From--To"), 2)] == [
        ("a", "y")
    ]


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


async def test_discarding_restores_what_was_and_frees_the_label(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"), concept("b"), concept("c", en="x"))
    before = await desk.codes("T", "1")
    await desk.begin("T", "2")
    await desk.put("T", concept("a", "دیگر"), concept("new"))
    await desk.retire("T", "b", successor="c")
    await desk.submit("T")
    await desk.discard("T")
    await refused(UnknownDraft, desk.draft("T"))
    await refused(UnknownDraft, desk.discard("T"))
    assert await desk.codes("T", "1") == before
    second = await desk.publish("T", "2", concept("d"))
    assert (second.step, second.added, second.changed, second.retired) == (2, 1, 0, 0)
    assert [one for one in await desk.codes("T", "2") if one[0] != "d"] == before
    assert told(concept("d")) in await desk.codes("T", "2")
