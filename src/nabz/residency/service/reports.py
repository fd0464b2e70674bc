"""What the ministry sees of a year, and of the years beside one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.residency.store import reports as store

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.residency.model.reports import Row


def by_university(tx: Tx, year: int) -> list[Row]:
    """Count the declarations of a year by university."""
    return store.by_university(tx, year)


def by_course(tx: Tx, year: int) -> list[Row]:
    """Count the declarations of a year by course."""
    return store.by_course(tx, year)


def by_year(tx: Tx) -> list[Row]:
    """Count all declarations by year, the oldest first."""
    return store.by_year(tx)
