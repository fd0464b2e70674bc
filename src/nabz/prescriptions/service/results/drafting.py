"""Drafts of results: written whole or not at all, written anew, thrown away; a correction is a draft too."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from nabz.kit import audit
from nabz.kit.db import unique
from nabz.kit.json import encode
from nabz.prescriptions.errors import results as wrong
from nabz.prescriptions.errors.paraclinic import NotRegistered
from nabz.prescriptions.errors.reading import KeyReused
from nabz.prescriptions.model import CentreKind
from nabz.prescriptions.model.catalogue import spellings
from nabz.prescriptions.model.results import MOST_TOGETHER, Kept, Result, ResultState, Sent, checked
from nabz.prescriptions.service import enrolment
from nabz.prescriptions.service.paraclinic.registered import found_by
from nabz.prescriptions.service.results.pictures import keep
from nabz.prescriptions.store import results as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller, Delivery

_MEGABYTE = 1 << 20
LONGEST_REASON = 500


class Ready(msgspec.Struct, frozen=True):
    """What has been looked through and may be kept."""

    sent: Sent
    kept: Sequence[Kept]
    contents: Sequence[bytes]
    key: str = ""
    digest: str = ""
    """What the key stands for."""

    @property
    def size(self) -> int:
        """Sum up the bytes."""
        return sum(each.size for each in self.kept)


async def draft(
    db: Database, centre: str, registration: int, sent: Sent, caller: Caller, now: datetime, key: str | None = None
) -> Result:
    """Keep a draft of a result for a delivery.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotRegistered, FilesTooLarge, and what is wrong with it.
    """
    await db.read(may_draft, centre, registration, caller)  # before the work on the files
    ready = await _ready(sent, caller, key)
    return await db.write(_draft, centre, registration, ready, caller, now)


async def redraft(db: Database, centre: str, id_: str, sent: Sent, caller: Caller, now: datetime) -> Result:
    """Write a draft anew. Raises ResultUnknown, ResultClosed, and what `draft` raises."""
    await db.read(mine, centre, id_, caller)
    return await db.write(_redraft, centre, id_, await _ready(sent, caller, None), caller, now)


async def correct(
    db: Database,
    centre: str,
    id_: str,
    sent: Sent,
    reason: str,
    caller: Caller,
    now: datetime,
    key: str | None = None,
) -> Result:
    """Draft a correction of a released result; once released, it takes its place.

    Raises ReasonMissing, ResultUnknown, ResultNotOut, ResultCorrected, and what `draft` raises.
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise wrong.ReasonMissing
    _check_correctable(await db.read(mine, centre, id_, caller))
    ready = await _ready(sent, caller, key, reason.strip())
    return await db.write(_correct, centre, id_, ready, reason.strip(), caller, now)


async def drop(db: Database, centre: str, id_: str, caller: Caller, now: datetime) -> None:
    """Throw a draft away. Raises ResultUnknown, ResultClosed, CentreUnknown, CentreNotActive, CentreNotYours."""
    await db.write(_drop, centre, id_, caller, now)


def mine(tx: Tx, centre: str, id_: str, caller: Caller) -> Result:
    """Read a result of a centre. Raises ResultUnknown, CentreUnknown, CentreNotActive, CentreNotYours."""
    at = enrolment.must_be_centre(tx, centre, CentreKind.PARACLINIC, caller)
    found = store.find(tx, id_.strip().lower())
    if found is None or found.centre != at.id:
        raise wrong.ResultUnknown
    return found


async def _ready(sent: Sent, caller: Caller, key: str | None, reason: str = "") -> Ready:
    good = checked(sent)
    kept, contents = await asyncio.to_thread(keep, good.files)
    if not key:
        return Ready(good, kept, contents)
    told = sha256(f"{caller.client}\0{key}".encode()).hexdigest()
    return Ready(good, kept, contents, told, await asyncio.to_thread(_digest, good, reason))


def _digest(sent: Sent, reason: str) -> str:
    """Give what a key stands for: all that was sent, the files as they came."""
    files = [(file.name, sha256(file.content).hexdigest()) for file in sent.files]
    return sha256(encode([sent.service, sent.title, sent.text, sent.numbers, files, reason])).hexdigest()


def may_draft(tx: Tx, centre: str, registration: int, caller: Caller) -> Delivery:
    """Find the delivery that a centre may write results of. Raises NotRegistered, CentreUnknown, CentreNotYours, …"""
    at = enrolment.must_be_centre(tx, centre, CentreKind.PARACLINIC, caller)
    made = found_by(tx, registration)
    if made.centre != at.id:
        raise NotRegistered(registration=str(registration))
    return made


