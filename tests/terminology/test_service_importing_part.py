"""Files that hold a part, files that are more likely the wrong ones, and files after a withdrawal."""

from typing import Any

import pytest

from nabz.kit.db import Database
from nabz.terminology.errors import (
    AlreadyPublished,
    DraftOpen,
    MapEndMissing,
    MostWouldGo,
    NothingChanged,
    ParentMissing,
    RowsRefused,
    UnknownDraft,
    UnknownTerminology,
)
from nabz.terminology.model import Version
from nabz.terminology.service import drafting, importing, reading
from tests.terminology.making import AUTHOR, Desk, Sheet, concept, gone, row, sheet

FORTY = [f"c{n:02}" for n in range(40)]


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    made = Desk(empty_db)
    await made.define("T")
    await made.publish_sheet("T", "1", sheet(FORTY))
    return made


async def load(desk: Desk, source: Sheet, **how: Any) -> Version:
    t = await desk.one("T")
    version, _ = await importing.load(desk.db, desk.now, t, source, "2", "", AUTHOR, **how)
    return version


async def test_a_file_that_lacks_most_codes_is_loaded_only_if_one_is_sure(desk: Desk) -> None:
    for few in (["new"], FORTY[:19], [*FORTY[:19], *(f"n{n}" for n in range(50))]):
        with pytest.raises(MostWouldGo) as told:
            await load(desk, sheet(few))
        assert told.value.facts["of"] == 40
        assert "{" not in told.value.text_fa + told.value.text_en
        with pytest.raises(UnknownDraft):
            await desk.draft("T")
    report = await importing.check(desk.db, await desk.one("T"), sheet(FORTY[:19]))
    assert report.retired == 21
    assert (await load(desk, sheet(FORTY[:19]), sure=True)).retired == 21
    await desk.discard("T")
    assert (await load(desk, sheet(FORTY[:20]))).retired == 20


async def test_a_small_terminology_may_lose_most_of_its_codes(desk: Desk) -> None:
    await desk.define("Small")
    await desk.publish_sheet("Small", "1", sheet(FORTY[:10]))
    version, _ = await importing.load(desk.db, desk.now, await desk.one("Small"), sheet(["x"]), "2", "", AUTHOR)
    assert (version.added, version.retired) == (1, 10)


async def test_a_part_retires_only_what_it_says(desk: Desk) -> None:
    source = Sheet([row(2, "c00", "دیگر"), row(3, "new", parent="c01"), gone(4, "c39", "new")])
    report = await importing.check(desk.db, await desk.one("T"), source, partial=True)
    assert (report.added, report.changed, report.retired) == (1, 1, 1)
    version = await load(desk, source, partial=True)
    assert (version.added, version.changed, version.retired, version.size) == (1, 1, 1, 40)
    changes = await desk.db.read(reading.diff, await desk.one("T"), 1, 2)
    assert [(one.code, one.successor) for one in changes] == [("c00", None), ("c39", "new"), ("new", None)]
    await desk.discard("T")
    with pytest.raises(NothingChanged):
        await load(desk, sheet(FORTY[:3]), partial=True)
    with pytest.raises(RowsRefused):
        await load(desk, Sheet([row(2, "new", parent="nowhere")]), partial=True)


async def test_what_was_withdrawn_does_not_come_back_with_a_file(desk: Desk) -> None:
    before = await desk.codes("T", "1")
    await desk.publish("T", "wrong", concept("c00", "غلط"), concept("made up"), retired={"c01": "c02"})
    await desk.withdraw("T", "wrong")
    with pytest.raises(NothingChanged):
        await load(desk, sheet(FORTY))
    version = await load(desk, Sheet([row(2, "new")]), partial=True)
    assert (version.added, version.changed, version.retired, version.size) == (1, 0, 0, 41)
    await desk.submit("T")
    await desk.approve("T")
    assert [one for one in await desk.codes("T") if one[0] != "new"] == before
    found = await desk.db.read(reading.diff, await desk.one("T"), 1, 3)
    assert [(one.code, one.change) for one in found] == [("new", "added")]


async def test_a_draft_begins_as_the_version_in_force(desk: Desk) -> None:
    await desk.publish("T", "wrong", concept("c00", "غلط"), concept("made up"), retired={"c01": "c02"})
    await desk.withdraw("T", "wrong")
    await desk.begin("T", "2")
    assert await desk.draft_codes("T") == FORTY
    with pytest.raises(NothingChanged):
        await desk.submit("T")
    await desk.put("T", concept("c00", "درست"), concept("made up"))
    for code in ("c00", "made up"):
        await desk.undo("T", code)
    with pytest.raises(NothingChanged):
        await desk.submit("T")
    await desk.put("T", concept("new", parent="c01"))
    await desk.retire("T", "c01")
    with pytest.raises(ParentMissing):
        await desk.submit("T")
    await desk.put("T", concept("c01"))
    done = await desk.submit("T")
    assert (done.added, done.changed, done.retired, done.size) == (1, 0, 0, 41)


async def test_a_map_whose_ends_have_gone_meanwhile_is_not_sent_for_review(desk: Desk) -> None:
    await desk.define("To")
    await desk.publish("To", "1", concept("x"), concept("y"))
    await desk.define("T--To", "T", "To")
    await desk.publish("T--To", "1", concept("c00", "equivalent", target="x"))
    await desk.publish("To", "2", concept("z"), retired={"x": "z"})
    await desk.begin("T--To", "2")
    await desk.put("T--To", concept("c01", "equivalent", target="y"))
    with pytest.raises(MapEndMissing):
        await desk.submit("T--To")
    await desk.retire("T--To", "c00", target="x")
    await desk.submit("T--To")


async def test_only_what_was_never_published_is_forgotten(desk: Desk) -> None:
    t = await desk.one("T")
    with pytest.raises(AlreadyPublished):
        await desk.db.write(drafting.forget, t, AUTHOR, desk.now())
    made = await desk.define("Mistake")
    await desk.begin("Mistake", "1")
    with pytest.raises(DraftOpen):
        await desk.db.write(drafting.forget, made, AUTHOR, desk.now())
    await desk.put("Mistake", concept("a"))
    await desk.discard("Mistake")
    await desk.db.write(drafting.forget, made, AUTHOR, desk.now())
    with pytest.raises(UnknownTerminology):
        await desk.one("Mistake")
    assert (await desk.define("MISTAKE")).id == "MISTAKE"
    assert await desk.codes("T", "1")
