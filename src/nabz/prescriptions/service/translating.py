"""Items that name services by the ministry's codes (guide 1.4): found by IRC, or by the code kept there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.service.catalogue import listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Database
    from nabz.prescriptions.model import ItemDraft
    from nabz.prescriptions.model.catalogue import Key
    from nabz.prescriptions.service.catalogue import Catalogue

MINISTRY: Final = ("BEHDASHT", "BEHDAISHT")
"""How the coding's name ends; only a misread print of it is known."""

PAGE: Final = 1000


class Translations:
    """The ministry's codes within reach of one process, learned when a message first has one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._turn = asyncio.Lock()
        self._known: dict[int, tuple[int, dict[Key, str]]] = {}

    async def translate(self, db: Database, items: Sequence[ItemDraft], now: datetime) -> tuple[ItemDraft, ...]:
        """Give the items by the catalogue's own codes; what the ministry's codes do not tell stays as it is."""
        if not any(speaks_ministry(item.terminology) for item in items):
            return tuple(items)
        codes = await self._codes(db, now)
        return tuple(
            msgspec.structs.replace(item, code=codes.get((item.type, item.code), item.code))
            if speaks_ministry(item.terminology)
            else item
            for item in items
        )

    async def _codes(self, db: Database, now: datetime) -> dict[Key, str]:
        version = await self._catalogue.version(db, now)
        async with self._turn:
            known = self._known.get(db.data_set)
            if known is None or known[0] != version:
                known = version, await _learned(db, jalali.compact(jalali.day_of(now)))
                self._known[db.data_set] = known
        return known[1]


def speaks_ministry(terminology: str) -> bool:
    """Tell whether an item says that its code is the ministry's."""
    return terminology.strip().upper().endswith(MINISTRY)


async def _learned(db: Database, day: str) -> dict[Key, str]:
    codes: dict[Key, str] = {}
    after = ""
    while page := await db.read(listed, "", day, after, PAGE):
        for service in page:
            for told in (service.irc, service.terminology):
                if told:
                    codes[service.type, told.upper()] = service.code
        after = f"{page[-1].type}/{page[-1].code}"
    return codes
