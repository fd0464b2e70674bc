"""Taking a delivery back: its counts and barcodes are free again, until the month's file has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.model import centre_id
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.service import barcodes, changing, deliveries
from nabz.prescriptions.service.changing import Change, Changed
from nabz.prescriptions.service.dispensing.dispensary import Delivered, delivered, locked, written

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.service.dispensing.dispensary import Dispensary


async def take_back(at: Dispensary, centre: str, delivery: int, caller: Caller, now: datetime) -> Delivered:
    """Take a delivery back; once more changes nothing.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, DeliverySent.
    """
    here = await at.centre(centre_id(centre), caller, now)

    def work(tx: Tx) -> Changed:
        return taken_back(tx, delivery, here.id, caller, now)

    return delivered(await written(at.db, work))


def taken_back(tx: Tx, id_: int, centre: str, caller: Caller, now: datetime) -> Changed:
    """Take a delivery back within a transaction. Raises NotThere, DeliverySent, Busy."""
    seen = locked(tx, deliveries.by_id(tx, id_).prescription)
    delivery = deliveries.by_id(tx, id_)
    one, removed = rules.take_back(seen, delivery, centre)
    if removed is delivery:
        return Changed(seen, delivery, again=True)
    facts: dict[str, object] = {"delivery": id_, "centre": centre}
    change = Change(one=one, action="prescriptions.taken-back", facts=facts, replaced=removed)
    made = changing.within(tx, seen.id, lambda _: change, caller, now)
    barcodes.release(tx, delivery)
    return made
