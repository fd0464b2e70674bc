"""The waiting list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from nabz.appointments.model import Waiting
from nabz.appointments.wire.own.persons import ToldVisitor
from nabz.appointments.wire.own.searching import ToldOffer
from nabz.appointments.wire.own.shapes import Done, Key, Shape, Short


class JoinWaiting(ToldOffer, frozen=True, kw_only=True):
    """Wait until something like this becomes free; who has waited longest is offered it first."""

    visitor: ToldVisitor
    key: Key = ""


class LeaveWaiting(Shape, frozen=True, kw_only=True):
    """Wait no more; what was offered goes to the next."""

    waiting: Short
    person: Short


class ListWaiting(Shape, frozen=True, kw_only=True):
    """A person's places, by the ids that the caller was given when he joined."""

    person: Short
    waiting: Annotated[list[Short], msgspec.Meta(max_length=100)]


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
    """Some places."""

    waiting: list[ShownWaiting]
