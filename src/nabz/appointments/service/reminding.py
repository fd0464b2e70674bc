"""Reminding people of their visits, each once, so long before as their centre wants."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.model import Caller
from nabz.appointments.service.telling import Happened, Kind, tell
from nabz.appointments.store import booking, centres

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

EARLIEST: Final = timedelta(days=30)
AT_ONCE: Final = 500


def remind(tx: Tx, seed: str, now: datetime) -> int:
    """Remind whoever comes soon, and tell how many that were."""
    hours: dict[str, int] = {}
    count = 0
    for one in booking.to_remind(tx, now, now + EARLIEST, AT_ONCE):
        if one.facility not in hours:
            hours[one.facility] = centres.rules_of(tx, one.facility).reminder_hours
        if one.starts_at > now + timedelta(hours=hours[one.facility]) or not booking.note_reminder(tx, one, now):
            continue
        caller = Caller("portal", one.facility, "reminder", f"{seed}-{one.id}")
        tell(tx, Kind.REMINDED, Happened(data_set=tx.data_set, slot=one.slot, appointment=one.id), caller, now)
        count += 1
    return count
