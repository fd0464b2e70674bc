"""The deadlines of promotion years, and the hour at which their results are published."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from nabz.kit import audit
from nabz.residency.errors import DeadlinesWrong, YearWrong
from nabz.residency.model import Year
from nabz.residency.model.years import is_year
from nabz.residency.store import ministry as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller


def get(tx: Tx, year: int) -> Year:
    """Read the deadlines of a year; without any it is open."""
    return store.year(tx, year) or Year(year=year)


def all_of(tx: Tx) -> list[Year]:
    """List the years that have deadlines, newest first."""
    return store.all_years(tx)


def put(tx: Tx, one: Year, caller: Caller, now: datetime) -> Year:
    """Change the deadlines of a year; `one` carries the version that was seen.

    Raises YearWrong, DeadlinesWrong, ChangedMeanwhile.
    """
    if not is_year(one.year):
        raise YearWrong
    told = [at for at in (one.opens_at, one.closes_at, one.corrects_until, one.results_at) if at is not None]
    if any(later < earlier for earlier, later in pairwise(told)):
        raise DeadlinesWrong
    new = msgspec.structs.replace(one, version=one.version + 1)
    store.put_year(tx, new, one.version)
    facts = {name: str(at or "") for name, at in msgspec.structs.asdict(new).items() if name not in {"year", "version"}}
    audit.record(tx, now, caller.by, "residency.year-put", str(one.year), **facts)
    return new


def published_ones(tx: Tx, now: datetime) -> set[int]:
    """List the years whose results may be seen by others than the ministry."""
    return {one.year for one in all_of(tx) if one.published(now)}


def published(tx: Tx, year: int, now: datetime) -> bool:
    """Tell whether the results of a year may be seen by others than the ministry."""
    return get(tx, year).published(now)
