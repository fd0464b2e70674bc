"""The SQL of entries: a code stands once for all the versions in which it stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from nabz.kit.db import Statement
from nabz.terminology.model import Entry, key_of
from nabz.terminology.tables import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import CompoundSelect, Select

    from nabz.kit.db import Tx

E = entries.c
Key = tuple[str, str]
"""Code and target; the target is empty but in maps."""

WHOLE: Final = (
    *(E.code, E.target, E.value, E.en, E.parent, E.note),
    *(E.made_up, E.properties, E.from_step, E.until_step, E.successor),
)
"""What an entry is made of: without what is kept for search, which is as long again."""

_FIRST: Final = literal_column("1", Integer())
NOTHING: Final = literal_column("''", Text())
"""Written out, so that the planner sees that a partial index serves."""


MOST_STEPS: Final = 100

VALUE = Statement(
    row=lambda code, value: (str(code), str(value)),
    postgres="""
        SELECT code, value FROM terminology_entry
        WHERE number = :number AND code = :code AND target = ''
        AND from_step <= :step AND (until_step IS NULL OR until_step > :step)
        """,
)
"""The hot look-up."""

VALUE_WITHOUT_CASE = Statement(
    row=lambda code, value: (str(code), str(value)),
    postgres="""
        SELECT code, value FROM terminology_entry
        WHERE number = :number AND code = :key AND target = ''
        AND from_step <= :step AND (until_step IS NULL OR until_step > :step)
        UNION ALL
        SELECT code, value FROM terminology_entry
        WHERE number = :number AND code_key = :key AND target = ''
        AND from_step <= :step AND (until_step IS NULL OR until_step > :step) LIMIT 2
        """,
)
"""Asked when the exact spelling finds nothing; two answers are none (in UCUM the case has a meaning)."""


def alive(step: int) -> ColumnElement[bool]:
    """What is in force in a step."""
    return (E.from_step <= step) & or_(E.until_step.is_(None), E.until_step > step)


def exactly(tx: Tx, number: int, code: str, step: int) -> list[Entry]:
    """Read the entries of a code (in a map it may have several) in a version."""
    return _read(tx, select(*WHOLE).where(E.number == number, E.code == code, alive(step)).order_by(E.target))


def find(tx: Tx, number: int, code: str, step: int) -> list[Entry]:
    """Read the entries of a code, or of the only one that differs from it in case alone."""
    found = exactly(tx, number, code, step)
    if found:
        return found
    key = key_of(code)
    mine = select(*WHOLE).where(E.number == number, alive(step)).order_by(E.target).limit(100)
    near = [*_read(tx, mine.where(E.code == key)), *_read(tx, mine.where(E.code_key == key))]
    return near if len({entry.code for entry in near}) == 1 else []


def by_keys(tx: Tx, number: int, step: int, keys: Sequence[Key]) -> dict[Key, Entry]:
    """Read the entries of some codes in a version."""
    wanted, codes = set(keys), list({code for code, _ in keys})
    found: dict[Key, Entry] = {}
    for start in range(0, len(codes), 500):
        query = select(*WHOLE).where(E.number == number, E.code.in_(codes[start : start + 500]), alive(step))
        found.update({key: entry for entry in _read(tx, query) if (key := (entry.code, entry.target)) in wanted})
    return found


def known_codes(tx: Tx, number: int, step: int, codes: Iterable[str]) -> set[str]:
    """Tell which of some codes a version holds."""
    asked = list(set(codes))
    found: set[str] = set()
    for start in range(0, len(asked), 500):
        query = select(E.code).where(E.number == number, E.code.in_(asked[start : start + 500]), alive(step))
        found.update(tx.execute(query).scalars())
    return found


def page(tx: Tx, number: int, step: int, after: Key | None, limit: int, parent: str | None = None) -> list[Entry]:
    """Read the entries of a version in the order of their codes, from after one of them."""
    query = select(*WHOLE).where(E.number == number, alive(step)).order_by(E.code, E.target).limit(limit)
    if after is not None:
        query = query.where(_after(after))
    if parent is not None:
        query = query.where(E.parent == parent, *([E.parent != NOTHING] if parent else []))
    return _read(tx, query)


def since(tx: Tx, number: int, first: int, last: int, after: Key | None, limit: int) -> list[Entry]:
    """Read what is in force in the last step and began in the first or later, by code."""
    living = or_(E.until_step.is_(None), E.until_step > last)
    here = (E.number == number, living, *([] if after is None else [_after(after)]))
    parts = [select(E.code, E.target, E.entry).where(*here, *steps) for steps in _each(began, max(first, 1), last)]
    if not parts:
        return []
    near = _merged(parts, limit).subquery()
    query = select(*WHOLE).join(near, near.c.entry == E.entry).order_by(E.code, E.target)
    return _read(tx, query)


def codes_between(tx: Tx, number: int, start: int, end: int, after: Key | None, limit: int) -> list[Key]:
    """List codes that began or ended after one step and up to another: some of them, none only if there are none."""
    here = (E.number == number, *([] if after is None else [_after(after)]))
    columns = (E.code, E.target)
    steps = [*_each(began, start + 1, end), *_each(over, start + 1, end)]
    if not steps:
        return []
    parts = [select(*columns).where(*here, *those) for those in steps]
    rows = tx.execute(_merged(parts, 2 * limit))  # a code that was changed comes twice
    return list({(row.code, row.target): None for row in rows})[:limit]


def began(first: int, last: int) -> list[ColumnElement[bool]]:
    """What begins with some steps; nearly all begins with the first, so that the index leaves it out."""
    if first == last:
        return [E.from_step == first, *([E.from_step > _FIRST] if first > 1 else [])]
    return [E.from_step >= first, E.from_step <= last]


def over(first: int, last: int) -> list[ColumnElement[bool]]:
    """What ends with some steps."""
    return [E.until_step == first] if first == last else [E.until_step >= first, E.until_step <= last]


def _each(
    those: Callable[[int, int], list[ColumnElement[bool]]], first: int, last: int
) -> list[list[ColumnElement[bool]]]:
    """Ask for each step by itself; for very many at once, since SQLite puts together 500 questions at most."""
    if last - first > MOST_STEPS:
        return [those(first, last)]
    return [those(step, step) for step in range(first, last + 1)]


def _merged(parts: Sequence[Select[Any]], limit: int) -> CompoundSelect[Any]:
    """Put together what each step has in order; both engines go along all of them at once and stop at the limit."""
    return union_all(*parts).order_by("code", "target").limit(limit)


def ended(tx: Tx, number: int, keys: Sequence[Key], start: int, end: int) -> dict[Key, str | None]:
    """Tell which code took the place of those that ended after one step and up to another."""
    wanted = (*of_keys(number, keys), E.until_step > start, E.until_step <= end)
    query = select(E.code, E.target, E.successor).where(*wanted).order_by(E.until_step)
    return {(row.code, row.target): row.successor for row in tx.execute(query)}


def history(tx: Tx, number: int, code: str, last: int) -> list[Entry]:
    """Read all that a code ever was up to a step."""
    query = select(*WHOLE).where(E.number == number, E.code == code, E.from_step <= last)
    return _read(tx, query.order_by(E.from_step.desc(), E.target))


def going_to(tx: Tx, number: int, step: int, target: str) -> list[Entry]:
    """Read the entries of a map that end at a code."""
    query = (
        select(*WHOLE)
        .where(E.number == number, E.target == target, E.target != NOTHING, alive(step))
        .order_by(E.code)
        .limit(200)
    )
    return _read(tx, query)


def of_keys(number: int, keys: Sequence[Key]) -> tuple[ColumnElement[bool], ...]:
    """Narrow down to some codes; the codes also by themselves, since SQLite finds no index for pairs."""
    return E.number == number, E.code.in_({code for code, _ in keys}), tuple_(E.code, E.target).in_(keys)


def _after(after: Key, code: ColumnElement[str] = E.code, target: ColumnElement[str] = E.target) -> ColumnElement[bool]:
    if not after[1]:
        return code > after[0]
    return (code >= after[0]) & ((code > after[0]) | (target > after[1]))  # the first half is a range of the index


def _read(tx: Tx, query: Select[Any]) -> list[Entry]:
    return [entry_of(row) for row in map(tuple, tx.execute(query))]


def entry_of(row: Sequence[Any]) -> Entry:
    """Give a row of these columns as a value."""
    code, target, value, en, parent, note, made_up, properties, from_step, until_step, successor = row
    return Entry(
        code=code,
        target=target,
        value=value,
        en=en,
        parent=parent,
        note=note,
        made_up=made_up,
        properties=properties or {},
        from_step=from_step,
        until_step=until_step,
        successor=successor,
    )
