"""What residency does by itself: the rows of old files are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.access.model import DEMO, PRODUCTION
from nabz.access.service import clients, users
from nabz.residency.service import uploads

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.timers import Timers

KEPT: Final = timedelta(days=90)
EVERY: Final = 3600.0


def register(timers: Timers, deps: Deps) -> None:
    """Prune once an hour, in every data set."""

    async def prune() -> None:
        known = {*await deps.db.read(clients.data_sets), *await deps.db.read(users.data_sets)}
        for data_set in sorted({PRODUCTION, DEMO, *known}):
            # Some thousands of rows in a transaction: others write in between.
            while await deps.db.within(data_set).write(uploads.prune, deps.clock.now() - KEPT):
                pass

    timers.every(EVERY, prune)
