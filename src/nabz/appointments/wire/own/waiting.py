"""The waiting list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from nabz.appointments.model import Waiting, WaitingState
from nabz.appointments.wire.own.persons import ToldVisitor
from nabz.appointments.wire.own.searching import ToldOffer
from nabz.appointments.wire.own.shapes import Done, Key, Message, Rows, Shape, Short


class JoinWaiting(ToldOffer, frozen=True, kw_only=True):
    """Wait until something like this becomes free; who has waited longest is offered it first."""

    visitor: ToldVisitor
    key: Key = ""


class LeaveWaiting(Message, frozen=True, kw_only=True):
    """Wait no more; what was offered goes to the next."""

    waiting: Short
    person: Short


class ListWaiting(Message, frozen=True, kw_only=True):
    """The caller's own places, page by page; of one person, by their ids, in some states: what is left out is all."""

    person: Short = ""
    waiting: Annotated[tuple[Short, ...], msgspec.Meta(max_length=100)] = ()
    states: tuple[WaitingState, ...] = ()
    limit: Rows = 100
    after: Annotated[str, msgspec.Meta(max_length=300)] = ""


class ShownWaiting(Shape, frozen=True, kw_only=True):
    """A place in the list; what is offered is kept until `offerUntil`: book it before that."""

    waiting: str
    state: str
    person: str
    provider: str
    facility: str
    specialty: str
    service: str
    from_: datetime = msgspec.field(name="from")
    until: datetime
    joined_at: datetime
    slot: str | None
    offer_until: datetime | None

    @classmethod
    def of(cls, one: Waiting) -> ShownWaiting:
        """Show a place."""
        return cls(
            waiting=one.id,
            state=str(one.state),
            person=one.person,
            provider=one.provider,
            facility=one.facility,
            specialty=one.specialty,
            service=one.service,
            from_=one.from_,
            until=one.until,
            joined_at=one.joined_at,
            slot=f"1:{one.slot}" if one.slot else None,
            offer_until=one.offer_until,
        )


class OneWaiting(Done, frozen=True, kw_only=True):
    """One place."""

    waiting: ShownWaiting


class ListedWaiting(Done, frozen=True, kw_only=True):
    """A page of places; `after` goes into the next call, and is null when there is no more."""

    waiting: list[ShownWaiting]
    after: str | None
