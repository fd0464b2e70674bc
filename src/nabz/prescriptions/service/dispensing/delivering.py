"""Delivering drugs of a prescription: what needs no code and no barcode by the shortest way, all else in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.prescriptions.errors.dispensing import OneTimeCodeWrong
from nabz.prescriptions.model import Delivery, DeliveryState, Prescription
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.service import barcodes, catalogue, changing, controlled, deliveries
from nabz.prescriptions.service.changing import Change, Changed, Key, done_under
from nabz.prescriptions.service.dispensing.dispensary import (
    Delivered,
    delivered,
    locked,
    spelled,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.prescriptions.model import Caller, Centre
    from nabz.prescriptions.model.catalogue import Key as ServiceKey
    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.model.dispensing import Occasion, Request
    from nabz.prescriptions.service.dispensing.dispensary import Dispensary

DEED = "prescriptions.delivered"


class _LookCloser(Exception):  # noqa: N818 - no failure: the short way does not lead there
    """More has to be known than the prescription and the drugs that the message names."""


class Missed(msgspec.Struct, frozen=True):
    """A one-time code that did not hit: no error, so that the miss stays counted."""

    drug: str


async def deliver(
    at: Dispensary, request: Request, caller: Caller, now: datetime, key: str | None = "", *, set_aside: str = ""
) -> Delivered:
    """Give what is asked for, in part or whole; the same call again answers what the first one gave.

    `set_aside` is the code with which the patient will confirm it: then it is only put aside for him.
    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, MobileWrong, KeyReused, CodeTooSoon, Busy, and the
    problems of errors/dispensing.py.
    """
    request = spelled(request)
    centre = await at.centre(request.centre, caller, now)
    tied = Key.of(caller, key, ["deliver", bool(set_aside), msgspec.to_builtins(_content(request))])
    if tied.key and (done := await changing.done_before(at.db, tied)) is not None:
        return delivered(done)
    (number,) = await at.numbers.take(at.db)
    occasion = rules.Occasion(
        id=number,
        day=rules.day_of(now),
        at=now,
        user=caller.username or caller.by,
        state=DeliveryState.PENDING if set_aside else DeliveryState.REGISTERED,
    )
    if not set_aside:
        try:
            return await _at_once(at, centre, request, occasion, caller, tied)
        except _LookCloser:
            pass
    return await _in_one_piece(at, centre, request, occasion, caller, tied, set_aside)


async def _at_once(
    at: Dispensary, centre: Centre, request: Request, occasion: Occasion, caller: Caller, key: Key
) -> Delivered:
    """Give drugs of which nothing was given before: one look and one statement. Raises _LookCloser."""
    named = [(rules.DRUG, wanted.code) for wanted in request.lines if wanted.code]
    shelf = await at.catalogue.many(at.db, named, occasion.day, occasion.at)

    def rule(seen: Prescription) -> Change:
        whole = all(wanted in shelf for wanted in rules.keys_of(seen, request))
        touched = any(item.delivered for item in seen.items)
        if touched or not whole or any(one.barcode or one.controlled for one in shelf.values()):
            raise _LookCloser
        one, delivery = rules.deliver(seen, centre, request, shelf, occasion)
        return change_of(one, delivery)

    made = await changing.change(at.db, request.prescription, rule, caller, occasion.at, key)
    return delivered(made)


async def _in_one_piece(
    at: Dispensary,
    centre: Centre,
    request: Request,
    occasion: Occasion,
    caller: Caller,
    key: Key,
    code: str,
) -> Delivered:
    """Read, decide, redeem the code, write and bind the barcodes: all or nothing. Raises OneTimeCodeWrong."""
    missed: list[Missed] = []

    def work(tx: Tx) -> Changed | None:
        missed.clear()
        found = _give(tx, at.keys, centre, request, occasion, caller, key)
        if isinstance(found, Missed):
            missed.append(found)
            return None
        if code and not found.again and found.delivery is not None:
            mobile = found.delivery.mobile
            controlled.send_confirmation(tx, at.keys, found.delivery.id, mobile, code, caller, occasion.at)
        return found

    made = await written(at.db, work)
    if made is None:
        raise OneTimeCodeWrong(drug=missed[0].drug)
    return delivered(made)


def _give(
    tx: Tx, keys: Keyring, centre: Centre, request: Request, occasion: Occasion, caller: Caller, key: Key
) -> Changed | Missed:
    seen = locked(tx, request.prescription)
    if (done := done_under(tx, key)) is not None:
        return done
    shelf = catalogue.many(tx, rules.keys_of(seen, request), occasion.day)
    for flaw in rules.flaws(seen, request, shelf):
        raise flaw
    if not key.key and (before := _made(tx, seen, request, occasion)) is not None:
        return Changed(seen, before, again=True)
    one, delivery = rules.deliver(seen, centre, request, shelf, occasion)
    if (miss := _try_code(tx, keys, seen, request, shelf, occasion.at)) is not None:
        return miss
    made = changing.within(tx, seen.id, lambda _: change_of(one, delivery), caller, occasion.at, key)
    barcodes.bind(tx, delivery, occasion.at)
    return made


def _made(tx: Tx, one: Prescription, request: Request, occasion: Occasion) -> Delivery | None:
    """Find the delivery that is asked for once more."""
    if not any(item.delivered for item in one.items):
        return None
    known = deliveries.of_prescription(tx, one.id)
    return next((each for each in reversed(known) if rules.again(each, one, request, occasion)), None)


def _try_code(
    tx: Tx,
    keys: Keyring,
    one: Prescription,
    request: Request,
    shelf: Mapping[ServiceKey, Service],
    now: datetime,
) -> Missed | None:
    """Use the patient's code up, if one is needed; without any, nothing is counted."""
    needed = guarded(one, request, shelf)
    told = [(drug, once or request.once) for drug, once in needed]
    if not told:
        return None
    first = told[0][1]
    for drug, once in told:
        if not once or once != first:
            return Missed(drug)
    hit = controlled.redeem(tx, keys, request.centre, one.id, first, now)
    return None if hit else Missed(told[0][0])


def guarded(one: Prescription, request: Request, shelf: Mapping[ServiceKey, Service]) -> Sequence[tuple[str, str]]:
    """List the controlled drugs that are asked for, each with the code that came with it."""
    found = []
    for wanted in request.lines:
        drug = rules.given(wanted, one)
        service = shelf.get((rules.DRUG, drug))
        if service is not None and service.controlled:
            found.append((drug, wanted.once))
    return found


def change_of(one: Prescription, delivery: Delivery) -> Change:
    """Say what was done."""
    facts: dict[str, object] = {"delivery": delivery.id, "centre": delivery.centre, "price": delivery.price}
    deed = "prescriptions.set-aside" if delivery.state is DeliveryState.PENDING else DEED
    return Change(one=one, action=deed, facts=facts, delivery=delivery)


def _content(request: Request) -> Request:
    """Give what a key stands for: the code of the moment is no part of it."""
    lines = tuple(msgspec.structs.replace(wanted, once="") for wanted in request.lines)
    return msgspec.structs.replace(request, once="", lines=lines)
