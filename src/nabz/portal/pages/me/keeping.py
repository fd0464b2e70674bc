"""What the browser of an insured person keeps, sealed: who he has proven to be, and which child he looks at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from nabz.web import sealed

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

DOMAIN: Final = "portal"
KNOWN, ASKED, CHILD = "nabz_me", "nabz_me_asked", "nabz_me_child"
NOBAT: Final = "nabz_nobat"
LASTING: Final = timedelta(minutes=30)
T = TypeVar("T", bound=msgspec.Struct)


class Known(msgspec.Struct, frozen=True):
    """Who sits at this browser, and the mobile by which he has proven it."""

    key: str
    mobile: str
    data_set: int
    until: int


class Asked(msgspec.Struct, frozen=True):
    """For whom a code is asked."""

    key: str
    attempt: str
    until: int


class Child(msgspec.Struct, frozen=True):
    """Which child a parent has chosen to look at."""

    parent: str
    key: str
    until: int


class Nobat(msgspec.Struct, frozen=True):
    """The mobile that this browser has proven when it booked an appointment."""

    mobile: str
    until: int


def until(call: Call) -> int:
    """Tell how long something is kept from now on."""
    return sealed.until(call, LASTING)


def opened(call: Call, name: str, type_: type[T]) -> T | None:
    """Read what a cookie keeps, if its time is not over."""
    return sealed.opened(call, DOMAIN, name, type_)


def give(call: Call, answer: Response, name: str, value: msgspec.Struct) -> Response:
    """Let the browser keep something."""
    return sealed.give(call, answer, DOMAIN, name, value, LASTING)


def forget(call: Call, answer: Response, *names: str) -> Response:
    """Let the browser forget."""
    return sealed.forget(call, answer, *(names or (KNOWN, ASKED, CHILD)))


def proven_mobile(call: Call) -> str:
    """Tell which mobile this browser has proven for appointments; none is the empty text."""
    found = sealed.opened(call, "appointments", NOBAT, Nobat)
    return found.mobile if found is not None else ""
