"""Outside sources: where a registry's answers come from when they are not our own."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import msgspec

from nabz.registries.errors import BadSource

SEALED_FOR: Final = "registries.source"
"""What the keyring seals credentials for."""

LONGEST_ADDRESS: Final = 500
LONGEST_KEPT: Final = 30 * 86400


class Registry(StrEnum):
    """A registry that may have an outside source."""

    IDENTITY = "identity"
    INSURANCE = "insurance"
    COUNCIL = "council"


class Source(msgspec.Struct, frozen=True):
    """Where to ask, and for how many seconds an answer is good."""

    registry: Registry
    address: str
    seconds: int
    credential: str | None = None
    """Sealed; the whole value of the Authorization header."""


class Question(msgspec.Struct, frozen=True):
    """A question whose answer is kept: the registry, and the key that tells it from all others."""

    registry: Registry
    key: str


class Known(msgspec.Struct, frozen=True):
    """An answer that was kept: JSON, or nothing when the source knew nobody."""

    answer: str
    kept_at: datetime
    good_until: datetime


def read_source(source: Source) -> Source:
    """Check an outside source. Raises BadSource."""
    address = source.address.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        usable = False
    if not usable or len(address) > LONGEST_ADDRESS or not 0 <= source.seconds <= LONGEST_KEPT:
        raise BadSource
    return msgspec.structs.replace(source, address=address)
