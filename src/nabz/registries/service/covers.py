"""The insurances of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.kit import jalali
from nabz.registries.model import Cover, Entitlement, PersonId
from nabz.registries.store import covers as store
from nabz.registries.store import people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Database, Tx


def of(tx: Tx, id_: PersonId, now: datetime) -> list[Cover]:
    """List the covers of a person that count today, the basic ones first."""
    return store.of(tx, id_.key, jalali.compact(jalali.day_of(now)))


def entitlement(tx: Tx, id_: PersonId, now: datetime) -> Entitlement | None:
    """Give a person of ours with the covers that count today; nobody insures one who has died."""
    person = people.find(tx, id_.key)
    if person is None:
        return None
    return Entitlement(person, tuple(of(tx, id_, now)) if person.alive else ())


async def entitled(db: Database, id_: PersonId, now: datetime) -> Entitlement | None:
    """Give the same as `entitlement`, in one look and outside of a use case."""
    rows = await db.read_one(store.ENTITLED, key=id_.key, day=jalali.compact(jalali.day_of(now)))
    if not rows:
        return None
    person = rows[0].person
    return Entitlement(person, tuple(row.cover for row in rows if row.cover is not None) if person.alive else ())


def counting(entitled: Entitlement, now: datetime) -> Entitlement:
    """Leave out the covers that have ended since they were told."""
    day = jalali.compact(jalali.day_of(now))
    lasting = tuple(cover for cover in entitled.covers if not cover.expires or cover.expires >= day)
    return msgspec.structs.replace(entitled, covers=lasting)


def replace(tx: Tx, id_: PersonId, new: Sequence[Cover], now: datetime) -> None:
    """Put these covers of a person in the place of all others. Raises DateWrong, Busy."""
    store.replace(tx, id_.key, [_checked(cover) for cover in new], now)


def _checked(cover: Cover) -> Cover:
    expires = jalali.compact(jalali.parse(cover.expires)) if cover.expires else ""
    return msgspec.structs.replace(cover, expires=expires)
