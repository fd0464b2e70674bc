"""The SQL of declarations, of the ministry's decisions and of results: all in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import func, insert, select, tuple_, update

from nabz.kit.db import Statement, unique
from nabz.residency.errors import ChangedMeanwhile
from nabz.residency.model import Acceptance, Declaration, Standing
from nabz.residency.tables import declarations, residents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from nabz.kit.db import Tx
    from nabz.residency.model import Filter, Pick

D, R = declarations.c, residents.c
_RENAMED: Final = {"started": "start", "ended": "end"}
_OF_RESIDENT: Final = ("national_code", "first_name", "last_name")
_FROM: Final = declarations.join(residents, (R.data_set == D.data_set) & (R.id == D.resident))
_SELECT: Final = select(
    *(column for column in declarations.c if column.name != "data_set"), *(R[name] for name in _OF_RESIDENT)
).select_from(_FROM)
_FIELDS: Final = tuple(_RENAMED.get(column.name, column.name) for column in _SELECT.selected_columns)
STANDINGS: Final[dict[str, tuple[ColumnElement[bool], ...]]] = {
    Standing.NEW: (D.acceptance.is_(None), D.corrected_at.is_(None)),
    Standing.CORRECTED: (D.acceptance.is_(None), D.corrected_at.is_not(None)),
    Standing.TO_CORRECT: (D.acceptance == Acceptance.TO_CORRECT,),
    Standing.ACCEPTED: (D.acceptance == Acceptance.ACCEPTED,),
    Standing.REFUSED: (D.acceptance == Acceptance.REFUSED,),
}
NO_RESULT: Final = "none"


def declaration_of(row: Row[Any]) -> Declaration:
    """Make a declaration of a row."""
    return Declaration(**dict(zip(_FIELDS, row, strict=True)))


def cells_of(one: Declaration) -> dict[str, Any]:
    """Give the cells of a declaration's row."""
    cells = msgspec.structs.asdict(one)
    cells["started"], cells["ended"] = cells.pop("start"), cells.pop("end")
    for name in _OF_RESIDENT:
        del cells[name]
    return cells


def find(tx: Tx, resident: str, year: int) -> Declaration | None:
    """Find the declaration of a resident in a year."""
    row = tx.execute(mine(tx).where(D.resident == resident, D.year == year)).first()
    return None if row is None else declaration_of(row)


def of_resident(tx: Tx, resident: str) -> list[Declaration]:
    """List the declarations of a resident, newest first."""
    return [declaration_of(row) for row in tx.execute(mine(tx).where(D.resident == resident).order_by(D.year.desc()))]


def of_residents(tx: Tx, year: int, ids: Sequence[str]) -> list[Declaration]:
    """List the declarations of some residents in a year."""
    return [declaration_of(row) for row in tx.execute(mine(tx).where(D.year == year, D.resident.in_(ids)))]


def of_many(tx: Tx, ids: Sequence[str]) -> list[Declaration]:
    """List the declarations of some residents in all years."""
    return [declaration_of(row) for row in tx.execute(mine(tx).where(D.resident.in_(ids)))]


def was_decided(tx: Tx, resident: str) -> bool:
    """Tell whether the ministry has decided about any declaration of a resident."""
    decided = D.acceptance.in_((Acceptance.ACCEPTED, Acceptance.REFUSED))
    query = select(D.year).where(D.data_set == tx.data_set, D.resident == resident, decided)
    return tx.execute(query.limit(1)).first() is not None


def add(tx: Tx, one: Declaration) -> None:
    """Insert the declaration of a locked resident. Raises ChangedMeanwhile."""
    with unique(ChangedMeanwhile()):
        tx.execute(insert(declarations), [{**cells_of(one), "data_set": tx.data_set}])


def change(tx: Tx, one: Declaration, seen: int) -> bool:
    """Write a declaration anew if it still is the version that was seen."""
    which = (D.data_set == tx.data_set, D.year == one.year, D.resident == one.resident, D.version == seen)
    return tx.execute(update(declarations).where(*which).values(**cells_of(one))).rowcount == 1


def follow(tx: Tx, resident: str, course: str, now: datetime) -> None:
    """Let the declarations of a locked resident follow him: who has seen the one before decides nothing about this.

    They count as sent anew, so that a decision about a whole list, which goes by the hour, leaves them out too.
    """
    which = (D.data_set == tx.data_set, D.resident == resident)
    tx.execute(update(declarations).where(*which).values(course=course, version=D.version + 1, sent_at=now))


