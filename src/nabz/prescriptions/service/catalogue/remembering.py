"""What a process remembers of catalogues: services that are asked for again and again, and the words to search by."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit.memory import Memory
from nabz.prescriptions.service.catalogue import finding
from nabz.prescriptions.service.catalogue.searching import Index
from nabz.prescriptions.store import catalogue as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model.catalogue import Key, Service

KEEP: Final = timedelta(hours=1)
LOOK_AGAIN: Final = timedelta(milliseconds=300)
"""So long it is believed that no other process has imported anything."""

REMEMBERED: Final = 20_000
MOST_INDEXED: Final = 200_000
"""So many services of all data sets together have their words kept; those last searched stay."""


class Catalogue:
    """The catalogues within reach of one process."""

    def __init__(self) -> None:
        self._services: Memory[tuple[int, int, Key, str], Service] = Memory(REMEMBERED, KEEP)
        self._versions: Memory[int, int] = Memory(1000, LOOK_AGAIN)
        self._indexes: OrderedDict[int, Index] = OrderedDict()
        self._building: dict[int, asyncio.Lock] = {}

    async def many(self, db: Database, keys: Sequence[Key], day: str, now: datetime) -> dict[Key, Service]:
        """As `catalogue.many`, out of what is remembered while the catalogue does not change."""
        version = await self.version(db, now)
        found: dict[Key, Service] = {}
        unknown: list[Key] = []
        for key in keys:
            known = self._services.get((db.data_set, version, key, day), now)
            if known is None:
                unknown.append(key)
            else:
                found[key] = known
        if unknown:
            read = await finding.many_at(db, unknown, day)
            for key, service in read.items():
                self._services.put((db.data_set, version, key, day), service, now)
            found |= read
        return found

    async def version(self, db: Database, now: datetime) -> int:
        """Tell how often the catalogue of a data set has changed, as known for less than a second."""
        known = self._versions.get(db.data_set, now)
        if known is None:
            rows = await db.read_one(store.VERSION)
            known = rows[0] if rows else 0
            self._versions.put(db.data_set, known, now)
        return known

    async def search(
        self, db: Database, text: str, day: str, now: datetime, types: Sequence[str] = (), limit: int = 20
    ) -> list[Service]:
        """Find services as one types: words in any order and by their beginnings, codes by theirs."""
        index = await self._index(db, now)
        keys = [index.keys[id_] for id_ in index.find(text, types, limit)]
        found = await self.many(db, keys, day, now)
        return [found[key] for key in keys if key in found]

    async def warm(self, db: Database, now: datetime) -> int:
        """Learn the words of a catalogue before somebody searches it; tell how many services it has."""
        return len(await self._index(db, now))

    async def _index(self, db: Database, now: datetime) -> Index:
        version = await self.version(db, now)
        index = self._indexes.get(db.data_set)
        if index is not None and index.version == version:
            self._indexes.move_to_end(db.data_set)
            return index
        async with self._building.setdefault(db.data_set, asyncio.Lock()):
            index = self._indexes.get(db.data_set)
            if index is None or index.version < version:
                index = await asyncio.to_thread(Index, *await db.read(_whole))
                self._keep(db.data_set, index)
        return index

    def _keep(self, data_set: int, index: Index) -> None:
        self._indexes[data_set] = index
        self._indexes.move_to_end(data_set)
        while len(self._indexes) > 1 and sum(map(len, self._indexes.values())) > MOST_INDEXED:
            gone, _ = self._indexes.popitem(last=False)
            self._building.pop(gone, None)


def _whole(tx: Tx) -> tuple[int, list[Service]]:
    return store.version_of(tx), store.all_unpriced(tx)
