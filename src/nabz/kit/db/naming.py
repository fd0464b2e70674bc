"""The first lock: a statement on rows that belong to a data set names it, or is not run."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from nabz.kit.db.words import Clause, Word, clauses, is_query, nested, split, words

COLUMN: Final = "data_set"
ARGUMENT: Final = f":{COLUMN}"
_NO_ROWS: Final = {"create", "alter", "drop", "analyze", "vacuum", "reindex", "comment", "grant", "pragma"}
_SOURCES: Final = {"from", "join", "update", "using"}
_BEFORE_A_SOURCE: Final = ("only", "lateral", "or")  # UPDATE OR IGNORE
_KEEPING_NONE: Final = {"", "inner", "cross"}  # the others keep rows for which their ON is not true
_AFTER_A_SOURCE: Final = ("tablesample", "indexed", "not", "natural")

SCOPED, TRUSTED, OTHER = "scoped", "trusted", "other"


def read(text: str, scoped: Collection[str], *, any_argument: bool = False) -> tuple[list[str], set[str]]:
    """What is wrong with a statement, and the arguments that it takes for the data set.

    Every one of these tables that it reads or changes must be held to the data set, by `data_set = :data_set` in a
    WHERE or ON, or by a join over data_set with rows that are; what is inserted gets it in the column's own place.
    """
    if not scoped or not re.search(rf"\b(?:{'|'.join(sorted(scoped))})\b", text, re.IGNORECASE):
        return [], set()
    level = words(text)
    if not level or level[0] in _NO_ROWS:
        return [], set()
    reader = _Reader(frozenset(scoped), any_argument=any_argument)
    reader.query(level, {})
    return list(dict.fromkeys(reader.faults)), reader.arguments


class _Reader:
    def __init__(self, scoped: frozenset[str], *, any_argument: bool) -> None:
        self.scoped = scoped
        self.any_argument = any_argument
        self.faults: list[str] = []
        self.arguments: set[str] = set()
        self.named_queries: set[str] = set()  # WITH name AS (…)

    def query(self, level: list[Word], outer: dict[str, str]) -> None:
        """Read a query with all that is in it; `outer` is what a correlated one may lean on."""
        self._learn_named_queries(level)
        for part in split(level, "union", "intersect", "except"):
            self._single(part, outer)

    def _learn_named_queries(self, level: list[Word]) -> None:
        for place, word in enumerate(level):
            if isinstance(word, list) and is_query(word) and level[place - 1] in ("as", "materialized"):
                before = [each for each in level[:place] if each not in ("as", "not", "materialized")]
                while before and isinstance(before[-1], list) and not is_query(before[-1]):
                    before.pop()  # the names of its columns
                if before and isinstance(before[-1], str) and self._is_trusted(word):
                    self.named_queries.add(before[-1])

    def _is_trusted(self, query: list[Word]) -> bool:
        """Tell whether its data_set can be ours: it reads rows of ours, by the same rule, or names the argument."""
        held = self.scoped | self.named_queries
        inside = [word for level in (query, *nested(query)) for word in level]
        return any(self._is_argument(word) or (isinstance(word, str) and word in held) for word in inside)

    def _is_argument(self, word: Word) -> bool:
        if isinstance(word, list):
            return False
        return word == ARGUMENT or (self.any_argument and word[0] == ":" and word not in {":", "::"})

    def _single(self, level: list[Word], outer: dict[str, str]) -> None:
        parts = clauses(level)
        sources: dict[str, str] = {}
        pairs: list[tuple[str, str]] = []
        self._gather(parts, sources, pairs)
        visible = {**outer, **sources}
        self._hold(sources, pairs, visible)
        self._check_written(parts, visible)
        self._check_strays(parts)
        for bracket in _queries(level):
            self.query(bracket, visible)

    # ---------------------------------------------------------------- what is read, and what holds it

    def _gather(self, parts: list[Clause], sources: dict[str, str], pairs: list[tuple[str, str]]) -> None:
        """Collect the sources by alias, and who is said to have whose data set."""
        joined: list[str] = []
        kind = ""
        for word, inside in parts:
            if word == "conflict":
                break  # what follows is about the row that was to be inserted
            if word in _SOURCES or word.endswith(" join"):
                if word == "using" and inside[:1] and isinstance(inside[0], list):
                    self._join_using(inside[0], joined, kind, sources, pairs)
                    continue
                kind = word.removesuffix("join").strip()
                joined = [alias for item in split(inside, ",") for alias in self._source(item, sources, pairs)]
            elif word in {"on", "where"}:
                only = None if word == "where" or kind in _KEEPING_NONE else joined if kind == "left" else []
                for one, other in self._equalities(inside, sources):
                    pairs += [(a, b) for a, b in ((one, other), (other, one)) if only is None or a in only]

    def _source(self, item: list[Word], sources: dict[str, str], pairs: list[tuple[str, str]]) -> list[str]:
        """Add what stands between two commas of a FROM, and give its aliases."""
        while item and item[0] in _BEFORE_A_SOURCE:
            item = item[2 if item[0] == "or" else 1 :]
        if not item:
            return []
        first, rest = item[0], item[1:]
        if isinstance(first, list):
            if not is_query(first):
                before = set(sources)
                self._gather(clauses(first, "from"), sources, pairs)
                return [alias for alias in sources if alias not in before]
            name, kind = "", TRUSTED if self._is_trusted(first) else OTHER
        else:
            while rest[:1] == ["."] and len(rest) > 1 and isinstance(rest[1], str):
                first, rest = rest[1], rest[2:]
            name, kind = first, self._kind(first)
        if rest and isinstance(rest[0], list):  # a function
            self._look_for_strays(rest[0])
            kind, rest = OTHER, rest[1:]
        if rest[:1] == ["as"]:
            rest = rest[1:]
        alias = rest[0] if rest and isinstance(rest[0], str) and rest[0] not in _AFTER_A_SOURCE else name
        self._look_for_strays(rest[1:])
        sources[alias] = kind
        return [alias]

    def _kind(self, name: str) -> str:
        return TRUSTED if name in self.named_queries else SCOPED if name in self.scoped else OTHER

    def _join_using(
        self, columns: list[Word], joined: list[str], kind: str, sources: dict[str, str], pairs: list[tuple[str, str]]
    ) -> None:
        if COLUMN in columns:
            before = [alias for alias in sources if alias not in joined]
            if kind in _KEEPING_NONE | {"left"}:
                pairs += [(one, other) for one in joined for other in before]
            if kind in _KEEPING_NONE:
                pairs += [(other, one) for one in joined for other in before]

    def _equalities(self, condition: list[Word], sources: dict[str, str]) -> list[tuple[str, str]]:
        """What must be true about data_set: each side is an alias, or "" for the argument."""
        if "or" in condition:
            return []
        found = []
        for part in split(condition, "and"):
            if len(part) == 1 and isinstance(part[0], list):
                found += self._equalities(part[0], sources)
            elif part.count("=") == 1:
                one, other = (self._side(side, sources) for side in split(part, "="))
                if one is not None and other is not None:
                    found.append((one, other))
                    if sources.get(one or other) != OTHER:
                        self._note_argument(part)
        return found

    def _side(self, side: list[Word], sources: dict[str, str]) -> str | None:
        side = _without_cast(side)
        if len(side) == 1 and self._is_argument(side[0]):
            return ""
        if side == [COLUMN]:  # without an alias it can only be the one source that has it
            own = [alias for alias, kind in sources.items() if kind == SCOPED]
            return own[0] if len(own) == 1 else None
        return str(side[0]) if side[1:] == [".", COLUMN] else None

    def _note_argument(self, within: list[Word]) -> None:
        self.arguments |= {word for word in within if isinstance(word, str) and self._is_argument(word)}

    def _hold(self, sources: dict[str, str], pairs: list[tuple[str, str]], visible: dict[str, str]) -> None:
        free = {alias for alias, kind in sources.items() if kind == SCOPED}
        firm = {"", *(alias for alias, kind in visible.items() if kind != OTHER)}
        while held := {one for one, other in pairs if one in free and other in firm - free}:
            free -= held
        self.faults += [f"{alias} is not held to its data set" for alias in sources if alias in free]

    # ---------------------------------------------------------------- what is written

    def _check_written(self, parts: list[Clause], visible: dict[str, str]) -> None:
        for place, (word, inside) in enumerate(parts):
            if word == "set" and any(part[:1] == [COLUMN] or _is_row_with_it(part) for part in split(inside, ",")):
                self.faults.append("a row does not change its data set")
            if word == "into" and any(each in self.scoped for each in inside if isinstance(each, str)):
                self._check_inserted(inside, parts[place + 1 :], visible)

    def _check_inserted(self, inside: list[Word], after: list[Clause], visible: dict[str, str]) -> None:
        table = next(each for each in inside if isinstance(each, str) and each in self.scoped)
        columns = next((split(each, ",") for each in inside if isinstance(each, list)), [])
        place = next((place for place, column in enumerate(columns) if column == [COLUMN]), None)
        rows: list[list[Word]] = []
        for word, given in after:
            if word == "values":
                rows += [each for each in given if isinstance(each, list)]
            elif word == "select":
                rows.append([each for each in given if each not in ("distinct", "all")])
            if word in {"values", "select"}:
                break
        if place is None or not rows or not all(self._gives(split(row, ","), place, visible) for row in rows):
            self.faults.append(f"a row of {table} is inserted without its data set")

    def _gives(self, row: list[list[Word]], place: int, visible: dict[str, str]) -> bool:
        if any(_is_star(cell) for cell in row[:place]) or place >= len(row):
            return False
        cell = row[place]
        if "as" in cell:
            cell = cell[: cell.index("as")]
        cell = _without_cast(cell)
        if len(cell) == 1 and self._is_argument(cell[0]):
            self._note_argument(cell)
            return True
        if cell == [COLUMN]:
            return any(kind != OTHER for kind in visible.values())
        return cell[1:] == [".", COLUMN] and visible.get(str(cell[0]), OTHER) != OTHER

    def _check_strays(self, parts: list[Clause]) -> None:
        for word, inside in parts:
            if word not in _SOURCES | {"into", "for"} and not word.endswith(" join"):
                self._look_for_strays(inside)

    def _look_for_strays(self, level: list[Word]) -> None:
        """A table that stands where this reading does not expect one is refused, not passed over."""
        for place, word in enumerate(level):
            if isinstance(word, list):
                if not is_query(word):
                    self._look_for_strays(word)
            elif word in self.scoped and "." not in level[max(place - 1, 0) : place + 2]:
                self.faults.append(f"{word} stands where its data set cannot be seen")


def _queries(level: list[Word]) -> list[list[Word]]:
    """The queries in brackets right below this one."""
    found: list[list[Word]] = []
    for word in level:
        if isinstance(word, list):
            found += [word] if is_query(word) else _queries(word)
    return found


def _without_cast(words_: list[Word]) -> list[Word]:
    return words_[: words_.index("::")] if "::" in words_ else words_


def _is_row_with_it(part: list[Word]) -> bool:
    return bool(part) and isinstance(part[0], list) and COLUMN in part[0]


def _is_star(cell: list[Word]) -> bool:
    return cell[-1:] == ["*"]
