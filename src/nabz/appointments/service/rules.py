"""What a centre decides for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import RulesWrong
from nabz.appointments.store import centres
from nabz.kit import audit

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import FacilityRules
    from nabz.kit.db import Tx

MOST_DEPOSIT: Final = 100_000_000
MOST_HOURS: Final = 24 * 30
PERCENT: Final = 100


def of(tx: Tx, facility: str) -> FacilityRules:
    """Read a centre's rules, or the usual ones."""
    return centres.rules_of(tx, facility)


def put(tx: Tx, told: FacilityRules, by: str, now: datetime) -> FacilityRules:
    """Keep a centre's rules. Raises RulesWrong."""
    hours = (told.refund_hours, told.reminder_hours)
    good = 0 <= told.deposit <= MOST_DEPOSIT and 0 <= told.late_refund_percent <= PERCENT
    if not good or not all(0 <= one <= MOST_HOURS for one in hours):
        raise RulesWrong
    centres.put_rules(tx, told)
    audit.record(tx, now, by, "appointments.rules-set", told.facility)
    return told
