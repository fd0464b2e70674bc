"""The check of a file: each row by the rules of the single call, against what the registry knows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from nabz.residency.errors.faults import fault
from nabz.residency.model import DeclarationDraft, ResidentDraft
from nabz.residency.model.uploads import Line, Receipt, RowState, UploadKind
from nabz.residency.service import declarations, residents
from nabz.residency.service.uploads import of_declarations, of_residents, of_results
from nabz.residency.store import uploads as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model.uploads import Upload

CHUNK: Final = 1000


class KindOfCheck(Protocol):
    """What the rows of one kind are held against."""

    def __init__(self, upload: Upload) -> None: ...

    def look(self, tx: Tx, lines: Sequence[Line]) -> None:
        """Look up whom some rows are about."""

    def judge(self, line: Line, new_id: str, now: datetime) -> Receipt:
        """Write the receipt of a row that was looked up."""
        ...

    def name_of(self, line: Line) -> str:
        """Name the resident of a row that was looked up, if he is known."""
        ...


_KINDS: Final[dict[UploadKind, type[KindOfCheck]]] = {
    UploadKind.DECLARATIONS: of_declarations.Check,
    UploadKind.RESIDENTS: of_residents.Check,
    UploadKind.RESULTS: of_results.Check,
}


def _twins(lines: Iterable[Line]) -> dict[int, int]:
    """Give of each row whose student stands in another one, which that is."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        if line.student_number:
            places[line.key].append(line.line)
    return {
        each: twins[1] if each == twins[0] else twins[0]
        for twins in places.values()
        if len(twins) > 1
        for each in twins
    }


def _tidy(line: Line, other: int | None) -> Line:
    draft = line.draft
    if isinstance(draft, DeclarationDraft):
        draft = declarations.tidy(draft)
    elif isinstance(draft, ResidentDraft):
        draft = residents.tidy(draft)
    elif draft is not None:
        draft = msgspec.structs.replace(draft, student_number=line.student_number, note=draft.note.strip())
    told = () if other is None else (fault("twice", "StudentNumber", line=other),)
    number = draft.student_number if draft else line.student_number
    return msgspec.structs.replace(line, student_number=number, draft=draft, faults=(*line.faults, *told))


class Check:
    """The check of one file; what its rows say of each other is known from one chunk to the next."""

    def __init__(self, upload: Upload, lines: Sequence[Line]) -> None:
        self._upload = upload
        self._lines = lines
        self._twins = _twins(lines)
        self._kind = _KINDS[upload.kind](upload)

    def chunks(self) -> Iterable[Sequence[Line]]:
        """Give the rows, so many at a time that nobody waits long."""
        return (self._lines[start : start + CHUNK] for start in range(0, len(self._lines), CHUNK))

    def tidied(self, lines: Sequence[Line]) -> list[Line]:
        """Give some rows their one spelling, and refuse those of whose student a file has two."""
        return [_tidy(line, self._twins.get(line.line)) for line in lines]

    def look(self, tx: Tx, lines: Sequence[Line]) -> None:
        """Look up whom some rows are about."""
        self._kind.look(tx, lines)

    def judge(self, lines: Sequence[Line], new_ids: Sequence[str], now: datetime) -> list[Receipt]:
        """Write the receipts of rows that were looked up: pure work, fit for a thread."""
        return [self._judge(line, new_id, now) for line, new_id in zip(lines, new_ids, strict=True)]

    def _judge(self, line: Line, new_id: str, now: datetime) -> Receipt:
        if line.draft is None:
            return refused(line)
        receipt = self._kind.judge(line, new_id, now)
        return msgspec.structs.replace(receipt, row=line.row, who=self._kind.name_of(line))


def refused(line: Line) -> Receipt:
    """Write the receipt of a row of which nothing could be read."""
    number = line.student_number
    return Receipt(line=line.line, student_number=number, state=RowState.REFUSED, faults=line.faults)


def keep(tx: Tx, upload: str, receipts: Sequence[Receipt], done: int, now: datetime) -> None:
    """Write receipts down, and how far the check is."""
    store.keep(tx, upload, receipts)
    store.see(tx, upload, done, now)
