"""The SQL of an open step: what it begins and ends, the only writing of entries there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, func, insert, or_, select, text, update

from nabz.kit.db import Statement
from nabz.terminology.model import HEAD, key_of, search_line, words_of
from nabz.terminology.store.entries import NOTHING, E, alive, began, by_keys, of_keys, over
from nabz.terminology.store.terminologies import weigh
from nabz.terminology.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.kit.db import Tx
    from nabz.terminology.model import Concept, Entry
    from nabz.terminology.store.entries import Key


def add(tx: Tx, number: int, step: int, concepts: Sequence[Concept]) -> None:
    """Insert the entries that begin with a step."""
    if not concepts:
        return
    rows = [_row(number, step, concept) for concept in concepts]
    weigh(tx, number, len(rows))
    if tx.engine == "postgresql":
        tx.run(_ADD_MANY, rows=msgspec.json.encode(rows).decode())
        return
    top: int = tx.execute(select(func.coalesce(func.max(E.entry), 0))).scalar_one()
    tx.execute(insert(entries), rows)
    tx.execute(_INTO_TRIGRAMS, {"top": top, "place": place(number)})


def hold(tx: Tx, number: int, step: int, in_force: int, concepts: Sequence[Concept]) -> None:
    """Make an open step hold some codes just so, whatever it holds of them now."""
    keys = [(concept.code, concept.target) for concept in concepts]
    here, before = by_keys(tx, number, step, keys), by_keys(tx, number, step - 1, keys)
    other = {
        key: concept
        for key, concept in zip(keys, concepts, strict=True)
        if key not in here or here[key].content != concept.content
    }
    _take_away(tx, number, step, [here[key] for key in other if key in here])
    if in_force != step - 1:
        drop(tx, number, step, [key for key in other if key not in here])  # what `_end_again` has put down
    back = [key for key, concept in other.items() if key in before and before[key].content == concept.content]
    reopen(tx, number, step, back)
    fresh = {key: concept for key, concept in other.items() if key not in set(back)}
    name_successor(tx, number, step, [key for key in fresh if key in before], None)
    add(tx, number, step, list(fresh.values()))


def let_go(tx: Tx, number: int, step: int, in_force: int, keys: Sequence[Key], successor: str | None = None) -> int:
    """Make an open step hold some codes no more, naming the one that takes their place; tell how many it held."""
    here = by_keys(tx, number, step, keys)
    _take_away(tx, number, step, list(here.values()))
    if in_force != step - 1:
        _end_again(tx, number, step, in_force, list(here))
    name_successor(tx, number, step, keys, successor)
    return len(here)


def _end_again(tx: Tx, number: int, step: int, in_force: int, keys: Sequence[Key]) -> None:
    """End what the version before, which was withdrawn, has ended already: its word about a successor does not count.

    What is put down was never in force: it begins and ends with the step.
    """
    kept, before = by_keys(tx, number, in_force, keys), by_keys(tx, number, step - 1, keys)
    again = [key for key in keys if key in kept and key not in before]
    add(tx, number, step, [kept[key] for key in again])
    for start in range(0, len(again), 500):
        some = of_keys(number, again[start : start + 500])
        tx.execute(update(entries).where(*some, E.from_step == step).values(until_step=step))


def _take_away(tx: Tx, number: int, step: int, some: Sequence[Entry]) -> None:
    drop(tx, number, step, [(one.code, one.target) for one in some if one.from_step == step])
    close(tx, number, step, [(one.code, one.target) for one in some if one.from_step < step])


def close(tx: Tx, number: int, step: int, keys: Sequence[Key], successor: str | None = None) -> None:
    """End the entries of some codes with a step."""
    for start in range(0, len(keys), 500):
        some = of_keys(number, keys[start : start + 500])
        query = update(entries).where(*some, E.until_step.is_(None), E.from_step < step)
        tx.execute(query.values(until_step=step, successor=successor))


def drop(tx: Tx, number: int, step: int, keys: Sequence[Key]) -> None:
    """Delete the entries of some codes that begin with an open step."""
    for start in range(0, len(keys), 500):
        wanted = (*of_keys(number, keys[start : start + 500]), E.from_step == step)
        _delete(tx, number, list(tx.execute(select(E.entry).where(*wanted)).scalars()))


def reopen(tx: Tx, number: int, step: int, keys: Sequence[Key]) -> None:
    """Take back that a step ends some codes."""
    for start in range(0, len(keys), 500):
        wanted = (*of_keys(number, keys[start : start + 500]), E.until_step == step)
        tx.execute(update(entries).where(*wanted).values(until_step=None, successor=None))


def name_successor(tx: Tx, number: int, step: int, keys: Sequence[Key], successor: str | None) -> None:
    """Say which code takes the place of those that a step ends, or that none does."""
    for start in range(0, len(keys), 500):
        wanted = (*of_keys(number, keys[start : start + 500]), E.until_step == step)
        tx.execute(update(entries).where(*wanted).values(successor=successor))


def undo_some(tx: Tx, number: int, step: int, limit: int) -> int:
    """Undo a part of what an open step does, and tell how much that was."""
    fresh = select(E.entry).where(E.number == number, *began(step, step)).limit(limit)
    gone = _delete(tx, number, list(tx.execute(fresh).scalars()))
    closed = select(E.entry).where(E.number == number, *over(step, step)).limit(limit)
    ids = list(tx.execute(closed).scalars())
    if ids:
        tx.execute(update(entries).where(E.entry.in_(ids)).values(until_step=None, successor=None))
    return gone + len(ids)


def _delete(tx: Tx, number: int, ids: list[int]) -> int:
    if ids and tx.engine == "sqlite":
        gone = select(E.entry, E.search).where(E.entry.in_(ids))
        rows = [{"entry": row.entry, "line": row.search + place(number)} for row in tx.execute(gone)]
        tx.execute(_OUT_OF_TRIGRAMS, rows)
    if ids:
        tx.execute(delete(entries).where(E.entry.in_(ids)))
        weigh(tx, number, -len(ids))
    return len(ids)


def place(number: int) -> str:
    """Give the trigram of a terminology: three letters for private use that stand in no text."""
    return "".join(chr(0xE000 + (number // 64**power) % 64 + 64 * power) for power in range(3))


_ADD_MANY = Statement(
    row=int,
    postgres="""
        INSERT INTO terminology_entry (number, code, target, code_key, value, en, parent, note, made_up, properties,
            search, head, from_step)
        SELECT * FROM json_to_recordset(:rows::json) AS given(number int, code text, target text, code_key text,
            value text, en text, parent text, note text, made_up bool, properties jsonb,
            search text, head text, from_step int)
        """,
    sqlite=(),
)
"""As JSON: psycopg writes an array of texts one by one, each through a regular expression."""

_INTO_TRIGRAMS: Final = text(
    "INSERT INTO terminology_trigram (rowid, line)"
    " SELECT entry, search || :place FROM terminology_entry WHERE entry > :top"
)
_OUT_OF_TRIGRAMS: Final = text(
    "INSERT INTO terminology_trigram (terminology_trigram, rowid, line) VALUES ('delete', :entry, :line)"
)


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


def counts(tx: Tx, number: int, step: int) -> tuple[int, int, int]:
    """Count what a step adds, changes and retires."""
    here = select(func.count()).where(E.number == number)
    begun = tx.execute(here.where(*began(step, step))).scalar_one()
    closed = tx.execute(here.where(*over(step, step))).scalar_one()
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
    mine = select(E.code, E.parent).where(E.number == number, E.parent != NOTHING, alive(step), ~has_parent).limit(1)
    gone = entries.alias()
    lost = select(gone.c.code).where(gone.c.number == number, gone.c.until_step == step)
    for query in (mine.where(*began(step, step)), mine.where(E.parent.in_(lost))):
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
