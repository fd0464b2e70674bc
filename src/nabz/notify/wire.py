"""What programs are told: one shape in webhooks and in the stream."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from nabz.notify.model import Event


class Told(msgspec.Struct, frozen=True):
    """One event."""

    id: str
    """The same whenever and however it comes: who has seen it may pass over it."""

    number: int
    kind: str
    subject: str
    at: datetime
    body: Any


_encoder = msgspec.json.Encoder()


def told(event: Event) -> bytes:
    """Write an event, on one line."""
    return _encoder.encode(Told(event.id, event.number, event.kind, event.subject, event.at, event.body))
