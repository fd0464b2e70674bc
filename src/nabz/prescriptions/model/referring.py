"""Referrals: who may make use of one, how many visits it has, what was written under it, and its feedback.

A visit is one physician on one day: whatever he writes under a referral on that day is the same visit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from nabz.prescriptions.errors.referral import (
    FeedbackGiven,
    ReferralNotYours,
    ReferralOver,
    ReferralUsedUp,
    ServiceNotThere,
    ServiceUsedUp,
)
from nabz.prescriptions.errors.writing import FeedbackUnknown
from nabz.prescriptions.model.catalogue import code_of
from nabz.prescriptions.model.states import Actor, Deed, allowed, has_expired, state_of, state_of_item
from nabz.prescriptions.model.values import Kind, State, Use

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nabz.prescriptions.model.drafts import Draft
    from nabz.prescriptions.model.values import Doctor, Item, Prescription, Referral

REFERABLE: Final = 1
"""The referenceStatus of an item that another physician may carry out, and of one that does."""

REFERABLE_KINDS: Final = frozenset({Kind.SERVICE, Kind.REFERRED_SERVICE, Kind.VISIT_AND_SERVICE})


class Referred(NamedTuple):
    """One referral, in the prescription that it stands in."""

    one: Prescription
    referral: Referral


def named_in(told: Draft | Prescription) -> frozenset[int]:
    """Give the referrals, or items of referred services, that something says it is written under."""
    items = {item.of for item in told.items if item.of is not None and item.reference == REFERABLE}
    return frozenset(items | ({told.feedback_of} if told.feedback_of is not None else set()))


def names_something(draft: Draft) -> bool:
    """Tell whether a message is written under another physician's prescription."""
    return draft.kind == Kind.FEEDBACK or bool(named_in(draft))


def left(referral: Referral) -> int:
    """Tell how many visits are left."""
    return max(referral.quantity - len(referral.uses), 0)


def is_open(one: Prescription, referral: Referral, day: str) -> bool:
    """Tell whether a referral still waits for a visit on a day."""
    return allowed(one.state, Deed.USE, Actor.SECOND) and not has_expired(one, day) and left(referral) > 0


def is_for(referral: Referral, doctor: Doctor) -> bool:
    """Tell whether a patient was sent to physicians like this one."""
    return bool(referral.specialty) and referral.specialty == doctor.specialty


def children(one: Prescription) -> tuple[int, ...]:
    """List what was written under a referral prescription, in this order, the feedback last."""
    found = [id_ for referral in one.referrals for use in referral.uses for id_ in use.prescriptions]
    return tuple(dict.fromkeys([*found, *([one.feedback] if one.feedback is not None else [])]))


def use(parent: Prescription, child: Prescription, doctor: Doctor, named: Collection[int], day: str) -> Prescription:
    """Make use of a visit, or of the one that is being made today.

    Raises FeedbackUnknown, ReferralNotYours, ReferralOver, ReferralUsedUp.
    """
    mine = _mine(parent, doctor, named)
    if has_expired(parent, day):
        raise ReferralOver
    for referral in mine:
        if any(each.doctor == doctor.id and each.day == day for each in referral.uses):
            uses = tuple(_joined(each, doctor.id, day, child.id) for each in referral.uses)
            return _with_uses(parent, referral, uses)
    free = next((referral for referral in mine if left(referral)), None)
    if free is None or not allowed(parent.state, Deed.USE, Actor.SECOND):
        raise ReferralUsedUp
    return _with_uses(parent, free, (*free.uses, Use(doctor.id, day, (child.id,))))


def answer(parent: Prescription, child: Prescription, doctor: Doctor, named: Collection[int]) -> Prescription:
    """Answer a referral, once; it needs no visit. Raises FeedbackUnknown, ReferralNotYours, FeedbackGiven."""
    _mine(parent, doctor, named)
    if parent.feedback not in {None, child.id}:
        raise FeedbackGiven
    return msgspec.structs.replace(parent, feedback=child.id)