def _draft(tx: Tx, centre: str, registration: int, ready: Ready, caller: Caller, now: datetime) -> Result:
    made = may_draft(tx, centre, registration, caller)
    return _add(tx, made, _result(made, ready, caller, now), ready, caller, now)


def _correct(tx: Tx, centre: str, id_: str, ready: Ready, reason: str, caller: Caller, now: datetime) -> Result:
    old = mine(tx, centre, id_, caller)
    _check_correctable(old)
    made = may_draft(tx, centre, old.delivery, caller)
    new = msgspec.structs.replace(_result(made, ready, caller, now), corrects=old.id, reason=reason)
    return _add(tx, made, new, ready, caller, now)


def _check_correctable(old: Result) -> None:
    if old.state is ResultState.DRAFT:
        raise wrong.ResultNotOut
    if old.state is ResultState.REPLACED:
        raise wrong.ResultCorrected


def _redraft(tx: Tx, centre: str, id_: str, ready: Ready, caller: Caller, now: datetime) -> Result:
    old = mine(tx, centre, id_, caller)
    made = may_draft(tx, centre, old.delivery, caller)
    new = msgspec.structs.replace(
        _result(made, ready, caller, now),
        id=old.id,
        at=old.at,
        corrects=old.corrects,
        reason=old.reason,
        digest=old.digest,
    )
    _hold(tx, made)
    _check_room(tx, made, new.size - old.size)
    if not store.replace_draft(tx, new, ready.contents, now):
        raise wrong.ResultClosed
    note(tx, new, "prescriptions.result-drafted", caller, now)
    return new


def _drop(tx: Tx, centre: str, id_: str, caller: Caller, now: datetime) -> None:
    old = mine(tx, centre, id_, caller)
    if not store.drop_draft(tx, old.id):
        raise wrong.ResultClosed
    note(tx, old, "prescriptions.result-dropped", caller, now)


def _add(tx: Tx, made: Delivery, one: Result, ready: Ready, caller: Caller, now: datetime) -> Result:
    _hold(tx, made)
    same = store.by_key(tx, ready.key)
    if same is not None:
        return _again(same, one)
    _check_room(tx, made, one.size)
    with unique(KeyReused()):
        store.add(tx, one, ready.contents, ready.key, now)
    note(tx, one, "prescriptions.result-drafted", caller, now)
    return one


def _again(same: Result, one: Result) -> Result:
    """Give what the same key has made before. Raises KeyReused."""
    if (same.delivery, same.corrects, same.digest) != (one.delivery, one.corrects, one.digest):
        raise KeyReused
    return same


def _hold(tx: Tx, made: Delivery) -> None:
    """Hold the delivery, so that one at a time adds to it. Raises NotRegistered."""
    if not store.lock(tx, made.id, made.centre):
        raise NotRegistered(registration=str(made.id))


def _check_room(tx: Tx, made: Delivery, more: int) -> None:
    """See that a held delivery has room. Raises FilesTooLarge."""
    if more > 0 and store.size_of(tx, made.id) + more > MOST_TOGETHER:
        raise wrong.FilesTooLarge(most=MOST_TOGETHER // _MEGABYTE)


def _result(made: Delivery, ready: Ready, caller: Caller, now: datetime) -> Result:
    sent = ready.sent
    codes = {line.code for line in made.lines}
    service = next((code for code in spellings(sent.service) if code in codes), "") if sent.service else ""
    if sent.service and not service:
        raise wrong.ServiceNotDelivered(service=sent.service)
    return Result(
        id=caller.seed,
        delivery=made.id,
        prescription=made.prescription,
        centre=made.centre,
        patient=made.patient,
        doctor=made.doctor,
        at=now,
        by=caller.by,
        service=service,
        title=sent.title,
        text=sent.text,
        numbers=sent.numbers,
        files=tuple(ready.kept),
        digest=ready.digest,
    )


def note(tx: Tx, one: Result, action: str, caller: Caller, now: datetime) -> None:
    """Write down what was done with a result."""
    subject = str(one.prescription)
    audit.record(
        tx,
        now,
        caller.by,
        action,
        subject,
        result=one.id,
        delivery=one.delivery,
        centre=one.centre,
        patient=one.patient,
    )
