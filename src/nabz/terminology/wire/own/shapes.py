"""What all answers of our own API have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from nabz.kit import jalali

ROOT: Final = "/api/v1/terminology"


def address(*parts: str, **asked: object) -> str:
    """Give an address of this API; None is left out of the query."""
    path = "/".join([ROOT, *(quote(part, safe="") for part in parts)])
    query = urlencode({name.rstrip("_"): value for name, value in asked.items() if value is not None})
    return f"{path}?{query}" if query else path


def day(at: datetime | None) -> str | None:
    """Name the day of an instant as 1403/01/01."""
    return None if at is None else jalali.slashed(jalali.day_of(at))


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all answers have in common: how their members are spelt."""
