"""Editing a prescription: other items in the place of its items (5.4), once and before any delivery."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model import Deed, Draft, Item, ItemDraft, Kind, Prescription, State, rules
from nabz.prescriptions.service.changing import Change, Key, change
from nabz.prescriptions.service.writing.desk import may, must_be_writer
from nabz.prescriptions.service.writing.drafting import DAYS, check_codes, item_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from nabz.kit.db import Database
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.model.catalogue import Key as ServiceKey
    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.service.writing.desk import Desk


async def edit(
    desk: Desk,
    db: Database,
    id_: int,
    doctor: str,
    items: Sequence[ItemDraft],
    caller: Caller,
    now: datetime,
    key: str | None = None,
) -> Prescription:
    """Put other items in the place of a prescription's: what is missing is deleted (5.4); once, before any delivery.

    Raises NotThere, EditedOnce, ActedUpon, KindNotEditable, OtherSystemEdits, ItemNotThere and those of create.
    """
    services, _ = await desk.services(db, items, now)
    numbers = await desk.numbers.take(db, max(1, len(items)))
    rule = partial(_edited, doctor=doctor, items=tuple(items), caller=caller, services=services, numbers=numbers)
    changed = await change(db, id_, rule, caller, now, Key.of(caller, key, [id_, list(items)]))
    return changed.one


def _edited(
    one: Prescription,
    *,
    doctor: str,
    items: tuple[ItemDraft, ...],
    caller: Caller,
    services: Mapping[ServiceKey, Service],
    numbers: Sequence[int],
) -> Change:
    must_be_writer(one, doctor, caller)
    new = _edited_items(one, items, services, numbers)
    if one.edited:
        if new == one.items:  # the same call once more, its first answer lost
            return Change(one=one, action="")
        raise wrong.EditedOnce
    if not may(one, Deed.EDIT):
        raise wrong.ActedUpon
    if one.kind not in {Kind.DRUG, Kind.PARACLINIC}:
        raise wrong.KindNotEditable
    if one.client != caller.client:
        raise wrong.OtherSystemEdits
    draft = Draft(
        patient=one.patient_code,
        mobile=one.mobile,
        kind=one.kind,
        day=one.day,
        doctor=one.doctor,
        doctor_code=one.doctor_code,
        doctor_mobile=one.doctor_mobile,
        items=items,
        siam=one.siam,
    )
    rules.check_items(draft)
    check_codes(items)
    rules.check_services(draft, services, "")
    changed = msgspec.structs.replace(
        one, items=new, edited=True, state=State.OPEN, reason="", expires=max(one.expires, rules.expiry(draft, DAYS))
    )
    return Change(one=changed, action="prescriptions.edited", facts={"items": len(new)})


def _edited_items(
    one: Prescription, items: tuple[ItemDraft, ...], services: Mapping[ServiceKey, Service], numbers: Sequence[int]
) -> tuple[Item, ...]:
    """Give the items after an edit: known by their id, else by type and code. Raises ItemNotThere, ServiceUnknown."""
    by_id = {item.id: item for item in one.items}
    by_code = {(item.type, item.code, item.tooth): item.id for item in one.items}
    new = []
    for number, draft in zip(numbers, items, strict=False):
        if draft.id is not None and draft.id not in by_id:
            raise wrong.ItemNotThere
        service = services.get((draft.type, draft.code))
        if service is None:
            raise wrong.ServiceUnknown(code=draft.code)
        known = draft.id if draft.id is not None else by_code.get((service.type, service.code, draft.tooth))
        new.append(item_of(draft, service, known if known is not None else number))
    return tuple(new)
