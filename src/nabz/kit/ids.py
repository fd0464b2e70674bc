"""Names for new things: made at the edge, given to the use case."""

from __future__ import annotations

import os
import secrets
import time
import uuid


def new_id() -> str:
    """A UUIDv7: sorts by the time it was made, so indexes grow at their end."""
    millis = time.time_ns() // 1_000_000
    value = (millis & 0xFFFFFFFFFFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def random_uuid() -> str:
    """A UUIDv4, for what must not tell when it was made."""
    return str(uuid.uuid4())


def object_id() -> str:
    """24 lower-case hex digits, the first eight the second it was made in."""
    return f"{int(time.time()) & 0xFFFFFFFF:08x}{os.urandom(8).hex()}"


def secret() -> str:
    """A random secret of 256 bits in URL-safe letters."""
    return secrets.token_urlsafe(32)
