"""The SQL of histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from nabz.residency.model import Change
from nabz.residency.tables import changes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx

C = changes.c


def add(tx: Tx, id_: str, who: str, at: datetime, told: Sequence[tuple[str, int, str, dict[str, object]]]) -> None:
    """Add a line each: of which resident, of which year, what was done, and what it changed."""
    rows = [
        {
            "data_set": tx.data_set,
            "resident": resident,
            "at": at,
            "id": f"{id_}/{action}/{year}",
            "year": year,
            "who": who,
            "action": action,
            "facts": facts,
        }
        for resident, year, action, facts in told
    ]
    if rows:
        tx.execute(insert(changes), rows)


def of(tx: Tx, resident: str, limit: int) -> list[Change]:
    """List what was done with a resident, newest first."""
    query = select(C.at, C.who, C.action, C.year, C.facts).where(C.data_set == tx.data_set, C.resident == resident)
    found = tx.execute(query.order_by(C.at.desc(), C.id.desc()).limit(limit))
    return [Change(at=row.at, who=row.who, action=row.action, year=row.year, facts=row.facts) for row in found]
