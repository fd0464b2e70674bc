"""Free slots: page by page, around a point, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.api.own.answering import offer, store_of
from nabz.appointments.service import paging, searching
from nabz.appointments.wire.own import marks
from nabz.appointments.wire.own import searching as wire
from nabz.appointments.wire.own.slots import FreeSlot

if TYPE_CHECKING:
    from nabz.kit.operations import Asked


@offer(
    "Search",
    summary="Free slots by provider, specialty, service, division and dates, or around a point",
    body=wire.Search,
    answer=wire.Found,
)
async def search(asked: Asked) -> wire.Found:
    """Raises SearchTooBroad, SearchTooWide, DateWrongHere, BadPeriod, PeriodTooLong, BadPoint, BadDistance, …"""
    body: wire.Search = asked.body
    body.must_say_what()
    wanted, after = body.wanted(asked.now), mark_of(body.after)
    db = store_of(asked)
    if body.near is None:
        found, mark = await db.read(paging.free, wanted, asked.now, body.limit, after)
    else:
        point = paging.Point(*body.near.value())
        found, mark = await db.read(paging.near, wanted, point, asked.now, body.limit, after)
    return wire.Found(slots=[FreeSlot.of(seen) for seen in found], after=text_of(mark))


@offer("Days", summary="How many slots are free on each day", body=wire.Days, answer=wire.FoundDays)
async def days(asked: Asked) -> wire.FoundDays:
    """Raises DaysTooBroad, DateWrongHere, BadPeriod."""
    body: wire.Days = asked.body
    body.must_say_what()
    wanted = body.wanted(asked.now)
    return wire.FoundDays.of(await store_of(asked).read(searching.days, wanted, asked.now))


def mark_of(text: str) -> paging.Mark | None:
    """Read where a list goes on. Raises FieldWrong."""
    told = marks.read(text)
    return None if told is None else paging.Mark(*told)


def text_of(mark: paging.Mark | None) -> str | None:
    """Write where a list goes on."""
    return None if mark is None else marks.written(mark.metres, mark.at, mark.id)
