"""Deciding on what was seen: the prescription together with what was given of it, and again if it has moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.errors import Busy
from nabz.prescriptions.model import Delivery, Prescription
from nabz.prescriptions.service.changing import NO_KEY, Change, Changed, Key, change, done_before

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller

TRIES: Final = 20


class Seen(msgspec.Struct, frozen=True):
    """One snapshot."""

    one: Prescription
    deliveries: tuple[Delivery, ...] = ()
    result_out: bool = False


class _Moved(Busy):
    """What was decided on does not stand any more."""

    code = ""


async def decide(
    db: Database,
    look: Callable[[Tx], Seen],
    choose: Callable[[Seen], Change | Changed],
    caller: Caller,
    now: datetime,
    key: Key = NO_KEY,
) -> Changed:
    """Look, choose, and write if all that was looked at still stands; else look again.

    Raises KeyReused, Busy, and what `look` and `choose` raise.
    """
    for _ in range(TRIES):
        if key.key and (done := await done_before(db, key)) is not None:
            return done if done.delivery is not None else await _whole(db, look, done)
        seen = await db.read(look)
        chosen = choose(seen)
        if isinstance(chosen, Changed):
            return chosen
        try:
            return await change(db, seen.one.id, _Once(seen.one.version, chosen), caller, now, key)
        except _Moved:
            continue
    raise Busy(retry_after=1)


async def _whole(db: Database, look: Callable[[Tx], Seen], done: Changed) -> Changed:
    """Tell what was done to a delivery together with the delivery: a key remembers only what is new."""
    seen = await db.read(look)
    return Changed(done.one, seen.deliveries[0] if seen.deliveries else None, again=True)


class _Once:
    """Hands out what was decided, for the version that it was decided on, and no second time."""

    def __init__(self, version: int, chosen: Change) -> None:
        self._version = version
        self._chosen: Change | None = chosen

    def __call__(self, one: Prescription) -> Change:
        """Raises _Moved."""
        chosen, self._chosen = self._chosen, None
        if chosen is None or one.version != self._version:
            raise _Moved
        return chosen
