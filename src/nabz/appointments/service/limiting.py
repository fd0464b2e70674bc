"""Limits against brokers and bots: how many different things a mobile or an address may ask for on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import TooManyBookings
from nabz.appointments.model import day_text
from nabz.appointments.store import asked as store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

KEPT: Final = timedelta(days=2)


def take(tx: Tx, keys: Keyring, most: Mapping[str, int], thing: str, now: datetime) -> list[str]:
    """Count a thing for each subject, and name those for whom it is new; the same thing again does not count.

    `most` tells by subject how many a day there may be. Raises TooManyBookings: then nothing was counted.
    """
    fresh = []
    for subject, row in _rows(keys, most):  # in one order, so that two callers never wait for each other
        things = store.locked(tx, row, day_text(now))
        if thing in things:
            continue
        if len(things) >= most[subject]:
            raise TooManyBookings
        store.keep(tx, row, day_text(now), [*things, thing])
        fresh.append(subject)
    return fresh


def give_back(tx: Tx, keys: Keyring, subjects: list[str], thing: str, now: datetime) -> None:
    """Take a thing off the count of some subjects, since nothing came of it."""
    for _, row in _rows(keys, subjects):
        things = store.locked(tx, row, day_text(now))
        store.keep(tx, row, day_text(now), [one for one in things if one != thing])


def prune(tx: Tx, now: datetime) -> int:
    """Forget what no longer counts."""
    return store.prune(tx, day_text(now - KEPT))


def _rows(keys: Keyring, subjects: Mapping[str, int] | list[str]) -> list[tuple[str, str]]:
    """The subjects under their digests, since a mobile or an address is nobody's business."""
    return sorted(((one, keys.hex("appointments.asked", one)) for one in subjects), key=lambda pair: pair[1])
