"""What a citizen's browser keeps, sealed: whose mobile was proven, and what is being booked at the moment."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from nabz.web import visit

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

PROVEN: Final = "nabz_nobat"
DRAFT: Final = "nabz_nobat_draft"
PROVEN_FOR: Final = timedelta(minutes=30)
DRAFT_FOR: Final = timedelta(minutes=20)
MOST_PERSONS: Final = 8
T = TypeVar("T", bound=msgspec.Struct)


class Whom(StrEnum):
    """Whom an appointment is for; the mobile is always that of who books."""

    SELF = "self"
    CHILD = "child"
    PARENT = "parent"


class Kind(StrEnum):
    """What a code is asked for."""

    BOOK = "book"
    WAIT = "wait"
    MINE = "mine"


class Proven(msgspec.Struct, frozen=True):
    """A mobile whose owner sits at this browser, and the people for whom it was used."""

    mobile: str
    persons: tuple[str, ...]
    until: int


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked for and is not done yet."""

    kind: Kind = Kind.BOOK
    until: int = 0
    slot: str = ""
    held_until: int = 0
    attempt: str = ""
    whom: Whom = Whom.SELF
    person: str = ""
    first_name: str = ""
    last_name: str = ""
    mobile: str = ""
    hid: str = ""
    origin: str = ""
    provider: str = ""
    facility: str = ""
    specialty: str = ""
    days: int = 0


def proven(call: Call) -> Proven | None:
    """Read whose mobile this browser has proven within the last half hour."""
    found = _opened(call, PROVEN, Proven)
    return found if found is not None and found.until > call.now.timestamp() else None


def prove(call: Call, answer: Response, mobile: str, person: str) -> Response:
    """Let a browser in as the owner of a mobile, for so long as it was let in already or for half an hour."""
    before = proven(call)
    same = before is not None and before.mobile == mobile
    known = before.persons if before is not None and same else ()
    until = before.until if before is not None and same else int((call.now + PROVEN_FOR).timestamp())
    persons = (*(one for one in known if one != person), person)[-MOST_PERSONS:]
    _give(call, answer, PROVEN, Proven(mobile, persons, until), int(PROVEN_FOR.total_seconds()))
    return answer


def draft_of(call: Call) -> Draft | None:
    """Read what is being asked for."""
    found = _opened(call, DRAFT, Draft)
    return found if found is not None and found.until > call.now.timestamp() else None


def keep_draft(call: Call, answer: Response, draft: Draft) -> Response:
    """Remember what is being asked for."""
    until = int((call.now + DRAFT_FOR).timestamp())
    _give(call, answer, DRAFT, msgspec.structs.replace(draft, until=until), int(DRAFT_FOR.total_seconds()))
    return answer


def forget(call: Call, answer: Response) -> Response:
    """Let a browser out."""
    for name in (PROVEN, DRAFT):
        answer.delete_cookie(name, path="/", secure=visit.secure(call), httponly=True, samesite="lax")
    return answer


def _give(call: Call, answer: Response, name: str, value: msgspec.Struct, seconds: int) -> None:
    sealed = call.deps.keys.seal(f"appointments.{name}", msgspec.json.encode(value).decode())
    visit.set_cookie(call, answer, name, sealed, seconds=seconds)


def _opened(call: Call, name: str, type_: type[T]) -> T | None:
    sealed = visit.cookie(call, name)
    text = call.deps.keys.unseal(f"appointments.{name}", sealed) if sealed else None
    try:
        return None if text is None else msgspec.json.decode(text, type=type_)
    except msgspec.ValidationError:  # sealed by an earlier version of this program
        return None
