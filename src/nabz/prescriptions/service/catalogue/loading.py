"""Import of a price list: a dry run that tells row by row, and a load that is whole or not there at all.

A load goes in chunks into a draft that nobody reads; one small transaction puts it in its place. What a killed one has
left is swept away by the next.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from nabz.kit import audit
from nabz.kit.errors import Problem
from nabz.prescriptions.errors.catalogue import CatalogueMoved
from nabz.prescriptions.service.catalogue.comparing import Known
from nabz.prescriptions.store import catalogue as store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.service.catalogue.comparing import Line, Report

CHUNK: Final = 2500
MANY: Final = 1000
"""After so many changes the planner is told what is there."""

DEAD: Final = timedelta(hours=1)


async def check(db: Database, lines: Iterable[Line]) -> Report:
    """Tell what a price list would do to the catalogue of a data set, and change nothing."""
    known = await db.read(_known)
    report, _ = await asyncio.to_thread(known.compare, lines)
    return report


async def load(db: Database, lines: Iterable[Line], load_id: str, by: str, now: datetime) -> Report:
    """Load a price list into the catalogue of a data set, all of it or none.

    Raises CatalogueRowsRefused, CatalogueMoved, ServiceIdTaken.
    """
    known = await db.read(_known)
    report, changes = await asyncio.to_thread(known.compare, lines)
    report.must_be_clean()
    if not changes:
        return report
    await db.write(store.sweep_drafts, now - DEAD)
    try:
        for start in range(0, len(changes), CHUNK):
            await db.write(store.put_draft, load_id, start, changes[start : start + CHUNK], now)
        await db.write(_take, known, load_id, report, by, now)
    except BaseException:
        with suppress(Problem):  # the next load sweeps it away
            await asyncio.shield(db.write(store.drop_draft, load_id))
        raise
    if len(changes) > MANY:
        await db.write(store.count)
    return report


def _known(tx: Tx) -> Known:
    return Known(store.state_of(tx), store.all_unpriced(tx), store.all_prices(tx))


def _take(tx: Tx, known: Known, load_id: str, report: Report, by: str, now: datetime) -> None:
    if not store.move_on(tx, known.state, known.next_id, now):
        raise CatalogueMoved
    store.take_draft(tx, load_id)
    facts: dict[str, Any] = {outcome.value: count for outcome, count in report.counts.items() if count}
    audit.record(tx, now, by, "prescriptions.catalogue-loaded", "catalogue", **facts)
