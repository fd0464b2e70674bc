"""The letter about a result on paper: A4, in Persian, with a square code that leads to its confirmation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import segno

from nabz.kit.memory import Memory
from nabz.web.paper import pdf

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.memory import Process

CONFIRMING: Final = "/simad/letter"
AT_ONCE: Final = 2
REMEMBERED: Final = 100
REMEMBERED_FOR: Final = timedelta(hours=1)
LARGEST: Final = 60_000
"""A letter is half of this; what is larger is not remembered, so that all together are a few megabytes."""


def address_of(base_url: str, number: str) -> str:
    """Give the address at which a letter is confirmed."""
    return f"{base_url.rstrip('/')}{CONFIRMING}/{number}"


def square_code(address: str) -> str:
    """Draw an address as a square code."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=1, light="white"))


class Press:
    """Where a process makes its letters, two at once; one that is asked for again is still there."""

    def __init__(self) -> None:
        self._seats = asyncio.Semaphore(AT_ONCE)
        self._made: Memory[tuple[str, bytes], bytes] = Memory(REMEMBERED, REMEMBERED_FOR)

    @classmethod
    def of(cls, process: Process) -> Press:
        """Give the one of this process."""
        return process.own(cls, cls)

    async def pdf(self, number: str, page: bytes, now: datetime) -> bytes:
        """Give the PDF of the page of a letter. Raises NoPdf."""
        key = number, sha256(page).digest()
        known = self._made.get(key, now)
        if known is not None:
            return known
        async with self._seats:
            known = self._made.get(key, now)  # somebody who stood before may have asked for the same
            if known is None:
                known = await asyncio.to_thread(pdf, page.decode())
                if len(known) <= LARGEST:
                    self._made.put(key, known, now)
        return known
