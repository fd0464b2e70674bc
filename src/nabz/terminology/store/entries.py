"""The SQL of entries: a code stands once for all the versions in which it stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Text,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union,
    update,
)

from nabz.kit.db import Statement
from nabz.terminology.model import HEAD, Concept, Entry, key_of, search_line, words_of
from nabz.terminology.tables import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row, Select

    from nabz.kit.db import Tx

E = entries.c
Key = tuple[str, str]
"""Code and target; the target is empty but in maps."""

_NOTHING: Final = literal_column("''", Text())
"""Written out, so that the planner sees that a partial index serves."""

DENSE: Final = 10

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
    return _read(tx, select(entries).where(E.number == number, E.code == code, alive(step)).order_by(E.target))


def find(tx: Tx, number: int, code: str, step: int) -> list[Entry]:
    """Read the entries of a code, or of the only one that differs from it in case alone."""
    found = exactly(tx, number, code, step)
    if found:
        return found
    key = key_of(code)
    mine = select(entries).where(E.number == number, alive(step)).order_by(E.target).limit(100)
    near = [*_read(tx, mine.where(E.code == key)), *_read(tx, mine.where(E.code_key == key))]
    return near if len({entry.code for entry in near}) == 1 else []


def by_keys(tx: Tx, number: int, step: int, keys: Sequence[Key]) -> dict[Key, Entry]:
    """Read the entries of some codes in a version."""
    codes = list({code for code, _ in keys})
    found: dict[Key, Entry] = {}
    for start in range(0, len(codes), 500):
        query = select(entries).where(E.number == number, E.code.in_(codes[start : start + 500]), alive(step))
        found.update({(entry.code, entry.target): entry for entry in _read(tx, query)})
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
    query = select(entries).where(E.number == number, alive(step)).order_by(E.code, E.target).limit(limit)
    if after is not None:
        query = query.where(_after(after))
    if parent is not None:
        query = query.where(E.parent == parent, *([E.parent != _NOTHING] if parent else []))
    return _read(tx, query)


def since(tx: Tx, number: int, first: int, last: int, after: Key | None, limit: int) -> list[Entry]:
    """Read what is in force in the last step and began in the first or later, by code."""
    query = select(entries).where(E.number == number, alive(last)).order_by(E.code, E.target).limit(limit)
    if first <= 1:  # all of it: along the codes
        query = query.where(E.from_step >= first, *([] if after is None else [_after(after)]))
    else:  # along the steps; the joined nothing keeps the planner from the codes
        query = query.where(E.from_step >= first, *([] if after is None else [E.code.concat("") > after[0]]))
    return _read(tx, query)


def codes_between(
    tx: Tx, number: int, start: int, end: int, after: Key | None, limit: int, *, dense: bool
) -> list[Key]:
    """List the codes that began or ended after one step and up to another; `dense` when most of them did."""
    columns = (E.code, E.target)
    if dense:  # along the codes
        began, over = E.from_step + 0, E.until_step + 0  # the sums keep the planner from walking along the steps
        moved = or_((began > start) & (began <= end), (over > start) & (over <= end))
        query = select(*columns).where(E.number == number, moved).distinct().order_by(*columns)
        query = query if after is None else query.where(_after(after))
    else:  # along the steps
        both = union(
            select(*columns).where(E.number == number, E.from_step > start, E.from_step <= end),
            select(*columns).where(E.number == number, E.until_step > start, E.until_step <= end),
        ).subquery()
        query = select(both.c.code, both.c.target).order_by(both.c.code, both.c.target)
        query = query if after is None else query.where(_after(after, both.c.code, both.c.target))
    return [(row.code, row.target) for row in tx.execute(query.limit(limit))]


def ended(tx: Tx, number: int, keys: Sequence[Key], start: int, end: int) -> dict[Key, str | None]:
    """Tell which code took the place of those that ended after one step and up to another."""
    wanted = (*_of(number, keys), E.until_step > start, E.until_step <= end)
    query = select(E.code, E.target, E.successor).where(*wanted).order_by(E.until_step)
    return {(row.code, row.target): row.successor for row in tx.execute(query)}


def history(tx: Tx, number: int, code: str, last: int) -> list[Entry]:
    """Read all that a code ever was up to a step."""
    query = select(entries).where(E.number == number, E.code == code, E.from_step <= last)
    return _read(tx, query.order_by(E.from_step.desc(), E.target))


def going_to(tx: Tx, number: int, step: int, target: str) -> list[Entry]:
    """Read the entries of a map that end at a code."""
    query = (
        select(entries)
        .where(E.number == number, E.target == target, E.target != _NOTHING, alive(step))
        .order_by(E.code)
        .limit(200)
    )
    return _read(tx, query)


def counts(tx: Tx, number: int, step: int) -> tuple[int, int, int]:
    """Count what a step adds, changes and retires."""
    began = select(func.count()).where(E.number == number, E.from_step == step)
    over = select(func.count()).where(E.number == number, E.until_step == step)
    begun, closed = tx.execute(began).scalar_one(), tx.execute(over).scalar_one()
    if not begun or not closed:
        return begun, 0, closed
    fresh = entries.alias()
    same = (fresh.c.number == E.number) & (fresh.c.code == E.code) & (fresh.c.target == E.target)
    pairs = select(func.count()).select_from(entries.join(fresh, same))
    changed = tx.execute(pairs.where(E.number == number, E.until_step == step, fresh.c.from_step == step)).scalar_one()
    return begun - changed, changed, closed - changed


def orphan(tx: Tx, number: int, step: int) -> tuple[str, str] | None:
    """Find a code that an open step leaves without its parent."""
    above = entries.alias()
    living = (above.c.from_step <= step) & or_(above.c.until_step.is_(None), above.c.until_step > step)
    has_parent = select(above.c.entry).where(above.c.number == number, above.c.code == E.parent, living).exists()
    mine = select(E.code, E.parent).where(E.number == number, E.parent != _NOTHING, alive(step), ~has_parent).limit(1)
    gone = entries.alias()
    lost = select(gone.c.code).where(gone.c.number == number, gone.c.until_step == step)
    for query in (mine.where(E.from_step == step), mine.where(E.parent.in_(lost))):
        row = tx.execute(query).first()
        if row:
            return row.code, row.parent
    return None


def lost_successor(tx: Tx, number: int, step: int) -> str | None:
    """Find a code that an open step names as a successor and does not hold."""
    heir = entries.alias()
    living = (heir.c.from_step <= step) & or_(heir.c.until_step.is_(None), heir.c.until_step > step)
    there = select(heir.c.entry).where(heir.c.number == number, heir.c.code == E.successor, living).exists()
    query = select(E.successor).where(E.number == number, E.until_step == step, E.successor.is_not(None), ~there)
    return tx.execute(query.limit(1)).scalar()


# ---- writing: only into a step that is open


def add(tx: Tx, number: int, step: int, concepts: Sequence[Concept]) -> None:
    """Insert the entries that begin with a step."""
    if not concepts:
        return
    rows = [_row(number, step, concept) for concept in concepts]
    if tx.engine == "postgresql":
        columns: dict[str, object] = {f"{name}_": [row[name] for row in rows] for name in _TEXTS}
        known = [row["properties"] and msgspec.json.encode(row["properties"]).decode() for row in rows]
        tx.run(_ADD_MANY, number=number, step=step, properties_=known, **columns)
        return
    top: int = tx.execute(select(func.coalesce(func.max(E.entry), 0))).scalar_one()
    tx.execute(insert(entries), rows)
    tx.execute(_INTO_TRIGRAMS, {"top": top, "place": place(number)})


def close(tx: Tx, number: int, step: int, keys: Sequence[Key], successor: str | None = None) -> int:
    """End the entries of some codes with a step; tell how many were ended."""
    done = 0
    for start in range(0, len(keys), 500):
        some = _of(number, keys[start : start + 500])
        query = update(entries).where(*some, E.until_step.is_(None), E.from_step < step)
        done += tx.execute(query.values(until_step=step, successor=successor)).rowcount
    return done


def drop(tx: Tx, number: int, step: int, keys: Sequence[Key]) -> int:
    """Delete the entries of some codes that begin with an open step."""
    wanted = (*_of(number, keys), E.from_step == step)
    return _delete(tx, number, list(tx.execute(select(E.entry).where(*wanted)).scalars()))


def reopen(tx: Tx, number: int, step: int, keys: Sequence[Key]) -> int:
    """Take back that a step ends some codes."""
    wanted = (*_of(number, keys), E.until_step == step)
    return tx.execute(update(entries).where(*wanted).values(until_step=None, successor=None)).rowcount


def forget_successor(tx: Tx, number: int, step: int, key: Key) -> None:
    """Say no more that another code takes the place of one that goes on with another value."""
    wanted = (*_of(number, [key]), E.until_step == step)
    tx.execute(update(entries).where(*wanted).values(successor=None))


def undo_some(tx: Tx, number: int, step: int, limit: int) -> int:
    """Undo a part of what an open step does, and tell how much that was."""
    fresh = select(E.entry).where(E.number == number, E.from_step == step).limit(limit)
    gone = _delete(tx, number, list(tx.execute(fresh).scalars()))
    over = list(tx.execute(select(E.entry).where(E.number == number, E.until_step == step).limit(limit)).scalars())
    if over:
        tx.execute(update(entries).where(E.entry.in_(over)).values(until_step=None, successor=None))
    return gone + len(over)


def _delete(tx: Tx, number: int, ids: list[int]) -> int:
    if ids and tx.engine == "sqlite":
        gone = select(E.entry, E.search).where(E.entry.in_(ids))
        rows = [{"entry": row.entry, "line": row.search + place(number)} for row in tx.execute(gone)]
        tx.execute(_OUT_OF_TRIGRAMS, rows)
    if ids:
        tx.execute(delete(entries).where(E.entry.in_(ids)))
    return len(ids)


def place(number: int) -> str:
    """Give the trigram of a terminology: three letters for private use that stand in no text."""
    return "".join(chr(0xE000 + (number // 64**power) % 64 + 64 * power) for power in range(3))


_TEXTS: Final = ("code", "target", "code_key", "value", "en", "parent", "note", "made_up", "search", "head")
_ADD_MANY = Statement(
    row=int,
    postgres="""
        INSERT INTO terminology_entry (number, from_step,
            code, target, code_key, value, en, parent, note, made_up, search, head, properties)
        SELECT :number, :step, c, t, k, v, e, p, n, m, s, h, properties::jsonb
        FROM unnest(:code_::text[], :target_::text[], :code_key_::text[], :value_::text[], :en_::text[],
            :parent_::text[], :note_::text[], :made_up_::bool[], :search_::text[], :head_::text[],
            :properties_::text[]) AS given(c, t, k, v, e, p, n, m, s, h, properties)
        """,
    sqlite=(),
)
_INTO_TRIGRAMS: Final = text(
    "INSERT INTO terminology_trigram (rowid, line)"
    " SELECT entry, search || :place FROM terminology_entry WHERE entry > :top"
)
_OUT_OF_TRIGRAMS: Final = text(
    "INSERT INTO terminology_trigram (terminology_trigram, rowid, line) VALUES ('delete', :entry, :line)"
)


def _of(number: int, keys: Sequence[Key]) -> tuple[ColumnElement[bool], ...]:
    """Narrow down to some codes; the codes also by themselves, since SQLite finds no index for pairs."""
    return E.number == number, E.code.in_({code for code, _ in keys}), tuple_(E.code, E.target).in_(keys)


def _after(after: Key, code: ColumnElement[str] = E.code, target: ColumnElement[str] = E.target) -> ColumnElement[bool]:
    if not after[1]:
        return code > after[0]
    return (code >= after[0]) & ((code > after[0]) | (target > after[1]))  # the first half is a range of the index


def _row(number: int, step: int, concept: Concept) -> dict[str, Any]:
    key = key_of(concept.code)
    own = words_of(concept.value)
    others = [word for text in (concept.code, concept.target, concept.en) for word in words_of(text)]
    return {
        "number": number,
        "code": concept.code,
        "target": concept.target,
        "code_key": None if key == concept.code else key,
        "value": concept.value,
        "en": concept.en,
        "parent": concept.parent,
        "note": concept.note,
        "made_up": concept.made_up,
        "properties": concept.properties or None,
        "search": search_line([*own, *others]),
        "head": search_line(own)[:HEAD],
        "from_step": step,
    }


def _read(tx: Tx, query: Select[Any]) -> list[Entry]:
    return [entry_of(row) for row in tx.execute(query)]


def entry_of(row: Row[Any]) -> Entry:
    """Give a row as a value."""
    return Entry(
        code=row.code,
        target=row.target,
        value=row.value,
        en=row.en,
        parent=row.parent,
        note=row.note,
        made_up=row.made_up,
        properties=row.properties or {},
        from_step=row.from_step,
        until_step=row.until_step,
        successor=row.successor,
    )
