"""How guessing is slowed down: the doors at which failures are counted, and how long each stays shut."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from enum import StrEnum
from typing import Final

FREE: Final = 5
FREE_OF_ORIGIN: Final = 50
"""A whole hospital may stand behind one address."""

LONGEST: Final = timedelta(minutes=15)
FADING: Final = ((timedelta(hours=6), 1 << 30), (timedelta(hours=2), 4), (timedelta(hours=1), 2))
"""After so long a quiet time only this part of the failures still counts; the longest first."""

FORGOTTEN: Final = FADING[0][0]
_NETWORK_OF_A_LINE: Final = 64


class Gate(StrEnum):
    """What is guessed at."""

    PASSWORD = "password"  # noqa: S105 - the name of a gate
    CODE = "code"
    LINK = "link"


def left_of(failures: int, quiet: timedelta) -> int:
    """Tell how many failures still count after a quiet time."""
    return next((failures // part for span, part in FADING if quiet >= span), failures)


def shut_for(failures: int, free: int) -> timedelta:
    """Tell how long a door stays shut after its last failure: nothing at first, then doubling."""
    if failures < free:
        return timedelta(0)
    return min(LONGEST, timedelta(seconds=2 ** min(failures - free + 1, 20)))


def network_of(address: str) -> str:
    """Give what one caller can hold alone: an IPv4 address, or the /64 of an IPv6 line."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, _NETWORK_OF_A_LINE), strict=False))
