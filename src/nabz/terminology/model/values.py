"""Values: terminologies, versions, concepts, what changes, letters, and the rows of a file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from nabz.kit.errors import Problem


class Kind(StrEnum):
    """What the entries of a terminology say."""

    CODES = "codes"
    MAP = "map"
    """Each entry says to which code of another terminology a code goes."""


class State(StrEnum):
    """Where a version stands."""

    LOADING = "loading"
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    """No longer listed, still answered."""


OPEN: Final = frozenset({State.LOADING, State.DRAFT, State.REVIEW})
"""In the making; of these a terminology has one at most."""


class Relation(StrEnum):
    """How the target of a map stands to its source."""

    EQUIVALENT = "equivalent"
    WIDER = "wider"
    NARROWER = "narrower"
    INEXACT = "inexact"

    @property
    def turned(self) -> Relation:
        """The same relation seen from the other end."""
        return {Relation.WIDER: Relation.NARROWER, Relation.NARROWER: Relation.WIDER}.get(self, self)


class Terminology(msgspec.Struct, frozen=True, kw_only=True):
    """One terminology, or one map between two."""

    number: int
    id: str
    kind: Kind
    title_fa: str
    title_en: str
    source_fa: str = ""
    made_up: str = "no"
    """Whether its codes are made up: no, partly, yes."""

    defined_at: datetime
    source: str | None = None
    target: str | None = None
    last: int = 0
    """The step of the version in force; 0 before the first."""

    last_label: str = ""
    size: int = 0


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version; its step is its place in the order of versions."""

    id: int
    number: int
    step: int
    label: str
    version_id: int
    state: State
    note: str = ""
    created_at: datetime
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""
    """Why it was withdrawn."""

    size: int = 0
    added: int = 0
    changed: int = 0
    retired: int = 0
    author: str = ""
    sender: str | None = None
    approver: str | None = None
    editors: tuple[str, ...] = ()
    revision: int = 0
    touched_at: datetime


class Concept(msgspec.Struct, frozen=True, kw_only=True):
    """A code with its value; in a map the value is the relation and `target` the code it goes to."""

    code: str
    value: str
    target: str = ""
    en: str = ""
    parent: str = ""
    note: str = ""
    made_up: bool = False
    properties: dict[str, str] = {}

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two versions of a code differ."""
        return self.value, self.en, self.parent, self.note, self.made_up, self.properties


class Entry(Concept, frozen=True, kw_only=True):
    """A concept as it is kept: in force from one step until before another."""

    from_step: int
    until_step: int | None = None
    successor: str | None = None


class Change(StrEnum):
    """What became of a code between two versions."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    REMAPPED = "remapped"
    """Retired, and another code takes its place."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One code that two versions differ in."""

    code: str
    target: str = ""
    change: Change
    before: Concept | None = None
    after: Concept | None = None
    successor: str | None = None


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What a version did to one code."""

    version: Version
    change: Change
    concept: Concept | None = None
    successor: str | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A concept that a search has found."""

    terminology: str
    title_fa: str
    concept: Concept


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a map leads from one code."""

    map: str
    terminology: str
    code: str
    value: str
    relation: Relation
    retired: bool = False
    """The code it leads to is no longer in force."""

    turned: bool = False
    """Read against the map's direction."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that those who keep copies want to know."""

    event: int
    at: datetime
    what: str
    terminology: str | None = None
    version: str | None = None
    letter: str | None = None


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that comes with a letter."""

    id: str
    name: str
    type: str
    size: int


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """An official notice about codings."""

    id: str
    number: str
    title: str
    date: str
    """Jalali, yyyy/mm/dd."""

    remark: str = ""
    terminologies: tuple[str, ...] = ()
    published_at: datetime
    published_by: str = ""
    attachments: tuple[Attachment, ...] = ()


class Adoption(msgspec.Struct, frozen=True, kw_only=True):
    """Since when an organisation uses what a letter tells of."""

    letter: str
    organisation: str
    organisation_name: str = ""
    since: str
    marked_at: datetime


class Row(Concept, frozen=True, kw_only=True):
    """A row of a file that is imported."""

    line: int


class Retirement(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a file that says that a code is no longer used, and which other takes its place."""

    line: int
    code: str
    successor: str = ""


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a file that cannot be taken, and why."""

    line: int
    code: str
    why: Problem


Read = Row | Retirement | Broken
