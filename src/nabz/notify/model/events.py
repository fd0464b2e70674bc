"""Events: what happened, told to programs."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import msgspec

LARGEST_BODY: Final = 64_000
"""Bytes of JSON: an event tells what happened, the whole record is asked for."""

_KIND: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_ID: Final = re.compile(r"[A-Za-z0-9_:@/+=-]{1,200}")
"""It becomes a header and a part of what is signed, where a dot parts it from the rest."""


class Event(msgspec.Struct, frozen=True):
    """One event as its receiver sees it; the number rises by one from each of his events to the next."""

    number: int
    id: str
    kind: str
    subject: str
    body: Any
    at: datetime


def check_event(kind: str, id_: str, body: bytes) -> None:
    """Refuse what no header, stream or receiver could take: a mistake in our own program."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"the kind of an event looks like appointment.booked, not {kind!r}")
    if not _ID.fullmatch(id_):
        raise ValueError(f"the id of an event is 1 to 200 letters, digits and _:@/+=-, not {id_!r}")
    if len(body) > LARGEST_BODY:
        raise ValueError(f"an event is at most {LARGEST_BODY} bytes of JSON, this one is {len(body)}")
