"""The SQL of reports: declarations counted by one of their columns, in one statement each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from nabz.residency.model import Acceptance, DeclarationType, Result, Standing
from nabz.residency.model.reports import Row
from nabz.residency.tables import declarations

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from nabz.kit.db import Tx

D = declarations.c


def by_university(tx: Tx, year: int) -> list[Row]:
    """Count the declarations of a year by university."""
    return _grouped(tx, D.university, D.year == year)


def by_course(tx: Tx, year: int) -> list[Row]:
    """Count the declarations of a year by course."""
    return _grouped(tx, D.course, D.year == year)


def by_year(tx: Tx) -> list[Row]:
    """Count all declarations by year."""
    return _grouped(tx, D.year)


def _grouped(tx: Tx, key: ColumnElement[Any], *which: ColumnElement[bool]) -> list[Row]:
    waits, declared = D.acceptance.is_(None), D.type == DeclarationType.DECLARED
    counted = {
        "total": func.count(),
        Standing.NEW: _count_if(waits & D.corrected_at.is_(None)),
        Standing.CORRECTED: _count_if(waits & D.corrected_at.is_not(None)),
        Standing.TO_CORRECT: _count_if(D.acceptance == Acceptance.TO_CORRECT),
        Standing.ACCEPTED: _count_if(D.acceptance == Acceptance.ACCEPTED),
        Standing.REFUSED: _count_if(D.acceptance == Acceptance.REFUSED),
        **{f"result{result:d}": _count_if(D.result == int(result)) for result in Result},
        "declared": _count_if(declared),
        **{name: func.sum(case((declared, D[name]), else_=0)) for name in ("clinical", "operation", "ethics")},
    }
    query = select(key.label("key"), *(column.label(str(name)) for name, column in counted.items()))
    query = query.where(D.data_set == tx.data_set, *which).group_by(key).order_by(key)
    return [_row(dict(row._mapping)) for row in tx.execute(query)]  # noqa: SLF001


def _count_if(clause: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((clause, 1), else_=0))


def _row(cells: dict[str, Any]) -> Row:
    declared = int(cells["declared"])
    return Row(
        key=str(cells["key"]),
        total=int(cells["total"]),
        standings={name: int(cells[name]) for name in Standing},
        results={int(result): int(cells[f"result{result:d}"]) for result in Result},
        declared=declared,
        **{name: round(int(cells[name]) / declared) if declared else 0 for name in ("clinical", "operation", "ethics")},
    )
