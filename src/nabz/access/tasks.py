"""What access does by itself: what nobody can use any more is deleted."""

from __future__ import annotations

from datetime import timedelta

from nabz.access.service import attempts, links, oauth, pairs, sessions, tokens
from nabz.kit.http import Deps
from nabz.kit.timers import Timers

PRUNE_EVERY = 600.0


def register(timers: Timers, deps: Deps) -> None:
    """Prune sessions, links and attempts now and then."""
    idle = timedelta(minutes=deps.settings.session_idle_minutes)

    async def prune() -> None:
        now = deps.clock.now()
        await deps.db.write(sessions.prune, now, idle)
        await deps.db.write(links.prune, now)
        await deps.db.write(attempts.prune, now)
        await deps.db.write(tokens.prune, now)
        await deps.db.write(oauth.prune, now)
        await deps.db.write(pairs.prune, now)

    timers.every(PRUNE_EVERY, prune)
