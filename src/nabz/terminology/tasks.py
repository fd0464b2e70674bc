"""What the terminologies do by themselves: see that large ones can be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.terminology.service import searching

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.timers import Timers

INDEX_EVERY = 300.0


def register(timers: Timers, deps: Deps) -> None:
    """Build now and then what a killed import has left unbuilt."""
    timers.every(INDEX_EVERY, lambda: searching.index(deps.db))
