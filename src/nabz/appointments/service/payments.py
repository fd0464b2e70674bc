"""Deposits: recorded when an appointment is booked, settled when it ends, given back through the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from nabz.appointments.errors.payments import AlreadyPaid, NoPayment, ReferenceTaken
from nabz.appointments.model import money
from nabz.appointments.model.money import Payment, PaymentState, Settlement
from nabz.appointments.service import rules
from nabz.appointments.store import payments as store
from nabz.kit import audit, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Appointment
    from nabz.kit.db import Database, Tx
    from nabz.kit.outbox import Message

TOPIC: Final = "appointments.refund"


class Refunds(Protocol):
    """The part of a payment gateway that returns money, once for each reference."""

    async def refund(self, amount: int, reference: str) -> str:
        """Return so much and give the refund's number."""
        ...


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What the outbox tells about money that goes back."""

    data_set: int
    appointment: str


def begin(tx: Tx, appointment: Appointment, amount: int, reference: str, now: datetime) -> Payment:
    """Note that a payer is sent to the gateway. Raises AmountWrong, AlreadyPaid, ReferenceTaken."""
    return _added(tx, _new(appointment, money.good_amount(amount), reference, now))


def record(tx: Tx, appointment: Appointment, amount: int, reference: str, now: datetime) -> Payment:
    """Record a deposit that was paid already, however much it is.

    Who booked tells it under the appointment's own id, may tell it again, and may correct it until it is settled.
    Raises AmountWrong, AlreadyPaid, ReferenceTaken.
    """
    new = _paid(_new(appointment, money.some_amount(amount), reference, now), now)
    there = store.locked(tx, appointment.id) if reference == appointment.id else None
    if there is None or (there.reference != reference and there.amount):
        return _added(tx, new)
    if there.amount == amount or there.settled_at is not None:
        return there
    return _changed(tx, there, amount=amount)


def confirm(tx: Tx, reference: str, receipt_number: str, now: datetime) -> Payment:
    """Note that the money has arrived; if its appointment is over by then, it goes back whole. Raises NoPayment."""
    known = of_reference(tx, reference)
    payment = store.locked(tx, known.appointment) or known
    if payment.state is not PaymentState.WAITING:
        return payment
    arrived = {"paid_at": now, "receipt": receipt_number}
    if payment.settled_at is None:
        return _changed(tx, payment, state=PaymentState.PAID, **arrived)
    late = _changed(tx, payment, state=PaymentState.REFUNDED, refund=payment.amount, **arrived)
    _owe(tx, late, now)
    return late


def settle(tx: Tx, appointment: Appointment, now: datetime, *, by_patient: bool) -> Settlement:
    """Decide what becomes of the deposit of an appointment that ends; what goes back is put into the outbox."""
    payment = store.locked(tx, appointment.id) or _told(tx, appointment, now)
    if payment is None or payment.settled_at is not None:
        return Settlement(payment.amount, payment.refund) if payment is not None and payment.paid_at else Settlement()
    if payment.state is PaymentState.WAITING:
        _changed(tx, payment, settled_at=now)
        return Settlement()
    terms = rules.of(tx, appointment.facility)
    back = money.refund(terms, payment.amount, appointment.starts_at, now, by_patient=by_patient)
    state = money.state_after(payment.amount, back)
    settled = _changed(tx, payment, state=state, refund=back, settled_at=now)
    _owe(tx, settled, now)
    return Settlement(settled.amount, settled.refund)


def move(tx: Tx, before: str, moved: Appointment) -> None:
    """Let the deposit of an appointment stand for the one that it was moved to.

    What stays behind is empty and settled, so that ending the old appointment gives nothing back a second time.
    """
    payment = store.locked(tx, before)
    if payment is not None and payment.settled_at is None:
        _changed(tx, payment, appointment=moved.id, agenda=moved.agenda, starts_at=moved.starts_at)
    elif payment is not None or _told(tx, moved, moved.booked_at) is None:
        return
    store.add(tx, _left_behind(before, moved))


def receipt(tx: Tx, appointment_id: str) -> Payment:
    """Read the deposit of an appointment. Raises NoPayment."""
    found = store.find(tx, appointment_id)
    if found is None:
        raise NoPayment
    return found


def of_reference(tx: Tx, reference: str) -> Payment:
    """Read the deposit of a reference. Raises NoPayment."""
    found = store.of_reference(tx, reference)
    if found is None:
        raise NoPayment
    return found


async def pay_back(db: Database, gateway: Refunds, message: Message, now: datetime) -> None:
    """Deliver one message of the outbox: money goes back, and that it did is noted.

    A message that comes again finds the refund noted, or asks the gateway once more under the same reference.
    """
    owed = msgspec.convert(message.payload, Owed)
    within = db.within(owed.data_set)
    payment = await within.read(receipt, owed.appointment)
    if payment.is_owed:
        refund_number = await gateway.refund(payment.refund, payment.reference)
        await within.write(refunded, owed.appointment, refund_number, now)


def refunded(tx: Tx, appointment_id: str, refund_number: str, now: datetime) -> Payment:
    """Note that the money went back; a second time changes nothing. Raises NoPayment."""
    payment = store.locked(tx, appointment_id)
    if payment is None:
        raise NoPayment
    if not payment.is_owed:
        return payment
    deed = "appointments.deposit-refunded"
    audit.record(tx, now, "outbox", deed, appointment_id, rial=payment.refund, number=refund_number)
    return _changed(tx, payment, refunded_at=now, refund_receipt=refund_number)


def _new(appointment: Appointment, amount: int, reference: str, now: datetime) -> Payment:
    return Payment(
        appointment=appointment.id,
        agenda=appointment.agenda,
        starts_at=appointment.starts_at,
        amount=amount,
        state=PaymentState.WAITING,
        reference=reference,
        at=now,
    )


def _left_behind(before: str, moved: Appointment) -> Payment:
    old = _new(moved, 0, f"moved:{before}", moved.booked_at)
    return msgspec.structs.replace(old, appointment=before, state=PaymentState.KEPT, settled_at=moved.booked_at)


def _paid(new: Payment, now: datetime) -> Payment:
    number = money.number("paid", new.reference)
    return msgspec.structs.replace(new, state=PaymentState.PAID, paid_at=now, receipt=number)


def _told(tx: Tx, appointment: Appointment, now: datetime) -> Payment | None:
    """Put down a deposit that was only told with the booking: whoever booked has taken it."""
    if appointment.deposit <= 0:
        return None
    return _added(tx, _paid(_new(appointment, appointment.deposit, f"{money.TOLD}{appointment.id}", now), now))


def _added(tx: Tx, new: Payment) -> Payment:
    """Insert a payment; the same one again is the one that is there. Raises AlreadyPaid, ReferenceTaken."""
    if store.add(tx, new):
        deed, state = "appointments.deposit-recorded", new.state.value
        audit.record(tx, new.at, "portal", deed, new.appointment, rial=new.amount, state=state)
        return new
    there = store.find(tx, new.appointment)
    if there is None:
        raise ReferenceTaken
    if (there.reference, there.amount) != (new.reference, new.amount):
        raise AlreadyPaid
    return there


def _changed(tx: Tx, payment: Payment, **cells: object) -> Payment:
    if not store.change(tx, payment, **cells):
        raise AlreadyPaid
    return msgspec.structs.replace(payment, **cells)


def _owe(tx: Tx, payment: Payment, now: datetime) -> None:
    """Put what goes back from here into the outbox, under a name that it can only have once."""
    if payment.is_owed:
        owed = {"data_set": tx.data_set, "appointment": payment.appointment}
        outbox.put(tx, f"refund-{tx.data_set}-{payment.appointment}", TOPIC, owed, now)
