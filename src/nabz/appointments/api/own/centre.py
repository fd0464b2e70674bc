"""What a centre's own system does: its appointments, what became of them, its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.api.own.answering import caller_of, offer, slot_of, store_of
from nabz.appointments.api.own.searching import mark_of, text_of
from nabz.appointments.api.senders import facility_of
from nabz.appointments.model.rules import LONGEST_AHEAD
from nabz.appointments.service import desk, paging, rules
from nabz.appointments.wire.own import booking as wire
from nabz.appointments.wire.own import times
from nabz.appointments.wire.own.rules import GetRules, PutRules, Rules, ShownRules
from nabz.appointments.wire.own.slots import ShownAppointment

if TYPE_CHECKING:
    from nabz.kit.operations import Asked


@offer(
    "ListAppointments",
    summary="A centre's appointments of a time, page by page",
    body=wire.ListAppointments,
    answer=wire.ListedAppointments,
)
async def list_appointments(asked: Asked) -> wire.ListedAppointments:
    """Raises CentreUnknown, DateWrongHere, BadPeriod, FieldWrong."""
    body: wire.ListAppointments = asked.body
    facility = await facility_of(asked, body.facility)
    from_, until = times.period(body.from_, body.until, asked.now, LONGEST_AHEAD)
    found, mark = await store_of(asked).read(
        paging.appointments,
        facility,
        from_,
        until,
        [int(status) for status in body.statuses],
        body.limit,
        mark_of(body.after),
    )
    return wire.ListedAppointments(
        appointments=[ShownAppointment.of(one, at, asked.client, facility) for one, at in found],
        after=text_of(mark),
    )


@offer("SetStatus", summary="Say what became of a visit", body=wire.SetStatus, answer=wire.StatusSet)
async def set_status(asked: Asked) -> wire.StatusSet:
    """Raises CentreUnknown, SlotUnknown, NotYourSlot, StatusRefused."""
    body: wire.SetStatus = asked.body
    caller = await caller_of(asked, body.facility)
    slot_id = slot_of(asked, body.slot)
    slot = await store_of(asked).write(desk.set_status, slot_id, int(body.status), caller, asked.now)
    return wire.StatusSet(slot=slot.tracking, status=int(slot.status))


@offer("GetRules", summary="What a centre has decided for itself", body=GetRules, answer=Rules)
async def get_rules(asked: Asked) -> Rules:
    """Raises CentreUnknown."""
    facility = await facility_of(asked, asked.body.facility)
    return Rules(facility=facility, rules=ShownRules.of(await store_of(asked).read(rules.of, facility)))


@offer("PutRules", summary="Decide for a centre", body=PutRules, answer=Rules)
async def put_rules(asked: Asked) -> Rules:
    """Raises CentreUnknown, RulesWrong."""
    body: PutRules = asked.body
    caller = await caller_of(asked, body.facility)
    kept = await store_of(asked).write(rules.put, body.value(caller.facility), caller.by, asked.now)
    return Rules(facility=caller.facility, rules=ShownRules.of(kept))
