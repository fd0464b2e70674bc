"""What the ministry sees: a task counts the days, the pages sum up what it has counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import BadPeriod
from nabz.appointments.errors.reports import ReportTooLong
from nabz.appointments.model import counting
from nabz.appointments.store import reports as store
from nabz.kit.jalali import tehran

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from nabz.appointments.model.counting import Cell, Period
    from nabz.kit.clock import Clock
    from nabz.kit.db import Database, Tx

ROUND: Final = 5
"""So many days of a data set are counted before the task looks again what is due."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of one page."""

    period: counting.Period
    total: counting.Counts
    provinces: list[counting.Group]
    specialties: list[counting.Group]
    used: dict[str, int]
    """What was booked, by day."""

    freshness: counting.Freshness
    all_provinces: list[tuple[str, str]]
    all_specialties: list[tuple[str, str]]


def report(tx: Tx, period: Period, now: datetime) -> Report:
    """Sum a period up. Raises BadPeriod, ReportTooLong."""
    _good(period)
    today = tehran(now).date()
    found, free = store.cells(tx, period), store.next_free(tx, period, today, now)
    provinces = counting.grouped(found, free, "province")
    return Report(
        period=period,
        total=counting.sum_of([one.counts for one in provinces]),
        provinces=provinces,
        specialties=counting.grouped(found, free, "specialty"),
        used=store.used_by_day(tx, period),
        freshness=store.freshness(tx, period.first, period.last),
        all_provinces=store.names(tx, "province"),
        all_specialties=store.names(tx, "specialty"),
    )


def cells(tx: Tx, period: Period) -> list[Cell]:
    """List a period's counts by province and specialty. Raises BadPeriod, ReportTooLong."""
    _good(period)
    return store.cells(tx, period)


async def keep_counting(db: Database, clock: Clock, data_sets: Iterable[int]) -> int:
    """Count what is due in some data sets and tell how many days that were; each is read and written by itself."""
    done = 0
    for data_set in data_sets:
        within = db.within(data_set)
        for day in (await within.read(due, clock.now()))[:ROUND]:
            done += await count_day(within, day, clock.now())
    return done


async def count_day(db: Database, day: date, now: datetime) -> int:
    """Count a day: the long part reads, and only the short one writes."""
    rows = await db.read(store.count, day)
    return int(await db.write(store.keep, day, rows, now))


def due(tx: Tx, now: datetime) -> list[date]:
    """List the days that are to be counted, the most urgent first."""
    today = tehran(now).date()
    first, last = counting.reach(today)
    return counting.due(today, store.counted(tx, first, last), now)


def _good(period: Period) -> None:
    if period.last < period.first:
        raise BadPeriod
    if period.days > counting.LONGEST_PERIOD:
        raise ReportTooLong(most=counting.LONGEST_PERIOD)
