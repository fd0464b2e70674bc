"""What is done with a delivery afterwards: taken back, diagnosed, given session by session."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.errors import paraclinic as wrong
from nabz.prescriptions.model.catalogue import code_of, spellings
from nabz.prescriptions.model.paraclinic.accepting import taken, with_items
from nabz.prescriptions.model.paraclinic.values import Diagnosis, Wanted
from nabz.prescriptions.model.rules import PHYSIO
from nabz.prescriptions.model.states import Actor, Deed, allowed
from nabz.prescriptions.model.told import AGAIN
from nabz.prescriptions.model.values import CentreKind, Delivery, DeliveryState, Prescription

MOST_DIAGNOSES: Final = 20
LONGEST_COMMENT: Final = 2000
_DIAGNOSIS: Final = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,4})?")


def check_delivery(made: Delivery, centre: str) -> None:
    """See that a delivery is this centre's and stands. Raises NotRegistered."""
    if made.centre != centre or made.kind is not CentreKind.PARACLINIC or made.state is DeliveryState.REMOVED:
        raise wrong.NotRegistered(registration=str(made.id))


def take_back(one: Prescription, made: Delivery, centre: str, *, result_out: bool) -> tuple[Prescription, Delivery]:
    """Undo a delivery: all is there again; one that was taken back stays so.

    Raises NotRegistered, FileSent, ResultOut, SessionsHeld, NotActive.
    """
    if made.centre == centre and made.kind is CentreKind.PARACLINIC and made.state is DeliveryState.REMOVED:
        return one, made
    check_delivery(made, centre)
    if made.state is DeliveryState.SENT or made.month_file is not None:
        raise wrong.FileSent
    if result_out:
        raise wrong.ResultOut
    if made.sessions:
        raise wrong.SessionsHeld
    if not allowed(one.state, Deed.TAKE_BACK, Actor.CENTRE):
        raise wrong.NotActive
    items = {item.id: item for item in one.items}
    for line in made.lines:
        items[line.item] = taken(items[line.item], -line.quantity, -1)
    return with_items(one, items), msgspec.structs.replace(made, state=DeliveryState.REMOVED)


def diagnose(made: Delivery, centre: str, found: Diagnosis) -> Delivery:
    """Write a diagnosis down; a later one takes its place. Raises NotRegistered, DiagnosisWrong, …"""
    check_delivery(made, centre)
    codes = tuple(dict.fromkeys(code_of(code) for code in found.codes if code.strip()))
    for code in codes:
        if not _DIAGNOSIS.fullmatch(code):
            raise wrong.DiagnosisWrong(diagnosis=code[:20])
    if len(codes) > MOST_DIAGNOSES:
        raise wrong.TooManyLines(most=MOST_DIAGNOSES)
    if len(found.comment) > LONGEST_COMMENT:
        raise wrong.TextLong(most=LONGEST_COMMENT)
    if not codes and not found.normal and not found.comment.strip():
        raise wrong.DiagnosisMissing
    return msgspec.structs.replace(
        made, diagnosis=codes, comment=found.comment.strip(), normal=found.normal, signed_by=found.signer
    )


def hold_session(
    made: Delivery, centre: str, lines: tuple[Wanted, ...], at: datetime, others: Iterable[Delivery] = ()
) -> Delivery | None:
    """Note a session of today for the services that are named, or for all; nothing if it was noted a moment ago.

    `others` are the other deliveries of the same prescription: a service has one session a day, in whichever of them.

    Raises NotRegistered, NotPhysio, OneSession, NotPrescribed, SessionToday, SessionsOver.
    """
    check_delivery(made, centre)
    if made.type != PHYSIO:
        raise wrong.NotPhysio
    if any(wanted.quantity != 1 for wanted in lines):
        raise wrong.OneSession
    accepted: Counter[str] = Counter()
    for line in made.lines:
        accepted[line.code] += line.quantity
    named = {_named(accepted, wanted) for wanted in lines} or set(accepted)
    held = [datetime.fromisoformat(text) for text in made.sessions]
    if held and abs(at - held[-1]) <= AGAIN:  # two calls are decided in another order than they came in
        return None
    if held and jalali.day_of(held[-1]) == jalali.day_of(at):
        raise wrong.SessionToday
    if any(named & {line.code for line in each.lines} and _held_on(each, at) for each in others):
        raise wrong.SessionToday
    for code in sorted(named):
        if accepted[code] <= len(held):
            raise wrong.SessionsOver(service=code, most=accepted[code])
    return msgspec.structs.replace(made, sessions=(*made.sessions, at.isoformat()))


def _held_on(made: Delivery, at: datetime) -> bool:
    held = (jalali.day_of(datetime.fromisoformat(text)) for text in made.sessions)
    return any(day == jalali.day_of(at) for day in held)


def _named(accepted: Mapping[str, int], wanted: Wanted) -> str:
    for code in spellings(wanted.service):
        if code in accepted:
            return code
    raise wrong.NotPrescribed(service=wanted.service[:40])
