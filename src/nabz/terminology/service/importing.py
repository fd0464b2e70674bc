"""Import of a file: a dry run that tells row by row, and a load that is whole or not there at all.

A load goes in chunks into a version that nobody sees; the last small transaction makes a draft of it. What a killed
one has left is swept away by the next.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import audit, log
from nabz.terminology.errors import (
    DraftMoved,
    FileRefused,
    ImportUnderWay,
    MostWouldGo,
    UnknownDraft,
)
from nabz.terminology.model import OPEN, State
from nabz.terminology.service import drafting, searching
from nabz.terminology.service.import_checks import Known, check_rows, compare, keys_of
from nabz.terminology.service.import_report import Outcome, Progress, Report
from nabz.terminology.service.kept_rows import Kept
from nabz.terminology.store import entries, steps, terminologies, versions
from nabz.terminology.store import searching as store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.numbers import Numbers
    from nabz.terminology.model import Entry, Row, Terminology, Version
    from nabz.terminology.service.import_checks import Tell
    from nabz.terminology.service.import_report import Source
    from nabz.terminology.service.kept_rows import Chunk
    from nabz.terminology.store.entries import Key

CHUNK: Final = 2500
FEW: Final = 10
SILENT: Final = timedelta(seconds=60)
"""So long an import may say nothing before another takes it for dead."""


async def check(
    db: Database, t: Terminology, source: Source, tell: Tell | None = None, *, partial: bool = False
) -> Report:
    """Tell what a file would do to the version in force, row by row, and change nothing. Raises FileRefused."""
    _must_fit(t, source)
    known = Known(t, await db.read(terminologies.last_of, t.number), CHUNK)
    report = Report()
    await check_rows(db, known, source, report, tell, partial=partial)
    if source.complete and known.base and not partial:
        report.retired += len(await _vanished(db, known, report))
    return report


async def load(  # noqa: PLR0913 - each is a fact of its own, and named at the call
    db: Database,
    now: Callable[[], datetime],
    t: Terminology,
    source: Source,
    label: str,
    note: str,
    by: str,
    tell: Tell | None = None,
    *,
    partial: bool = False,
    sure: bool = False,
) -> tuple[Version, Report]:
    """Load a file into a new draft, which begins as the version in force; a partial file retires nothing by itself.

    Raises FileRefused, RowsRefused, MostWouldGo (unless one is sure), LabelTaken, BadLabel, NothingChanged, DraftOpen,
    ImportUnderWay, DraftMoved.
    """
    _must_fit(t, source)
    version = drafting.new_version(t, label, note, by, now(), State.LOADING)
    known = Known(t, await db.read(terminologies.last_of, t.number), CHUNK)
    with Kept() as kept:
        checked = Report()
        await check_rows(db, known, source, checked, tell, kept, partial=partial)
        checked.must_be_clean()
        gone = await _vanished(db, known, None) if source.complete and known.base and not partial else []
        if not sure:
            await db.read(_most_must_stay, t, known.base, len(gone))
        await _sweep(db, t, now)
        work = _Work(known, await db.write(_begin, t, version, known.base), kept, gone, lenient=source.lenient)
        return await _load(db, now, work, by, tell)


@dataclass(frozen=True)
class _Work:
    """A load under way: into which version, with which rows, and which codes the file has no more."""

    known: Known
    version: Version
    kept: Kept
    gone: list[Key]
    lenient: bool


def _most_must_stay(tx: Tx, t: Terminology, base: int, gone: int) -> None:
    before = versions.at_step(tx, t.number, base)
    size = before.size if before else 0
    if gone * 2 > size and gone > FEW:
        raise MostWouldGo(gone=gone, of=size)


def _begin(tx: Tx, t: Terminology, version: Version, base: int) -> Version:
    versions.lock_terminology(tx, t)
    if terminologies.last_of(tx, t.number) != base:  # another version has come into force since the rows were checked
        raise DraftMoved
    return versions.add(tx, version)


async def _load(
    db: Database, now: Callable[[], datetime], work: _Work, by: str, tell: Tell | None
) -> tuple[Version, Report]:
    t, version = work.known.t, work.version
    try:
        report = await _load_rows(db, now, work, tell)
        report.must_change_something()
        done = await db.write(_finish, t, version, by, now())
    except BaseException:
        with suppress(DraftMoved):  # another has taken over, or it is a draft already
            await asyncio.shield(_give_up(db, now, t, version))
        raise
    await _index(db, now, t, report.rows, tell)
    return done, report


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


async def _load_rows(db: Database, now: Callable[[], datetime], work: _Work, tell: Tell | None) -> Report:
    t, version, report = work.known.t, work.version, Report()
    after: Key | None = None
    while keys := await db.write(_bring_back, t, version, after, now()):
        after = keys[-1]
    lenient = work.known.seen if work.lenient else None
    chunks = work.kept.chunks()
    while chunk := await asyncio.to_thread(next, chunks, None):
        report.add(await db.write(_load_chunk, work, chunk, lenient, now()))
        if tell:
            tell(Progress(done=work.kept.progress, rows=report.rows, stage="loading"))
    for start in range(0, len(work.gone), CHUNK):
        part = work.gone[start : start + CHUNK]
        report.retired += await db.write(_close_chunk, work, part, now())
    return report


def _bring_back(tx: Tx, t: Terminology, version: Version, after: Key | None, now: datetime) -> list[Key]:
    """Begin as the version in force: what was withdrawn does not come back."""
    versions.touch(tx, version, now)
    keys = drafting.withdrawn_keys(tx, t, version, after, CHUNK)
    drafting.as_in_force(tx, t, version, keys)
    return keys


def _load_chunk(tx: Tx, work: _Work, chunk: Chunk, lenient: Numbers | None, now: datetime) -> Report:
    t, version = work.known.t, work.version
    versions.touch(tx, version, now)
    rows, retirements = chunk
    if lenient is not None:
        rows = [_without_stranger(row, lenient) for row in rows]
    report = Report(rows=len(rows) + len(retirements))
    found: dict[Key, Entry] = {}
    if version.step > 1:
        found = entries.by_keys(tx, t.number, version.step, keys_of(rows, retirements))
    compare(report, rows, retirements, found)
    fresh = [row for row in rows if _differs(row, found)]
    if version.step > 1:
        steps.hold(tx, t.number, version.step, work.known.base, fresh)
    else:
        steps.add(tx, t.number, version.step, fresh)
    for gone in retirements:
        known = lenient is None or hash((gone.successor, "")) in lenient
        successor = gone.successor or None if known else None
        steps.let_go(tx, t.number, version.step, work.known.base, [(gone.code, "")], successor)
    return report.without_lines()


def _differs(row: Row, found: dict[Key, Entry]) -> bool:
    here = found.get((row.code, row.target))
    return here is None or here.content != row.content


def _without_stranger(row: Row, seen: Numbers) -> Row:
    known = not row.parent or (row.parent != row.code and hash((row.parent, "")) in seen)
    return row if known else msgspec.structs.replace(row, parent="")


def _close_chunk(tx: Tx, work: _Work, keys: list[Key], now: datetime) -> int:
    versions.touch(tx, work.version, now)
    return steps.let_go(tx, work.known.t.number, work.version.step, work.known.base, keys)


async def _vanished(db: Database, known: Known, report: Report | None) -> list[Key]:
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
    version = versions.locked(tx, t.number, revision, *OPEN)
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
    return steps.undo_some(tx, t.number, version.step, CHUNK)


async def _index(db: Database, now: Callable[[], datetime], t: Terminology, rows: int, tell: Tell | None) -> None:
    """Let the database know what has come in, and build the trigrams; if that fails, the timer tries again."""
    if rows < store.LARGE or db.engine == "sqlite":
        return
    if tell:
        tell(Progress(done=0.0, rows=rows, stage="indexing"))
    try:
        await db.write_one(store.ANALYZE)
        await searching.build(db, t.number, now())
    except Exception as error:  # noqa: BLE001 - the codes are in; search goes by beginnings until the next round
        log.bug(error, job="terminology-index", terminology=t.id)


async def sweep(db: Database, now: Callable[[], datetime]) -> int:
    """Clear away what killed imports have left, and tell how many there were."""
    dead = [
        (t, version)
        for t, version in await db.read(drafting.drafts)
        if version.state is State.LOADING and now() - version.touched_at >= SILENT
    ]
    for t, _ in dead:
        with suppress(ImportUnderWay, DraftMoved):
            await _sweep(db, t, now)
    return len(dead)


def _finish(tx: Tx, t: Terminology, version: Version, by: str, now: datetime) -> Version:
    """Make a draft of what was loaded, in one small step."""
    counted = drafting.count(tx, t, version)
    audit.record(tx, now, by, "terminology.import", t.id, version=version.label, size=counted.size)
    after = msgspec.structs.replace(counted, state=State.DRAFT, editors=(by,), touched_at=now)
    return versions.change(tx, version, after)
