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


class Outlook(msgspec.Struct, frozen=True):
    """What would come of a schedule."""

    fresh: list[New]
    there: list[New]
    clashes: list[Clash]
    passed: int
    """So many have begun already."""


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
    live = {one.local_id for one in known if one.agenda == mine and one.status not in GONE}
    gone = {one.local_id for one in known if one.agenda == mine and one.status in GONE}
    outlook = Outlook([], [], [], len(news) - len(coming))
    starts = [one.starts_at for one in busy]
    end: datetime | None = None
    for told in coming:
        new = _named_anew(told, gone - live)
        in_the_way = _in_the_way(new, busy, starts)
        if new.local_id in live:
            outlook.there.append(new)
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
