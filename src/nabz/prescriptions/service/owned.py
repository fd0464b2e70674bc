"""Prescriptions of the insurer's own centres: shown at a counter only to whom the patient has told a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import audit, jalali, outbox
from nabz.kit.persian import persian_digits
from nabz.notify.model import Channel
from nabz.notify.service import codes
from nabz.prescriptions.errors.paraclinic import NoMobileKnown, OwnedCodeWrong
from nabz.prescriptions.model import ANONYMOUS
from nabz.prescriptions.service import enrolment, entitlement, reading
from nabz.registries.model import person_id_of_key
from nabz.registries.service import facilities, people

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.prescriptions.model import Caller, Prescription

PURPOSE: Final = "prescriptions.owned"
SHOWN_DIGITS: Final = 3


async def ask_code(db: Database, keys: Keyring, patient: str, seed: str, now: datetime) -> str:
    """Send a code to the patient's mobile and give its last digits. Raises PatientWrong, NoMobileKnown, CodeTooSoon."""
    key, code = entitlement.person_key(patient), codes.new_code()
    return await db.write(_send, keys, key, code, seed, now)


async def list_with_code(
    db: Database, keys: Keyring, patient: str, code: str, types: Sequence[str], caller: Caller, now: datetime
) -> list[Prescription]:
    """List what the patient may still be given of what owned centres wrote. Raises PatientWrong, OwnedCodeWrong."""
    found = await db.write(_redeem, keys, entitlement.person_key(patient), code, types, caller, now)
    if found is None:
        raise OwnedCodeWrong
    return found


def hide(tx: Tx, found: Iterable[Prescription]) -> list[Prescription]:
    """Leave out what was written in the insurer's own centres."""
    known: dict[str, bool] = {}
    return [one for one in found if not _is_owned(tx, one.siam, known)]


def _send(tx: Tx, keys: Keyring, key: str, code: str, seed: str, now: datetime) -> str:
    mobile = _mobile(tx, key)
    codes.issue(tx, keys, PURPOSE, _subject(tx, key), code, now)
    # The digits stay Latin: phones offer only such codes above the keyboard.
    text = f"کد نمایش نسخه‌های مراکز ملکی: {code}\nآن را تنها به داروخانه یا مرکزی بگویید که نزد آن هستید."
    outbox.put(tx, f"{seed}-owned", Channel.SMS.topic, {"to": mobile, "text": text}, now)
    return persian_digits(mobile[-SHOWN_DIGITS:])


def _mobile(tx: Tx, key: str) -> str:
    """Find the patient's mobile, in the registry or on the last prescription. Raises NoMobileKnown."""
    if key == ANONYMOUS:
        raise NoMobileKnown
    person = people.find(tx, person_id_of_key(key))
    if person is not None and person.mobile:
        return person.mobile
    mobile = next((one.mobile for one in reading.of_patient(tx, key, 10) if one.mobile), "")
    if not mobile:
        raise NoMobileKnown
    return mobile


def _redeem(
    tx: Tx, keys: Keyring, key: str, code: str, types: Sequence[str], caller: Caller, now: datetime
) -> list[Prescription] | None:
    if not codes.redeem(tx, keys, PURPOSE, _subject(tx, key), code, now):
        return None
    known: dict[str, bool] = {}
    active = reading.active(tx, key, jalali.compact(jalali.day_of(now)), types)
    found = [one for one in active if _is_owned(tx, one.siam, known)]
    for one in found:
        audit.record(tx, now, caller.by, "prescriptions.owned-shown", str(one.id), patient=key)
    return found


def _is_owned(tx: Tx, siam: str, known: dict[str, bool]) -> bool:
    if siam and siam not in known:
        known[siam] = _belongs(tx, siam)
    return bool(siam) and known[siam]


def _belongs(tx: Tx, siam: str) -> bool:
    """Tell whether a place is the insurer's: enrolled as such, or run by an organisation whose centres are."""
    centre = enrolment.centre(tx, siam)
    if centre is not None:
        return centre.owned
    facility = facilities.find(tx, siam)
    if facility is None or facility.organisation is None:
        return False
    return any(each.owned for each in enrolment.centres_of(tx, facility.organisation))


def _subject(tx: Tx, key: str) -> str:
    return f"{tx.data_set}/{key}"
