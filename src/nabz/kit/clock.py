"""The world's clock, which the edges read once per call."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Tell the aware UTC instant."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Tell the aware UTC instant."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Tell the aware UTC instant."""
        return self._at

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._at += timedelta(seconds=seconds)


monotonic = time.monotonic
perf_counter = time.perf_counter