def mine(tx: Tx) -> Select[Any]:
    """Begin a query for declarations with their residents."""
    return _SELECT.where(D.data_set == tx.data_set, R.data_set == tx.data_set)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Say which declarations are looked for."""
    found: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (D.university, wanted.university),
            (D.course, wanted.course),
            (D.student_number, wanted.student_number),
            (D.code, wanted.code),
            (D.type, wanted.type),
            (R.national_code, wanted.national_code),
        )
        if value
    ]
    if wanted.standing in STANDINGS:
        found += STANDINGS[wanted.standing]
    if wanted.result == NO_RESULT:
        found.append(D.result.is_(None))
    elif wanted.result.isdecimal():
        found.append(D.result == int(wanted.result))
    found += [R.search.contains(word, autoescape=True) for word in wanted.words]
    return found


def search(
    tx: Tx,
    year: int,
    wanted: Filter,
    limit: int | None = None,
    after: tuple[str, str] | None = None,
    *,
    backwards: bool = False,
) -> list[Declaration]:
    """List the declarations of a year in the order of their numbers; backwards those before a place, nearest first."""
    query = mine(tx).where(D.year == year, *_conditions(wanted))
    order = (D.student_number.desc(), D.resident.desc()) if backwards else (D.student_number, D.resident)
    if after is not None:
        place = tuple_(D.student_number, D.resident)
        query = query.where(place < tuple_(*after) if backwards else place > tuple_(*after))
    query = query.order_by(*order)
    return [declaration_of(row) for row in tx.execute(query if limit is None else query.limit(limit))]


def count(tx: Tx, year: int, wanted: Filter) -> list[tuple[int | None, bool, int]]:
    """Count the declarations of a year by what the ministry says, and whether they were corrected."""
    corrected = D.corrected_at.is_not(None).label("corrected")
    of_person = bool(wanted.words or wanted.national_code)
    query = select(D.acceptance, corrected, func.count().label("many")).select_from(
        _FROM if of_person else declarations
    )
    query = query.where(D.data_set == tx.data_set, D.year == year, *_conditions(wanted))
    if of_person:
        query = query.where(R.data_set == tx.data_set)
    found = tx.execute(query.group_by(D.acceptance, D.corrected_at.is_not(None)))
    return [(row.acceptance, bool(row.corrected), row.many) for row in found]


def count_results(tx: Tx, year: int, wanted: Filter) -> dict[int | None, int]:
    """Count the declarations of a year by their results."""
    query = (
        select(D.result, func.count().label("many")).select_from(_FROM).where(D.data_set == tx.data_set, D.year == year)
    )
    query = query.where(R.data_set == tx.data_set, *_conditions(wanted)).group_by(D.result)
    return {row.result: row.many for row in tx.execute(query)}


DECIDE: Final = Statement(
    row=lambda resident, year: (resident, year),
    postgres="""
    UPDATE residency_declaration SET acceptance = :acceptance, note = :note, decided_at = :now,
        decided_by = :who, version = residency_declaration.version + 1
    FROM (
        SELECT x ->> 0 AS resident, CAST(x ->> 1 AS integer) AS year, CAST(x ->> 2 AS integer) AS version
        FROM jsonb_array_elements(CAST(:picks AS jsonb)) AS t (x)
    ) AS p
    WHERE residency_declaration.data_set = :data_set AND residency_declaration.resident = p.resident
      AND residency_declaration.year = p.year AND residency_declaration.version = p.version
      AND residency_declaration.result IS NULL
    RETURNING residency_declaration.resident, residency_declaration.year
    """,
    # SQLite's planner would go through all declarations for each pick: CROSS JOIN holds it to the key, and
    # NOT INDEXED to the rows that were found by it.
    sqlite="""
    UPDATE residency_declaration NOT INDEXED SET acceptance = :acceptance, note = :note, decided_at = :now,
        decided_by = :who, version = residency_declaration.version + 1
    WHERE data_set = :data_set AND result IS NULL AND rowid IN (
        SELECT d.rowid FROM json_each(:picks) AS p CROSS JOIN residency_declaration AS d
        WHERE d.data_set = :data_set AND d.year = p.value ->> 1 AND d.resident = p.value ->> 0
          AND d.version = p.value ->> 2
    )
    RETURNING resident, year
    """,
)


def before(tx: Tx, picks: Sequence[Pick]) -> dict[tuple[str, int], int | None]:
    """Tell what the ministry has said so far about some declarations."""
    wanted = {(each.resident, each.year) for each in picks}
    query = select(D.resident, D.year, D.acceptance).where(
        D.data_set == tx.data_set,
        D.year.in_({year for _, year in wanted}),
        D.resident.in_([resident for resident, _ in wanted]),
    )
    return {(row.resident, row.year): row.acceptance for row in tx.execute(query)}


def decide(
    tx: Tx, picks: Sequence[Pick], acceptance: int | None, note: str, who: str, now: datetime
) -> list[tuple[str, int]]:
    """Write what the ministry says to those that still are the version that was seen; tell which they were."""
    told = msgspec.json.encode([(each.resident, each.year, each.version) for each in picks]).decode()
    return tx.run(DECIDE, picks=told, acceptance=acceptance, note=note, who=who, now=now)
