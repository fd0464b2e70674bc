"""What the browser of a resident keeps, sealed: who he has proven to be, and for whom a code is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from nabz.web import sealed

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

DOMAIN: Final = "residency"
KNOWN, ASKED = "nabz_simad", "nabz_simad_asked"
LASTING: Final = timedelta(minutes=30)
T = TypeVar("T", bound=msgspec.Struct)


class Known(msgspec.Struct, frozen=True):
    """Who sits at this browser, and the mobile by which he has proven it."""

    number: str
    is_irani: bool
    mobile: str
    data_set: int
    until: int


class Asked(msgspec.Struct, frozen=True):
    """For whom a code is asked."""

    number: str
    is_irani: bool
    attempt: str
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
    return sealed.forget(call, answer, *(names or (KNOWN, ASKED)))
