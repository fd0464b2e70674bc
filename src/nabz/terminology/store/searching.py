"""The SQL of search: candidates by code, by the first word, and by trigrams that also know where words begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Integer, and_, literal_column, or_, select, text

from nabz.kit.db import Statement
from nabz.terminology.model import HEAD, SHORTEST, Candidate, Entry, Kind, search_line
from nabz.terminology.store.entries import WHOLE, E, alive, entry_of
from nabz.terminology.store.steps import place
from nabz.terminology.tables import terminologies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from nabz.kit.db import Tx

CAP: Final = 200
"""So many candidates of each kind are ranked: the rank of a common word over all rows would take too long."""

LARGE: Final = 20_000
"""From so many entries on, PostgreSQL keeps trigrams of a terminology; fewer are looked through."""

LAST: Final = "\U0010ffff"
COLUMNS: Final = (E.entry, E.number, E.code, E.value, E.head, E.search)
"""Those of a candidate."""


class Place:
    """Where is looked: one terminology in one of its versions."""

    __slots__ = ("number", "size", "step")

    def __init__(self, number: int, step: int, size: int) -> None:
        self.number = number
        self.step = step
        self.size = size

    def here(self) -> ColumnElement[bool]:
        """Narrow down to it; by a literal number, so that the planner sees which partial index serves."""
        return and_(E.number == literal_column(str(int(self.number)), Integer), alive(self.step))


def places(tx: Tx) -> list[Place]:
    """List where is looked when no terminology is named: all, in the versions in force."""
    t = terminologies.c
    query = select(t.number, t.last, t.weight).where(t.kind == Kind.CODES, t.last > 0)
    return [Place(row.number, row.last, row.weight) for row in tx.execute(query)]


def by_code(tx: Tx, where: Sequence[Place], asked: str) -> list[Candidate]:
    """Find codes that begin with what was asked, as it is written or in capitals; the code itself in any case."""
    spellings = sorted({asked, asked.upper(), asked.lower()})
    begins = or_(*(and_(E.code >= spelling, E.code < spelling + LAST) for spelling in spellings))
    return [*_exactly(tx, where, E.code.in_(spellings)), *_each(tx, where, begins)]


def by_head(tx: Tx, where: Sequence[Place], words: Sequence[str]) -> list[Candidate]:
    """Find values that begin with the words; those that are nothing else in any case."""
    head = search_line(words)[:HEAD]
    return [*_exactly(tx, where, E.head == head), *_each(tx, where, and_(E.head >= head, E.head < head + LAST))]


def by_words(tx: Tx, where: Sequence[Place], words: Sequence[str]) -> list[Candidate]:
    """Find texts that hold all the words; one of less than three letters stands at a word's beginning."""
    long = [word for word in words if len(word) >= SHORTEST]
    marks = long or [f"  {word}" for word in words]
    also = [word for word in words if word not in long] if long else []
    if tx.engine == "sqlite":
        return _by_fts(tx, where, marks, also)
    having = _indexed(tx)
    served = [one for one in where if one.size < LARGE or one.number in having]
    return _each(tx, served, and_(*(E.search.contains(part) for part in (*marks, *also))))


def _by_fts(tx: Tx, where: Sequence[Place], marks: Sequence[str], also: Sequence[str]) -> list[Candidate]:
    """Follow the trigrams row by row until enough was found; they lead, so the join is a cross join."""
    matching = " AND ".join(f'"{mark}"' for mark in marks)
    if len(where) == 1:
        matching += f' AND "{place(where[0].number)}"'
        here = f"e.number = {int(where[0].number)} AND {_living('e', str(int(where[0].step)))}"
    else:
        out = [f'"{place(number)}"' for number in _elsewhere(tx, where)]
        matching = f"({matching}) NOT ({' OR '.join(out)})" if out else matching
        here = f"t.kind = 'codes' AND {_living('e', 't.last')}"
    having = " ".join(f"AND instr(e.search, :also{n}) > 0" for n in range(len(also)))
    columns = ", ".join(f"e.{column.name}" for column in COLUMNS)
    query = text(
        f"SELECT {columns} FROM terminology_trigram f CROSS JOIN terminology_entry e ON e.entry = f.rowid"  # noqa: S608 - numbers and names of ours
        " CROSS JOIN terminology t ON t.number = e.number"
        f" WHERE f.line MATCH :matching AND {here} {having} LIMIT {CAP}"
    ).columns(*COLUMNS)
    args = {"matching": matching, **{f"also{n}": word for n, word in enumerate(also)}}
    return [Candidate._make(row) for row in tx.execute(query, args)]


def _living(alias: str, step: str) -> str:
    return f"{alias}.from_step <= {step} AND ({alias}.until_step IS NULL OR {alias}.until_step > {step})"


def _elsewhere(tx: Tx, where: Sequence[Place]) -> list[int]:
    """List what is not looked through though its trigrams are there: maps, and what was never published."""
    known = {one.number for one in where}
    return [number for number in tx.execute(select(terminologies.c.number)).scalars() if number not in known]


