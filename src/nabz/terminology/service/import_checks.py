"""What is checked of a file before anything of it is loaded: each row, and the codes that rows name."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING

from nabz.kit.numbers import Numbers
from nabz.terminology.errors import MapEndMissing, ParentMissing, SuccessorMissing
from nabz.terminology.model import Broken, Kind, Retirement, Row
from nabz.terminology.service import reading
from nabz.terminology.service.import_report import Outcome, Progress
from nabz.terminology.store import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nabz.kit.db import Database, Tx
    from nabz.kit.errors import Problem
    from nabz.terminology.model import Entry, Read, Terminology
    from nabz.terminology.service.import_report import Report, Source
    from nabz.terminology.service.kept_rows import Kept
    from nabz.terminology.store.entries import Key

    Tell = Callable[[Progress], None]
    Bad = dict[int, tuple[str, Problem]]


class Known:
    """What is remembered of the rows on the way: numbers that stand for codes, not the codes themselves."""

    def __init__(self, t: Terminology, base: int, chunk: int) -> None:
        self.t = t
        self.base = base
        self.chunk = chunk
        self.seen = Numbers()
        self.retired = Numbers()
        self.parents = Numbers()
        self.successors = Numbers()

    def note(self, row: Row) -> None:
        """Remember that a row was there, and which other it names."""
        self.seen.add(hash((row.code, row.target)))
        if row.parent:
            self.parents.add(hash((row.parent, "")))

    def note_retirement(self, row: Retirement) -> None:
        """Remember that a code goes, and which other takes its place."""
        self.retired.add(hash((row.code, "")))
        if row.successor:
            self.successors.add(hash((row.successor, "")))

    def leaves_open(self) -> bool:
        """Tell whether a row names a code that was not among the rows."""
        return any(number not in self.seen for names in (self.parents, self.successors) for number in names)


async def check_rows(
    db: Database,
    known: Known,
    source: Source,
    report: Report,
    tell: Tell | None,
    into: Kept | None = None,
    *,
    partial: bool = False,
) -> None:
    """Check every row; what is good is kept for the load, or compared with what is there."""
    rows = source.rows()
    while chunk := await asyncio.to_thread(_take, rows, known.chunk):
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
        if into is not None:
            into.put(kept, retirements)
        else:
            found = await db.read(entries.by_keys, known.t.number, known.base, keys_of(kept, retirements))
            compare(report, kept, retirements, found)
        report.rows += len(chunk)
        if tell:
            tell(Progress(done=source.progress, rows=report.rows, stage="reading"))
    await _check_named(db, known, source, report, alone=source.complete and not partial)


def compare(report: Report, rows: Sequence[Row], retirements: Sequence[Retirement], found: dict[Key, Entry]) -> None:
    """Count what rows do to what is there."""
    for row in rows:
        here = found.get((row.code, row.target))
        if here is None:
            report.count(row.line, row.code, Outcome.ADDED)
        else:
            report.count(row.line, row.code, Outcome.SAME if here.content == row.content else Outcome.CHANGED)
    for gone in retirements:
        there = (gone.code, "") in found
        report.count(gone.line, gone.code, Outcome.RETIRED if there else Outcome.SAME)


async def _check_named(db: Database, known: Known, source: Source, report: Report, *, alone: bool) -> None:
    """Check that parents and successors are there once the whole file has been read."""
    if source.lenient:  # a release whose hierarchy goes over codes that it has retired itself
        return
    if not await asyncio.to_thread(known.leaves_open):
        return
    # Of names we have numbers only, so we read again which they are: a file may name any number of codes.
    rows = source.rows()
    told: dict[type[Problem], Numbers] = {ParentMissing: Numbers(), SuccessorMissing: Numbers()}
    while chunk := await asyncio.to_thread(_take, rows, known.chunk):
        open_ = [one for one in _named(chunk) if hash((one.code, "")) not in known.seen]
        fresh = [one for one in open_ if told[type(one.why)].add(hash((one.code, "")))]
        there: set[str] = set()
        if fresh and not alone:
            there = await db.read(entries.known_codes, known.t.number, known.base, [one.code for one in fresh])
        for one in fresh:
            if one.code not in there or hash((one.code, "")) in known.retired:
                report.refuse(one.line, one.code, one.why)


def _named(chunk: Sequence[Read]) -> Iterator[Broken]:
    """Give the codes that rows name, each as what is wrong if there is none."""
    for row in chunk:
        if isinstance(row, Row) and row.parent:
            yield Broken(line=row.line, code=row.parent, why=ParentMissing(parent=row.parent))
        elif isinstance(row, Retirement) and row.successor:
            yield Broken(line=row.line, code=row.successor, why=SuccessorMissing(successor=row.successor))


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


def _take(rows: Iterator[Read], number: int) -> list[Read]:
    return list(islice(rows, number))


def keys_of(rows: Sequence[Row], retirements: Sequence[Retirement]) -> list[Key]:
    """Name the entries that rows are about."""
    return [*((row.code, row.target) for row in rows), *((gone.code, "") for gone in retirements)]
