"""What is written under a referral, or carries a referred service out: both prescriptions change, or none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from nabz.prescriptions.errors.referral import ServiceNotThere
from nabz.prescriptions.errors.writing import Duplicate, FeedbackUnknown
from nabz.prescriptions.model import ANONYMOUS, Kind, referring
from nabz.prescriptions.service import changing
from nabz.prescriptions.service.changing import Change
from nabz.prescriptions.store import prescriptions
from nabz.prescriptions.store import referring as store

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller, Doctor, Draft, Item, Prescription

USED, ANSWERED = "prescriptions.referral-used", "prescriptions.referral-answered"
CARRIED_OUT, GIVEN_BACK = "prescriptions.service-carried-out", "prescriptions.referral-given-back"


def is_under(draft: Draft) -> bool:
    """Tell whether a message is written under another physician's prescription."""
    return referring.names_something(draft)


def attach(tx: Tx, child: Prescription, doctor: Doctor, day: str, caller: Caller, now: datetime) -> Prescription:
    """Use up what a new prescription is written under, and tie it to its referral; the child is not written here.

    Raises Duplicate, FeedbackUnknown, ReferralNotYours, ReferralOver, ReferralUsedUp, FeedbackGiven, ServiceNotThere,
    ServiceUsedUp.
    """
    found = {id_: head_of(tx, id_) for id_ in sorted(referring.named_in(child))}
    parents = {one.id: one for one in found.values() if one is not None}
    for parent in parents.values():
        if child.patient == ANONYMOUS or parent.patient != child.patient:
            raise FeedbackUnknown if parent.kind == Kind.REFERRAL else ServiceNotThere
    links = [id_ for id_, parent in parents.items() if parent.kind == Kind.REFERRAL]
    _must_be_found(child, found, links)
    tied = msgspec.structs.replace(child, feedback_of=next(iter(links), None))
    _must_be_new(tx, tied)
    for id_ in sorted(parents):
        named = {name for name, one in found.items() if one is not None and one.id == id_}
        changing.within(tx, id_, partial(_used, tied, doctor, named, day), caller, now)
    return tied


def detach(tx: Tx, child: Prescription, caller: Caller, now: datetime) -> None:
    """Give back what a prescription that is being deleted has used up; to be called before its own row changes."""
    found = (head_of(tx, id_) for id_ in referring.named_in(child))
    for id_ in sorted({one.id for one in found if one is not None and one.patient == child.patient}):
        changing.within(tx, id_, partial(_given_back, child), caller, now)


def head_of(tx: Tx, id_: int) -> Prescription | None:
    """Find the prescription of this number, or that of which an item or a referral has it."""
    found = tx.run(store.AT_OR_BEFORE, id=id_) if 0 < id_ < store.BEYOND else []
    if not found:
        return None
    numbers = {found[0].id, *(item.id for item in found[0].items), *(each.id for each in found[0].referrals)}
    return found[0] if id_ in numbers else None


def _must_be_found(child: Prescription, found: dict[int, Prescription | None], links: Collection[int]) -> None:
    lost = {id_ for id_, one in found.items() if one is None}
    if child.feedback_of in lost or len(links) > 1 or (child.kind == Kind.FEEDBACK and not links):
        raise FeedbackUnknown
    if lost:
        raise ServiceNotThere


def _must_be_new(tx: Tx, child: Prescription) -> None:
    """Tell a message that is sent again as a twin, not as one for which nothing is left. Raises Duplicate."""
    for same in tx.run(prescriptions.BY_CONTENT, fingerprint=prescriptions.fingerprint(child)):
        raise Duplicate(id=same.id, tracking=same.tracking)


def _used(child: Prescription, doctor: Doctor, named: Collection[int], day: str, parent: Prescription) -> Change:
    facts: dict[str, object] = {"by": child.id, "doctor": doctor.id}
    if parent.kind != Kind.REFERRAL:
        items = [item for item in _carried_out(child) if item.of in named]
        if len(items) < len(named):  # the head itself was named: no item of it
            raise FeedbackUnknown if child.kind == Kind.FEEDBACK else ServiceNotThere
        return Change(one=referring.carry_out(parent, items, doctor, day), action=CARRIED_OUT, facts=facts)
    if child.kind == Kind.FEEDBACK:
        return Change(one=referring.answer(parent, child, doctor, named), action=ANSWERED, facts=facts)
    return Change(one=referring.use(parent, child, doctor, named, day), action=USED, facts=facts)


def _given_back(child: Prescription, parent: Prescription) -> Change:
    if parent.kind == Kind.REFERRAL:
        one = referring.give_back(parent, child.id)
    else:
        one = referring.put_back(parent, _carried_out(child))
    return Change(one=one, action=GIVEN_BACK, facts={"by": child.id})


def _carried_out(child: Prescription) -> list[Item]:
    """List the items that use another physician's up; one that only names it has taken nothing of it."""
    return [item for item in child.items if item.of is not None and item.reference == referring.REFERABLE]
