"""Pictures of residents: real JPEGs, painted anew, whole or not at all."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.pictures import PictureBroken, PictureTooLarge, repainted
from nabz.residency.errors import PictureRefused, ResidentNotFound
from nabz.residency.service import telling
from nabz.residency.store import pictures as store
from nabz.residency.store import residents

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.memory import Process
    from nabz.residency.model import Caller, Resident

MOST: Final = 1 << 20
"""A picture for a file is small; a megabyte is generous."""

FAR: Final = 8 << 20
"""A message of up to this holds a picture that is too large; a longer one is a flood."""

MOST_POINTS: Final = 16_000_000
LONGEST_SIDE: Final = 1200
AT_ONCE: Final = 2
SMALLEST_SIDE: Final = 60
_SIGNATURE: Final = b"\xff\xd8\xff"


class Painted(msgspec.Struct, frozen=True):
    """A picture as it is kept."""

    content: bytes
    digest: str


def paint(content: bytes) -> Painted:
    """Paint a JPEG anew, without what a camera notes; this takes its time and belongs into a thread.

    Raises PictureRefused.
    """
    if len(content) > MOST:
        raise too_large()
    if not content.startswith(_SIGNATURE):
        raise _refused("JPEG نیست", "is no JPEG")
    try:
        painted, width, height = repainted(content, "JPEG", most_points=MOST_POINTS, longest_side=LONGEST_SIDE)
    except PictureTooLarge as large:
        raise _refused("بیش از ۱۶ میلیون نقطه دارد", "has more than 16 million points") from large
    except PictureBroken as broken:
        raise _refused("خراب یا ناقص است", "is damaged or not whole") from broken
    if min(width, height) < SMALLEST_SIDE:
        raise _refused("کوچک‌تر از ۶۰ در ۶۰ نقطه است", "is smaller than 60 by 60 points")
    return Painted(painted, sha256(painted).hexdigest())


def too_large() -> PictureRefused:
    """Make the problem of a picture that is too large, or whose message is."""
    return _refused("بزرگ‌تر از یک مگابایت است", "is larger than one megabyte")


class Easels:
    """The places of those who paint: two in this process, and no thread of anybody else is taken for it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="picture")

    @classmethod
    def of(cls, process: Process) -> Easels:
        """Give those of this process."""
        return process.own(cls, cls)

    async def paint(self, content: bytes) -> Painted:
        """Paint a picture as soon as a place is free. Raises PictureRefused."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, paint, content)


def put(tx: Tx, student_number: str, painted: Painted, caller: Caller, now: datetime) -> Resident:
    """Put a resident's picture in the place of the one before (Residents/UploadImage). Raises ResidentNotFound."""
    one = residents.locked(tx, caller.university, student_number)
    if one is None:
        raise ResidentNotFound
    if one.picture != painted.digest:
        store.put(tx, one.id, painted.content, painted.digest, caller.by, now)
        residents.put_picture(tx, one.id, painted.digest, now)
        telling.note(tx, caller, now, one.id, 0, "picture-put", {"picture": [one.picture, painted.digest]})
    return one


def show(tx: Tx, resident: str) -> Painted | None:
    """Read a picture; who may see it is asked before."""
    found = store.show(tx, resident)
    return None if found is None else Painted(*found)


def _refused(fa: str, en: str) -> PictureRefused:
    return PictureRefused(why_fa=fa, why_en=en)
