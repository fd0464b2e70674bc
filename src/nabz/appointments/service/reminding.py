"""Reminding people of their visits, each once, so long before as their centre wants."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.model import Caller, FacilityRules
from nabz.appointments.service.telling import Happened, Kind, tell
from nabz.appointments.store import booking, centres

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

AT_ONCE: Final = 500


def remind(tx: Tx, seed: str, now: datetime) -> int:
    """Remind whoever comes soon, and tell how many that were."""
    count = 0
    usual, own = FacilityRules(facility="").reminder_hours, centres.reminder_hours(tx)
    due = booking.to_remind(tx, now, now + timedelta(hours=usual), AT_ONCE, but=list(own))
    for hours in sorted(set(own.values())):
        those = [facility for facility, wanted in own.items() if wanted == hours]
        due += booking.to_remind(tx, now, now + timedelta(hours=hours), AT_ONCE, only=those)
    for one in due:
        if not booking.note_reminder(tx, one, now):
            continue
        caller = Caller("portal", one.facility, "reminder", f"{seed}-{one.id}")
        tell(tx, Kind.REMINDED, Happened(data_set=tx.data_set, slot=one.slot, appointment=one.id), caller, now)
        count += 1
    return count
