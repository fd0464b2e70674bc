"""Storing what is good in a file: a span of its rows in one transaction, each only if it is as it was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit import audit
from nabz.residency.errors import Refused, RowsRefused, WholeTooLarge
from nabz.residency.errors.faults import fault
from nabz.residency.model import ResidentDraft
from nabz.residency.model.uploads import THOUSAND, RowState, Upload, UploadKind, UploadState
from nabz.residency.service import residents, years
from nabz.residency.store import residents as residents_store
from nabz.residency.store import storing
from nabz.residency.store import uploads as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Caller, Year

Span = tuple[int, int]
Missed = tuple[int, "tuple[Fault, ...]"]
"""A line that could not be stored, and why."""

AT_ONCE: Final = 10_000
"""So many rows in one transaction, so that SQLite's only writer is not held for long."""

OF_RESIDENTS: Final = 250
"""Fewer of residents: each goes the way of the single call, some thousandths of a second."""

MOST_WHOLE: Final = {UploadKind.DECLARATIONS: 20_000, UploadKind.RESIDENTS: 1_000, UploadKind.RESULTS: 20_000}
"""So many rows in one transaction at most: that is a second or two in which nobody else writes on SQLite."""

_CHANGED: Final = fault("changed-meanwhile", "StudentNumber")
ACTIONS: Final = {
    UploadKind.DECLARATIONS: ("declared", "declaration-changed"),
    UploadKind.RESULTS: ("result-entered", "result-entered"),
}


def spans(tx: Tx, upload: Upload, *, whole: bool) -> list[Span]:
    """Part the rows that wait into transactions; with all or nothing it is one. Raises RowsRefused, WholeTooLarge."""
    found = store.counts(tx, upload.id)
    if whole and found.get(RowState.REFUSED):
        raise RowsRefused(count=found[RowState.REFUSED])
    lines = store.good_lines(tx, upload.id)
    if whole and len(lines) > MOST_WHOLE[upload.kind]:
        raise WholeTooLarge(most=MOST_WHOLE[upload.kind])
    size = len(lines) if whole else OF_RESIDENTS if upload.kind is UploadKind.RESIDENTS else AT_ONCE
    return [(lines[start], lines[min(start + size, len(lines)) - 1]) for start in range(0, len(lines), max(size, 1))]


def store_span(tx: Tx, upload: Upload, span: Span, caller: Caller, now: datetime, *, whole: bool) -> int:
    """Store the good rows of a span; tell how many that were.

    Raises RowsRefused where some cannot be stored and all or nothing was chosen; ChangedMeanwhile where a resident
    came in at this moment.
    """
    if upload.kind is UploadKind.RESIDENTS:
        done, missed = _put_residents(tx, upload, span, msgspec.structs.replace(caller, request=upload.id), now)
    else:
        done, missed = _store_together(tx, upload, span, caller, now)
    if whole and missed:
        raise RowsRefused(*missed)
    return done


def _store_together(tx: Tx, upload: Upload, span: Span, caller: Caller, now: datetime) -> tuple[int, list[Missed]]:
    """Store rows by one statement; tell how many were stored, and which were changed meanwhile."""
    storing.lock(tx, upload.id, span)
    added, changed = ACTIONS[upload.kind]
    done = storing.store(tx, upload.kind, upload.id, span, **_args(tx, upload, caller, now))
    told = {"now": now, "year": upload.year, "who": caller.by, "added": added, "changed": changed}
    storing.settle(tx, upload.id, span, done, **told)
    missed: list[Missed] = [(line, (_CHANGED,)) for line, *_ in store.good_rows(tx, upload.id, span)]
    store.miss(tx, upload.id, span, _CHANGED)
    return len(done), missed


def _put_residents(tx: Tx, upload: Upload, span: Span, caller: Caller, now: datetime) -> tuple[int, list[Missed]]:
    """Put residents one after the other as a single call does; tell how many were stored, and which were not.

    All that are there are locked before, and all go by their numbers: two files never wait for each other in a circle.
    """
    storing.lock(tx, upload.id, span)
    rows = [
        (msgspec.convert(cells, ResidentDraft), line, id_, seen)
        for line, id_, seen, cells in store.good_rows(tx, upload.id, span)
    ]
    rows.sort(key=lambda row: row[0].student_number)
    there = residents_store.by_numbers(tx, upload.university, [draft.student_number for draft, *_ in rows])
    versions = {one.student_number: one.version for one in there}
    done: list[int] = []
    missed: list[Missed] = []
    for draft, line, id_, seen in rows:
        faults: tuple[Fault, ...] = (_CHANGED,) if versions.get(draft.student_number, 0) != seen else ()
        try:
            if not faults:
                residents.put(tx, draft, caller, id_, now)
        except Refused as refused:
            faults = refused.faults
        if faults:
            store.refuse(tx, upload.id, line, faults)
            missed.append((line, faults))
        else:
            done.append(line)
    store.settle(tx, upload.id, done)
    return len(done), missed


def finish(tx: Tx, upload: Upload, caller: Caller, now: datetime) -> None:
    """Say that a file is stored, once for all its rows."""
    found = store.counts(tx, upload.id)
    stored = found.get(RowState.STORED, 0)
    cells = {"state": UploadState.STORED, "stored": stored, "done": THOUSAND, "seen_at": now}
    if store.move(tx, upload.id, UploadState.STORING, **cells):
        audit.record(
            tx,
            now,
            caller.by,
            "residency.upload-stored",
            upload.id,
            kind=str(upload.kind),
            year=upload.year,
            digest=upload.digest,
            lines=upload.lines,
            stored=stored,
        )


def _args(tx: Tx, upload: Upload, caller: Caller, now: datetime) -> dict[str, Any]:
    match upload.kind:
        case UploadKind.DECLARATIONS:
            year = years.get(tx, upload.year)
            opened, correcting = _opened(year, now), not year.over(year.corrects_until, now)
            when = {"opened": opened, "correcting": correcting, "now": now, "who": caller.by}
            return {"year": upload.year, "university": upload.university, **when}
        case _:
            return {"year": upload.year}


def _opened(year: Year, now: datetime) -> bool:
    begun = year.opens_at is None or year.opens_at <= now
    return begun and not year.over(year.closes_at, now)
