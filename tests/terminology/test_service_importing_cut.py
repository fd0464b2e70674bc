"""An import that fails, is cut off or is taken for dead leaves nothing of itself."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import select, text

from nabz.kit.db import Database
from nabz.terminology.errors import (
    CodeMissing,
    DraftMoved,
    DraftOpen,
    ImportUnderWay,
    ParentMissing,
    RowsRefused,
    UnknownDraft,
)
from nabz.terminology.model import Broken, Read, State
from nabz.terminology.service import drafting, importing, reading
from nabz.terminology.service.import_report import Progress
from nabz.terminology.service.kept_rows import Chunk, Kept
from nabz.terminology.tables import entries
from tests.terminology.making import AUTHOR, Desk, Sheet, Told, concept, everything, gone, row, sheet

SILENT = importing.SILENT.total_seconds()


class Halting(Kept):
    """Rows that stop in the middle of the load until they are told to go on."""

    def __init__(self, source: Sheet) -> None:
        super().__init__()
        self.source = source
        self.reached, self.go_on = threading.Event(), threading.Event()

    def chunks(self) -> Iterator[Chunk]:
        for number, chunk in enumerate(super().chunks()):
            if number == 2:
                self.reached.set()
                assert self.go_on.wait(20)
            yield chunk


def halting(codes: range, value: str) -> Halting:
    return Halting(Sheet([row(line, f"c{line:03}", value) for line in codes]))


class Loads:
    """Imports in the middle of which something else happens."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self._patch = monkeypatch
        self._halting: list[Halting] = []

    async def begin(self, rows: Halting, label: str) -> asyncio.Task[object]:
        """Load until the rows halt."""
        self._halting.append(rows)
        self._patch.setattr(importing, "Kept", lambda: rows)
        task: asyncio.Task[object] = asyncio.create_task(self.desk.load("T", rows.source, label))
        await asyncio.to_thread(rows.reached.wait, 20)
        self._patch.setattr(importing, "Kept", Kept)
        return task

    async def close(self) -> None:
        for rows in self._halting:
            rows.go_on.set()


