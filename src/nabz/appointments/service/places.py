"""Waiting by other systems: each keeps its own places, a mobile few and a system not without end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import TooManyPlaces, UnknownWaiting
from nabz.appointments.errors.own import TooManyPlacesHere
from nabz.appointments.service import limiting, waiting
from nabz.appointments.service.queueing import MOST_OF_MOBILE
from nabz.appointments.store import places, waitings

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Caller, Waiting
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

MOST_OF_CLIENT: Final = 10_000


def join(tx: Tx, keys: Keyring, one: Waiting, now: datetime) -> Waiting:
    """Wait, unless the mobile, or the system that asks, keeps so many places already; without a mobile the person.

    Raises TooManyPlaces, TooManyPlacesHere, AlreadyWaiting, WaitingTooBroad, BadPeriod.
    """
    limiting.alone(tx, keys, f"places of {one.mobile or one.person}", now)
    limiting.alone(tx, keys, f"places by {one.joined_by}", now)
    joined = waiting.join(tx, one, now)
    mine = waitings.of_mobile(tx, one.mobile, now) if one.mobile else places.held_for(tx, one.person)
    if mine > MOST_OF_MOBILE:
        raise TooManyPlaces(most=MOST_OF_MOBILE)
    if places.held_by(tx, one.joined_by) > MOST_OF_CLIENT:
        raise TooManyPlacesHere(most=MOST_OF_CLIENT)
    return joined


def leave(tx: Tx, id_: str, person: str, caller: Caller, now: datetime) -> Waiting:
    """Give back a place that the caller keeps. Raises UnknownWaiting."""
    if waitings.get(tx, id_, person).joined_by != caller.client:
        raise UnknownWaiting
    return waiting.leave(tx, id_, person, caller, now)
