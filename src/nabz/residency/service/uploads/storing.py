"""Storing what is good in a file: a span of its rows in one transaction, each only if it is as it was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nabz.kit import audit
from nabz.kit.db import unique
from nabz.residency.errors import ChangedMeanwhile, RowsRefused
from nabz.residency.errors.faults import fault
from nabz.residency.model.uploads import THOUSAND, RowState, Upload, UploadKind, UploadState
from nabz.residency.service import years
from nabz.residency.store import storing
from nabz.residency.store import uploads as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Year

Span = tuple[int, int]

AT_ONCE: Final = 10_000
"""So many rows in one transaction, so that SQLite's only writer is not held for long."""

ACTIONS: Final = {
    UploadKind.DECLARATIONS: ("declared", "declaration-changed"),
    UploadKind.RESIDENTS: ("resident-added", "resident-changed"),
    UploadKind.RESULTS: ("result-entered", "result-entered"),
}


def spans(tx: Tx, upload: Upload, *, whole: bool) -> list[Span]:
    """Part the rows that wait into transactions; with all or nothing it is one. Raises RowsRefused."""
    found = store.counts(tx, upload.id)
    if whole and found.get(RowState.REFUSED):
        raise RowsRefused(count=found[RowState.REFUSED])
    lines = store.good_lines(tx, upload.id)
    size = len(lines) if whole else AT_ONCE
    return [(lines[start], lines[min(start + size, len(lines)) - 1]) for start in range(0, len(lines), max(size, 1))]


def store_span(tx: Tx, upload: Upload, span: Span, caller: Caller, now: datetime, *, whole: bool) -> int:
    """Store the good rows of a span; tell how many that were.

    Raises RowsRefused where some cannot be stored and all or nothing was chosen, ChangedMeanwhile.
    """
    storing.lock(tx, upload.id, span)
    added, changed = ACTIONS[upload.kind]
    with unique(ChangedMeanwhile()):  # a person, course and year that somebody else has taken since
        done = storing.store(tx, upload.kind, upload.id, span, **_args(tx, upload, caller, now))
    told = {"now": now, "year": upload.year, "who": caller.by, "added": added, "changed": changed}
    storing.settle(tx, upload.kind, upload.id, span, done, **told)
    missed = store.miss(tx, upload.id, span, fault("changed-meanwhile", "StudentNumber"))
    if whole and missed:
        raise RowsRefused(count=missed)
    return len(done)


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
            opened, correcting = _opened(year, now), year.corrects_until is None or now < year.corrects_until
            when = {"opened": opened, "correcting": correcting, "now": now, "who": caller.by}
            return {"year": upload.year, "university": upload.university, **when}
        case UploadKind.RESIDENTS:
            return {"university": upload.university, "now": now}
        case UploadKind.RESULTS:
            return {"year": upload.year}


def _opened(year: Year, now: datetime) -> bool:
    begun = year.opens_at is None or year.opens_at <= now
    return begun and (year.closes_at is None or now < year.closes_at)
