"""What outside sources wrap their answers in: the envelope of the gateway, once for each gateway that was passed."""

from __future__ import annotations

from typing import Final

import msgspec

from nabz.kit import reader
from nabz.registries.errors import SourceAway

MOST_GATEWAYS: Final = 4
FAILURES: Final = 400
NOT_FOUND: Final = 404


class Status(msgspec.Struct, frozen=True):
    """The status of the one who answered."""

    statusCode: int | None = None


class Result(msgspec.Struct, frozen=True):
    """What the provider said."""

    data: msgspec.Raw = msgspec.Raw()
    status: Status | None = None


class Envelope(msgspec.Struct, frozen=True):
    """One wrapping; without `result` it is the answer itself."""

    result: Result | None = None


def unwrapped(body: bytes) -> bytes | None:
    """Give what lies in all the envelopes, or nothing for what was not found. Raises SourceAway."""
    for _ in range(MOST_GATEWAYS):
        result = reader.read(body, Envelope).result
        if result is None:
            return body
        status = result.status.statusCode if result.status is not None else None
        if status == NOT_FOUND:
            return None
        body = bytes(result.data)
        if not body or (status or 0) >= FAILURES:
            break
    raise SourceAway
