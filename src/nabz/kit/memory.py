"""What a process remembers for a while, so as not to ask the store again: bounded in number and in time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from nabz.kit.db import Database
    from nabz.kit.digest import Keyring
    from nabz.settings import Settings

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class Process(Protocol):
    """The running program, as far as services know it: its store and keys, and what each of them keeps once."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def keys(self) -> Keyring: ...

    def own(self, kind: type[T], make: Callable[[], T]) -> T:
        """Give what is kept once in this process, made when it is first asked for."""
        ...


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
