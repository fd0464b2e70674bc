"""What the browser of an insured person keeps, sealed: who he has proven to be, and which child he looks at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from nabz.web import visit

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

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
    return int((call.now + LASTING).timestamp())


def opened(call: Call, name: str, type_: type[T], purpose: str = "portal") -> T | None:
    """Read what a cookie keeps, if its time is not over."""
    sealed = visit.cookie(call, name)
    text = call.deps.keys.unseal(f"{purpose}.{name}", sealed) if sealed else None
    try:
        found = None if text is None else msgspec.json.decode(text, type=type_)
    except msgspec.ValidationError:  # sealed by an earlier version of this program
        return None
    return found if found is not None and getattr(found, "until", 0) > call.now.timestamp() else None


def give(call: Call, answer: Response, name: str, value: msgspec.Struct) -> Response:
    """Let the browser keep something."""
    sealed = call.deps.keys.seal(f"portal.{name}", msgspec.json.encode(value).decode())
    visit.set_cookie(call, answer, name, sealed, seconds=int(LASTING.total_seconds()))
    return answer


def forget(call: Call, answer: Response, *names: str) -> Response:
    """Let the browser forget."""
    for name in names or (KNOWN, ASKED, CHILD):
        answer.delete_cookie(name, path="/", secure=visit.secure(call), httponly=True, samesite="lax")
    return answer


def proven_mobile(call: Call) -> str:
    """Tell which mobile this browser has proven for appointments; none is the empty text."""
    found = opened(call, NOBAT, Nobat, "appointments")
    return found.mobile if found is not None else ""
