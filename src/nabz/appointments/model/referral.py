"""The rules of the referral map: what a way needs, and its id, made of where it leads."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from nabz.appointments.errors import BadPeriod, RouteWrong
from nabz.kit.persian import ascii_digits

if TYPE_CHECKING:
    from datetime import date

    from nabz.appointments.model.values import Route

CODE: Final = re.compile(r"[0-9A-Za-z._-]{1,40}")
"""The codes of specialties, insurers and divisions."""


def route_id(route: Route) -> str:
    """Make a way's id of all but its dates' end, so that one way stands in the map once, however often it is sent."""
    from_ = route.from_.isoformat() if route.from_ else ""
    told = (route.origin_kind, route.origin, route.specialty, route.insurer, route.facility, route.provider, from_)
    digest = hashlib.blake2b("\x1f".join(told).encode(), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))


def good_route(route: Route) -> Route:
    """Check a way and give it its id. Raises RouteWrong, BadPeriod."""
    if not route.origin or not route.specialty or not (route.facility or route.provider):
        raise RouteWrong
    if route.from_ and route.until and route.until < route.from_:
        raise BadPeriod
    return msgspec.structs.replace(route, id=route_id(route))


def ended(route: Route, last: date) -> Route:
    """Let a way end with a day; one that would begin later ends before it begins, so it leads nowhere any more."""
    return msgspec.structs.replace(route, until=last)


def folded_code(text: str) -> str | None:
    """Give the one spelling of a code, or nothing if it is none."""
    code = ascii_digits(text).strip()
    return code if CODE.fullmatch(code) else None
