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


_KINDS: Final[dict[UploadKind, type[KindOfCheck]]] = {
    UploadKind.DECLARATIONS: of_declarations.Check,
    UploadKind.RESIDENTS: of_residents.Check,
    UploadKind.RESULTS: of_results.Check,
}


def tidy(lines: Iterable[Line]) -> list[Line]:
    """Give all rows their one spelling, and refuse those of which a file has two."""
    tidied = [_tidy(line) for line in lines]
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, line in enumerate(tidied):
        if line.student_number:
            places[line.key].append(place)
    for twins in places.values():
        if len(twins) > 1:
            lines_ = [tidied[place].line for place in twins]
            for place in twins:
                other = next(each for each in lines_ if each != tidied[place].line)
                told = fault("twice", "StudentNumber", line=other)
                tidied[place] = msgspec.structs.replace(tidied[place], faults=(*tidied[place].faults, told))
    return tidied


def _tidy(line: Line) -> Line:
    draft = line.draft
    if isinstance(draft, DeclarationDraft):
        draft = declarations.tidy(draft)
    elif isinstance(draft, ResidentDraft):
        draft = residents.tidy(draft)
    elif draft is not None:
        draft = msgspec.structs.replace(draft, student_number=line.student_number, note=draft.note.strip())
    return Line(line.line, draft.student_number if draft else line.student_number, draft, line.faults)


class Check:
    """The check of one file; what its rows say of each other is known from one chunk to the next."""

    def __init__(self, upload: Upload, lines: Sequence[Line]) -> None:
        self._upload = upload
        self._lines = lines
        self._kind = _KINDS[upload.kind](upload)

    def chunks(self) -> Iterable[Sequence[Line]]:
        """Give the rows, so many at a time that nobody waits long."""
        return (self._lines[start : start + CHUNK] for start in range(0, len(self._lines), CHUNK))

    def look(self, tx: Tx, lines: Sequence[Line]) -> None:
        """Look up whom some rows are about."""
        self._kind.look(tx, lines)

    def judge(self, lines: Sequence[Line], new_ids: Sequence[str], now: datetime) -> list[Receipt]:
        """Write the receipts of rows that were looked up: pure work, fit for a thread."""
        return [
            self._kind.judge(line, new_id, now) if line.draft else refused(line)
            for line, new_id in zip(lines, new_ids, strict=True)
        ]


def refused(line: Line) -> Receipt:
    """Write the receipt of a row of which nothing could be read."""
    number = line.student_number
    return Receipt(line=line.line, student_number=number, state=RowState.REFUSED, faults=line.faults)


def keep(tx: Tx, upload: str, receipts: Sequence[Receipt], done: int, now: datetime) -> None:
    """Write receipts down, and how far the check is."""
    store.keep(tx, upload, receipts)
    store.see(tx, upload, done, now)
