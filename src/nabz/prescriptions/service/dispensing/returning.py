"""Sending a prescription back to its physician, with a word why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from nabz.kit import jalali
from nabz.notify.model import Channel
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import Prescription, centre_id
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.model.corrections import Role
from nabz.prescriptions.service import changing, looks, reading
from nabz.prescriptions.service.changing import Change

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.service.dispensing.dispensary import Dispensary


async def return_(
    at: Dispensary, centre: str, prescription: int, reason: str, caller: Caller, now: datetime
) -> Prescription:
    """Return a prescription of which nothing was given; once more changes nothing.

    The message names nobody, and numbers can be counted up: a pharmacy returns only what its patient has shown it.
    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, ReturnReasonMissing, AlreadyDelivered,
    PrescriptionDeleted, PrescriptionExpired.
    """
    here = await at.centre(centre_id(centre), caller, now)
    day = rules.day_of(now)
    await at.db.read(_must_have_seen, here.id, prescription, now)

    def rule(seen: Prescription) -> Change:
        one = rules.return_(seen, reason, day)
        text = f"نسخه با کد رهگیری {one.tracking} از {here.name} برای اصلاح بازگشت: {one.reason}"
        return Change(
            one=one,
            action="prescriptions.returned",
            facts={"centre": here.id, "reason": one.reason},
            topic=Channel.SMS.topic if one.doctor_mobile else "",
            message={"to": one.doctor_mobile, "text": text},
        )

    return (await changing.change(at.db, prescription, rule, caller, now)).one


def _must_have_seen(tx: Tx, centre: str, prescription: int, now: datetime) -> None:
    """See that a pharmacy has had the patient before it, today or yesterday. Raises NotThere."""
    one = reading.by_id(tx, prescription)
    yesterday = jalali.day_of(now - timedelta(days=1))
    seen = looks.of_patient(tx, one.patient)
    if not any(
        look.place == centre
        and look.role is Role.PHARMACY
        and look.at is not None
        and jalali.day_of(look.at) >= yesterday
        for look in seen
    ):
        raise NotThere
