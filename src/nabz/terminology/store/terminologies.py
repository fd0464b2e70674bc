"""The SQL of terminologies and the names they go by."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, text, update

from nabz.kit.db import Statement, unique
from nabz.kit.errors import Busy
from nabz.terminology.errors import TerminologyExists
from nabz.terminology.model import Kind, Terminology, key_of
from nabz.terminology.tables import names, terminologies, versions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row, Select

    from nabz.kit.db import Tx

T, V = terminologies.c, versions.c
NUMBERING: Final = 7_041_963
IN_FORCE: Final = and_(V.number == T.number, V.step == T.last)

CURRENT = Statement(
    row=lambda number, id_, last: (int(number), str(id_), int(last)),
    postgres="""
        SELECT t.number, t.id, t.last FROM terminology_name n JOIN terminology t ON t.number = n.number
        WHERE n.key = :key AND t.kind = 'codes' AND t.last > 0
        """,
)
"""What a look-up needs to know of a terminology."""

DEFINED_SINCE = Statement(
    row=str,
    postgres="""
        SELECT id FROM terminology WHERE defined_at >= :at AND kind = 'codes' AND last > 0 ORDER BY defined_at, number
        """,
)


def all_(tx: Tx, kind: Kind | None = None) -> list[Terminology]:
    """List the terminologies in the official order."""
    query = _SELECT.order_by(T.defined_at, T.number)
    return _read(tx, query if kind is None else query.where(T.kind == kind))


def find(tx: Tx, id_: str) -> Terminology | None:
    """Read the terminology that goes by a name, however it is spelt."""
    wanted = select(names.c.number).where(names.c.key == key_of(id_)).scalar_subquery()
    return next(iter(_read(tx, _SELECT.where(T.number == wanted))), None)


def by_numbers(tx: Tx, numbers: Iterable[int]) -> dict[int, Terminology]:
    """Read some terminologies by their numbers."""
    return {found.number: found for found in _read(tx, _SELECT.where(T.number.in_(list(numbers))))}


def maps_of(tx: Tx, id_: str) -> list[Terminology]:
    """List the maps in force that begin or end at a terminology."""
    either: ColumnElement[bool] = (T.source == id_) | (T.target == id_)
    return _read(tx, _SELECT.where(either, T.kind == Kind.MAP, T.last > 0).order_by(T.number))


def add(tx: Tx, new: Terminology, aliases: Iterable[str] = ()) -> Terminology:
    """Insert a terminology with its names. Raises TerminologyExists, Busy."""
    one_at_a_time(tx)
    number: int = tx.execute(select(func.coalesce(func.max(T.number), 0) + 1)).scalar_one()
    row = {name: getattr(new, name) for name in _OWN}
    with unique(Busy(retry_after=1)):  # another took the number at this very moment
        tx.execute(insert(terminologies), {**row, "number": number, "last": 0, "weight": 0})
    with unique(TerminologyExists(id=new.id)):
        tx.execute(insert(names), [{"key": key_of(name), "number": number} for name in (new.id, *aliases)])
    return _read(tx, _SELECT.where(T.number == number))[0]


def one_at_a_time(tx: Tx) -> None:
    """Let one at a time take the next number of something; the others wait until it has committed."""
    if tx.engine == "postgresql":  # SQLite has one writer anyway
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": NUMBERING})


def weigh(tx: Tx, number: int, more: int) -> None:
    """Note how many entries have come, or gone."""
    tx.execute(update(terminologies).where(T.number == number).values(weight=T.weight + more))


def weight_of(tx: Tx, number: int) -> int:
    """Tell how many entries there are, those of drafts and old versions too."""
    return int(tx.execute(select(T.weight).where(T.number == number)).scalar_one())


def claim_indexing(tx: Tx, number: int, now: datetime, dead: datetime) -> bool:
    """Take it upon oneself to build the trigrams, unless somebody is at it who is not long dead."""
    free = or_(T.indexing_since.is_(None), T.indexing_since < dead)
    query = update(terminologies).where(T.number == number, free).values(indexing_since=now)
    return tx.execute(query).rowcount == 1


def end_indexing(tx: Tx, number: int, since: datetime) -> None:
    """Say that one has built what one has claimed."""
    mine = (T.number == number, T.indexing_since == since)
    tx.execute(update(terminologies).where(*mine).values(indexing_since=None))


def set_last(tx: Tx, number: int, step: int) -> None:
    """Put another version in force."""
    tx.execute(update(terminologies).where(T.number == number).values(last=step))


def last_of(tx: Tx, number: int) -> int:
    """Give the step of the version that is in force now, 0 without one."""
    return int(tx.execute(select(T.last).where(T.number == number)).scalar() or 0)


def remove(tx: Tx, number: int) -> None:
    """Delete a terminology of which nothing was published."""
    tx.execute(delete(terminologies).where(T.number == number, T.last == 0))


def taken(tx: Tx) -> set[str]:
    """List the keys of all names."""
    return set(tx.execute(select(names.c.key)).scalars())


_OWN: Final = ("id", "kind", "title_fa", "title_en", "source_fa", "made_up", "defined_at", "source", "target")
_SELECT: Final[Select[Any]] = select(
    terminologies, func.coalesce(V.label, "").label("last_label"), func.coalesce(V.size, 0).label("size")
).select_from(terminologies.outerjoin(versions, IN_FORCE))


def _read(tx: Tx, query: Select[Any]) -> list[Terminology]:
    return [_terminology(row) for row in tx.execute(query)]


def _terminology(row: Row[Any]) -> Terminology:
    defined_at: datetime = row.defined_at
    return Terminology(
        number=row.number,
        id=row.id,
        kind=Kind(row.kind),
        title_fa=row.title_fa,
        title_en=row.title_en,
        source_fa=row.source_fa,
        made_up=row.made_up,
        defined_at=defined_at,
        source=row.source,
        target=row.target,
        last=row.last,
        last_label=row.last_label,
        size=row.size,
    )
