"""Releasing: from then on the patient and the physician see a result, and it stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.kit import outbox
from nabz.notify.model import Channel
from nabz.prescriptions.errors import results as wrong
from nabz.prescriptions.errors.paraclinic import NotRegistered
from nabz.prescriptions.model.results import Result, ResultState
from nabz.prescriptions.service import deliveries, reading
from nabz.prescriptions.service.results.drafting import mine, note
from nabz.prescriptions.store import results as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Caller


async def release(db: Database, centre: str, id_: str, caller: Caller, now: datetime) -> Result:
    """Release a draft; once more changes nothing.

    Raises ResultUnknown, ResultCorrected, NotRegistered, CentreUnknown, CentreNotActive, CentreNotYours.
    """
    return await db.write(_release, centre, id_, caller, now)


def _release(tx: Tx, centre: str, id_: str, caller: Caller, now: datetime) -> Result:
    found = mine(tx, centre, id_, caller)
    # Whoever means to take the delivery back at this moment has to look again, and whoever releases waits here.
    if not store.touch(tx, found.delivery, found.centre):
        raise NotRegistered(registration=str(found.delivery))
    draft = store.find(tx, found.id)
    if draft is None:
        raise wrong.ResultUnknown
    if draft.state is not ResultState.DRAFT:
        return draft
    out = msgspec.structs.replace(draft, state=ResultState.RELEASED, released_at=now)
    if draft.corrects:
        _retire(tx, out, now)
    if not store.release(tx, out, now):
        raise wrong.ResultClosed
    note(tx, out, "prescriptions.result-released", caller, now)
    _tell(tx, out, now)
    return out


def _retire(tx: Tx, new: Result, now: datetime) -> None:
    old = store.find(tx, new.corrects)
    replaced = None if old is None else msgspec.structs.replace(old, state=ResultState.REPLACED, replaced_by=new.id)
    if replaced is None or not store.retire(tx, replaced, now):
        raise wrong.ResultCorrected


def _tell(tx: Tx, out: Result, now: datetime) -> None:
    """Tell the patient that there is something to see, and nothing of what it is."""
    mobile = deliveries.by_id(tx, out.delivery).mobile or reading.by_id(tx, out.prescription).mobile
    if mobile:
        text = "نتیجهٔ خدمت پاراکلینیک شما آماده است؛ آن را در «پروندهٔ من» ببینید."
        outbox.put(tx, f"{out.id}-released", Channel.SMS.topic, {"to": mobile, "text": text}, now)
