"""Editing a prescription: other items in the place of its items (5.4), once and before any delivery."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model import Deed, Draft, Item, ItemDraft, Kind, Prescription, State, has_expired, rules
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
    services, today = await desk.services(db, items, now)
    numbers = await desk.numbers.take(db, max(1, len(items)))
    rule = partial(
        _edited, doctor=doctor, items=tuple(items), caller=caller, services=services, numbers=numbers, today=today
    )
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
    today: str,
) -> Change:
    must_be_writer(one, doctor, caller)
    new = _edited_items(one, items, services, numbers)
    if one.kind not in {Kind.DRUG, Kind.PARACLINIC}:
        raise wrong.KindNotEditable
    sent_back = one.state is State.RETURNED
    if new == one.items and not sent_back:  # the same call once more, its first answer lost
        return Change(one=one, action="")
    if one.edited and not sent_back:
        raise wrong.EditedOnce
    if not may(one, Deed.EDIT):
        raise wrong.ActedUpon
    if has_expired(one, today):
        raise wrong.RanOutBeforeEdit
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
        expires=one.sent_expiry,
    )
    rules.check_head(draft, today)
    rules.check_items(draft)
    check_codes(items)
    rules.check_services(draft, services, "")
    changed = msgspec.structs.replace(
        one,
        items=new,
        edited=one.edited or not sent_back,  # what was sent back is put right without using up the one edit
        state=State.OPEN,
        reason="",
        expires=rules.expiry(draft, DAYS),
    )
    return Change(one=changed, action="prescriptions.edited", facts={"items": len(new)})


def _edited_items(
    one: Prescription, items: tuple[ItemDraft, ...], services: Mapping[ServiceKey, Service], numbers: Sequence[int]
) -> tuple[Item, ...]:
    """Give the items after an edit: known by their id, else by what they are; no two are one.

    Raises ItemNotThere, ItemTwice, ServiceUnknown.
    """
    named = [draft.id for draft in items if draft.id is not None]
    if not set(named) <= {item.id for item in one.items}:
        raise wrong.ItemNotThere
    if len(named) != len(set(named)):
        raise wrong.ItemTwice(code=next(item.code for item in one.items if named.count(item.id) > 1))
    free = {_what(item.type, item.code, item): item.id for item in one.items if item.id not in named}
    new = []
    for number, draft in zip(numbers, items, strict=False):
        service = services.get((draft.type, draft.code))
        if service is None:
            raise wrong.ServiceUnknown(code=draft.code)
        known = draft.id if draft.id is not None else free.pop(_what(service.type, service.code, draft), None)
        new.append(item_of(draft, service, number if known is None else known))
    return tuple(new)


def _what(type_: str, code: str, item: Item | ItemDraft) -> tuple[str, str, str, frozenset[str]]:
    return type_, code, item.tooth, frozenset(item.illnesses)
