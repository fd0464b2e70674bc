"""What residency speaks of: residents, their declarations, what the ministry says to them, and the years."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

CERTIFICATE: Final = 10
FIVE_YEARS: Final = 5


class DeclarationType(IntEnum):
    """Whether a resident is declared to promotion (appendix 2)."""

    DECLARED = 1
    NOT_DECLARED = 2


class Acceptance(IntEnum):
    """What the ministry says to a declaration (appendix 4)."""

    ACCEPTED = 1
    REFUSED = 2
    TO_CORRECT = 3


class Result(IntEnum):
    """The final result of the examination (appendix 5)."""

    PROMOTED = 1
    CONDITIONAL = 2
    REPEATED = 3


DECIDED: Final = frozenset({Acceptance.ACCEPTED, Acceptance.REFUSED})


class Standing(StrEnum):
    """Where a declaration stands, as people look for it."""

    NEW = "new"
    CORRECTED = "corrected"
    TO_CORRECT = "correct"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Caller(msgspec.Struct, frozen=True):
    """Who acts: somebody of a university, or of the ministry, which has none."""

    university: str
    by: str
    request: str = ""


class ResidentDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A resident as a university tells of him."""

    student_number: str
    national_code: str
    course: str
    start_year: int
    status: int
    duration: int
    start: date
    end: date | None
    first_name: str
    last_name: str
    father_name: str
    is_irani: bool
    birth: date
    email: str
    mobile: str
    address: str
    gender: int


class Resident(ResidentDraft, frozen=True, kw_only=True):
    """A resident as the registry keeps him."""

    id: str
    university: str
    version: int
    picture: str
    """The digest of his picture; without one, nothing."""

    changed_at: datetime

    @property
    def name(self) -> str:
        """His whole name."""
        return f"{self.first_name} {self.last_name}".strip()


class DeclarationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration as a university sends it; scores are whole hundredths."""

    student_number: str
    year: int
    code: int
    type: int
    reason: int | None
    duration: int
    log_book: bool
    clinical: int
    operation: int
    ethics: int
    start: date
    end: date | None
    description: str


class Declaration(DeclarationDraft, frozen=True, kw_only=True):
    """A declaration with whose it is, and what the ministry says to it."""

    resident: str
    university: str
    national_code: str
    first_name: str
    last_name: str
    course: str
    version: int
    acceptance: int | None
    note: str
    decided_at: datetime | None
    decided_by: str
    corrected_at: datetime | None
    sent_at: datetime
    sent_by: str
    result: int | None
    result_note: str

    @property
    def name(self) -> str:
        """The resident's whole name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        if self.acceptance is None:
            return Standing.NEW if self.corrected_at is None else Standing.CORRECTED
        return _STANDINGS[Acceptance(self.acceptance)]

    @property
    def total(self) -> int:
        """The sum of its scores, of 150, in hundredths."""
        return self.clinical + self.operation + self.ethics


_STANDINGS: Final = {
    Acceptance.ACCEPTED: Standing.ACCEPTED,
    Acceptance.REFUSED: Standing.REFUSED,
    Acceptance.TO_CORRECT: Standing.TO_CORRECT,
}


class ResultDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A final result as the ministry enters it; none takes it back."""

    university: str
    student_number: str
    year: int
    result: int | None
    note: str


class Pick(msgspec.Struct, frozen=True):
    """A declaration as somebody has seen it: what is decided is decided about that version."""

    resident: str
    year: int
    version: int


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """The deadlines of a promotion year, each open where nothing is set."""

    year: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    corrects_until: datetime | None = None
    results_at: datetime | None = None
    """From then on universities and residents see the results."""

    version: int = 0

    def published(self, now: datetime) -> bool:
        """Tell whether its results may be seen."""
        return self.over(self.results_at, now)

    def over(self, end: datetime | None, now: datetime) -> bool:
        """Tell whether something ended: at its own deadline, or with the publication, which ends all of a year."""
        return any(at is not None and at <= now for at in (end, self.results_at))


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the ministry has switched on."""

    status_binding: bool = False
    """Whether a resident's status has to stand in the table."""

    maintenance_until: datetime | None = None
    maintenance_note: str = ""
    version: int = 0


class CodeKind(StrEnum):
    """The tables that the ministry edits."""

    STATUS = "status"
    COURSE = "course"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code with its title; of a course also how many years it takes, where that is known."""

    kind: CodeKind
    code: str
    title: str
    title_en: str = ""
    years: int | None = None
    note: str = ""
    active: bool = True


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a resident's history."""

    at: datetime
    who: str
    action: str
    year: int
    facts: dict[str, object]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which residents or declarations are looked for."""

    university: str = ""
    course: str = ""
    standing: str = ""
    code: int | None = None
    type: int | None = None
    result: str = ""
    """The number of a result, or `none`."""

    words: tuple[str, ...] = ()
    national_code: str = ""
    student_number: str = ""
    undeclared: int | None = None
    """Residents of whom nothing was said in this year, though they had begun."""


class Counts(msgspec.Struct, frozen=True):
    """How many declarations there are, and how many stand where."""

    total: int
    by: dict[str, int]
