"""The deadlines of a year with the hour at which its results are published: moved at will before it, never after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.residency.errors.publishing import ResultsPublished
from nabz.residency.service import years

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Year


BEFORE: Final = ("opens_at", "closes_at", "corrects_until")


def put(tx: Tx, one: Year, caller: Caller, now: datetime) -> Year:
    """Set the deadlines of a year. Raises YearWrong, DeadlinesWrong, ChangedMeanwhile, ResultsPublished."""
    known = years.get(tx, one.year)
    if known.published(now):
        if minute_of(known.results_at) != minute_of(one.results_at):
            raise ResultsPublished
        one = msgspec.structs.replace(one, results_at=known.results_at)
    return years.put(tx, one, caller, now)


def publish(tx: Tx, year: int, seen: int, caller: Caller, now: datetime) -> Year:
    """Publish the results of a year at once. Raises the same."""
    known = years.get(tx, year)
    return put(tx, msgspec.structs.replace(known, results_at=minute_of(now), version=seen), caller, now)


def in_the_way(one: Year, now: datetime) -> list[str]:
    """Name the deadlines that are still to come: results are not published before them."""
    return [name for name in BEFORE if (at := getattr(one, name)) is not None and at > now]


def take_back(tx: Tx, year: int, seen: int, caller: Caller, now: datetime) -> Year:
    """Let the results of a year have no hour any more. Raises the same."""
    known = years.get(tx, year)
    return put(tx, msgspec.structs.replace(known, results_at=None, version=seen), caller, now)


def minute_of(at: datetime | None) -> datetime | None:
    """Cut an instant to its minute: forms know no less."""
    return None if at is None else at.replace(second=0, microsecond=0)
