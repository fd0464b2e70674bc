"""What prescriptions do by themselves: give back what nobody came for, forget old keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.access.model import DEMO, PRODUCTION
from nabz.access.service import clients
from nabz.kit.ids import new_id
from nabz.prescriptions.service import changing, polling
from nabz.prescriptions.service.dispensing import two_step

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.timers import Timers

KEYS_KEPT: Final = timedelta(days=3)
"""So long is a call with the same idempotency key the same call."""


def register(timers: Timers, deps: Deps) -> None:
    """Begin what comes back again and again."""

    async def sets() -> list[int]:
        return sorted({PRODUCTION, DEMO, *await deps.db.read(clients.data_sets)})

    async def forget() -> None:
        now = deps.clock.now()
        for each in await sets():
            await deps.db.within(each).write(changing.forget_keys, now - KEYS_KEPT)
            await deps.db.within(each).write(polling.forget, now)

    async def lapse() -> None:
        for each in await sets():
            await two_step.lapse(deps.db.within(each), new_id(), deps.clock.now())

    timers.every(300.0, lapse)
    timers.every(3600.0, forget)
