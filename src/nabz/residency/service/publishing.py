"""The deadlines of a year with the hour at which its results are published: moved at will before it, never after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.residency.errors.publishing import ResultsPublished
from nabz.residency.service import years

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Year


def put(tx: Tx, one: Year, caller: Caller, now: datetime) -> Year:
    """Set the deadlines of a year. Raises YearWrong, DeadlinesWrong, ChangedMeanwhile, ResultsPublished."""
    known = years.get(tx, one.year)
    if known.published(now) and known.results_at != one.results_at:
        raise ResultsPublished
    return years.put(tx, one, caller, now)


def publish(tx: Tx, year: int, seen: int, caller: Caller, now: datetime) -> Year:
    """Publish the results of a year at once. Raises the same."""
    known = years.get(tx, year)
    return put(tx, msgspec.structs.replace(known, results_at=now, version=seen), caller, now)


def take_back(tx: Tx, year: int, seen: int, caller: Caller, now: datetime) -> Year:
    """Let the results of a year have no hour any more. Raises the same."""
    known = years.get(tx, year)
    return put(tx, msgspec.structs.replace(known, results_at=None, version=seen), caller, now)
