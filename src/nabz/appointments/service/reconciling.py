"""The centre's copy of its schedule beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.errors import BadPeriod, PeriodTooLong, TooManySlots
from nabz.appointments.model.reconciling import Comparison, Theirs, compare
from nabz.appointments.service.publishing import MOST
from nabz.appointments.service.searching import LONGEST
from nabz.appointments.store import agendas, slots

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nabz.kit.db import Tx


def reconcile(
    tx: Tx, facility: str, provider: str, from_: datetime, until: datetime, theirs: Mapping[str, Theirs]
) -> Comparison:
    """Tell in what a centre's copy of a time differs from ours. Raises BadPeriod, PeriodTooLong, TooManySlots."""
    if not from_ < until:
        raise BadPeriod
    if until - from_ > LONGEST:
        raise PeriodTooLong(days=LONGEST.days)
    if len(theirs) > MOST:
        raise TooManySlots(most=MOST)
    numbers = [one.id for one in agendas.of_facility(tx, facility, provider)]
    ours = slots.of_agendas(tx, numbers, from_, until)
    here = {one.local_id for one in ours}
    elsewhere = slots.named(tx, facility, [local_id for local_id in theirs if local_id not in here])
    beyond = {name: there for name, there in elsewhere.items() if not from_ <= there[1] < until}
    return compare(ours, theirs, beyond)
