"""The waiting list, for any caller with the pid; a place is known to those who have its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.api.own.answering import caller_of, offer, store_of
from nabz.appointments.errors import AlreadyWaiting
from nabz.appointments.model import Waiting
from nabz.appointments.service import waiting
from nabz.appointments.wire.own import waiting as wire
from nabz.appointments.wire.own.persons import person

if TYPE_CHECKING:
    from nabz.kit.operations import Asked


@offer("JoinWaiting", summary="Wait for a provider or a specialty", body=wire.JoinWaiting, answer=wire.OneWaiting)
async def join_waiting(asked: Asked) -> wire.OneWaiting:
    """Raises WaitingTooBroad, BadPeriod, AlreadyWaiting; the same call again under its key answers the same place."""
    body: wire.JoinWaiting = asked.body
    visitor, offer_ = body.visitor.value(), body.offer(asked.now)
    caller = await caller_of(asked, "", body.key)
    new = Waiting(
        id=caller.seed,
        person=visitor.person,
        first_name=visitor.first_name,
        last_name=visitor.last_name,
        mobile=visitor.mobile,
        specialty=offer_.specialty,
        provider=offer_.provider,
        facility=offer_.facility,
        service=offer_.service,
        from_=offer_.from_,
        until=offer_.until,
        joined_at=asked.now,
    )
    try:
        joined = await store_of(asked).write(waiting.join, new, asked.now)
    except AlreadyWaiting:
        there = await _places(asked, new.person, {new.id})
        if not there:
            raise
        joined = there[0]
    return wire.OneWaiting(waiting=wire.ShownWaiting.of(joined))


@offer("LeaveWaiting", summary="Wait no more", body=wire.LeaveWaiting, answer=wire.OneWaiting)
async def leave_waiting(asked: Asked) -> wire.OneWaiting:
    """Raises UnknownWaiting."""
    body: wire.LeaveWaiting = asked.body
    who = person(body.person)
    caller = await caller_of(asked)
    left = await store_of(asked).write(waiting.leave, body.waiting.strip().lower(), who, caller, asked.now)
    return wire.OneWaiting(waiting=wire.ShownWaiting.of(left))


@offer(
    "ListWaiting",
    summary="Where a person's places stand, and what is offered to him",
    body=wire.ListWaiting,
    answer=wire.ListedWaiting,
)
async def list_waiting(asked: Asked) -> wire.ListedWaiting:
    """Answer with those of the named places that are this person's."""
    body: wire.ListWaiting = asked.body
    found = await _places(asked, person(body.person), {one.strip().lower() for one in body.waiting})
    return wire.ListedWaiting(waiting=[wire.ShownWaiting.of(one) for one in found])


async def _places(asked: Asked, who: str, ids: set[str]) -> list[Waiting]:
    return [one for one in await store_of(asked).read(waiting.of_person, who) if one.id in ids]
