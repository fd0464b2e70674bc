"""The SQL of residents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import func, insert, select, tuple_, update

from nabz.kit.db import Statement, unique
from nabz.kit.persian import search_text
from nabz.residency.model import Resident
from nabz.residency.tables import declarations, residents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from nabz.kit.db import Tx
    from nabz.kit.errors import Problem
    from nabz.residency.model import Filter

R, D = residents.c, declarations.c
_RENAMED: Final = {"started": "start", "ended": "end"}
_SELECT: Final = select(*(column for column in residents.c if column.name not in {"data_set", "search"}))

_FIELDS: Final = tuple(_RENAMED.get(column.name, column.name) for column in _SELECT.selected_columns)


def resident_of(row: Row[Any]) -> Resident:
    """Make a resident of a row."""
    return Resident(**dict(zip(_FIELDS, row, strict=True)))


def cells_of(one: Resident) -> dict[str, Any]:
    """Give the cells of a resident's row."""
    cells = msgspec.structs.asdict(one)
    cells["started"], cells["ended"] = cells.pop("start"), cells.pop("end")
    cells["search"] = search_text(f"{one.first_name} {one.last_name} {one.student_number} {one.national_code}")
    return cells


def _mine(tx: Tx) -> Select[Any]:
    return _SELECT.where(R.data_set == tx.data_set)


LOCK: Final = Statement(
    row=str,
    postgres="""
        SELECT id FROM residency_resident
        WHERE data_set = :data_set AND university = :university AND student_number = :student_number FOR UPDATE
        """,
    sqlite="""
        SELECT id FROM residency_resident
        WHERE data_set = :data_set AND university = :university AND student_number = :student_number
        """,
)
HOLD: Final = Statement(
    row=str,
    postgres="""
        SELECT id FROM residency_resident WHERE data_set = :data_set
        AND id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb))) ORDER BY id FOR UPDATE
        """,
    sqlite="""
        SELECT id FROM residency_resident
        WHERE data_set = :data_set AND id IN (SELECT value FROM json_each(:ids)) ORDER BY id
        """,
)


def locked(tx: Tx, university: str, student_number: str) -> Resident | None:
    """Find a resident of a university, whom nobody else changes until the end of the transaction."""
    # Who comes in between the two questions would be found by the second, and not be locked.
    there = tx.run(LOCK, university=university, student_number=student_number)
    return find(tx, university, student_number) if there else None


def hold(tx: Tx, ids: Sequence[str]) -> None:
    """Let nobody change some residents until the end of the transaction."""
    tx.run(HOLD, ids=msgspec.json.encode(ids).decode())


def find(tx: Tx, university: str, student_number: str) -> Resident | None:
    """Find a resident of a university by his number there."""
    query = _mine(tx).where(R.university == university, R.student_number == student_number)
    row = tx.execute(query).first()
    return None if row is None else resident_of(row)


def by_id(tx: Tx, id_: str) -> Resident | None:
    """Find a resident."""
    row = tx.execute(_mine(tx).where(R.id == id_)).first()
    return None if row is None else resident_of(row)


def of_person(tx: Tx, numbers: Sequence[str]) -> list[Resident]:
    """List the residencies of a person, newest first."""
    query = _mine(tx).where(R.national_code.in_(numbers)).order_by(R.start_year.desc(), R.id.desc()).limit(20)
    return [resident_of(row) for row in tx.execute(query)]


def holder(tx: Tx, one: Resident) -> Resident | None:
    """Find who holds the same person, course and year."""
    same = (R.national_code == one.national_code, R.course == one.course, R.start_year == one.start_year)
    row = tx.execute(_mine(tx).where(*same)).first()
    return None if row is None else resident_of(row)


def by_numbers(tx: Tx, university: str, numbers: Sequence[str]) -> list[Resident]:
    """List the residents of a university that have one of these numbers."""
    query = _mine(tx).where(R.university == university, R.student_number.in_(numbers))
    return [resident_of(row) for row in tx.execute(query)]


def add(tx: Tx, one: Resident, taken: Problem) -> None:
    """Insert a resident. Raises `taken` where his number, or his person, course and year came in meanwhile."""
    with unique(taken):
        tx.execute(insert(residents), [{**cells_of(one), "data_set": tx.data_set}])


def change(tx: Tx, one: Resident, taken: Problem) -> None:
    """Write a locked resident anew. Raises `taken` where his person, course and year came in meanwhile."""
    with unique(taken):
        tx.execute(update(residents).where(R.data_set == tx.data_set, R.id == one.id).values(**cells_of(one)))


def search(tx: Tx, wanted: Filter, limit: int | None, after: tuple[str, str] | None) -> list[Resident]:
    """List residents in the order of their numbers."""
    query = _mine(tx)
    for column, value in (
        (R.university, wanted.university),
        (R.course, wanted.course),
        (R.national_code, wanted.national_code),
        (R.student_number, wanted.student_number),
    ):
        if value:
            query = query.where(column == value)
    if wanted.undeclared is not None:
        query = query.where(R.start_year <= wanted.undeclared, ~_is_declared(tx, wanted.undeclared))
    for word in wanted.words:
        query = query.where(R.search.contains(word, autoescape=True))
    if after is not None:
        query = query.where(tuple_(R.student_number, R.id) > tuple_(*after))
    query = query.order_by(R.student_number, R.id)
    return [resident_of(row) for row in tx.execute(query if limit is None else query.limit(limit))]


def count_undeclared(tx: Tx, university: str, year: int) -> int:
    """Count the residents of a university of whom nothing was said in a year."""
    query = select(func.count()).select_from(residents).where(R.data_set == tx.data_set, R.university == university)
    return int(tx.execute(query.where(R.start_year <= year, ~_is_declared(tx, year))).scalar_one())


def _is_declared(tx: Tx, year: int) -> ColumnElement[bool]:
    query = select(D.resident).where(D.data_set == tx.data_set, D.year == year, D.resident == R.id)
    return query.exists()


def put_picture(tx: Tx, id_: str, digest: str, at: datetime) -> None:
    """Write down which picture a locked resident has."""
    which = (R.data_set == tx.data_set, R.id == id_)
    tx.execute(update(residents).where(*which).values(picture=digest, version=R.version + 1, changed_at=at))


def statuses_in_use(tx: Tx) -> dict[int, int]:
    """Count residents by their status."""
    query = select(R.status, func.count().label("many")).where(R.data_set == tx.data_set).group_by(R.status)
    return {row.status: row.many for row in tx.execute(query)}
