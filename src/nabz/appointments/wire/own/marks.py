"""Where a list goes on, as a text that callers only hand back."""

from __future__ import annotations

import binascii
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from nabz.appointments.errors import FieldWrong


class Mark(NamedTuple):
    """The distance, the time and the id of the last row."""

    metres: float
    at: datetime
    id: str


def written(metres: float, at: datetime, id_: str) -> str:
    """Write a mark."""
    return urlsafe_b64encode(msgspec.json.encode([metres, at, id_])).decode().rstrip("=")


def read(text: str) -> Mark | None:
    """Read a mark, if there is one. Raises FieldWrong."""
    if not text:
        return None
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        metres, at, id_ = msgspec.json.decode(raw, type=tuple[float, datetime, str])
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError):
        raise FieldWrong(field="after") from None
    # A time without a zone, or one at the edge of the calendar, is none that we have written.
    if at.utcoffset() is None or not 1970 < at.year < 2500 or not math.isfinite(metres) or "\0" in id_:  # noqa: PLR2004
        raise FieldWrong(field="after")
    return Mark(metres, at.astimezone(UTC), id_)
