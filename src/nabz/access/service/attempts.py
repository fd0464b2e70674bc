"""Slowing down guesses without letting a stranger lock anybody out.

Where a person has got in before, from this browser or this address, he has a door of his own; all strangers share one
door per person, and one per address. A door shuts for longer with each failure and opens by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from nabz.access.errors import TooManyAttempts
from nabz.access.model import Gate, folded_username
from nabz.access.model.guessing import FORGOTTEN, FREE, FREE_OF_ORIGIN, left_of, network_of, shut_for
from nabz.access.store import attempts as store
from nabz.kit.db import Tx
from nabz.kit.digest import Keyring

KNOWN_DAYS = 180


def may_try(
    tx: Tx,
    keys: Keyring,
    username: str,
    origin: str,
    now: datetime,
    *,
    browser: str | None = None,
    gate: Gate = Gate.PASSWORD,
) -> None:
    """Ask before the expensive check, and before a right password is believed. Raises TooManyAttempts."""
    doors = _doors(tx, keys, username, origin, browser, gate)
    _refuse_if_shut(tx, doors.asked, now)


def note_failure(
    tx: Tx,
    keys: Keyring,
    username: str,
    origin: str,
    now: datetime,
    *,
    browser: str | None = None,
    gate: Gate = Gate.PASSWORD,
) -> None:
    """Count a wrong guess."""
    store.count(tx, _doors(tx, keys, username, origin, browser, gate).counted, now)


def note_success(
    tx: Tx, keys: Keyring, username: str, origin: str, now: datetime, *, browser: str | None = None
) -> None:
    """Remember from where a person got in, and forget his own failures there; the strangers' stay."""
    name = folded_username(username)
    marks = _marks(keys, origin, browser)
    store.learn(tx, name, marks, now)
    store.forget(tx, [_subject(keys, gate, "own", name, mark) for gate in Gate for mark in marks])


def note_asking(tx: Tx, keys: Keyring, origin: str, now: datetime) -> None:
    """Count a letter that was asked for from an address. Raises TooManyAttempts."""
    door = {_subject(keys, Gate.LINK, "origin", network_of(origin)): FREE}
    _refuse_if_shut(tx, door, now)
    store.count(tx, door, now)


def prune(tx: Tx, now: datetime) -> int:
    """Delete what no longer counts."""
    return store.prune(tx, now - FORGOTTEN, now - timedelta(days=KNOWN_DAYS))


class _Doors(NamedTuple):
    asked: dict[str, int]
    """Which doors must be open, and how many failures each forgives."""

    counted: list[str]


def _doors(tx: Tx, keys: Keyring, username: str, origin: str, browser: str | None, gate: Gate) -> _Doors:
    name = folded_username(username)
    marks = _marks(keys, origin, browser)
    known = store.known(tx, name, marks)
    of_origin = _subject(keys, gate, "origin", network_of(origin))
    # The browser goes before the address, which others may share.
    mine = next((mark for mark in marks if mark in known), None)
    if mine is not None:
        own = _subject(keys, gate, "own", name, mine)
        return _Doors({own: FREE}, [own, of_origin])
    strangers = _subject(keys, gate, "strangers", name)
    return _Doors({strangers: FREE, of_origin: FREE_OF_ORIGIN}, [strangers, of_origin])


def _refuse_if_shut(tx: Tx, doors: dict[str, int], now: datetime) -> None:
    wait = timedelta(0)
    for subject, (failures, last_at) in store.failures(tx, doors).items():
        still = left_of(failures, now - last_at)
        wait = max(wait, last_at + shut_for(still, doors[subject]) - now)
    if wait > timedelta(0):
        raise TooManyAttempts(retry_after=wait.total_seconds())


def _marks(keys: Keyring, origin: str, browser: str | None) -> list[str]:
    of_address = keys.hex("access.origin", f"address {network_of(origin)}")
    return [keys.hex("access.origin", f"browser {browser}"), of_address] if browser else [of_address]


def _subject(keys: Keyring, *parts: str) -> str:
    return keys.hex("access.attempt", "\0".join(parts))
