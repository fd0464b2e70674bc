"""How often: a bucket for the burst, a lease on the day's quota."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nabz.gateway.errors import TooFast

if TYPE_CHECKING:
    from datetime import datetime


class Bucket:
    """Fills with so many calls a second, holds one second's worth (at least one call)."""

    __slots__ = ("_at", "_level", "_size", "per_second")

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._size = max(1.0, per_second)
        self._level = self._size
        self._at: datetime | None = None

    def take(self, now: datetime) -> None:
        """Take one call out; raises TooFast."""
        if self._at is None:
            self._at = now
        if now > self._at:  # calls come here a little out of their order: time never runs back, or it would count twice
            self._level = min(self._size, self._level + (now - self._at).total_seconds() * self.per_second)
            self._at = now
        if self._level < 1:
            raise TooFast(retry_after=(1 - self._level) / self.per_second)
        self._level -= 1


@dataclass(slots=True)
class Lease:
    """The calls of one day that this process may still let through."""

    day: str
    per_day: int
    """The quota under which they were leased."""

    left: int = 0
    waiting: int = 0
    """How many calls wait for the next block."""

    spent_until: datetime | None = None
    """Until when the store need not be asked again."""

    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)
