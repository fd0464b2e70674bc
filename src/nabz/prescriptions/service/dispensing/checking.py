"""Looking before a delivery: what stands against it, what should be known, and what it would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.ids import new_id
from nabz.notify.errors import CodeTooSoon
from nabz.notify.service import codes
from nabz.prescriptions.errors.kinds import TaminProblem
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import ANONYMOUS, Line, Prescription
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.model.dispensing import Alert, Warned
from nabz.prescriptions.service import barcodes, catalogue, controlled, deliveries, interactions, reading
from nabz.prescriptions.service.dispensing.delivering import guarded
from nabz.prescriptions.service.dispensing.dispensary import spelled

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller, Centre
    from nabz.prescriptions.model.dispensing import Request
    from nabz.prescriptions.service.dispensing.dispensary import Dispensary

MOST_BEFORE: Final = 200
LONG_WAIT: Final = 60
"""Seconds: who has to wait longer for a code has had too many, and the last one may have run out."""

NO_MOBILE_FA: Final = "برای این بیمار شمارهٔ همراهی ثبت نشده است و کد یک‌بارمصرف را نمی‌توان فرستاد."


class Checked(msgspec.Struct, frozen=True):
    """What would happen."""

    one: Prescription
    lines: tuple[Line, ...]
    problems: tuple[TaminProblem, ...]
    warnings: tuple[Warned, ...]
    controlled: tuple[str, ...] = ()
    """The drugs that are given against the patient's code alone."""


async def check(at: Dispensary, request: Request, caller: Caller, now: datetime) -> Checked:
    """Tell what a delivery would meet; for controlled drugs the patient is sent a code.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, MobileWrong.
    """
    request = spelled(request)
    centre = await at.centre(request.centre, caller, now)
    found = await at.db.read(_check, centre, request, rules.day_of(now))
    if not found.controlled or found.problems:
        return found
    told = await _send_code(at, found, request, caller, now)
    return msgspec.structs.replace(found, warnings=(*found.warnings, told))


def _check(tx: Tx, centre: Centre, request: Request, day: str) -> Checked:
    one = reading.by_id(tx, request.prescription)
    if not rules.meant(one, request):
        raise NotThere
    shelf = catalogue.many(tx, rules.keys_of(one, request), day)
    problems = tuple(rules.faults(one, centre, request, shelf, day))
    lines = rules.lines_of(one, request, shelf)
    problems = problems or tuple(barcodes.faults(tx, lines, request.centre))
    if problems:
        return Checked(one, lines, problems, ())
    given = list(dict.fromkeys(line.code for line in lines))
    before = deliveries.of_patient(tx, one.patient, MOST_BEFORE) if one.patient != ANONYMOUS else []
    taken = rules.taken_of(before, day)
    together = [*given, *(code for code in taken if code not in given)]
    met = interactions.between(tx, together, day)
    same = [(each, each) for each in given if each in taken and not _repeats(one, each)]
    same += interactions.same_therapy(tx, together, day)
    warnings = (*rules.of_drugs(given, met, same), *rules.of_request(one, request, lines, shelf, day))
    return Checked(one, lines, (), warnings, tuple(drug for drug, _ in guarded(one, request, shelf)))


def _repeats(one: Prescription, code: str) -> bool:
    """Tell whether a drug was given before because this very prescription goes on."""
    return any(item.code == code and item.delivered for item in one.items)


async def _send_code(at: Dispensary, found: Checked, request: Request, caller: Caller, now: datetime) -> Warned:
    mobile = found.one.mobile or request.mobile
    drug = found.controlled[0]
    if not mobile:
        return _not_sent(drug, NO_MOBILE_FA, "No mobile of the patient is known: no one-time code can be sent.")
    code = codes.new_code()
    one_letter = msgspec.structs.replace(caller, seed=new_id())
    try:
        await at.db.write(controlled.send, at.keys, request.centre, found.one.id, mobile, code, one_letter, now)
        fa = f"کد یک‌بارمصرف داروی {drug} به همراه بیمار پیامک شد؛ آن را هنگام تحویل بفرستید."
    except CodeTooSoon as wait:
        if (wait.retry_after or 0) > LONG_WAIT:
            return _not_sent(drug, "تا ساعتی دیگر کد تازه‌ای فرستاده نمی‌شود.", "Too many codes were sent: wait an hour.")
        fa = f"کد یک‌بارمصرف داروی {drug} پیش‌تر به همراه بیمار پیامک شده است؛ همان را هنگام تحویل بفرستید."
    return Warned(
        kind=Alert.CODE_SENT, drug=drug, fa=fa, en=f"A one-time code for {drug} was sent to the patient's mobile."
    )


def _not_sent(drug: str, fa: str, en: str) -> Warned:
    return Warned(kind=Alert.CODE_NOT_SENT, drug=drug, fa=fa, en=en)
