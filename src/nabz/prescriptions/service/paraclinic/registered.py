"""What is done with a delivery afterwards: taken back, diagnosed, given session by session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.errors.paraclinic import NotRegistered, SignerUnknown
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import CentreKind
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.service import deliveries, enrolment, reading
from nabz.prescriptions.service.changing import Change, Changed, Key
from nabz.prescriptions.service.paraclinic.deciding import Seen, decide
from nabz.prescriptions.store import results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller, Centre, Delivery


async def take_back(
    db: Database, centre: str, registration: int, caller: Caller, now: datetime, key: str | None = None
) -> Changed:
    """Undo a delivery, so that all of it may be given again; once more changes nothing.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotRegistered, FileSent, ResultOut, SessionsHeld, NotActive.
    """
    at = await db.read(enrolment.must_be_centre, centre, CentreKind.PARACLINIC, caller)

    def choose(seen: Seen) -> Change | Changed:
        made = seen.deliveries[0]
        one, removed = rules.take_back(seen.one, made, at.id, result_out=seen.result_out)
        if removed is made:
            return Changed(seen.one, made, again=True)
        return Change(one=one, action="prescriptions.taken-back", facts=_facts(made), replaced=removed)

    return await decide(db, _looking(registration), choose, caller, now, _key(caller, key, "take-back", registration))


async def diagnose(
    db: Database,
    centre: str,
    registration: int,
    found: rules.Diagnosis,
    caller: Caller,
    now: datetime,
    key: str | None = None,
) -> Changed:
    """Write down what the centre's physician found.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, SignerUnknown, and what the rule raises.
    """
    at, signer = await db.read(_signed, centre, found.signer, caller)
    signed = rules.Diagnosis(codes=found.codes, comment=found.comment, normal=found.normal, signer=signer)

    def choose(seen: Seen) -> Change | Changed:
        made = seen.deliveries[0]
        diagnosed = rules.diagnose(made, at.id, signed)
        if diagnosed == made:
            return Changed(seen.one, made, again=True)
        return Change(one=seen.one, action="prescriptions.diagnosed", facts=_facts(made), replaced=diagnosed)

    return await decide(
        db, _looking(registration), choose, caller, now, _key(caller, key, "diagnose", registration, signed)
    )


async def hold_session(
    db: Database,
    centre: str,
    registration: int,
    lines: Sequence[rules.Wanted],
    caller: Caller,
    now: datetime,
    key: str | None = None,
) -> Changed:
    """Note that a session of physiotherapy was held today; the same call within minutes is answered like the first.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, and what the rule raises.
    """
    at = await db.read(enrolment.must_be_centre, centre, CentreKind.PARACLINIC, caller)

    def choose(seen: Seen) -> Change | Changed:
        made = seen.deliveries[0]
        held = rules.hold_session(made, at.id, tuple(lines), now, seen.deliveries[1:])
        if held is None:
            return Changed(seen.one, made, again=True)
        facts = {**_facts(made), "session": len(held.sessions)}
        return Change(one=seen.one, action="prescriptions.session-held", facts=facts, replaced=held)

    return await decide(db, _looking(registration), choose, caller, now, _key(caller, key, "session", registration))


def found_by(tx: Tx, registration: int) -> Delivery:
    """Read a delivery of a paraclinic centre. Raises NotRegistered."""
    try:
        made = deliveries.by_id(tx, registration)
    except NotThere:
        raise NotRegistered(registration=str(registration)) from None
    if made.kind is not CentreKind.PARACLINIC:
        raise NotRegistered(registration=str(registration))
    return made


def _looking(registration: int) -> Callable[[Tx], Seen]:
    def look(tx: Tx) -> Seen:
        made = found_by(tx, registration)
        others = [each for each in deliveries.of_prescription(tx, made.prescription) if each.id != made.id]
        return Seen(reading.by_id(tx, made.prescription), (made, *others), results.is_out(tx, made.id))

    return look


def _signed(tx: Tx, centre: str, signer: str, caller: Caller) -> tuple[Centre, str]:
    at = enrolment.must_be_centre(tx, centre, CentreKind.PARACLINIC, caller)
    doctor = enrolment.doctor(tx, signer)
    if doctor is None or not doctor.active:
        raise SignerUnknown(doctor=signer[:20])
    return at, doctor.id


def _facts(made: Delivery) -> dict[str, object]:
    return {"centre": made.centre, "delivery": made.id, "patient": made.patient}


def _key(caller: Caller, key: str | None, deed: str, *content: object) -> Key:
    return Key.of(caller, key, [deed, *content])
