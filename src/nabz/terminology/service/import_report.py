"""What an import tells: how far it is, and what became of the rows."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from nabz.terminology.errors import NothingChanged, RowsRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nabz.kit.errors import Problem
    from nabz.terminology.model import Kind, Read

MOST_REFUSED: Final = 1000
MOST_OF_EACH: Final = 50


class Source(Protocol):
    """A file whose rows are imported (terminology.files)."""

    @property
    def kind(self) -> Kind:
        """Whether it holds codes or a map."""
        ...

    @property
    def complete(self) -> bool:
        """Whether it is a whole version: codes that it lacks are retired."""
        ...

    @property
    def lenient(self) -> bool:
        """Whether it may name parents and successors that it does not hold; these are then left out."""
        ...

    @property
    def progress(self) -> float:
        """How much of it has been read, 0 to 1."""
        ...

    def rows(self) -> Iterator[Read]:
        """The rows, from the first on each time."""
        ...


class Outcome(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    RETIRED = "retired"
    REFUSED = "refused"


class Line(msgspec.Struct, frozen=True):
    """One row of the report."""

    line: int
    code: str
    outcome: Outcome
    why_fa: str = ""
    why_en: str = ""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import is."""

    done: float
    rows: int
    stage: str
    """reading, loading or indexing."""


class Report(msgspec.Struct, kw_only=True):
    """What became of the rows; the refused ones are told first, of the others a few of each kind."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    retired: int = 0
    refused: int = 0
    refusals: list[Line] = []
    shown: list[Line] = []
    _told: Counter[str] = msgspec.field(default_factory=Counter)

    @property
    def lines(self) -> list[Line]:
        """The lines to show, refused ones first."""
        return [*sorted(self.refusals, key=lambda line: line.line), *self.shown]

    def refuse(self, line: int, code: str, why: Problem) -> None:
        """Put down that a row cannot be taken."""
        self.refused += 1
        if len(self.refusals) < MOST_REFUSED:
            self.refusals.append(Line(line, code[:100], Outcome.REFUSED, why.text_fa, why.text_en))

    def count(self, line: int, code: str, outcome: Outcome) -> None:
        """Count a row that is taken."""
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)
        self.show(line, code, outcome)

    def show(self, line: int, code: str, outcome: Outcome) -> None:
        """Show a row, if not enough of its kind are shown."""
        if self._told[outcome] < MOST_OF_EACH:
            self._told[outcome] += 1
            self.shown.append(Line(line, code, outcome))

    def add(self, part: Report) -> None:
        """Add the numbers of a part."""
        for name in ("rows", "added", "changed", "same", "retired", "refused"):
            setattr(self, name, getattr(self, name) + getattr(part, name))

    def without_lines(self) -> Report:
        """Give the numbers alone."""
        self.shown, self.refusals = [], []
        return self

    def must_be_clean(self) -> None:
        """Go on only if every row can be taken. Raises RowsRefused."""
        if self.refused:
            first = self.lines[0]
            raise RowsRefused(count=self.refused, line=first.line, why_fa=first.why_fa, why_en=first.why_en)

    def must_change_something(self) -> None:
        """Go on only if the file differs from what is there. Raises NothingChanged."""
        if not self.added + self.changed + self.retired:
            raise NothingChanged
