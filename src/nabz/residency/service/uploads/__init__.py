"""Files of many rows: sent, checked row by row, and stored by choice; each belongs to its university alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.residency.errors import UploadNotFound, UploadNotReady
from nabz.residency.model.uploads import SILENT, THOUSAND, Receipt, RowState, Upload, UploadKind, UploadState
from nabz.residency.service import rules
from nabz.residency.store import uploads as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Caller


class ReceiptsLost(Exception):  # noqa: N818 - a mistake of ours, told as one
    """Not every row of a file has a receipt."""


PAGE: Final = 100
NEWEST: Final = 50

listed = store.listed
counts = store.counts
prune = store.prune
see = store.see


def begin(tx: Tx, one: Upload) -> None:
    """Take a file in. Raises UploadNotReady where it was taken in already, UnderMaintenance."""
    if one.university:
        rules.must_be_open(tx, one.sent_at)
    store.add(tx, one, UploadNotReady())


def find(tx: Tx, caller: Caller, id_: str) -> Upload:
    """Find a file of one's own. Raises UploadNotFound."""
    found = store.find(tx, caller.university, id_)
    if found is None:
        raise UploadNotFound
    return found


def receipts(
    tx: Tx, caller: Caller, id_: str, states: Sequence[str] = (), after: int = 0, limit: int | None = None
) -> list[Receipt]:
    """List the receipts of a file of one's own. Raises UploadNotFound."""
    return store.receipts(tx, find(tx, caller, id_).id, states, after, limit)


def refuse(tx: Tx, id_: str, why_fa: str, why_en: str, now: datetime) -> None:
    """Say that a file cannot be taken as a whole."""
    cells = {"state": UploadState.REFUSED, "why_fa": why_fa, "why_en": why_en, "seen_at": now}
    store.move(tx, id_, UploadState.CHECKING, **cells)


def checked(tx: Tx, id_: str, lines: int, remark: tuple[str, str], now: datetime) -> None:
    """Say that all rows of a file have their receipts. Raises ReceiptsLost where some have none."""
    found = store.counts(tx, id_)
    if sum(found.values()) != lines:
        raise ReceiptsLost(lines, found)
    cells = {"lines": sum(found.values()), "good": found.get(RowState.GOOD, 0), "done": THOUSAND}
    why = {"why_fa": remark[0], "why_en": remark[1]}
    store.move(tx, id_, UploadState.CHECKING, state=UploadState.CHECKED, seen_at=now, **cells, **why)


def take_up(tx: Tx, caller: Caller, id_: str, now: datetime) -> Upload:
    """Begin to store a file; of two who do it at once only one can. Raises UploadNotFound, UploadNotReady."""
    known = find(tx, caller, id_)
    if caller.university:
        rules.must_be_open(tx, now)
    if not known.good or not store.take_up(tx, id_, now, now - SILENT):
        raise UploadNotReady
    return msgspec.structs.replace(known, state=UploadState.STORING, seen_at=now)


def put_back(
    tx: Tx, id_: str, why_fa: str, why_en: str, now: datetime, missed: Sequence[tuple[int, tuple[Fault, ...]]] = ()
) -> None:
    """Say why a file was not stored, and of which rows that was; the others are as they were."""
    cells = {"state": UploadState.CHECKED, "why_fa": why_fa, "why_en": why_en, "seen_at": now}
    if store.move(tx, id_, UploadState.STORING, **cells) and missed:
        store.refuse_all(tx, id_, missed)
        store.move(tx, id_, UploadState.CHECKED, good=store.counts(tx, id_).get(RowState.GOOD, 0))


__all__ = [
    "NEWEST",
    "PAGE",
    "ReceiptsLost",
    "UploadKind",
    "begin",
    "checked",
    "counts",
    "find",
    "listed",
    "prune",
    "put_back",
    "receipts",
    "refuse",
    "see",
    "take_up",
]
