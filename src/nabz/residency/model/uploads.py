"""Files of many rows: where one stands, and the receipt of each of its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from nabz.residency.errors.faults import Fault
from nabz.residency.model.values import DeclarationDraft, ResidentDraft, ResultDraft

Draft = DeclarationDraft | ResidentDraft | ResultDraft

MOST_LINES: Final = 50_000
MOST_RESIDENTS: Final = 5_000
"""More than any university has: all or nothing of them is one transaction, a thousandth of a second each."""

MOST_MB: Final = 20
MOST_AT_WORK: Final = 5
"""So many files of one sender wait or are being checked; each lies here until it is read."""

SILENT: Final = timedelta(seconds=10)
"""After so long without a sign of life the process that was at work is taken to have been killed."""

THOUSAND: Final = 1000
"""How far the work is when it is done."""


class UploadKind(StrEnum):
    """What the rows of a file are."""

    DECLARATIONS = "declarations"
    RESIDENTS = "residents"
    RESULTS = "results"


def most_of(kind: UploadKind) -> int:
    """Tell how many rows a file has at most."""
    return MOST_RESIDENTS if kind is UploadKind.RESIDENTS else MOST_LINES


class UploadState(StrEnum):
    """Where a file stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    """The file as a whole: none of its rows was looked at."""

    STORING = "storing"
    STORED = "stored"
    INTERRUPTED = "interrupted"
    """Never written down: the one who was at work on it gives no sign of life any more."""


class Deed(StrEnum):
    """What storing a row does."""

    NEW = "new"
    CHANGED = "changed"
    CORRECTED = "corrected"


AT_WORK: Final = frozenset({UploadState.CHECKING, UploadState.STORING})


class RowState(StrEnum):
    """What a receipt says of a row."""

    GOOD = "good"
    SAME = "same"
    REFUSED = "refused"
    STORED = "stored"


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that somebody has sent, and how far the work at it is."""

    id: str
    university: str
    kind: UploadKind
    year: int
    name: str
    digest: str
    state: UploadState = UploadState.CHECKING
    lines: int = 0
    good: int = 0
    stored: int = 0
    done: int = 0
    """In thousandths."""

    why_fa: str = ""
    """Why it was refused, or what else there is to say of it."""

    why_en: str = ""
    sent_at: datetime
    sent_by: str
    seen_at: datetime

    def standing(self, now: datetime) -> UploadState:
        """Tell where it stands, as one who looks at it now."""
        silent = self.state in AT_WORK and now - self.seen_at >= SILENT
        return UploadState.INTERRUPTED if silent else self.state

    def may_be_stored(self, now: datetime) -> bool:
        """Tell whether its good rows wait to be stored; what was cut off may go on."""
        cut_off = self.state is UploadState.STORING and now - self.seen_at >= SILENT
        return self.good > 0 and (self.state is UploadState.CHECKED or cut_off)


class Line(msgspec.Struct, frozen=True):
    """A row as it was read: a draft with what could not be read of it, or no draft where nothing could."""

    line: int
    student_number: str
    draft: Draft | None
    faults: tuple[Fault, ...] = ()
    row: tuple[str, ...] = ()
    """Its cells as they came, in the order of the template."""

    @property
    def key(self) -> tuple[str, str]:
        """Whom the row is about."""
        return getattr(self.draft, "university", ""), self.student_number


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a row, and what is kept of it until it is stored."""

    line: int
    student_number: str
    state: RowState
    resident: str = ""
    seen: int = 0
    """The version that was there when the row was checked; none is 0."""

    cells: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    faults: tuple[Fault, ...] = ()
    row: tuple[str, ...] = ()
    """Its cells as they came, to be given back with what is wrong with them."""

    deed: Deed | None = None
    who: str = ""
    """The resident's name, where he is known."""
