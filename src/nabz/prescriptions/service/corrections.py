"""What the insured ask to be put right: asked, listed, answered by the insurer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit import audit, jalali, outbox
from nabz.notify.model import Channel
from nabz.prescriptions.errors.insurer import (
    AnswerMissing,
    CorrectionAnswered,
    CorrectionsTooMany,
    CorrectionUnknown,
)
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model.corrections import (
    LONGEST,
    MOST_A_DAY,
    Correction,
    CorrectionState,
    checked_text,
)
from nabz.prescriptions.service import deliveries, reading
from nabz.prescriptions.store import corrections as store
from nabz.registries.model import person_id_of_key
from nabz.registries.service import people

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

MOST: Final = 200
ANSWERS: Final = frozenset({CorrectionState.DONE, CorrectionState.DECLINED})


def ask(tx: Tx, wish: Correction, by: str, now: datetime) -> Correction:
    """Ask for something to be put right; the same request again is the same.

    Raises NotThere, CorrectionEmpty, CorrectionTooLong, CorrectionsTooMany, CorrectionMeanwhile.
    """
    one = msgspec.structs.replace(wish, text=checked_text(wish.text))
    _must_be_mine(tx, one)
    there = store.find(tx, one.id)
    if there is not None and there.patient == one.patient:
        return there
    day = jalali.compact(jalali.day_of(now))
    place = store.asked(tx, one.patient, day)
    if place >= MOST_A_DAY:
        raise CorrectionsTooMany(most=MOST_A_DAY)
    store.add(tx, one, day, place + 1)
    facts: dict[str, Any] = {"correction": one.id, "patient": one.patient, "delivery": one.delivery}
    audit.record(tx, now, by, "prescriptions.correction-asked", str(one.prescription), **facts)
    return one


def _must_be_mine(tx: Tx, one: Correction) -> None:
    """Refuse what is about somebody else's prescription. Raises NotThere."""
    about = reading.by_id(tx, one.prescription)
    if about.patient != one.patient:
        raise NotThere
    if one.delivery is not None and deliveries.by_id(tx, one.delivery).prescription != about.id:
        raise NotThere


def answer(tx: Tx, id_: str, state: CorrectionState, text: str, by: str, now: datetime) -> Correction:
    """Answer a request, once; the patient is told by a message.

    Raises CorrectionUnknown, CorrectionAnswered, AnswerMissing.
    """
    told = text.replace("\0", "").strip()[:LONGEST]
    if not told or state not in ANSWERS:
        raise AnswerMissing
    seen = one(tx, id_)
    answered = msgspec.structs.replace(seen, state=state, answer=told, answered_at=now, answered_by=by)
    if not store.answer(tx, answered):
        raise CorrectionAnswered
    facts = {"correction": id_, "patient": seen.patient, "state": str(state)}
    audit.record(tx, now, by, "prescriptions.correction-answered", str(seen.prescription), **facts)
    _tell(tx, answered, now)
    return answered


def _tell(tx: Tx, one: Correction, now: datetime) -> None:
    person = people.find(tx, person_id_of_key(one.patient))
    if person is not None and person.mobile and person.alive:
        text = "به درخواست اصلاح شما پاسخ داده شد. پاسخ را در «سلامت من» ببینید."
        message = {"to": person.mobile, "text": text}
        outbox.put(tx, f"correction:{tx.data_set}:{one.id}", Channel.SMS.topic, message, now)


def one(tx: Tx, id_: str) -> Correction:
    """Read a request. Raises CorrectionUnknown."""
    found = store.find(tx, id_)
    if found is None:
        raise CorrectionUnknown
    return found


def of_patient(tx: Tx, patient: str, limit: int = MOST) -> list[Correction]:
    """List what a person has asked, the latest first."""
    return store.of_patient(tx, patient, min(limit, MOST))


def listed(tx: Tx, state: CorrectionState = CorrectionState.OPEN, limit: int = 50, after: str = "") -> list[Correction]:
    """List requests that stand so, the first asked first."""
    return store.listed(tx, state, min(limit, MOST), after)


def waiting(tx: Tx) -> int:
    """Count what waits for an answer."""
    return store.waiting(tx)
