"""The one way in which a prescription changes: read it, let a rule decide, write if nobody was faster, else again."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit.db import unique
from nabz.kit.errors import Busy
from nabz.kit.json import encode
from nabz.prescriptions.errors.reading import KeyReused, KeyTooLong, NotThere, TakenBackSince
from nabz.prescriptions.errors.writing import Duplicate
from nabz.prescriptions.model import Delivery, DeliveryState, Prescription, State, state_of
from nabz.prescriptions.store import deliveries
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller

TRIES: Final = 20
LONGEST_KEY: Final = 200


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule decided."""

    one: Prescription
    """The new value; who wrote it down counts its version."""

    action: str
    facts: dict[str, object] = {}
    delivery: Delivery | None = None
    """A new delivery."""

    replaced: Delivery | None = None
    """The new value of a delivery that is there, made from its present version."""

    topic: str = ""
    message: object = None


class Changed(msgspec.Struct, frozen=True):
    """What stands now."""

    one: Prescription
    delivery: Delivery | None = None
    again: bool = False
    """It had been done before, under the same key."""


class Key(msgspec.Struct, frozen=True):
    """An idempotency key with what it stands for."""

    client: str
    key: str
    digest: str

    @classmethod
    def of(cls, caller: Caller, key: str | None, content: object) -> Key:
        """Tie a caller's key, if there is one, to a content. Raises KeyTooLong."""
        if key and len(key) > LONGEST_KEY:
            raise KeyTooLong(most=LONGEST_KEY)
        digest = blake2b(encode(content), digest_size=16).hexdigest() if key else ""
        return cls(caller.client, key or "", digest)


NO_KEY: Final = Key("", "", "")


class _Overtaken(Exception):  # noqa: N818 - no failure: the rule is asked again
    """The delivery was changed meanwhile."""


async def change(
    db: Database, id_: int, rule: Callable[[Prescription], Change], caller: Caller, now: datetime, key: Key = NO_KEY
) -> Changed:
    """Change a prescription by a rule. Raises NotThere, KeyReused, Duplicate, and what the rule raises."""
    if key.key and (done := await done_before(db, key)) is not None:
        return done
    for _ in range(TRIES):
        found = await db.read_one(store.BY_ID, id=id_)
        if not found:
            raise NotThere
        seen = found[0]
        change = rule(seen)
        if change.one is seen and change.delivery is None and change.replaced is None:
            return Changed(seen)
        one = _settled(change.one, seen.version + 1)
        given = _arguments(change, one, seen.version, caller, now, key)
        try:
            with unique(KeyReused()):
                if change.replaced is None:
                    written = await db.write_one(store.CHANGE, **given)
                else:
                    written = await db.write(_both, change.replaced, given)
        except KeyReused:  # or the content stands already
            await _explain(db, one, key)
            if key.key and (done := await done_before(db, key)) is not None:
                return done
            continue
        except _Overtaken:
            continue
        if written:
            return Changed(one, change.delivery or change.replaced)
    raise Busy(retry_after=1)


def within(
    tx: Tx, id_: int, rule: Callable[[Prescription], Change], caller: Caller, now: datetime, key: Key = NO_KEY
) -> Changed:
    """Change a prescription inside an open use case, its row locked. Raises as `change` does."""
    found = tx.run(store.LOCKED, id=id_)
    if not found:
        raise NotThere
    seen = found[0]
    change = rule(seen)
    if change.one is seen and change.delivery is None and change.replaced is None:
        return Changed(seen)
    one = _settled(change.one, seen.version + 1)
    with unique(KeyReused()):
        written = tx.run(store.CHANGE, **_arguments(change, one, seen.version, caller, now, key))
    if not written or (change.replaced is not None and not deliveries.replace(tx, change.replaced)):
        raise Busy(retry_after=1)  # the delivery was changed meanwhile
    return Changed(one, change.delivery or change.replaced)


async def done_before(db: Database, key: Key) -> Changed | None:
    """Find what was done under a key. Raises KeyReused, TakenBackSince."""
    return await db.read(done_under, key)


def done_under(tx: Tx, key: Key) -> Changed | None:
    """Find what was done under a key, inside an open use case. Raises KeyReused, TakenBackSince."""
    rows = tx.run(store.BY_KEY, client=key.client, key=key.key) if key.key else []
    if not rows:
        return None
    if rows[0].digest != key.digest:
        raise KeyReused
    (one,) = tx.run(store.BY_ID, id=rows[0].prescription)
    given = tx.run(deliveries.BY_ID, id=rows[0].delivery)[0] if rows[0].delivery is not None else None
    if one.state is State.DELETED or (given is not None and given.state is DeliveryState.REMOVED):
        raise TakenBackSince
    return Changed(one, given, again=True)


async def _explain(db: Database, one: Prescription, key: Key) -> None:
    """Say which "only one" was broken: if it is no key, then the content stands already. Raises Duplicate."""
    if key.key and await db.read_one(store.BY_KEY, client=key.client, key=key.key):
        return
    same = await db.read_one(store.BY_CONTENT, fingerprint=store.fingerprint(one))
    if same and same[0].id != one.id:
        raise Duplicate(id=same[0].id, tracking=same[0].tracking)


def _both(tx: Tx, delivery: Delivery, given: dict[str, Any]) -> list[int]:
    """Write a prescription and the new value of one of its deliveries, both or none. Raises _Overtaken."""
    if not tx.run(store.CHANGE, **given) or not deliveries.replace(tx, delivery):
        raise _Overtaken
    return [delivery.id]


def _settled(one: Prescription, version: int) -> Prescription:
    return msgspec.structs.replace(one, version=version, state=state_of(one))


def _arguments(change: Change, one: Prescription, seen: int, caller: Caller, now: datetime, key: Key) -> dict[str, Any]:
    return {
        **store.cells(one),
        **deliveries.cells(change.delivery),
        "seen": seen,
        **written(change.action, change.facts, one, caller, now, key),
        "topic": change.topic,
        "message": encode(change.message).decode(),
    }


def written(
    action: str, facts: dict[str, object], one: Prescription, caller: Caller, now: datetime, key: Key
) -> dict[str, Any]:
    """What every statement that writes a prescription is given about its call."""
    return {
        "change": caller.seed,
        "now": now,
        "message_id": f"{caller.seed}-{one.id}-{one.version}",
        "by": caller.by,
        "action": action,
        "subject": str(one.id),
        "facts": encode({"client": caller.client, **facts}).decode(),
        "client": key.client,
        "key": key.key,
        "digest": key.digest,
    }


def forget_keys(tx: Tx, before: datetime) -> int:
    """Forget the idempotency keys of long ago, and tell how many there were."""
    return store.forget_keys(tx, before)
