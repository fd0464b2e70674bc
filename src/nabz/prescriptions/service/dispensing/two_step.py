"""Delivery in two steps: set aside for the patient, registered when he confirms it with his code, or given up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import log
from nabz.notify.service import codes
from nabz.prescriptions.errors.dispensing import ConfirmationWrong, NoMobile
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import Caller, Delivery, DeliveryState, centre_id
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.service import changing, controlled, deliveries, reading
from nabz.prescriptions.service.changing import Change, Changed
from nabz.prescriptions.service.dispensing.delivering import deliver
from nabz.prescriptions.service.dispensing.dispensary import delivered, locked, written
from nabz.prescriptions.service.dispensing.taking_back import taken_back

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model.dispensing import Request
    from nabz.prescriptions.service.dispensing.dispensary import Delivered, Dispensary

WAITS: Final = timedelta(hours=24)
"""So long does what was set aside wait for the patient."""

BATCH: Final = 1000


async def set_aside(at: Dispensary, request: Request, caller: Caller, now: datetime, key: str | None = "") -> Delivered:
    """Put drugs aside for the patient and send him the code with which he confirms.

    Raises NoMobile, and what `deliver` raises.
    """
    known = await at.db.read(reading.by_id, request.prescription)
    if rules.meant(known, request) and not (request.mobile or known.mobile):
        raise NoMobile
    return await deliver(at, request, caller, now, key, set_aside=codes.new_code())


async def confirm(at: Dispensary, centre: str, delivery: int, code: str, caller: Caller, now: datetime) -> Delivered:
    """Register what was set aside, against the patient's code; once more changes nothing.

    Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, DeliveryRemoved, ConfirmationWrong.
    """
    here = await at.centre(centre_id(centre), caller, now)

    def work(tx: Tx) -> Changed | None:
        seen = locked(tx, deliveries.by_id(tx, delivery).prescription)
        there = deliveries.by_id(tx, delivery)
        registered = rules.confirm(there, here.id)
        if registered is there:
            return Changed(seen, there, again=True)
        if not controlled.redeem_confirmation(tx, at.keys, delivery, code, now):
            return None
        facts: dict[str, object] = {"delivery": delivery, "centre": here.id}
        change = Change(one=seen, action="prescriptions.delivered", facts=facts, replaced=registered)
        return changing.within(tx, seen.id, lambda _: change, caller, now)

    made = await written(at.db, work)
    if made is None:
        raise ConfirmationWrong
    return delivered(made)


async def send_again(at: Dispensary, centre: str, delivery: int, caller: Caller, now: datetime) -> None:
    """Send the patient another code for what was set aside. Raises NotThere, CodeTooSoon, NoMobile."""
    here = await at.centre(centre_id(centre), caller, now)
    there: Delivery = await at.db.read(deliveries.by_id, delivery)
    if there.centre != here.id or there.state is not DeliveryState.PENDING:
        raise NotThere
    if not there.mobile:
        raise NoMobile
    code = codes.new_code()
    await at.db.write(controlled.send_confirmation, at.keys, delivery, there.mobile, code, caller, now)


async def lapse(db: Database, seed: str, now: datetime) -> int:
    """Give up what nobody has confirmed within a day; tell how many there were."""
    waiting = await db.read(deliveries.pending, now - WAITS, BATCH)
    done = 0
    for each in waiting:
        caller = Caller(client="house", by="house", seed=f"{seed}-{each.id}")
        try:
            done += await _give_up(db, each.id, caller, now)
        except Exception as error:  # noqa: BLE001 - one that cannot be given up must not keep the others
            log.bug(error, delivery=each.id)
    return done


async def _give_up(db: Database, id_: int, caller: Caller, now: datetime) -> bool:
    def work(tx: Tx) -> Changed:
        seen = locked(tx, deliveries.by_id(tx, id_).prescription)
        there = deliveries.by_id(tx, id_)
        if there.state is not DeliveryState.PENDING:
            return Changed(seen, there, again=True)
        return taken_back(tx, id_, there.centre, caller, now)

    return not delivered(await written(db, work)).again
