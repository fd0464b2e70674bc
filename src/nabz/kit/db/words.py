"""SQL as words and brackets: as much of the language as it takes to see which rows a statement means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Word: TypeAlias = "str | list[Word]"
"""A word in small letters, or what stands in brackets (or from CASE to END)."""
Clause: TypeAlias = tuple[str, list[Word]]

_WORD = re.compile(
    r"""--[^\n]* | /\*.*?\*/
    | (?P<quoted>'(?:[^']|'')*')
    | %\((?P<named>\w+)\)s | :(?P<colon>[A-Za-z_]\w*) | __\[POSTCOMPILE_(?P<later>\w+)[^\]]*\] | (?P<place>\?)
    | "(?P<name>(?:[^"]|"")*)"
    | (?P<other>:: | [^\W\d]\w* | \d[\w.]* | [^\s])""",
    re.VERBOSE | re.DOTALL,
)
QUERY = {"select", "insert", "update", "delete", "merge", "with", "values", "table"}
SETS = {"union", "intersect", "except"}
_JOINS = {"left", "right", "full", "inner", "cross", "natural"}
_STARTS = QUERY - {"table"} | {"from", "join", "on", "where", "using", "set", "into", "returning", "for"}
_STARTS |= {"group", "order", "having", "limit", "offset", "window", "fetch", "conflict"}
# Words that start a clause, except right after these.
_EXCEPT_AFTER: dict[str, set[tuple[str, ...]]] = {
    "from": {("is", "distinct"), ("not", "distinct")},
    "on": {("select", "distinct")},
    "update": {("for",), ("key",), ("do",)},
}


def words(text: str) -> list[Word]:
    """Read a text; arguments become `:name`, those without a name `:?0`, `:?1`, …"""
    level: list[Word] = []
    above: list[list[Word]] = []
    for word in _flat(text):
        if word in {"(", "case"}:
            inner: list[Word] = [] if word == "(" else ["case"]
            level.append(inner)
            above.append(level)
            level = inner
        elif word in {")", "end"} and above:
            level = above.pop()
        else:
            level.append(word)
    return above[0] if above else level


def _flat(text: str) -> Iterator[str]:
    nameless = 0
    for found in _WORD.finditer(text):
        if found["quoted"] is not None:
            yield "''"
        elif found["place"] or found["later"]:
            yield f":?{nameless}"
            nameless += 1
        elif found["named"] or found["colon"]:
            yield f":{found['named'] or found['colon']}"
        elif found["name"] is not None:
            # A quoted name is no keyword; what looks like one keeps its quotes.
            yield f'"{found["name"]}"' if found["name"] in _STARTS | SETS | _JOINS else found["name"]
        elif found["other"]:
            yield found["other"].lower()


def is_query(word: Word) -> bool:
    """Tell whether these are brackets around a query."""
    if isinstance(word, str) or not word:
        return False
    return word[0] in QUERY if isinstance(word[0], str) else is_query(word[0])


def split(level: list[Word], *marks: str) -> list[list[Word]]:
    """Cut at these words."""
    parts: list[list[Word]] = [[]]
    for word in level:
        if isinstance(word, str) and word in marks:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def clauses(level: list[Word], first: str = "") -> list[Clause]:
    """Cut a query into its clauses, each with the word that starts it; a join has its kind, as in `left join`."""
    found: list[Clause] = [(first, [])]
    for place, word in enumerate(level):
        start = word if isinstance(word, str) else ""
        ahead = level[place + 1 : place + 3]
        if start in _JOINS and "join" in ahead and not isinstance(ahead[0], list):
            found.append((start, []))
        elif start == "join" and found[-1][0] in _JOINS and all(each == "outer" for each in found[-1][1]):
            found[-1] = (f"{found[-1][0]} join", [])
        elif start in _STARTS and not _within(level[max(place - 2, 0) : place], start):
            found.append((start, []))
        else:
            found[-1][1].append(word)
    return found


def _within(before: list[Word], start: str) -> bool:
    """Tell whether a word that may start a clause is only a part of another here."""
    if before and (before[-1] == "." or start == "with"):  # WITH ORDINALITY, timestamp WITH time zone
        return True
    exceptions = _EXCEPT_AFTER.get(start, set())
    return any(tuple(before[-len(words_) :]) == words_ for words_ in exceptions)


def nested(level: list[Word]) -> Iterator[list[Word]]:
    """Every pair of brackets in it, at any depth."""
    for word in level:
        if isinstance(word, list):
            yield word
            yield from nested(word)
