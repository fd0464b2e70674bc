"""The SQL of files: their state, the receipts of their rows, and storing what is good in a few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, func, insert, select, update

from nabz.kit.db import unique
from nabz.kit.db.bulk import Bulk
from nabz.residency.errors.faults import Fault
from nabz.residency.model.uploads import AT_WORK, Deed, Receipt, RowState, Upload, UploadKind, UploadState
from nabz.residency.store.declarations import declaration_of, mine
from nabz.residency.tables import declarations, residents, upload_rows, uploads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from nabz.kit.db import Tx
    from nabz.kit.errors import Problem
    from nabz.residency.model import Declaration

U, W, D, R = uploads.c, upload_rows.c, declarations.c, residents.c
PRUNED: Final = 5000
"""So many old rows are forgotten in one transaction."""

_UPLOAD: Final = [column for column in uploads.c if column.name != "data_set"]
AT_ONCE: Final = 1000
_RECEIPT: Final = (W.line, W.student_number, W.state, W.resident, W.seen, W.faults, W.draft)
_ROWS: Final = Bulk(
    upload_rows, ("line", "student_number", "state", "resident", "seen", "draft", "faults"), ("upload",)
)


# ---- files


def add(tx: Tx, one: Upload, taken: Problem) -> None:
    """Insert a file. Raises `taken` where it is there already."""
    with unique(taken):
        tx.execute(insert(uploads), [{**msgspec.structs.asdict(one), "data_set": tx.data_set}])


def find(tx: Tx, university: str, id_: str) -> Upload | None:
    """Find a file of a university; to all others it is not there."""
    row = tx.execute(select(*_UPLOAD).where(*_which(tx, id_), U.university == university)).first()
    return None if row is None else _upload(row)


def listed(tx: Tx, university: str, kinds: Sequence[UploadKind], limit: int) -> list[Upload]:
    """List the files of a university, the newest first."""
    query = select(*_UPLOAD).where(U.data_set == tx.data_set, U.university == university, U.kind.in_(kinds))
    return [_upload(row) for row in tx.execute(query.order_by(U.id.desc()).limit(limit))]


def move(tx: Tx, id_: str, was: UploadState, **cells: object) -> bool:
    """Change a file that still is in a state; tell whether it was."""
    return tx.execute(update(uploads).where(*_which(tx, id_), U.state == was).values(**cells)).rowcount == 1


def take_up(tx: Tx, id_: str, now: datetime, silent_since: datetime) -> bool:
    """Begin to store a checked file, or go on where somebody was cut off; only one can."""
    waits = (U.state == UploadState.CHECKED) | ((U.state == UploadState.STORING) & (U.seen_at <= silent_since))
    cells = {"state": UploadState.STORING, "seen_at": now, "done": 0, "why_fa": "", "why_en": ""}
    return tx.execute(update(uploads).where(*_which(tx, id_), waits).values(**cells)).rowcount == 1


def see(tx: Tx, id_: str, done: int, now: datetime) -> None:
    """Give a sign of life."""
    tx.execute(update(uploads).where(*_which(tx, id_), U.state.in_(AT_WORK)).values(done=done, seen_at=now))


def prune(tx: Tx, before: datetime) -> int:
    """Forget some rows of the oldest file from before an instant, at last the file; tell how many that were."""
    old = select(U.id).where(U.data_set == tx.data_set, U.sent_at < before).order_by(U.id).limit(1)
    id_ = tx.execute(old).scalar()
    if id_ is None:
        return 0
    mine_ = (W.data_set == tx.data_set, W.upload == id_)
    lines = list(tx.execute(select(W.line).where(*mine_).order_by(W.line).limit(PRUNED)).scalars())
    if lines:
        tx.execute(delete(upload_rows).where(*mine_, W.line <= lines[-1]))
    if len(lines) < PRUNED:
        tx.execute(delete(uploads).where(*_which(tx, id_)))
    return len(lines) + 1


def _which(tx: Tx, id_: str) -> tuple[ColumnElement[bool], ...]:
    return U.data_set == tx.data_set, U.id == id_


def _upload(row: Row[Any]) -> Upload:
    cells = dict(row._mapping)  # noqa: SLF001
    return Upload(**{**cells, "kind": UploadKind(cells["kind"]), "state": UploadState(cells["state"])})


# ---- receipts


def keep(tx: Tx, upload: str, receipts: Iterable[Receipt]) -> None:
    """Write down receipts."""
    rows = [
        (
            one.line,
            one.student_number,
            str(one.state),
            one.resident,
            one.seen,
            {"cells": one.cells, "facts": one.facts, "deed": one.deed, "who": one.who, "row": one.row},
            list(one.faults),
        )
        for one in receipts
    ]
    _ROWS.put(tx, rows, upload=upload)


def receipts(
    tx: Tx, upload: str, states: Sequence[str] = (), after: int = 0, limit: int | None = None
) -> list[Receipt]:
    """List receipts in the order of the lines, all or those of some states."""
    query = select(*_RECEIPT).where(W.data_set == tx.data_set, W.upload == upload, W.line > after).order_by(W.line)
    if states:
        query = query.where(W.state.in_(states))
    return [_receipt(row) for row in tx.execute(query if limit is None else query.limit(limit))]


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        line=row.line,
        student_number=row.student_number,
        state=RowState(row.state),
        resident=row.resident,
        seen=row.seen,
        faults=tuple(msgspec.convert(row.faults, list[Fault])),
        row=tuple(row.draft.get("row", ())),
        deed=Deed(row.draft["deed"]) if row.draft.get("deed") else None,
        who=row.draft.get("who", ""),
    )


def counts(tx: Tx, upload: str) -> dict[str, int]:
    """Count the receipts of a file by their states."""
    query = select(W.state, func.count().label("many")).where(W.data_set == tx.data_set, W.upload == upload)
    return {row.state: row.many for row in tx.execute(query.group_by(W.state))}


def miss(tx: Tx, upload: str, span: tuple[int, int], why: Fault) -> int:
    """Refuse the rows of a span that still wait; tell how many there were."""
    mine = (W.data_set == tx.data_set, W.upload == upload, W.state == RowState.GOOD, W.line.between(span[0], span[1]))
    told = {"state": RowState.REFUSED, "faults": [msgspec.to_builtins(why)]}
    return tx.execute(update(upload_rows).where(*mine).values(**told)).rowcount


def good_rows(tx: Tx, upload: str, span: tuple[int, int]) -> list[tuple[int, str, int, dict[str, Any]]]:
    """List the rows of a span that wait: the line, whom it is about, the version that was seen, and the cells."""
    mine_ = (W.data_set == tx.data_set, W.upload == upload, W.state == RowState.GOOD, W.line.between(span[0], span[1]))
    found = tx.execute(select(W.line, W.resident, W.seen, W.draft).where(*mine_).order_by(W.line))
    return [(row.line, row.resident, row.seen, row.draft["cells"]) for row in found]


def settle(tx: Tx, upload: str, lines: Sequence[int]) -> None:
    """Say that some rows are stored."""
    which = (W.data_set == tx.data_set, W.upload == upload, W.line.in_(lines))
    tx.execute(update(upload_rows).where(*which).values(state=RowState.STORED))


def refuse(tx: Tx, upload: str, line: int, why: Sequence[Fault]) -> None:
    """Refuse a row that waited."""
    told = {"state": RowState.REFUSED, "faults": [msgspec.to_builtins(each) for each in why]}
    which = (W.data_set == tx.data_set, W.upload == upload, W.line == line)
    tx.execute(update(upload_rows).where(*which).values(**told))


def refuse_all(tx: Tx, upload: str, missed: Sequence[tuple[int, tuple[Fault, ...]]]) -> None:
    """Refuse rows that waited, each for its own reasons."""
    by_reason: dict[tuple[Fault, ...], list[int]] = {}
    for line, why in missed:
        by_reason.setdefault(why, []).append(line)
    for why, lines in by_reason.items():
        told = {"state": RowState.REFUSED, "faults": [msgspec.to_builtins(each) for each in why]}
        for start in range(0, len(lines), AT_ONCE):
            which = (W.data_set == tx.data_set, W.upload == upload, W.state == RowState.GOOD)
            some = W.line.in_(lines[start : start + AT_ONCE])
            tx.execute(update(upload_rows).where(*which, some).values(**told))


def good_lines(tx: Tx, upload: str) -> list[int]:
    """List the lines that wait to be stored."""
    query = select(W.line).where(W.data_set == tx.data_set, W.upload == upload, W.state == RowState.GOOD)
    return list(tx.execute(query.order_by(W.line)).scalars())


# ---- what the registry knows of many at once


def holders(tx: Tx, national_codes: Sequence[str]) -> dict[tuple[str, str, int], str]:
    """Tell who holds which person, course and start year."""
    query = select(R.national_code, R.course, R.start_year, R.id).where(R.data_set == tx.data_set)
    found = tx.execute(query.where(R.national_code.in_(national_codes)))
    return {(row.national_code, row.course, row.start_year): row.id for row in found}


def declared(tx: Tx, year: int, numbers: Sequence[str]) -> list[Declaration]:
    """List what was declared of some student numbers in a year, at whatever university."""
    query = mine(tx).where(D.year == year, D.student_number.in_(numbers))
    return [declaration_of(row) for row in tx.execute(query)]
