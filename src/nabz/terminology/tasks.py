"""What the terminologies do by themselves: see that large ones can be searched, and clean up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.terminology.service import importing, searching

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.timers import Timers

INDEX_EVERY, SWEEP_EVERY = 300.0, 60.0


def register(timers: Timers, deps: Deps) -> None:
    """Build now and then what was left unbuilt, and clear away what killed imports have left."""
    timers.every(INDEX_EVERY, lambda: searching.index(deps.db, deps.clock.now()))
    timers.every(SWEEP_EVERY, lambda: importing.sweep(deps.db, deps.clock.now))
