"""SNOMED CT's releases (RF2): the snapshot of concepts, descriptions and relationships."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Final

from nabz.kit.numbers import Numbers
from nabz.terminology.errors import CodeTwice
from nabz.terminology.files.checkdigits import verhoeff
from nabz.terminology.files.checking import broken, would_harm
from nabz.terminology.files.columns import letters
from nabz.terminology.files.packed import Member, check_members, choose, members
from nabz.terminology.files.rf2_lines import bad_line, check_header, lines_of
from nabz.terminology.files.rf2_memory import Memory
from nabz.terminology.files.source import Format, Source, row_broken
from nabz.terminology.model import Broken, Read, Retirement, Row

MOST_BYTES: Final = 8 << 30
_KIND_OF_RELATIONSHIP: Final = "characteristicTypeId modifierId"
PARTS: Final = {
    "concept": ("sct2_Concept_Snapshot", "id effectiveTime active moduleId definitionStatusId"),
    "description": (
        "sct2_Description_Snapshot",
        "id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId",
    ),
    "relationship": (
        "sct2_Relationship_Snapshot",
        f"id effectiveTime active moduleId sourceId destinationId relationshipGroup typeId {_KIND_OF_RELATIONSHIP}",
    ),
    "language": (
        "der2_cRefset_LanguageSnapshot",
        "id effectiveTime active moduleId refsetId referencedComponentId acceptabilityId",
    ),
    "association": (
        "der2_cRefset_Association(Reference)?Snapshot",
        "id effectiveTime active moduleId refsetId referencedComponentId targetComponentId",
    ),
}
_COLUMNS: Final = {part: columns.split() for part, (_, columns) in PARTS.items()}
_NEEDED: Final = ("concept", "description", "relationship")
_DATE: Final = re.compile(r"_(\d{8})\.txt$")

_ACTIVE: Final = b"1"
_IS_A: Final = b"116680003"
_FSN: Final = b"900000000000003001"
_SYNONYM: Final = b"900000000000013009"
_PREFERRED: Final = b"900000000000548007"
_US_ENGLISH: Final = b"900000000000509007"
_PERSIAN: Final = b"fa"
_SUCCESSIONS: Final = (b"900000000000526001", b"900000000000527005")
"""Replaced by, and same as: the first goes before the second."""

_TAG: Final = re.compile(r" \([^()]*\)$")
_GATHERING: Final = 0.7
"""The part of the work that is done before the first concept can be told."""

_EVERY: Final = 10_000
"""So often the progress is told."""


def is_release(found: Sequence[Member]) -> bool:
    """Tell by their names whether files belong to a release of SNOMED CT."""
    return any(re.match(r"[xz]?sct2_", one.name) for one in found)


class Rf2Source(Source):
    """A snapshot, as a folder or a zip."""

    format: ClassVar[Format] = Format.RF2
    lenient: ClassVar[bool] = True

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.runs = would_harm
        found = members(path)
        self._parts = {
            part: choose(found, rf"[xz]?{start}[^a-zA-Z0-9].*\.txt", start if part in _NEEDED else "")
            for part, (start, _) in PARTS.items()
        }
        everything = [one for part in self._parts.values() for one in part]
        check_members(everything, MOST_BYTES)
        for part, columns in _COLUMNS.items():
            for one in self._parts[part]:
                check_header(one, columns)
        self._size = max(sum(one.size for one in everything), 1)
        self._read_so_far = 0
        self.id, self.title = "SNOMEDCT", "SNOMED CT"
        self.version = next((date[1] for one in self._parts["concept"] if (date := _DATE.search(one.name))), "")

    def found(self) -> Iterator[Read]:
        self._read_so_far = 0
        memory = Memory()
        yield from self._concepts(memory)
        memory.settle()
        yield from self._terms(memory)
        yield from self._each("relationship", lambda cells: _relationship(cells, memory))
        yield from self._each("association", lambda cells: _association(cells, memory))
        yield from self._told(memory)

    def _concepts(self, memory: Memory) -> Iterator[Broken]:
        for member, line, cells in self._lines("concept"):
            if len(cells) != len(_COLUMNS["concept"]):
                yield bad_line(member, line, cells[0])
            elif not verhoeff(cells[0]):
                why = row_broken("رقم کنترل کد SNOMED درست نیست", "the check digit of the SNOMED id is wrong")
                yield broken(line, cells[0].decode("utf-8", "replace"), why)
            elif not memory.concept(int(cells[0]), line, active=cells[2] == _ACTIVE):
                yield broken(line, cells[0].decode(), CodeTwice(code=cells[0].decode()))

    def _terms(self, memory: Memory) -> Iterator[Broken]:
        preferred: dict[bytes, Numbers] = {}
        yield from self._each("language", lambda cells: _language(cells, preferred))
        yield from self._each("description", lambda cells: _description(cells, memory, preferred))

    def _each(self, part: str, take: Callable[[list[bytes]], None]) -> Iterator[Broken]:
        width = len(_COLUMNS[part])
        for member, line, cells in self._lines(part):
            if len(cells) != width:
                yield bad_line(member, line, cells[0])
            elif cells[2] == _ACTIVE:
                try:
                    take(cells)
                except (ValueError, OverflowError):
                    yield bad_line(member, line, cells[0])

    def _lines(self, part: str) -> Iterator[tuple[Member, int, list[bytes]]]:
        for member in self._parts[part]:
            with member.open() as stream:
                for line, text in lines_of(stream, member):
                    if line % _EVERY == 0:
                        self.progress = _GATHERING * min((self._read_so_far + stream.tell()) / self._size, 1.0)
                    if text:
                        yield member, line, text.split(b"\t")
            self._read_so_far += member.size

    def _told(self, memory: Memory) -> Iterator[Read]:
        for number, code in enumerate(memory.codes()):
            if number % _EVERY == 0:
                self.progress = _GATHERING + (1 - _GATHERING) * number / max(memory.count, 1)
            line = memory.lines[number]
            if not memory.active[number]:
                successor = memory.successor(number)
                yield Retirement(line=line, code=str(code), successor=str(successor or ""))
                continue
            try:
                english, value = memory.fsn.get(number).decode(), memory.preferred.get(number).decode()
            except UnicodeDecodeError:
                yield broken(line, str(code), row_broken("نام آن UTF-8 نیست", "its term is not UTF-8"))
                continue
            yield Row(
                line=line,
                code=str(code),
                value=letters(value) or _TAG.sub("", letters(english)),
                en=letters(english),
                parent=str(memory.parents[number] or ""),
            )


def _language(cells: list[bytes], preferred: dict[bytes, Numbers]) -> None:
    """Remember which descriptions are preferred in which language."""
    *_, language, description, acceptability = cells
    if acceptability == _PREFERRED:
        if language not in preferred:
            preferred[language] = Numbers()
        preferred[language].add(int(description))


def _description(cells: list[bytes], memory: Memory, preferred: dict[bytes, Numbers]) -> None:
    id_, _, _, _, concept, language, kind, term, _ = cells
    number = memory.number(int(concept))
    if number is None:
        return
    if kind == _FSN:
        memory.name(number, term)
    elif kind == _SYNONYM:
        description = int(id_)
        ranks = (1 + (dialect == _US_ENGLISH) for dialect, chosen in preferred.items() if description in chosen)
        if rank := max(ranks, default=0):
            memory.prefer(number, rank + 2 * (language == _PERSIAN), term)


def _relationship(cells: list[bytes], memory: Memory) -> None:
    if cells[7] == _IS_A and (number := memory.number(int(cells[4]))) is not None:
        memory.place_below(number, int(cells[5]))


def _association(cells: list[bytes], memory: Memory) -> None:
    *_, kind, concept, successor = cells
    if kind in _SUCCESSIONS:
        memory.succeed(int(concept), _SUCCESSIONS.index(kind), int(successor))