def _exactly(tx: Tx, where: Sequence[Place], condition: ColumnElement[bool]) -> list[Candidate]:
    """Look everywhere at once for the few that must not fall behind the cap."""
    return _read(tx, select(*COLUMNS).where(_somewhere(where), condition).limit(CAP))


def _each(
    tx: Tx, where: Sequence[Place], condition: ColumnElement[bool], order: ColumnElement[str] | None = None
) -> list[Candidate]:
    """Look in each large terminology by its own, and in the small ones together."""
    large = [one for one in where if one.size >= LARGE]
    small = [one for one in where if one.size < LARGE]
    found = [
        hit
        for one in large
        for hit in _read(tx, select(*COLUMNS).where(one.here(), condition).order_by(order).limit(CAP))
    ]
    for one in small if len(small) == 1 else ():
        found += _read(tx, select(*COLUMNS).where(one.here(), condition).order_by(order).limit(CAP))
    if len(small) > 1:
        found += _read(tx, select(*COLUMNS).where(_somewhere(small), condition).order_by(order).limit(CAP))
    return found


def _somewhere(where: Sequence[Place]) -> ColumnElement[bool]:
    if len(where) == 1:
        return where[0].here()
    t = terminologies.c
    numbers = [one.number for one in where]
    current = select(t.last).where(t.number == E.number).scalar_subquery()
    return and_(E.number.in_(numbers), E.from_step <= current, or_(E.until_step.is_(None), E.until_step > current))


def _read(tx: Tx, query: Select[Any]) -> list[Candidate]:
    return [Candidate._make(row) for row in tx.execute(query)]


def formerly(tx: Tx, where: Sequence[Place], code: str) -> list[tuple[int, Entry]]:
    """Read the last entries of a code where it is no longer in force."""
    numbers = [one.number for one in where]
    query = select(E.number, *WHOLE).where(E.number.in_(numbers), E.code == code).order_by(E.number, E.from_step)
    steps = {one.number: one.step for one in where}
    latest: dict[tuple[int, str], Entry] = {}
    for number, *cells in map(tuple, tx.execute(query)):
        entry = entry_of(cells)
        if entry.from_step <= steps[number]:
            latest[number, entry.target] = entry
    return [
        (number, entry)
        for (number, _), entry in latest.items()
        if entry.until_step is not None and entry.until_step <= steps[number]
    ][:CAP]


def whole(tx: Tx, ids: Sequence[int]) -> list[Entry]:
    """Read the entries of some candidates, in their order."""
    query = select(E.entry, *WHOLE).where(E.entry.in_(ids))
    found = {row[0]: entry_of(row[1:]) for row in map(tuple, tx.execute(query))}
    return [found[id_] for id_ in ids]


# ---- the trigrams of PostgreSQL


def _indexed(tx: Tx) -> set[int]:
    """List which terminologies have trigrams; from here on statements of this transaction are planned by their words.

    After some runs of a prepared statement PostgreSQL would plan it without looking, and take common words for rare.
    """
    query = text(
        "SELECT c.relname, set_config('plan_cache_mode', 'force_custom_plan', true)"
        " FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid"
        " WHERE i.indisvalid AND c.relname LIKE 'ix_terminology_trigram_%'"
    )
    return {int(row.relname.rsplit("_", 1)[1]) for row in tx.execute(query)}


def trigrams_work(tx: Tx) -> bool:
    """Tell whether Persian can be searched by trigrams: not without pg_trgm, nor where LC_CTYPE is C."""
    if tx.engine == "sqlite":
        return True
    there = tx.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")).first()
    return bool(there and tx.execute(text("SELECT show_trgm('سلام')")).scalar_one())


def unindexed(tx: Tx) -> list[int]:
    """List the large terminologies that have no trigrams yet."""
    if tx.engine == "sqlite" or not trigrams_work(tx):
        return []
    having = _indexed(tx)
    return [one.number for one in places(tx) if one.size >= LARGE and one.number not in having]


def lacks_trigrams(tx: Tx, number: int) -> bool:
    """Tell whether the trigrams of a terminology could be built and are not."""
    return tx.engine != "sqlite" and trigrams_work(tx) and number not in _indexed(tx)


def drop_broken(number: int) -> Statement[int]:
    """Give the statement that takes away what an interrupted building has left."""
    return _only_postgres(f"DROP INDEX CONCURRENTLY IF EXISTS ix_terminology_trigram_{int(number)}")


def build_trigrams(number: int) -> Statement[int]:
    """Give the statement that builds the trigrams of a terminology while others go on reading and writing."""
    return _only_postgres(
        f"CREATE INDEX CONCURRENTLY ix_terminology_trigram_{int(number)} ON terminology_entry"
        f" USING gin (search gin_trgm_ops) WHERE number = {int(number)}"
    )


ANALYZE = Statement(row=int, postgres="ANALYZE terminology_entry", sqlite=())


def _only_postgres(statement: str) -> Statement[int]:
    return Statement(row=int, postgres=statement, sqlite=())
