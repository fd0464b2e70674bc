"""Values and rules of the terminologies: names, versions, codes, maps, changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.terminology import errors

LONGEST_CODE: Final = 100
LONGEST_VALUE: Final = 4000
SHORTEST: Final = 3
"""So many letters a word has at least to be found inside of another."""

HEAD: Final = 32
"""So many letters of what is kept for search stand in an index of their own."""

NOT_IDS: Final = frozenset({"search", "changes", "letters", "edit"})
"""Parts of our own addresses, where an id stands too."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_BETWEEN: Final = re.compile(r"[\W_]+")
_LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")


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


_RELATIONS: Final = frozenset(Relation)


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


def key_of(id_: str) -> str:
    """Give what ids and labels are compared by: no case, no blanks, ASCII digits."""
    return "".join(persian.ascii_digits(id_).split()).casefold()


def code_of(code: str) -> str:
    """Give a code as it is asked for: trimmed, with ASCII digits."""
    return persian.ascii_digits(code.strip())


def good_id(id_: str) -> str:
    """Check the id of a new terminology. Raises BadId."""
    if not _ID.fullmatch(id_) or id_.casefold() in NOT_IDS:
        raise errors.BadId
    return id_


def good_label(label: str) -> str:
    """Check the label of a new version. Raises BadLabel."""
    label = persian.ascii_digits(label.strip())
    if not _LABEL.fullmatch(label):
        raise errors.BadLabel
    return label


def good(concept: Concept, kind: Kind) -> None:
    """Check what can be checked of a concept alone. Raises the problem of the first thing that is wrong."""
    if not concept.code:
        raise errors.CodeMissing
    if max(len(concept.code), len(concept.target), len(concept.parent)) > LONGEST_CODE:
        raise errors.BadCode
    if concept.code != concept.code.strip() or not plain(concept.code):
        raise errors.BadCode
    if kind is Kind.MAP and concept.value not in _RELATIONS:
        raise errors.BadRelation(relation=concept.value[:40])
    if kind is Kind.MAP and not concept.target:
        raise errors.ValueMissing
    if not concept.value.strip():
        raise errors.ValueMissing
    texts = "".join((concept.value, concept.en, concept.note, *concept.properties.values()))
    if len(texts) > LONGEST_VALUE:
        raise errors.ValueTooLong(most=LONGEST_VALUE)
    if not plain("".join((texts, concept.target, concept.parent, *concept.properties))):
        raise errors.BadText


def plain(text: str) -> bool:
    """Tell whether a text has no control characters and no halves of letters."""
    return text.isprintable() or not any(
        unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\ufffe\uffff" for letter in text
    )


def fits_second_person(version: Version, by: str) -> None:
    """Check that who publishes has not worked on it. Raises SecondPersonNeeded."""
    if by in {version.author, version.sender, *version.editors}:
        raise errors.SecondPersonNeeded


def words_of(text: str) -> list[str]:
    """Give the words of a text as search sees them: a half-space may stand for a blank or for nothing."""
    return _BETWEEN.sub(" ", persian.search_text(text)).split()


def asked_words(text: str) -> list[str]:
    """Give the words that somebody looks for."""
    return words_of(text.replace("\u200c", " "))[:12]


def wordings_of(text: str) -> list[list[str]]:
    """Give the ways in which what somebody looks for may be kept, the likeliest first.

    A half-space stands for a blank or for nothing; and somebody may type blanks where a half-space is kept, of which
    nothing is left between parts that are too short to be found by themselves.
    """
    apart, together = asked_words(text), words_of(text)[:12]
    found = [apart, together]
    if all(len(word) < SHORTEST for word in apart):
        found.append(["".join(apart)])
    return [words for place, words in enumerate(found) if any(words) and words not in found[:place]]


def search_line(words: Iterable[str]) -> str:
    """Give what is kept for search: two blanks before each word, so that trigrams know where words begin."""
    return "".join(f"  {word}" for word in dict.fromkeys(words))


class Candidate(NamedTuple):
    """What ranking needs to know of an entry; of some hundreds only the nearest are read whole."""

    entry: int
    number: int
    code: str
    value: str
    head: str
    search: str


def rank(of: Candidate, asked: str, words: Sequence[str]) -> tuple[int, int, str]:
    """Tell how near a candidate is to what was asked; the smallest first.

    By what is kept for search: to fold a few hundred texts anew took a third of the time.
    """
    begun = search_line(words)
    head, code = begun[:HEAD], of.code.casefold()
    if code == asked:
        place = 0
    elif of.head == head and (len(begun) < HEAD or words_of(of.value) == words):
        place = 1
    elif code.startswith(asked):
        place = 2
    elif of.head.startswith(head):
        place = 3
    elif all(f"  {word}" in of.search for word in words):
        place = 4
    elif all(word in of.search for word in words):
        place = 5
    else:
        place = 6
    return place, len(of.value), of.code
