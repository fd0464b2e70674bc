"""What a process remembers for a while, so as not to ask the store again: bounded in number and in time."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[K, V]):
    """So many values at most, the oldest making room, each for so long.

    What was put in later than now counts as unknown: a clock that was set back must not let anything live longer.
    """

    __slots__ = ("_keep", "_kept", "_most")

    def __init__(self, most: int, keep: timedelta) -> None:
        self._most = most
        self._keep = keep
        self._kept: OrderedDict[K, tuple[V, datetime, datetime]] = OrderedDict()

    def get(self, key: K, now: datetime) -> V | None:
        """Give what is remembered."""
        known = self._kept.get(key)
        return known[0] if known is not None and known[1] <= now < known[2] else None

    def put(self, key: K, value: V, now: datetime) -> None:
        """Remember what was true at an instant."""
        self._kept[key] = (value, now, now + self._keep)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, key: K) -> None:
        """Forget one."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
