"""Numbers of prescriptions, items and deliveries: taken in blocks, so that no two processes wait for each other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from nabz.prescriptions.store import numbers as store

if TYPE_CHECKING:
    from nabz.kit.db import Database
    from nabz.kit.memory import Process

BLOCK: Final = 1000


class Numbers:
    """What a process has taken and not used yet, for each data set; a block that is lost leaves a gap, no harm."""

    def __init__(self) -> None:
        self._left: dict[int, range] = {}
        self._taking = asyncio.Lock()

    @classmethod
    def of(cls, deps: Process) -> Numbers:
        """Give those of this process."""
        return deps.own(cls, cls)

    async def take(self, db: Database, many: int = 1) -> list[int]:
        """Give numbers that nobody has had, in their order."""
        left = self._left.get(db.data_set, range(0))
        if len(left) < many:
            async with self._taking:
                left = self._left.get(db.data_set, range(0))
                if len(left) < many:
                    block = max(BLOCK, many)
                    (after,) = await db.write_one(store.TAKE, many=block)
                    left = range(after - block, after)
                    self._left[db.data_set] = left
        left = self._left[db.data_set]
        if len(left) < many:  # others have used them up while this one waited
            return await self.take(db, many)
        self._left[db.data_set] = left[many:]
        return list(left[:many])
