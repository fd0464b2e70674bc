"""What happened, written into the outbox in the same transaction; whom it concerns is found when it is delivered."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from nabz.kit import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Caller
    from nabz.kit.db import Tx


class Kind(StrEnum):
    """What can happen to a slot."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    OFFERED = "offered"
    CHANGED = "changed"
    REMINDED = "reminded"

    @property
    def topic(self) -> str:
        """The outbox topic."""
        return f"appointments.{self.value}"


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """What the outbox carries."""

    data_set: int
    slot: str
    appointment: str = ""
    client: str = ""
    waiting: str = ""
    status: int = 0
    """The slot's status after it; the news of a booking, which is always 2, leaves it out."""

    reason: int | None = None
    moved_from: str = ""


def tell(tx: Tx, kind: Kind, happened: Happened, caller: Caller, now: datetime) -> None:
    """Tell what happened, once for a call and a slot."""
    id_ = f"{caller.seed}-{kind.value}-{happened.slot}"
    outbox.put(tx, id_, kind.topic, msgspec.to_builtins(happened), now)
