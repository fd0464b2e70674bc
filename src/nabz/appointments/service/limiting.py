"""Limits against brokers and bots: how many different things somebody may ask for, on a day and at one time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import TooManyBookings
from nabz.appointments.model import day_text
from nabz.appointments.store import asked as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

KEPT: Final = timedelta(days=2)
DAY: Final = timedelta(days=1)


class Allowance(msgspec.Struct, frozen=True):
    """How many things that last a while somebody may have."""

    at_once: int
    a_day: int


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


def begin(
    tx: Tx, keys: Keyring, most: Mapping[str, Allowance], who: str, thing: str, until: datetime, now: datetime
) -> bool:
    """Count what somebody has until an instant for each subject, in the place of what he had; tell whether he may.

    While it lasts it is counted once, and when it is over it still counts for the day.
    """
    there = {row: (most[subject], store.locked(tx, row, day_text(now))) for subject, row in _rows(keys, most)}
    mine = f"{who} {thing}"
    kept = {row: (allowed, _ended(things, who, but=mine)) for row, (allowed, things) in there.items()}
    fresh = [row for row, (_, things) in kept.items() if mine not in _lasting(things, now)]
    good = all(_has_room(*kept[row], now) for row in fresh)
    for row, (_, things) in kept.items():
        new = [f"{mine} {until.timestamp():.0f}"] if row in fresh else []
        store.keep(tx, row, day_text(now), [*things, *new] if good else _ended(things, who))
    return good


def end(tx: Tx, keys: Keyring, subjects: Iterable[str], who: str, now: datetime) -> None:
    """Let what somebody has last no longer; it still counts for the day."""
    for _, row in _rows(keys, subjects):
        store.keep(tx, row, day_text(now), _ended(store.locked(tx, row, day_text(now)), who))


def alone(tx: Tx, keys: Keyring, subject: str, now: datetime) -> None:
    """Let nobody else count for a subject until this transaction ends, on either side of midnight."""
    for _, row in _rows(keys, [subject]):
        for day in (now - DAY, now):
            store.locked(tx, row, day_text(day))


def prune(tx: Tx, now: datetime) -> int:
    """Forget what no longer counts."""
    return store.prune(tx, day_text(now - KEPT))


def _has_room(allowed: Allowance, things: list[str], now: datetime) -> bool:
    return len(things) < allowed.a_day and len(_lasting(things, now)) < allowed.at_once


def _lasting(things: list[str], now: datetime) -> set[str]:
    """Name the things that are not over, with whose they are."""
    pairs = [one.rpartition(" ") for one in things]
    return {mine for mine, _, until in pairs if int(until) > now.timestamp()}


def _ended(things: list[str], who: str, but: str = "") -> list[str]:
    """Let the things of somebody be over, but one."""
    named = [(one, one.rpartition(" ")[0]) for one in things]
    return [f"{mine} 0" if mine.startswith(f"{who} ") and mine != but else one for one, mine in named]


def _rows(keys: Keyring, subjects: Iterable[str]) -> list[tuple[str, str]]:
    """The subjects under their digests, since a mobile or an address is nobody's business."""
    return sorted(((one, keys.hex("appointments.asked", one)) for one in subjects), key=lambda pair: pair[1])
