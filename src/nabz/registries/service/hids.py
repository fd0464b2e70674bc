"""Entitlement ids (HID): issued for a visit, or reserved for the time in which an insurer is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.kit.errors import Busy
from nabz.registries.errors import (
    HidEliminated,
    HidExpired,
    HidNotIssued,
    HidNotReserved,
    HidUsed,
    NotCovered,
    PersonDead,
    UnknownHid,
)
from nabz.registries.model import (
    ISSUED_FOR,
    NO_INSURER,
    RESERVED_FOR,
    Entitlement,
    HidState,
    HidStatus,
    HidWish,
    PersonId,
    visit_of,
)
from nabz.registries.store import hids as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx


def state(tx: Tx, hid: str) -> HidState | None:
    """Tell what is known of an HID; `has_expired` says whether its time is over."""
    return store.find(tx, hid)


def settled(wish: HidWish, entitled: Entitlement) -> HidWish:
    """Name the insurer, if nobody has: the first who covers the person, else none."""
    first = entitled.covers[0].insurer if entitled.covers else NO_INSURER
    return wish if wish.insurer else msgspec.structs.replace(wish, insurer=first)


def issue(tx: Tx, hid: str, wish: HidWish, entitled: Entitlement, now: datetime) -> HidState:
    """Issue an HID for a visit; who asks again for the same visit gets the same one.

    Raises PersonDead, NotCovered, Busy.
    """
    _must_be_entitled(entitled, wish.insurer)
    new = HidState(
        hid=hid,
        person=wish.person,
        insurer=wish.insurer,
        state=HidStatus.ISSUED,
        facility=wish.facility,
        provider=wish.provider,
        made_at=now,
        expires_at=now + ISSUED_FOR,
    )
    visit = visit_of(wish, now)
    if store.issue(tx, new, visit):
        return new
    there = store.of_visit(tx, visit)
    if there is None:  # it was used or eliminated at this very moment
        raise Busy(retry_after=1)
    return there


def reserve(tx: Tx, hids: Sequence[str], insurer: str, facility: str, now: datetime) -> list[HidState]:
    """Give a facility HIDs that it may hand out while the insurer is away. Raises Busy."""
    new = [
        HidState(
            hid=hid,
            person="",
            insurer=insurer,
            state=HidStatus.RESERVED,
            facility=facility,
            provider="",
            made_at=now,
            expires_at=now + RESERVED_FOR,
        )
        for hid in hids
    ]
    store.reserve(tx, new)
    return new


def update(tx: Tx, hid: str, wish: HidWish, entitled: Entitlement, now: datetime) -> None:
    """Tell to whom a reserved HID was given.

    Raises UnknownHid, HidEliminated, HidNotReserved, HidExpired, PersonDead, NotCovered.
    """
    there = store.find(tx, hid)
    if there is None or there.facility != wish.facility or wish.insurer not in {"", there.insurer}:
        raise UnknownHid
    if there.has_expired(now):
        raise HidExpired
    _must_be_entitled(entitled, there.insurer)
    given = {"person": wish.person, "provider": wish.provider, "expires_at": now + ISSUED_FOR}
    if store.change(tx, hid, HidStatus.RESERVED, now, state=HidStatus.ISSUED, **given):
        return
    raise HidEliminated if _now(tx, hid).state is HidStatus.ELIMINATED else HidNotReserved


def eliminate(tx: Tx, hid: str, person: str, facility: str, reason: str, now: datetime) -> None:
    """Take an HID back that was not used; one that is still reserved has no person.

    Raises UnknownHid, HidEliminated, HidUsed, Busy.
    """
    there = store.find(tx, hid)
    if there is None or there.facility != facility or there.person not in {"", person}:
        raise UnknownHid
    gone = {"state": HidStatus.ELIMINATED, "reason": reason}
    if there.state in {HidStatus.ISSUED, HidStatus.RESERVED} and store.change(tx, hid, there.state, now, **gone):
        return
    found = _now(tx, hid).state
    raise {HidStatus.USED: HidUsed, HidStatus.ELIMINATED: HidEliminated}.get(found, Busy)


def verify(tx: Tx, hid: str, person: str) -> HidState:
    """Tell a person's HID's state; one that is still reserved is everybody's. Raises UnknownHid."""
    there = store.find(tx, hid)
    if there is None or there.person not in {"", person}:
        raise UnknownHid
    return there


def use(tx: Tx, hid: str, person: PersonId, used_for: str, now: datetime) -> HidState:
    """Use an HID up for something; using it again for the same changes nothing.

    Raises UnknownHid, HidNotIssued, HidEliminated, HidUsed, HidExpired.
    """
    there = verify(tx, hid, person.key)
    if there.state is HidStatus.ISSUED and there.has_expired(now):
        raise HidExpired
    if there.state is HidStatus.ISSUED:
        store.change(tx, hid, HidStatus.ISSUED, now, state=HidStatus.USED, used_for=used_for)
        there = _now(tx, hid)
    if there.state is HidStatus.USED and there.used_for == used_for:
        return there
    raise {HidStatus.RESERVED: HidNotIssued, HidStatus.ELIMINATED: HidEliminated}.get(there.state, HidUsed)


def release(tx: Tx, hid: str, used_for: str, now: datetime) -> None:
    """Let an HID be used again, if it was used for this; else nothing happens."""
    store.release(tx, hid, used_for, now)


def _now(tx: Tx, hid: str) -> HidState:
    there = store.find(tx, hid)
    if there is None:
        raise UnknownHid
    return there


def _must_be_entitled(entitled: Entitlement, insurer: str) -> None:
    """Anybody may be treated at his own cost. Raises PersonDead, NotCovered."""
    if not entitled.person.alive:
        raise PersonDead
    if insurer != NO_INSURER and insurer not in {cover.insurer for cover in entitled.covers}:
        raise NotCovered
