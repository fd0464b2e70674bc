"""Writing a prescription (guide 1.9.7; TAMIN-WIRE 5.2 and 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.db import unique
from nabz.kit.errors import Busy, Problem
from nabz.notify.model import Channel
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.errors.reading import KeyReused
from nabz.prescriptions.model import Source
from nabz.prescriptions.service import diagnoses, referring
from nabz.prescriptions.service.changing import NO_KEY, Key, done_before, written
from nabz.prescriptions.service.writing.drafting import drafted, tracking_code
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller, Doctor, Draft, Prescription
    from nabz.prescriptions.service.writing.desk import Desk

TRIES: Final = 20


async def create(
    desk: Desk, db: Database, draft: Draft, caller: Caller, now: datetime, key: str | None = None
) -> Prescription:
    """Write a prescription (5.2); the same again is told as such. Raises the problems of errors.writing."""
    tied = Key.of(caller, key, draft)
    if tied.key and (done := await done_before(db, tied)) is not None:
        return done.one
    one = await drafted(desk, db, draft, caller, now)
    await diagnoses.check(db, draft)
    if referring.is_under(draft):
        doctor = await desk.doctor(db, draft, caller, now)
        today = jalali.compact(jalali.day_of(now))
        try:
            return await db.write(_create_under, one, doctor, today, caller, now, tied)
        except Problem:  # another call with this key may have been faster
            if tied.key and (done := await done_before(db, tied)) is not None:
                return done.one
            raise
    for _ in range(TRIES):
        try:
            with unique(KeyReused()):
                if await db.write_one(store.CREATE, **_arguments(one, caller, now, tied)):
                    return one
        except KeyReused:  # another call with this key was faster: what it wrote is the answer
            pass
        if tied.key and (done := await done_before(db, tied)) is not None:
            return done.one
        same = await db.read_one(store.BY_CONTENT, fingerprint=store.fingerprint(one))
        if same:
            raise wrong.Duplicate(id=same[0].id, tracking=same[0].tracking)
        one = msgspec.structs.replace(one, tracking=tracking_code(one.patient))
    raise Busy(retry_after=1)


def put(
    tx: Tx, one: Prescription, caller: Caller, now: datetime, key: Key = NO_KEY, action: str = "prescriptions.created"
) -> Prescription:
    """Insert a prescription inside an open use case. Raises Duplicate, KeyReused."""
    for _ in range(TRIES):
        with unique(KeyReused()):
            written_down = tx.run(store.CREATE, **_arguments(one, caller, now, key, action))
        if written_down:
            return one
        same = tx.run(store.BY_CONTENT, fingerprint=store.fingerprint(one))
        if same:
            raise wrong.Duplicate(id=same[0].id, tracking=same[0].tracking)
        one = msgspec.structs.replace(one, tracking=tracking_code(one.patient))
    raise Busy(retry_after=1)


def _create_under(
    tx: Tx, one: Prescription, doctor: Doctor, today: str, caller: Caller, now: datetime, key: Key
) -> Prescription:
    """Write under a referral: its row is locked first, and all of it stands or nothing."""
    child = referring.attach(tx, one, doctor, today, caller, now)
    return put(tx, child, caller, now, key)


def _arguments(
    one: Prescription, caller: Caller, now: datetime, key: Key, action: str = "prescriptions.created"
) -> dict[str, object]:
    text = f"نسخهٔ الکترونیک شما ثبت شد.\nپزشک: {one.doctor_name}\nکد رهگیری: {one.tracking}"
    return {
        **store.cells(one),
        **written(action, {"kind": one.kind, "items": len(one.items)}, one, caller, now, key),
        # Whoever brings a paper stands at the counter.
        "topic": Channel.SMS.topic if one.mobile and one.source is Source.ELECTRONIC else "",
        "message": msgspec.json.encode({"to": one.mobile, "text": text}).decode(),
    }
