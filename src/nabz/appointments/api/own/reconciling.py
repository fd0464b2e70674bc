"""The caller's copy of a schedule beside ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nabz.appointments.api.own.answering import WHOLE_SCHEDULE, offer, store_of
from nabz.appointments.api.senders import facility_of
from nabz.appointments.model.rules import LONGEST_AHEAD
from nabz.appointments.service import reconciling
from nabz.appointments.wire.own import reconciling as wire
from nabz.appointments.wire.own import times
from nabz.appointments.wire.own.persons import maybe_provider

if TYPE_CHECKING:
    from nabz.kit.operations import Asked


@offer(
    "Reconcile",
    summary="In what the caller's copy of a time differs from ours: missing here, missing there, different",
    body=wire.Reconcile,
    answer=wire.Reconciled,
    limits=WHOLE_SCHEDULE,
)
async def reconcile(asked: Asked) -> wire.Reconciled:
    """Raises CentreUnknown, FieldMissing, FieldWrong, DateWrongHere, BadPeriod, TooManySlots."""
    body: wire.Reconcile = asked.body
    facility = await facility_of(asked, body.facility)
    provider = maybe_provider(body.provider)
    from_, until = times.period(body.from_, body.until, asked.now, LONGEST_AHEAD)
    theirs = await asyncio.to_thread(body.theirs)
    found = await store_of(asked).read(reconciling.reconcile, facility, provider, from_, until, theirs)
    return wire.Reconciled.of(found)