@pytest.fixture
async def desk(empty_db: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A committee with a published version; loads go in chunks of ten."""
    monkeypatch.setattr(importing, "CHUNK", 10)
    made = Desk(empty_db)
    await made.define("T")
    await made.publish_sheet("T", "1", sheet([f"c{n:03}" for n in range(50)]))
    return made


@pytest.fixture
async def loads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Loads]:
    made = Loads(desk, monkeypatch)
    yield made
    await made.close()


async def stored(desk: Desk) -> list[tuple[object, ...]]:
    """Every row of every entry, as it is; the trigrams of SQLite have as many."""
    table = entries.c
    query = select(table.code, table.value, table.from_step, table.until_step, table.successor)
    rows = await desk.db.read(
        lambda tx: [tuple(found) for found in tx.execute(query.order_by(table.code, table.entry))]
    )
    if desk.db.engine == "sqlite":
        trigrams = text("SELECT count(*) FROM terminology_trigram_docsize")
        assert await desk.db.read(lambda tx: tx.execute(trigrams).scalar()) == len(rows)
    return rows


async def first_version(desk: Desk) -> list[Told]:
    return await desk.codes("T", "1")


async def fails(desk: Desk, source: Sheet, problem: type[BaseException]) -> None:
    """See that a load fails, and that the store is as it was."""
    before = await stored(desk)
    with pytest.raises(problem):
        await desk.load("T", source, "2")
    assert await stored(desk) == before
    with pytest.raises(UnknownDraft):
        await desk.draft("T")
    assert (await desk.begin("T", "2")).step == 2
    await desk.discard("T")


def changed(codes: range) -> list[Read]:
    return [row(line, f"c{line:03}", "دیگر") for line in codes]


async def test_a_file_is_read_once_and_what_was_checked_is_loaded(desk: Desk) -> None:
    """It may be another one by the time of the load."""
    good = [*changed(range(40)), gone(99, "c045")]
    version, report = await desk.load("T", Sheet(good, [row(2, "other")]), "2")
    assert (report.rows, version.changed, version.retired) == (41, 40, 10)


async def test_a_file_with_one_broken_row_leaves_nothing(desk: Desk) -> None:
    good = changed(range(40))
    await fails(desk, Sheet([*good[:30], Broken(line=31, code="c031", why=CodeMissing()), *good[31:]]), RowsRefused)


async def test_an_exception_in_the_middle_leaves_nothing(desk: Desk) -> None:
    class Torn(Sheet):
        def rows(self) -> Iterator[Read]:
            for number, one in enumerate(super().rows()):
                if number == 25:
                    raise OSError("the disk is gone")
                yield one

    await fails(desk, Torn(changed(range(40))), OSError)

    def tell(progress: Progress) -> None:
        if progress.stage == "loading" and progress.rows > 20:
            raise LookupError

    before = await stored(desk)
    with pytest.raises(LookupError):
        await importing.load(desk.db, desk.now, await desk.one("T"), Sheet(changed(range(40))), "2", "", AUTHOR, tell)
    assert await stored(desk) == before


async def test_a_load_that_is_cancelled_leaves_nothing(desk: Desk, loads: Loads) -> None:
    before = await stored(desk)
    task = await loads.begin(halting(range(10, 60), "دیگر"), "2")
    assert await stored(desk) != before
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await stored(desk) == before
    await desk.publish("T", "2", concept("new"))
    assert len(await desk.codes("T")) == 51


async def test_a_half_loaded_version_is_nobodys_draft(desk: Desk, loads: Loads) -> None:
    source = halting(range(10, 60), "دیگر")
    task = await loads.begin(source, "2")
    before = await first_version(desk)
    t, half = await desk.one("T"), await desk.draft("T")
    assert half.state is State.LOADING
    assert len(await desk.db.read(everything, t, 1)) == 50
    db, revision = desk.db, half.revision
    for deed in (
        db.write(drafting.put, t, revision, concept("x"), AUTHOR, desk.now()),
        db.write(drafting.retire, t, revision, "c001", "", "", AUTHOR, desk.now()),
        db.write(drafting.undo, t, revision, "c011", "", AUTHOR, desk.now()),
        db.write(drafting.submit, t, revision, AUTHOR, desk.now()),
        db.write(drafting.send_back, t, revision, "", AUTHOR, desk.now()),
        db.write(drafting.publish, t, revision, "other", desk.now()),
    ):
        with pytest.raises(DraftMoved):
            await deed
    for problem, work in (
        (DraftOpen, desk.begin("T", "3")),
        (ImportUnderWay, desk.discard("T")),
        (ImportUnderWay, desk.load("T", sheet("abc"), "3")),
    ):
        with pytest.raises(problem):
            await work
    source.go_on.set()
    await task
    assert (await desk.draft("T")).state is State.DRAFT
    assert await first_version(desk) == before


async def test_an_import_that_fell_silent_is_taken_over_and_writes_no_more(desk: Desk, loads: Loads) -> None:
    """The dead one wakes up in the middle of its successor, when its own version has another's number."""
    published = await first_version(desk)
    first, second = halting(range(60), "مرده"), halting(range(20, 70), "زنده")
    dead = await loads.begin(first, "2")
    desk.wait(SILENT - 5)
    with pytest.raises(ImportUnderWay):
        await desk.load("T", sheet("abc"), "2")
    desk.wait(10)
    alive = await loads.begin(second, "2")
    first.go_on.set()
    with pytest.raises(DraftMoved):
        await dead
    second.go_on.set()
    await alive
    done = await desk.submit("T")
    assert (done.added, done.changed, done.retired, done.size) == (20, 30, 20, 50)
    await desk.approve("T")
    assert await desk.codes("T") == [(f"c{n:03}", "", "زنده", "", "", "", False, {}) for n in range(20, 70)]
    assert await first_version(desk) == published
    assert not [one for one in await stored(desk) if one[1] == "مرده"]


async def test_an_import_that_still_says_something_is_not_taken_for_dead(desk: Desk, loads: Loads) -> None:
    source = halting(range(10, 60), "دیگر")
    t = await desk.one("T")
    task = await loads.begin(source, "2")
    desk.wait(SILENT - 5)
    half = await desk.draft("T")
    source.go_on.set()
    await task
    assert (await desk.draft("T")).touched_at > half.touched_at
    assert (await desk.db.read(reading.diff, t, 1, 2))[0].code == "c000"


async def test_a_version_that_is_published_while_rows_are_checked_stops_the_load(desk: Desk) -> None:
    go_on = threading.Event()

    class Waiting(Sheet):
        def rows(self) -> Iterator[Read]:
            yield from super().rows()
            assert go_on.wait(20)

    task = asyncio.create_task(desk.load("T", Waiting(changed(range(50))), "3"))
    await asyncio.sleep(0.05)
    await desk.publish("T", "2", concept("late"))
    go_on.set()
    with pytest.raises(DraftMoved):
        await task
    with pytest.raises(UnknownDraft):
        await desk.draft("T")
    assert len(await desk.codes("T")) == 51
    version, _ = await desk.load("T", Sheet(changed(range(50))), "3")
    assert (version.changed, version.retired) == (50, 1)


async def test_discarding_a_large_draft_restores_everything(desk: Desk) -> None:
    before = await stored(desk)
    rows = [*changed(range(10, 40)), *(row(n, f"new{n}") for n in range(100, 160)), gone(999, "c001", "c011")]
    await desk.load("T", Sheet(rows), "2")
    await desk.put("T", concept("c002", "باز"))
    await desk.discard("T")
    assert await stored(desk) == before
    with pytest.raises(UnknownDraft):
        await desk.draft("T")


async def test_a_discarding_that_was_killed_is_finished_by_the_next(desk: Desk) -> None:
    before = await stored(desk)
    for finish in ("load", "discard"):
        await desk.load("T", Sheet(changed(range(40))), "2")
        t, draft = await desk.one("T"), await desk.draft("T")
        condemned = await desk.db.write(importing._condemn, t, draft.revision, AUTHOR, desk.now())
        await desk.db.write(importing._undo_some, t, condemned, desk.now())
        assert await stored(desk) != before
        with pytest.raises(ImportUnderWay):
            await desk.discard("T")
        desk.wait(SILENT)
        if finish == "load":
            version, _ = await desk.load("T", Sheet(changed(range(45))), "2")
            assert (version.step, version.changed, version.retired) == (2, 45, 5)
        await desk.discard("T")
        assert await stored(desk) == before


async def test_a_child_whose_parent_a_part_retires_keeps_the_draft_from_review(desk: Desk) -> None:
    await desk.publish("T", "2", concept("k", parent="c007"))
    await desk.load("T", Sheet([gone(2, "c007")], complete=False), "3")
    with pytest.raises(ParentMissing):
        await desk.submit("T")
    await desk.put("T", concept("k"))
    await desk.submit("T")
