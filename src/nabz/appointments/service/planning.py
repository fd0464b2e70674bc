"""A schedule before it is published: what is new in it, what is there already, what stands in its way."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.model import Slot, Status, number_of
from nabz.appointments.model.pattern import ahead
from nabz.appointments.model.rules import LONGEST_MINUTES
from nabz.appointments.model.values import New
from nabz.appointments.service import publishing
from nabz.appointments.store import agendas, slots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.appointments.model import Agenda, Caller
    from nabz.kit.db import Tx

LONGEST: Final = timedelta(minutes=LONGEST_MINUTES)
GONE: Final = frozenset({Status.WITHDRAWN})


class Clash(msgspec.Struct, frozen=True):
    """A slot for which the provider has no time; `here` tells whether it is this centre that keeps him busy."""

    new: New
    here: bool


class Change(msgspec.Struct, frozen=True):
    """A time that is there already, though not as it was told now: it stays as it is."""

    wanted: New
    there: New


class Outlook(msgspec.Struct, frozen=True):
    """What would come of a schedule."""

    fresh: list[New]
    there: list[New]
    """What was published before, with the seats that it has."""

    clashes: list[Clash]
    changes: list[Change]
    """Those of what is there that were told otherwise now."""

    passed: int
    """So many seats have begun already."""


def look(tx: Tx, agenda: Agenda, news: Sequence[New], now: datetime) -> Outlook:
    """Tell what would come of a schedule, and change nothing."""
    numbers = [one.id for one in agendas.of_provider(tx, agenda.provider)]
    mine = number_of(agenda)
    coming = ahead(news, now)
    known: list[Slot] = []
    if coming:
        first, last = coming[0].starts_at - LONGEST, coming[-1].starts_at + LONGEST
        known = slots.of_agendas(tx, numbers, first, last)
    busy = sorted((one for one in known if one.status in publishing.LIVE), key=lambda one: one.starts_at)
    seats = _seats([one for one in known if one.agenda == mine and one.status not in GONE])
    live = {one.local_id for at_once in seats.values() for one in at_once}
    gone = {one.local_id for one in known if one.agenda == mine and one.status in GONE}
    outlook = Outlook([], [], [], [], sum(new.seats for new in news) - sum(new.seats for new in coming))
    starts = [one.starts_at for one in busy]
    end: datetime | None = None
    for told in coming:
        new = _named_anew(told, gone - live)
        in_the_way = _in_the_way(new, busy, starts)
        if new.local_id in live:
            there = _as_it_is(new, seats[new.starts_at]) if new.starts_at in seats else new
            outlook.there.append(there)
            if there != new:
                outlook.changes.append(Change(new, there))
        elif in_the_way is not None:
            outlook.clashes.append(Clash(new, in_the_way.facility == agenda.facility))
            continue
        elif end is not None and new.starts_at < end:
            outlook.clashes.append(Clash(new, here=True))
            continue
        else:
            outlook.fresh.append(new)
        end = new.starts_at + timedelta(minutes=new.minutes)
    return outlook


def publish(tx: Tx, agenda: Agenda, news: Sequence[New], caller: Caller, now: datetime, *, skip: bool) -> Outlook:
    """Publish what is new in a schedule; what the provider has no time for is left out only if that is wanted.

    Raises SlotsOverlap, and what `publishing.publish` raises.
    """
    outlook = look(tx, agenda, news, now)
    left_in = [] if skip else [clash.new for clash in outlook.clashes]
    publishing.publish(tx, agenda, [*outlook.fresh, *left_in], caller, now)
    return outlook


def _seats(known: Sequence[Slot]) -> dict[datetime, list[Slot]]:
    """Part slots by their times: those of one time are its seats."""
    found: dict[datetime, list[Slot]] = {}
    for one in known:
        found.setdefault(one.starts_at, []).append(one)
    return found


def _as_it_is(new: New, seats: Sequence[Slot]) -> New:
    one = next((slot for slot in seats if slot.local_id == new.local_id), seats[0])
    return msgspec.structs.replace(
        new,
        seats=len(seats),
        minutes=one.minutes,
        quota=one.quota,
        opens_at=one.opens_at,
        closes_at=one.closes_at,
    )


def _named_anew(new: New, gone: set[str]) -> New:
    """Give another local id to a time that was withdrawn: it may be published again."""
    name, count = new.local_id, 1
    while name and name in gone:
        count += 1
        name = f"{new.local_id}~{count}"
    return new if count == 1 else msgspec.structs.replace(new, local_id=name)


def _in_the_way(new: New, busy: Sequence[Slot], starts: Sequence[datetime]) -> Slot | None:
    """Find what the provider does at that time; what stands there does not overlap itself."""
    ends_at = new.starts_at + timedelta(minutes=new.minutes)
    place = bisect_left(starts, ends_at) - 1
    return busy[place] if place >= 0 and busy[place].ends_at > new.starts_at else None
