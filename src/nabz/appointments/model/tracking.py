"""Tracking ids: `1:` and a UUID that tells the day of its slot, so that one part of a divided table is enough."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from nabz.appointments.errors import BadTracking, ForeignNode

NODE: Final = "1"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EVER: Final = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2400, 1, 1, tzinfo=UTC))
_DAY_BITS: Final = 20
_OURS: Final = 8
_WRITTEN: Final = re.compile(
    r"(?:\s*([0-9]{1,4})\s*:)?\s*\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\s*", re.IGNORECASE
)


def new(starts_at: datetime, chance: str) -> str:
    """Make the id of a slot out of its day and a random UUID."""
    day = (starts_at - _EPOCH).days
    value = int(chance.replace("-", ""), 16) & ((1 << (128 - _DAY_BITS)) - 1) | day << (128 - _DAY_BITS)
    text = f"{value & ~(0xF << 76) | _OURS << 76:032x}"  # a hundred thousand of them are made in one call
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def read(text: str) -> str:
    """The UUID of a tracking id, with or without `1:`, in small letters. Raises BadTracking, ForeignNode."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise BadTracking
    if found[1] not in {None, NODE}:
        raise ForeignNode
    return found[2].lower()


def when(id_: str) -> tuple[datetime, datetime]:
    """The time within which a slot of this id begins; for an id that is not of our making, any time.

    Raises BadTracking.
    """
    try:
        value = UUID(id_).int
    except ValueError:
        raise BadTracking from None
    if (value >> 76) & 0xF != _OURS:
        return _EVER
    day = _EPOCH + timedelta(days=value >> (128 - _DAY_BITS))
    return day, day + timedelta(days=1)
