"""Passwords: hashed and checked slowly, in few threads at once, and outside of every transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nabz.access.model import normal_password
from nabz.kit.digest import Keyring
from nabz.kit.errors import Busy
from nabz.kit.memory import Memory

THREADS: Final = 2
"""Each check holds 19 MiB and a core for some 20 ms."""

LONGEST_QUEUE: Final = 100
REMEMBERED: Final = 4096
REMEMBERED_FOR: Final = timedelta(minutes=15)
# A hash of nothing that anybody knows: who does not exist takes as long as who does.
_NOBODY: Final = "$argon2id$v=19$m=19456,t=2,p=1$cNfVxFsQEYS4u9DnSZ2vCg$q0Wl1hSCW1cVWmRqTzJx0pGm6Y1b2qk0m8kzVY1Zr2Q"


class Passwords:
    """The one place of a process where passwords are hashed and checked."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._queued = 0
        self._right: Memory[bytes, bool] = Memory(REMEMBERED, REMEMBERED_FOR)
        self._doors: dict[str, _Door] = {}

    async def hash(self, password: str) -> str:
        """Give what is stored of a password. Raises Busy."""
        return await self._run(normal_password(password))

    async def verify(self, password: str, stored_hash: str | None, now: datetime) -> bool:
        """Tell whether a password is right; for nobody's it takes as long and is wrong. Raises Busy.

        A password that was right is known again for a token's life by a fast keyed digest, which holds the stored
        hash too: after a change of password nothing old is believed.
        """
        plain = normal_password(password)
        mark = self._keys.digest("access.right-password", f"{stored_hash}\0{plain}")
        if stored_hash is not None and self._right.get(mark, now):
            return True
        right = await self._run(plain, stored_hash or _NOBODY) != "" and stored_hash is not None
        if right:
            self._right.put(mark, value=True, now=now)
        return right

    @asynccontextmanager
    async def one_at_a_time(self, username: str) -> AsyncIterator[None]:
        """Hold the door of one name: a thousand guesses at once are counted one by one."""
        door = self._doors.setdefault(username, _Door())
        door.visitors += 1
        try:
            async with door.lock:
                yield
        finally:
            door.visitors -= 1
            if not door.visitors:
                self._doors.pop(username, None)

    async def _run(self, plain: str, stored_hash: str | None = None) -> str:
        if self._queued >= LONGEST_QUEUE:
            raise Busy(retry_after=2)
        self._queued += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, plain, stored_hash)
        finally:
            self._queued -= 1

    def _work(self, plain: str, stored_hash: str | None) -> str:
        """Give a new hash, or the stored one if it is the password's, or nothing."""
        secret = plain.encode("utf-8", "surrogatepass")
        if stored_hash is None:
            return self._hasher.hash(secret)
        try:
            self._hasher.verify(stored_hash, secret)
        except (VerificationError, InvalidHashError):
            return ""
        return stored_hash


class _Door:
    __slots__ = ("lock", "visitors")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.visitors = 0


_by_keys: WeakKeyDictionary[Keyring, Passwords] = WeakKeyDictionary()


def passwords_of(keys: Keyring) -> Passwords:
    """Give the process's one Passwords: a bound on threads holds only if all share it."""
    found = _by_keys.get(keys)
    if found is None:
        found = _by_keys[keys] = Passwords(keys)
    return found
