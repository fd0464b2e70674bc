"""Whole schedules put in and taken back."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from nabz.appointments.api.own.agendas import agenda_of
from nabz.appointments.api.own.answering import WHOLE_SCHEDULE, caller_of, offer, store_of
from nabz.appointments.errors import BadPeriod
from nabz.appointments.files import calendar, holidays
from nabz.appointments.model import Status, tracking
from nabz.appointments.model import pattern as patterns
from nabz.appointments.model.rules import LONGEST_AHEAD
from nabz.appointments.service import looking, schedules, withdrawing
from nabz.appointments.wire.own import publishing as wire
from nabz.appointments.wire.own import times
from nabz.appointments.wire.own.persons import maybe_provider
from nabz.appointments.wire.own.slots import ShownAppointment
from nabz.kit.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.appointments.model import Agenda, Appointment, Caller, New, Slot
    from nabz.appointments.wire.own.patterns import ToldCalendar, ToldPattern
    from nabz.kit.db import Tx
    from nabz.kit.operations import Asked


@offer(
    "PublishSchedule",
    summary="Publish a whole schedule: slots, weekly patterns, calendars; all of it or nothing",
    body=wire.PublishSchedule,
    answer=wire.Published,
    limits=WHOLE_SCHEDULE,
)
async def publish_schedule(asked: Asked) -> wire.Published:
    """Raises what `agenda_of`, the model's rules and `schedules.publish` raise."""
    body: wire.PublishSchedule = asked.body
    caller = await caller_of(asked, body.facility)
    parts, passed = [], []
    for place, told in enumerate(body.agendas):
        try:
            agenda = await agenda_of(asked, caller.facility, told)
            news, gone = await asyncio.to_thread(_news_of, told, asked.now)
        except Problem as problem:
            problem.facts["agenda"] = place
            raise
        parts.append(schedules.Part(agenda, news))
        passed.append(gone)
        schedules.must_fit(parts)
    done = await schedules.tried(store_of(asked), schedules.publish, parts, caller, asked.now, dry_run=body.dry_run)
    agendas = [
        _published(part.agenda, found, gone, asked.now, body)
        for part, found, gone in zip(parts, done, passed, strict=True)
    ]
    return wire.Published(
        dry_run=body.dry_run,
        made=sum(one.made for one in agendas),
        unchanged=sum(one.unchanged for one in agendas),
        agendas=agendas,
    )


@offer(
    "WithdrawSlots",
    summary="Withdraw slots by their ids or the centre's own, with every patient affected",
    body=wire.WithdrawSlots,
    answer=wire.Withdrawn,
)
async def withdraw_slots(asked: Asked) -> wire.Withdrawn:
    """Raises CentreUnknown, BadTracking, SlotUnknown, NotYourSlot, StatusRefused."""
    body: wire.WithdrawSlots = asked.body
    caller = await caller_of(asked, body.facility)
    ids = [tracking.read(text) for text in body.slots]
    found = await schedules.tried(
        store_of(asked),
        schedules.withdraw,
        ids,
        body.local_ids,
        int(body.reason),
        caller,
        asked.now,
        dry_run=body.dry_run,
    )
    return await _withdrawn(asked, caller, found, int(body.reason), dry_run=body.dry_run)


@offer(
    "WithdrawRange",
    summary="Withdraw all that a facility offers within a time, with every patient affected",
    body=wire.WithdrawRange,
    answer=wire.Withdrawn,
)
async def withdraw_range(asked: Asked) -> wire.Withdrawn:
    """Raises CentreUnknown, DateWrongHere, BadPeriod."""
    body: wire.WithdrawRange = asked.body
    caller = await caller_of(asked, body.facility)
    span = times.period(body.from_, body.until, asked.now, LONGEST_AHEAD)
    found = await schedules.tried(
        store_of(asked),
        withdrawing.withdraw_range,
        caller.facility,
        maybe_provider(body.provider),
        *span,
        int(body.reason),
        caller,
        asked.now,
        dry_run=body.dry_run,
    )
    return await _withdrawn(asked, caller, found, int(body.reason), dry_run=body.dry_run)


async def _withdrawn(
    asked: Asked, caller: Caller, found: tuple[int, list[Appointment]], reason: int, *, dry_run: bool
) -> wire.Withdrawn:
    count, affected = found
    where = await store_of(asked).read(_agendas, sorted({one.agenda for one in affected}))
    ended = affected if dry_run else [_ended(one, reason, asked.now) for one in affected]
    return wire.Withdrawn(
        dry_run=dry_run,
        slots=count,
        affected=[ShownAppointment.of(one, where[one.agenda], caller.client, caller.facility) for one in ended],
    )


def _ended(one: Appointment, reason: int, now: datetime) -> Appointment:
    """Show how an appointment ended; the use case tells it as it was found, and one that ended before as it is."""
    if one.status == Status.WITHDRAWN:
        return one
    return msgspec.structs.replace(one, status=int(Status.WITHDRAWN), reason=reason, ended_at=now)


def _agendas(tx: Tx, numbers: Iterable[int]) -> dict[int, Agenda]:
    return {number: looking.agenda(tx, number) for number in numbers}


def _news_of(told: wire.ToldAgenda, now: datetime) -> tuple[list[New], int]:
    """Read the slots of an agenda, and tell how many of its pattern or calendar have begun already."""
    named = [slot.value(f"slots[{place}].start") for place, slot in enumerate(told.slots)]
    planned = list(
        chain(
            _of_pattern(told.pattern) if told.pattern is not None else (),
            _of_calendar(told.calendar, now) if told.calendar is not None else (),
        )
    )
    coming = patterns.ahead(planned, now)
    return [*named, *coming], len(planned) - len(coming)


def _of_pattern(told: ToldPattern) -> list[New]:
    first, last = told.first(), told.last()
    if last < first:
        raise BadPeriod
    fixed = holidays.fixed() if told.official_holidays and last - first <= LONGEST_AHEAD else {}
    return patterns.expand(told.value(frozenset(patterns.closed_days(fixed, first, last))))


def _of_calendar(told: ToldCalendar, now: datetime) -> list[New]:
    from_, until = times.period(told.from_, told.until, now, LONGEST_AHEAD)
    return calendar.read(told.text.encode(), told.visits(), told.prefix, from_, until)


def _published(
    agenda: Agenda, found: list[Slot], passed: int, now: datetime, body: wire.PublishSchedule
) -> wire.PublishedAgenda:
    """Show what stands there; what this call has made was changed at its own instant."""
    made = sum(slot.changed_at == now for slot in found)
    return wire.PublishedAgenda(
        provider=agenda.provider,
        specialty=agenda.specialty,
        service=agenda.service,
        made=made,
        unchanged=len(found) - made,
        passed=passed,
        slots=[
            wire.PublishedSlot(
                None if body.dry_run and slot.changed_at == now else slot.tracking,
                slot.local_id,
                slot.starts_at,
                slot.queue,
                slot.changed_at == now,
            )
            for slot in (found if body.list_slots else ())
        ],
    )
