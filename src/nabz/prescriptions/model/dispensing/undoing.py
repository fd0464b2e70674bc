"""Taking a delivery back, confirming what was set aside, and sending a prescription back to its physician."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from nabz.kit import jalali
from nabz.prescriptions.errors.dispensing import (
    AlreadyDelivered,
    DeliveryRemoved,
    DeliverySent,
    NotAcceptedHere,
    PrescriptionDeleted,
    PrescriptionExpired,
    ReturnReasonMissing,
)
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model.dispensing.delivering import DRUG, without
from nabz.prescriptions.model.states import Actor, Deed, allowed, has_expired
from nabz.prescriptions.model.values import Delivery, DeliveryState, Kind, Source, State

if TYPE_CHECKING:
    from nabz.prescriptions.model.values import Prescription

LONGEST_REASON: Final = 500


def take_back(one: Prescription, delivery: Delivery, centre: str) -> tuple[Prescription, Delivery]:
    """Give the counts of a delivery back; one that was taken back stays so. Raises NotThere, DeliverySent."""
    _must_be_here(delivery, centre)
    if delivery.state is DeliveryState.REMOVED:
        return one, delivery
    if delivery.state is DeliveryState.SENT or delivery.month_file is not None:
        raise DeliverySent
    return without(one, delivery.lines, -1), replace(delivery, state=DeliveryState.REMOVED)


def confirm(delivery: Delivery, centre: str) -> Delivery:
    """Register what was set aside; it counts for the day on which it was. Raises NotThere, DeliveryRemoved."""
    _must_be_here(delivery, centre)
    if delivery.state is DeliveryState.REMOVED:
        raise DeliveryRemoved
    if delivery.state is not DeliveryState.PENDING:
        return delivery
    return replace(delivery, state=DeliveryState.REGISTERED)


def return_(one: Prescription, reason: str, day: str) -> Prescription:
    """Send a prescription for drugs back to its physician; once more changes nothing.

    Raises NotThere, PrescriptionDeleted, AlreadyDelivered, PrescriptionExpired, ReturnReasonMissing.
    """
    if not _is_for_drugs(one):
        raise NotThere
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ReturnReasonMissing
    if one.state is State.RETURNED:
        return one
    _must_be_untouched(one, Deed.RETURN)
    if has_expired(one, day):
        raise PrescriptionExpired(until=jalali.slashed(jalali.parse(one.expires)))
    return replace(one, state=State.RETURNED, reason=reason)


def withdraw(one: Prescription, centre: str) -> Prescription:
    """Delete what a centre has accepted over the net. Raises NotAcceptedHere, AlreadyDelivered."""
    if one.source is not Source.INTERNET or one.siam != centre:
        raise NotAcceptedHere
    if one.state is State.DELETED:
        return one
    _must_be_untouched(one, Deed.RETURN)
    return replace(one, state=State.DELETED)


def _is_for_drugs(one: Prescription) -> bool:
    """Tell whether a physician has written it here for a pharmacy: all else is nobody's to return."""
    drugs = any(item.type == DRUG and item.state is not State.DELETED for item in one.items)
    return one.kind == Kind.DRUG and one.source is Source.ELECTRONIC and drugs


def _must_be_untouched(one: Prescription, deed: Deed) -> None:
    if one.state is State.DELETED:
        raise PrescriptionDeleted
    if not allowed(one.state, deed, Actor.CENTRE) or any(item.remaining < item.whole for item in one.items):
        raise AlreadyDelivered


def _must_be_here(delivery: Delivery, centre: str) -> None:
    if delivery.centre != centre:
        raise NotThere
