"""What a citizen's browser keeps, sealed: whose mobile was proven, and what is being booked at the moment."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.web import sealed

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

DOMAIN: Final = "appointments"
PROVEN: Final = "nabz_nobat"
DRAFT: Final = "nabz_nobat_draft"
PROVEN_FOR: Final = timedelta(minutes=30)
DRAFT_FOR: Final = timedelta(minutes=20)
MOST_PERSONS: Final = 8


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
    return sealed.opened(call, DOMAIN, PROVEN, Proven)


def prove(call: Call, answer: Response, mobile: str, person: str) -> Response:
    """Let a browser in as the owner of a mobile, for so long as it was let in already or for half an hour."""
    before = proven(call)
    same = before is not None and before.mobile == mobile
    known = before.persons if before is not None and same else ()
    until = before.until if before is not None and same else sealed.until(call, PROVEN_FOR)
    persons = (*(one for one in known if one != person), person)[-MOST_PERSONS:]
    return sealed.give(call, answer, DOMAIN, PROVEN, Proven(mobile, persons, until), PROVEN_FOR)


def draft_of(call: Call) -> Draft | None:
    """Read what is being asked for."""
    return sealed.opened(call, DOMAIN, DRAFT, Draft)


def keep_draft(call: Call, answer: Response, draft: Draft) -> Response:
    """Remember what is being asked for."""
    kept = msgspec.structs.replace(draft, until=sealed.until(call, DRAFT_FOR))
    return sealed.give(call, answer, DOMAIN, DRAFT, kept, DRAFT_FOR)


def forget(call: Call, answer: Response) -> Response:
    """Let a browser out."""
    return sealed.forget(call, answer, PROVEN, DRAFT)
