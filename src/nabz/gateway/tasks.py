"""What the gateway does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.gateway.service import packages, traffic

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.timers import Timers

HOUR = 3600.0
PRUNE_EVERY = 300.0


def register(timers: Timers, deps: Deps, recorder: traffic.Recorder) -> None:
    """Write the traffic's lines, and keep log and quotas within their bounds."""
    settings = deps.settings

    async def prune() -> int:
        return await deps.db.write(
            traffic.prune,
            deps.clock.now(),
            days=settings.traffic_days,
            rows=settings.traffic_rows,
            body_days=settings.body_days,
        )

    async def forget() -> None:
        await deps.db.write(packages.forget_old_quotas, deps.clock.now())

    async def flush() -> None:
        await recorder.flush()

    timers.every(settings.traffic_flush_seconds, flush)
    timers.every(PRUNE_EVERY, prune)
    timers.every(HOUR, forget)
