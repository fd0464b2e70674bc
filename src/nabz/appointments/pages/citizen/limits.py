"""Limits against brokers and bots, by mobile and by address."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from nabz.access.model.guessing import network_of
from nabz.appointments.pages.frame import store_of
from nabz.appointments.service import limiting
from nabz.kit.errors import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nabz.kit.http import Call

MOST_OF_MOBILE: Final = 5
MOST_OF_ADDRESS: Final = 20
MOST_MOBILES: Final = 30


@asynccontextmanager
async def within_limits(call: Call, mobile: str, slot: str) -> AsyncIterator[None]:
    """Count a booking for its mobile and its address; one that is refused does not count. Raises TooManyBookings."""
    most = {f"bookings of {mobile}": MOST_OF_MOBILE, f"bookings from {network_of(call.ip)}": MOST_OF_ADDRESS}
    taken = await store_of(call).write(limiting.take, call.deps.keys, most, slot, call.now)
    try:
        yield
    except Problem:
        await store_of(call).write(limiting.give_back, call.deps.keys, taken, slot, call.now)
        raise


async def note_code(call: Call, mobile: str) -> None:
    """Count a mobile that a code is sent to from an address. Raises TooManyBookings."""
    most = {f"codes from {network_of(call.ip)}": MOST_MOBILES}
    await store_of(call).write(
        limiting.take, call.deps.keys, most, call.deps.keys.hex("appointments.asked", mobile), call.now
    )
