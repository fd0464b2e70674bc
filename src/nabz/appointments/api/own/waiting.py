"""The waiting list, for any caller with the pid; a place is known to the system that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.api.own.answering import caller_of, claim, offer, store_of
from nabz.appointments.api.own.searching import mark_of, text_of
from nabz.appointments.errors import AlreadyWaiting
from nabz.appointments.model import Waiting
from nabz.appointments.service import paging, places
from nabz.appointments.wire.own import waiting as wire
from nabz.appointments.wire.own.persons import person

if TYPE_CHECKING:
    from nabz.kit.operations import Asked


@offer("JoinWaiting", summary="Wait for a provider or a specialty", body=wire.JoinWaiting, answer=wire.OneWaiting)
async def join_waiting(asked: Asked) -> wire.OneWaiting:
    """Raises WaitingTooBroad, BadPeriod, AlreadyWaiting, TooManyPlaces, TooManyPlacesHere, KeyUsedOtherwise.

    The same call again under its key answers the same place.
    """
    body: wire.JoinWaiting = asked.body
    visitor, offer_ = body.visitor.value(), body.offer(asked.now)
    caller = await caller_of(asked, "", body.key)
    await claim(asked, caller, body.key)
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
        joined_by=asked.client,
    )
    db = store_of(asked)
    try:
        joined = await db.write(places.join, asked.deps.keys, new, asked.now)
    except AlreadyWaiting:
        there, _ = await db.read(paging.places, asked.client, paging.Places(ids=(new.id,)), 1, None)
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
    left = await store_of(asked).write(places.leave, body.waiting.strip().lower(), who, caller, asked.now)
    return wire.OneWaiting(waiting=wire.ShownWaiting.of(left))


@offer(
    "ListWaiting",
    summary="Where the caller's places in waiting lists stand, and what is offered to whom",
    body=wire.ListWaiting,
    answer=wire.ListedWaiting,
)
async def list_waiting(asked: Asked) -> wire.ListedWaiting:
    """Raises BadPersonId, FieldWrong; what other systems keep is not shown."""
    body: wire.ListWaiting = asked.body
    wanted = paging.Places(
        person=person(body.person) if body.person.strip() else "",
        ids=tuple(one.strip().lower() for one in body.waiting),
        states=tuple(one.value for one in body.states),
    )
    after = mark_of(body.after)
    found, mark = await store_of(asked).read(paging.places, asked.client, wanted, body.limit, after)
    return wire.ListedWaiting(waiting=[wire.ShownWaiting.of(one) for one in found], after=text_of(mark))
