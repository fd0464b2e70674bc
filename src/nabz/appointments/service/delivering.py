"""Whom the news of an appointment reaches: the patient by text message, both sides' programs as an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import NoAppointment
from nabz.appointments.model import Status
from nabz.appointments.model.money import TOLD
from nabz.appointments.service import payments, waiting
from nabz.appointments.service.links import reminder_path, ticket_path
from nabz.appointments.service.telling import Happened, Kind
from nabz.appointments.store import agendas, booking, slots, waitings
from nabz.appointments.store import payments as payment_store
from nabz.gateway.model import IdentifierType
from nabz.gateway.service import identifiers
from nabz.kit import jalali, outbox
from nabz.notify.model import Channel
from nabz.notify.service import events

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Agenda, Appointment, Slot, Waiting
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.kit.outbox import Message

ENDS: Final = frozenset({Kind.CANCELLED, Kind.WITHDRAWN})
OURS: Final = frozenset({"portal", "desk", "seed", "waiting-list", "simulation"})
"""Who books without being a client system."""


class Post(msgspec.Struct, frozen=True):
    """What a text message needs besides its words."""

    keys: Keyring
    site: str


def deliver(tx: Tx, kind: Kind, message: Message, post: Post, now: datetime) -> None:
    """Carry one message of the outbox to whom it concerns; the second time changes nothing."""
    told = msgspec.convert(message.payload, Happened)
    slot = slots.find(tx, told.slot)
    if slot is None:  # its part of the store has left meanwhile
        return
    where = agendas.get(tx, slot.agenda)
    appointment = _appointment(tx, told)
    if kind is Kind.BOOKED and appointment is not None:
        _after_booking(tx, appointment, now)
    offered = waitings.by_id(tx, told.waiting) if told.waiting else None
    text = _text(kind, where, slot, appointment, offered, post)
    mobile = appointment.mobile if appointment is not None else offered.mobile if offered is not None else ""
    if text and mobile:
        outbox.put(tx, f"{message.id}-sms", Channel.SMS.topic, {"to": mobile, "text": text}, now)
    concerned = _concerned(tx, slot.facility, told.client, appointment)
    body = _body(slot, where) | _settled(tx, kind, appointment)
    events.tell(tx, concerned, f"appointment.{kind.value}", slot.tracking, body, message.id, now)


def _after_booking(tx: Tx, appointment: Appointment, now: datetime) -> None:
    """Note a deposit that came with the booking, and that who waited waits no more."""
    waiting.taken(tx, appointment.slot, appointment.person)
    if appointment.deposit > 0:
        payments.record(tx, appointment, appointment.deposit, f"{TOLD}{appointment.id}", now)
        if appointment.status in {Status.CANCELLED, Status.WITHDRAWN}:
            payments.settle(tx, appointment, now, by_patient=appointment.status == Status.CANCELLED)


def _appointment(tx: Tx, told: Happened) -> Appointment | None:
    if not told.appointment:
        return None
    try:
        return booking.by_id(tx, told.appointment)
    except NoAppointment:
        return None


def _concerned(tx: Tx, facility: str, client: str, appointment: Appointment | None) -> list[str]:
    """The systems of both sides: who booked, who acted, and whoever may speak for the centre."""
    holders = identifiers.holders_of(tx, facility, IdentifierType.FACILITY)
    both = {client, appointment.booked_by if appointment is not None else ""}
    return sorted({holder.client for holder in holders} | (both - OURS - {""}))


def _body(slot: Slot, where: Agenda) -> dict[str, object]:
    """What programs are told: nothing of the patient, who is asked for with rights."""
    return {
        "trackingId": slot.tracking,
        "localId": slot.local_id,
        "facility": slot.facility,
        "provider": where.provider,
        "startsAt": slot.starts_at.isoformat(),
        "status": slot.status,
        "reason": slot.reason,
    }


def _settled(tx: Tx, kind: Kind, appointment: Appointment | None) -> dict[str, object]:
    """What becomes of the deposit of an appointment that ended: who has taken it learns what he owes."""
    payment = payment_store.find(tx, appointment.id) if appointment is not None and kind in ENDS else None
    if payment is None or not payment.amount:
        return {}
    return {"deposit": payment.amount, "refund": payment.refund, "refundedHere": payment.collected_here}


def _text(
    kind: Kind, where: Agenda, slot: Slot, appointment: Appointment | None, offered: Waiting | None, post: Post
) -> str:
    """The words for the patient; some news are not for him."""
    who = f"{where.shown_name}، {where.facility_name}" if where.facility_name else where.shown_name
    at = jalali.moment(slot.starts_at)
    if kind is Kind.OFFERED and offered is not None:
        until = jalali.moment(offered.offer_until) if offered.offer_until else ""
        news = f"نوبتی که منتظرش بودید آزاد شد: {who}، {at}."
        return f"{news}\nتا {until} برای شما نگه داشته می‌شود:\n{post.site}/nobat/book/{slot.id}"
    if appointment is None:
        return ""
    ticket = f"{post.site}{ticket_path(post.keys, appointment.id)}"
    reminder = f"{post.site}{reminder_path(post.keys, appointment.id)}"
    words = {
        Kind.BOOKED: f"نوبت شما ثبت شد: {who}، {at}.\nبرگهٔ نوبت:\n{ticket}",
        Kind.MOVED: f"نوبت شما جابه‌جا شد: {who}، {at}.\nبرگهٔ نوبت:\n{ticket}",
        Kind.CANCELLED: f"نوبت شما لغو شد: {who}، {at}.",
        Kind.WITHDRAWN: f"با پوزش، مرکز نوبت شما را لغو کرد: {who}، {at}.\nنوبت دیگر:\n{post.site}/nobat",
        Kind.REMINDED: f"یادآوری نوبت: {who}، {at}.\nمی‌آیید یا لغو شود؟\n{reminder}",
    }
    return words.get(kind, "")
