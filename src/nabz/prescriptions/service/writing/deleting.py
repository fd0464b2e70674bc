"""Deleting a prescription, until the end of the day on which it was written (5.4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import Deed, Prescription, State, doc_id
from nabz.prescriptions.service import referring
from nabz.prescriptions.service.changing import Change, change, within
from nabz.prescriptions.service.writing.desk import may, must_be_writer
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller


async def delete(db: Database, id_: int, doctor: str, caller: Caller, now: datetime) -> Prescription:
    """Delete a prescription, until the end of the day on which it was written (5.4).

    Raises NotThere, TooLateToDelete, ActedUpon, AlreadyDeleted.
    """
    found = await db.read_one(store.BY_ID, id=id_)
    if not found:
        raise NotThere
    rule = partial(_deleted, doctor=doctor, caller=caller, now=now)
    if found[0].feedback_of is not None or any(item.of is not None for item in found[0].items):
        return await db.write(_delete_under, id_, rule, caller, now)
    return (await change(db, id_, rule, caller, now)).one


def _delete_under(tx: Tx, id_: int, rule: partial[Change], caller: Caller, now: datetime) -> Prescription:
    (child,) = tx.run(store.BY_ID, id=id_)
    if child.state is not State.DELETED:
        rule(child)
        referring.detach(tx, child, caller, now)
    return within(tx, id_, rule, caller, now).one


def _deleted(one: Prescription, *, doctor: str, caller: Caller, now: datetime) -> Change:
    if one.doctor == doc_id(doctor) and one.state is State.DELETED:
        return Change(one=one, action="")  # the same call again
    must_be_writer(one, doctor, caller)
    if not may(one, Deed.DELETE):
        raise wrong.ActedUpon
    if jalali.day_of(one.created_at) != jalali.day_of(now):
        raise wrong.TooLateToDelete
    return Change(one=msgspec.structs.replace(one, state=State.DELETED), action="prescriptions.deleted")
