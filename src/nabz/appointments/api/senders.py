"""In whose name a call speaks: the facility and the sending system must be known, open and granted with the pid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import CentreUnknown, SystemBlocked
from nabz.gateway.errors import BadIdentifier, IdentifierBlocked, IdentifierNotGranted, UnknownIdentifier
from nabz.gateway.model import IdentifierType
from nabz.gateway.service import identifiers
from nabz.kit.memory import Memory

if TYPE_CHECKING:
    from nabz.kit.operations import Asked

REMEMBERED: Final = 20_000
NO = (BadIdentifier, IdentifierBlocked, IdentifierNotGranted, UnknownIdentifier)


class Senders:
    """What this process remembers of checked senders, no longer than it remembers tokens."""

    def __init__(self, keep: timedelta) -> None:
        self._known: Memory[tuple[str, str, IdentifierType], str] = Memory(REMEMBERED, keep)

    async def check(self, asked: Asked, guid: str, type_: IdentifierType) -> str:
        """Give the identifier in small letters. Raises what the gateway raises."""
        key = (asked.pid, guid, type_)
        known = self._known.get(key, asked.now)
        if known is None:
            known = (await asked.deps.db.read(identifiers.check, asked.pid, guid, type_)).guid
            self._known.put(key, known, asked.now)
        return known


async def facility_of(asked: Asked, guid: str) -> str:
    """Give the facility in whose name a call may speak. Raises CentreUnknown."""
    try:
        return await _senders(asked).check(asked, guid, IdentifierType.FACILITY)
    except NO as problem:
        raise CentreUnknown from problem


async def system_of(asked: Asked, guid: str) -> str:
    """Give the sending system in whose name a call may speak. Raises SystemBlocked."""
    try:
        return await _senders(asked).check(asked, guid, IdentifierType.SYSTEM)
    except NO as problem:
        raise SystemBlocked from problem


def _senders(asked: Asked) -> Senders:
    keep = timedelta(seconds=asked.deps.settings.token_cache_seconds)
    return asked.deps.own(Senders, lambda: Senders(keep))
