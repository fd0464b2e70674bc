"""Cookies that only we can read and write: what a browser keeps for us for a while, each under its domain's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from nabz.web import visit

if TYPE_CHECKING:
    from datetime import timedelta

    from starlette.responses import Response

    from nabz.kit.http import Call

T = TypeVar("T", bound=msgspec.Struct)


def until(call: Call, lasting: timedelta) -> int:
    """Tell how long something is kept from now on."""
    return int((call.now + lasting).timestamp())


def opened(call: Call, domain: str, name: str, type_: type[T]) -> T | None:
    """Read what a cookie keeps, as long as its `until` is to come."""
    sealed = visit.cookie(call, name)
    text = call.deps.keys.unseal(f"{domain}.{name}", sealed) if sealed else None
    try:
        found = None if text is None else msgspec.json.decode(text, type=type_)
    except msgspec.ValidationError:  # sealed by an earlier version of this program
        return None
    return found if found is not None and getattr(found, "until", 0) > call.now.timestamp() else None


def give(call: Call, answer: Response, domain: str, name: str, value: msgspec.Struct, lasting: timedelta) -> Response:
    """Let the browser keep something."""
    sealed = call.deps.keys.seal(f"{domain}.{name}", msgspec.json.encode(value).decode())
    visit.set_cookie(call, answer, name, sealed, seconds=int(lasting.total_seconds()))
    return answer


def forget(call: Call, answer: Response, *names: str) -> Response:
    """Let the browser forget."""
    for name in names:
        answer.delete_cookie(name, path="/", secure=visit.secure(call), httponly=True, samesite="lax")
    return answer
