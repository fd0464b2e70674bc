"""Import of a file: a dry run that tells row by row, and a load that is whole or not there at all.

A load goes in chunks into a version that nobody sees; the last small transaction makes a draft of it. What a killed
one has left is swept away by the next.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import audit
from nabz.kit.errors import Busy
from nabz.terminology.errors import (
    DraftMoved,
    FileRefused,
    ImportUnderWay,
    MapEndMissing,
    ParentMissing,
    RowsRefused,
    SuccessorMissing,
    UnknownDraft,
)
from nabz.terminology.model import Broken, Kind, Retirement, Row, State
from nabz.terminology.service import drafting, reading, searching
from nabz.terminology.service.import_report import Outcome, Progress, Report
from nabz.terminology.store import entries, versions
from nabz.terminology.store import searching as store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.errors import Problem
    from nabz.terminology.model import Entry, Read, Terminology, Version
    from nabz.terminology.service.import_report import Source
    from nabz.terminology.store.entries import Key

    Tell = Callable[[Progress], None]
    Bad = dict[int, tuple[str, Problem]]

CHUNK: Final = 2500
SILENT: Final = timedelta(seconds=60)
"""So long an import may say nothing before another takes it for dead."""


async def check(db: Database, t: Terminology, source: Source, tell: Tell | None = None) -> Report:
    """Tell what a file would do to a terminology, row by row, and change nothing. Raises FileRefused."""
    _must_fit(t, source)
    known = _Known(db, t, await db.read(versions.newest_closed, t.number))
    report = Report()
    await _check_rows(db, known, source, report, tell, compare=True)
    if source.complete and known.base:
        report.retired += len(await _vanished(db, known, report))
    return report


async def load(
    db: Database,
    now: Callable[[], datetime],
    t: Terminology,
    source: Source,
    label: str,
    note: str,
    by: str,
    tell: Tell | None = None,
) -> tuple[Version, Report]:
    """Load a file into a new draft.

    Raises FileRefused, RowsRefused, DraftOpen, ImportUnderWay, DraftMoved, LabelTaken, BadLabel, NothingChanged.
    """
    _must_fit(t, source)
    version = drafting.new_version(t, label, note, by, now(), State.LOADING)
    known = _Known(db, t, await db.read(versions.newest_closed, t.number))
    checked = Report()
    await _check_rows(db, known, source, checked, tell, compare=False)
    checked.must_be_clean()
    await _sweep(db, t, now)
    version = await db.write(versions.add, version)
    try:
        report = await _load_rows(db, now, known, version, source, tell)
        report.must_change_something()
        await _index(db, t, report.rows, tell)
        return await db.write(_finish, t, version, by, now()), report
    except BaseException:
        with suppress(DraftMoved):  # another has taken over, or it is a draft already
            await asyncio.shield(_give_up(db, now, t, version))
        raise


async def discard(db: Database, now: Callable[[], datetime], t: Terminology, revision: int, by: str) -> None:
    """Throw a draft away, or what a killed import has left. Raises DraftMoved, ImportUnderWay, UnknownDraft."""
    version = await db.write(_condemn, t, revision, by, now())
    await _throw_away(db, now, t, version)


def _must_fit(t: Terminology, source: Source) -> None:
    if source.kind is not t.kind:
        raise FileRefused(
            why_fa="فایل نگاشت در کدینگ نمی‌نشیند و فایل کدینگ در نگاشت",
            why_en="a map goes into a map only, and codes into codes",
        )


class _Known:
    """What is remembered of the rows on the way: numbers that stand for codes, not the codes themselves."""

    def __init__(self, db: Database, t: Terminology, base: int) -> None:
        self.db = db
        self.t = t
        self.base = base
        self.rows = 0
        self.seen: set[int] = set()
        self.retired: set[int] = set()
        self.parents: dict[int, tuple[int, str]] = {}
        self.successors: dict[int, tuple[int, str]] = {}

    def note(self, row: Row) -> None:
        """Remember that a row was there, and which other it names."""
        self.seen.add(hash((row.code, row.target)))
        if row.parent:
            self.parents.setdefault(hash((row.parent, "")), (row.line, row.parent))

    def note_retirement(self, row: Retirement) -> None:
        """Remember that a code goes, and which other takes its place."""
        self.retired.add(hash((row.code, "")))
        if row.successor:
            self.successors.setdefault(hash((row.successor, "")), (row.line, row.successor))


async def _check_rows(
    db: Database, known: _Known, source: Source, report: Report, tell: Tell | None, *, compare: bool
) -> None:
    rows = source.rows()
    while chunk := await asyncio.to_thread(_take, rows):
        good = [row for row in chunk if isinstance(row, Row)]
        retirements = [row for row in chunk if isinstance(row, Retirement)]
        for row in chunk:
            if isinstance(row, Broken):
                report.refuse(row.line, row.code, row.why)
        bad = await db.read(_missing_ends, known.t, good) if known.t.kind is Kind.MAP else _own_parents(source, good)
        for line, (code, problem) in bad.items():
            report.refuse(line, code, problem)
        for row in good:
            known.note(row)
        for gone in retirements:
            known.note_retirement(gone)
        kept = [row for row in good if row.line not in bad]
        if compare:
            found = await db.read(entries.by_keys, known.t.number, known.base, _keys(kept, retirements))
            _compare(report, kept, retirements, found)
        known.rows += len(chunk)
        report.rows = known.rows
        if tell:
            tell(Progress(done=source.progress, rows=report.rows, stage="reading"))
    await _check_named(db, known, source, report)


def _compare(report: Report, rows: Sequence[Row], retirements: Sequence[Retirement], found: dict[Key, Entry]) -> None:
    for row in rows:
        here = found.get((row.code, row.target))
        if here is None:
            report.count(row.line, row.code, Outcome.ADDED)
        else:
            report.count(row.line, row.code, Outcome.SAME if here.content == row.content else Outcome.CHANGED)
    for gone in retirements:
        there = (gone.code, "") in found
        report.count(gone.line, gone.code, Outcome.RETIRED if there else Outcome.SAME)


async def _check_named(db: Database, known: _Known, source: Source, report: Report) -> None:
    """Check that parents and successors are there once the whole file has been read."""
    if source.lenient:  # a release whose hierarchy goes over codes that it has retired itself
        return
    for named, problem in ((known.parents, ParentMissing), (known.successors, SuccessorMissing)):
        open_ = {key: value for key, value in named.items() if key not in known.seen}
        if not source.complete and open_:
            there = await db.read(entries.known_codes, known.t.number, known.base, [code for _, code in open_.values()])
            open_ = {key: value for key, value in open_.items() if value[1] not in there or key in known.retired}
        for line, code in open_.values():
            told = problem(parent=code) if problem is ParentMissing else problem(successor=code)
            report.refuse(line, code, told)


def _own_parents(source: Source, rows: Sequence[Row]) -> Bad:
    mine = (row for row in rows if row.parent == row.code and not source.lenient)
    return {row.line: (row.code, ParentMissing(parent=row.parent)) for row in mine}


def _missing_ends(tx: Tx, t: Terminology, rows: Sequence[Row]) -> Bad:
    bad: Bad = {}
    for id_, codes in ((t.source, [row.code for row in rows]), (t.target, [row.target for row in rows])):
        end = reading.one(tx, id_ or "")
        there = entries.known_codes(tx, end.number, end.last, codes)
        for row, code in zip(rows, codes, strict=True):
            if code not in there:
                bad.setdefault(row.line, (row.code, MapEndMissing(end=code, id=end.id)))
    return bad


async def _load_rows(
    db: Database, now: Callable[[], datetime], known: _Known, version: Version, source: Source, tell: Tell | None
) -> Report:
    if version.step - 1 != known.base:  # another version was published since the rows were checked
        raise DraftMoved
    report = Report()
    rows = source.rows()
    while chunk := await asyncio.to_thread(_take, rows):
        for row in chunk:
            if isinstance(row, Broken):  # it was good when it was checked
                report.refuse(row.line, row.code, row.why)
        report.must_be_clean()
        lenient = known.seen if source.lenient else None
        report.add(await db.write(_load_chunk, known.t, version, chunk, lenient, now()))
        if tell:
            tell(Progress(done=source.progress, rows=report.rows, stage="loading"))
    if report.rows != known.rows:
        raise FileRefused(why_fa="فایل در این میان تغییر کرده است", why_en="the file has changed meanwhile")
    if source.complete and known.base:
        gone = await _vanished(db, known, None)
        for start in range(0, len(gone), CHUNK):
            part = gone[start : start + CHUNK]
            report.retired += await db.write(_close_chunk, known.t, version, part, now())
    return report


def _load_chunk(
    tx: Tx, t: Terminology, version: Version, chunk: Sequence[Read], lenient: set[int] | None, now: datetime
) -> Report:
    versions.touch(tx, version, now)
    rows = [row for row in chunk if isinstance(row, Row)]
    retirements = [row for row in chunk if isinstance(row, Retirement)]
    report = Report(rows=len(chunk))
    found: dict[Key, Entry] = {}
    if version.step > 1:
        found = entries.by_keys(tx, t.number, version.step - 1, _keys(rows, retirements))
    _compare(report, rows, retirements, found)
    fresh = [row for row in rows if _differs(row, found)]
    if lenient is not None:
        fresh = [_without_stranger(row, lenient) for row in fresh]
    entries.close(tx, t.number, version.step, [key for row in fresh if (key := (row.code, row.target)) in found])
    entries.add(tx, t.number, version.step, fresh)
    for gone in retirements:
        if (gone.code, "") in found:
            known = lenient is None or hash((gone.successor, "")) in lenient
            entries.close(tx, t.number, version.step, [(gone.code, "")], gone.successor or None if known else None)
    return report.without_lines()


def _differs(row: Row, found: dict[Key, Entry]) -> bool:
    here = found.get((row.code, row.target))
    return here is None or here.content != row.content


def _without_stranger(row: Row, seen: set[int]) -> Row:
    known = not row.parent or (row.parent != row.code and hash((row.parent, "")) in seen)
    return row if known else msgspec.structs.replace(row, parent="")


def _close_chunk(tx: Tx, t: Terminology, version: Version, keys: list[Key], now: datetime) -> int:
    versions.touch(tx, version, now)
    return entries.close(tx, t.number, version.step, keys)


async def _vanished(db: Database, known: _Known, report: Report | None) -> list[Key]:
    """List the codes of the version before that the file does not hold."""
    gone: list[Key] = []
    last: Key | None = None
    while page := await db.read(entries.page, known.t.number, known.base, last, CHUNK):
        last = (page[-1].code, page[-1].target)
        for entry in page:
            if hash((entry.code, entry.target)) in known.seen or hash((entry.code, "")) in known.retired:
                continue
            gone.append((entry.code, entry.target))
            if report is not None:
                report.show(0, entry.code, Outcome.RETIRED)
    return gone


async def _sweep(db: Database, t: Terminology, now: Callable[[], datetime]) -> None:
    """Clear away what a killed import has left. Raises ImportUnderWay while it still says something."""
    dead = await db.write(_take_over, t, now())
    if dead is not None:
        await _throw_away(db, now, t, dead)


def _take_over(tx: Tx, t: Terminology, now: datetime) -> Version | None:
    found = versions.open_(tx, t.number)
    if found is None or found.state is not State.LOADING:
        return None
    _must_be_silent(found, now)
    return versions.change(tx, found, msgspec.structs.replace(found, touched_at=now))


def _must_be_silent(version: Version, now: datetime) -> None:
    if now - version.touched_at < SILENT:
        raise ImportUnderWay(retry_after=SILENT.total_seconds())


def _condemn(tx: Tx, t: Terminology, revision: int, by: str, now: datetime) -> Version:
    found = versions.open_(tx, t.number)
    if found is None:
        raise UnknownDraft
    version = versions.locked(tx, t.number, revision, *State)
    if version.state is State.LOADING:
        _must_be_silent(version, now)
    audit.record(tx, now, by, "terminology.discard", t.id, version=version.label)
    return versions.change(tx, version, msgspec.structs.replace(version, state=State.LOADING, touched_at=now))


async def _give_up(db: Database, now: Callable[[], datetime], t: Terminology, version: Version) -> None:
    """Throw a failed load away; its last write may still be on its way, and comes too late from here on."""
    left = msgspec.structs.replace(version, touched_at=now())
    await _throw_away(db, now, t, await db.write(versions.change, version, left))


async def _throw_away(db: Database, now: Callable[[], datetime], t: Terminology, version: Version) -> None:
    """Undo a condemned version bit by bit, and then forget it."""
    while await db.write(_undo_some, t, version, now()):
        pass
    await db.write(versions.remove, version)


def _undo_some(tx: Tx, t: Terminology, version: Version, now: datetime) -> int:
    versions.touch(tx, version, now)
    return entries.undo_some(tx, t.number, version.step, CHUNK)


async def _index(db: Database, t: Terminology, rows: int, tell: Tell | None) -> None:
    """Let the database know what has come in, and build the trigrams of a large terminology."""
    if rows < store.LARGE or db.engine == "sqlite":
        return
    if tell:
        tell(Progress(done=1.0, rows=rows, stage="indexing"))
    with suppress(Busy):  # the next import, or the database's own housekeeping, does it
        await db.write_one(store.ANALYZE)
    if await db.read(store.lacks_trigrams, t.number):
        await searching.build(db, t.number)


def _finish(tx: Tx, t: Terminology, version: Version, by: str, now: datetime) -> Version:
    """Make a draft of what was loaded, in one small step."""
    counted = drafting.count(tx, t, version)
    audit.record(tx, now, by, "terminology.import", t.id, version=version.label, size=counted.size)
    after = msgspec.structs.replace(counted, state=State.DRAFT, editors=(by,), touched_at=now)
    return versions.change(tx, version, after)


def _take(rows: Iterator[Read]) -> list[Read]:
    return list(islice(rows, CHUNK))


def _keys(rows: Sequence[Row], retirements: Sequence[Retirement]) -> list[Key]:
    return [*((row.code, row.target) for row in rows), *((gone.code, "") for gone in retirements)]


__all__ = ["Progress", "Report", "RowsRefused", "check", "discard", "load"]
