"""Waiting by the citizens' pages: a mobile keeps few places, however many people it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.errors.citizens import TooManyPlaces
from nabz.appointments.service import limiting, waiting
from nabz.appointments.store import waitings

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Waiting
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

MOST_OF_MOBILE: Final = 5
MOST_OF_ADDRESS: Final = 20


def join(tx: Tx, keys: Keyring, one: Waiting, address: str, now: datetime) -> Waiting:
    """Wait, unless the mobile keeps so many places already or the address took so many today.

    Raises TooManyPlaces, TooManyBookings, AlreadyWaiting, WaitingTooBroad, BadPeriod.
    """
    limiting.alone(tx, keys, f"places of {one.mobile}", now)
    limiting.take(tx, keys, {f"places from {address}": MOST_OF_ADDRESS}, one.id, now)
    joined = waiting.join(tx, one, now)
    if waitings.of_mobile(tx, one.mobile, now) > MOST_OF_MOBILE:
        raise TooManyPlaces(most=MOST_OF_MOBILE)
    return joined