def give_back(parent: Prescription, child: int) -> Prescription:
    """Undo what a deleted prescription has made use of; a visit of which nothing is left is free again."""
    referrals = tuple(
        msgspec.structs.replace(each, uses=tuple(kept for kept in (_without(u, child) for u in each.uses) if kept))
        for each in parent.referrals
    )
    feedback = None if parent.feedback == child else parent.feedback
    if referrals == parent.referrals and feedback == parent.feedback:
        return parent
    return _stand(msgspec.structs.replace(parent, referrals=referrals, feedback=feedback))


def carry_out(parent: Prescription, items: Iterable[Item], doctor: Doctor, day: str) -> Prescription:
    """Use up what another physician's item says of a service. Raises ServiceNotThere, ReferralOver, ServiceUsedUp."""
    if not is_referable(parent) or parent.doctor == doctor.id:
        raise ServiceNotThere
    if has_expired(parent, day):
        raise ReferralOver
    for item in items:
        there = next((each for each in parent.items if each.id == item.of and each.state is not State.DELETED), None)
        if there is None or (there.type, code_of(there.code)) != (item.type, code_of(item.code)):
            raise ServiceNotThere
        if there.remaining < item.quantity:
            raise ServiceUsedUp(code=there.code, left=there.remaining)
        parent = _with_remaining(parent, there, there.remaining - item.quantity)
    return parent


def put_back(parent: Prescription, items: Iterable[Item]) -> Prescription:
    """Give back what items have used up of another physician's."""
    for item in items:
        there = next((each for each in parent.items if each.id == item.of), None)
        if there is not None:
            parent = _with_remaining(parent, there, min(there.remaining + item.quantity, there.whole))
    return parent


def is_referable(one: Prescription) -> bool:
    """Tell whether other physicians may carry something of it out."""
    if one.state in {State.DELETED, State.RETURNED} or one.kind not in REFERABLE_KINDS:
        return False
    return one.kind == Kind.REFERRED_SERVICE or any(item.reference == REFERABLE and not item.of for item in one.items)


def referable_items(one: Prescription) -> tuple[Item, ...]:
    """List the items that other physicians may carry out."""
    if one.kind == Kind.REFERRED_SERVICE:
        return tuple(item for item in one.items if item.state is not State.DELETED)
    found = (item for item in one.items if item.reference == REFERABLE and not item.of)
    return tuple(item for item in found if item.state is not State.DELETED)


def _mine(parent: Prescription, doctor: Doctor, named: Collection[int]) -> tuple[Referral, ...]:
    # Also whoever only goes on with today's visit, the last one perhaps, could answer.
    if parent.kind != Kind.REFERRAL or not allowed(parent.state, Deed.ANSWER, Actor.SECOND):
        raise FeedbackUnknown
    if parent.doctor == doctor.id:
        raise ReferralNotYours
    wanted = [each for each in parent.referrals if each.id in named] or list(parent.referrals)
    mine = tuple(each for each in wanted if is_for(each, doctor))
    if not mine:
        raise ReferralNotYours
    return mine


def _joined(each: Use, doctor: str, day: str, child: int) -> Use:
    if (each.doctor, each.day) != (doctor, day) or child in each.prescriptions:
        return each
    return msgspec.structs.replace(each, prescriptions=(*each.prescriptions, child))


def _without(each: Use, child: int) -> Use | None:
    if child not in each.prescriptions:
        return each
    rest = tuple(id_ for id_ in each.prescriptions if id_ != child)
    return msgspec.structs.replace(each, prescriptions=rest) if rest else None


def _with_uses(parent: Prescription, changed: Referral, uses: tuple[Use, ...]) -> Prescription:
    new = msgspec.structs.replace(changed, uses=uses)
    referrals = tuple(new if each.id == changed.id else each for each in parent.referrals)
    return _stand(msgspec.structs.replace(parent, referrals=referrals))


def _with_remaining(parent: Prescription, changed: Item, remaining: int) -> Prescription:
    new = msgspec.structs.replace(changed, remaining=remaining)
    new = msgspec.structs.replace(new, state=state_of_item(new))
    return _stand(msgspec.structs.replace(parent, items=tuple(new if i.id == changed.id else i for i in parent.items)))


def _stand(parent: Prescription) -> Prescription:
    return msgspec.structs.replace(parent, state=state_of(parent))
