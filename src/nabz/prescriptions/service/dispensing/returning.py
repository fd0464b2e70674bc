"""Sending a prescription back to its physician, with a word why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.model import Prescription, centre_id
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.service import changing
from nabz.prescriptions.service.changing import Change

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.service.dispensing.dispensary import Dispensary


async def return_(
    at: Dispensary, centre: str, prescription: int, reason: str, caller: Caller, now: datetime
) -> Prescription:
    """Return a prescription of which nothing was given; once more changes nothing.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, ReturnReasonMissing, AlreadyDelivered,
    PrescriptionDeleted, PrescriptionExpired.
    """
    here = await at.centre(centre_id(centre), caller, now)
    day = rules.day_of(now)

    def rule(seen: Prescription) -> Change:
        one = rules.return_(seen, reason, day)
        return Change(one=one, action="prescriptions.returned", facts={"centre": here.id, "reason": one.reason})

    return (await changing.change(at.db, prescription, rule, caller, now)).one
