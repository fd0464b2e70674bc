"""Whom the news of an appointment reaches: the patient by text message, both sides' programs as an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from nabz.appointments.errors import NoAppointment
from nabz.appointments.model import REASON_FA, Reason, Status
from nabz.appointments.model.money import TOLD
from nabz.appointments.service import payments, waiting
from nabz.appointments.service.links import reminder_path, ticket_path
from nabz.appointments.service.telling import Happened, Kind
from nabz.appointments.store import agendas, booking, slots, waitings
from nabz.appointments.store import payments as payment_store
from nabz.gateway.model import IdentifierType
from nabz.gateway.service import identifiers
from nabz.kit import jalali, outbox, persian
from nabz.notify.model import Channel
from nabz.notify.service import events

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Agenda, Appointment, Slot, Waiting
    from nabz.appointments.model.money import Payment
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.kit.outbox import Message

AFTER: Final = {
    Kind.BOOKED: Status.TAKEN,
    Kind.MOVED: Status.TAKEN,
    Kind.CHANGED: Status.TAKEN,
    Kind.REMINDED: Status.TAKEN,
    Kind.CANCELLED: Status.CANCELLED,
    Kind.WITHDRAWN: Status.WITHDRAWN,
    Kind.OFFERED: Status.FREE,
}
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
    before = slots.find(tx, told.moved_from) if told.moved_from else None
    settled = payment_store.find(tx, appointment.id) if appointment is not None and kind in ENDS else None
    scene = Scene(kind, where, slot, appointment, offered, before, settled, told.reason)
    text = _text(scene, post)
    mobile = appointment.mobile if appointment is not None else offered.mobile if offered is not None else ""
    if text and mobile:
        outbox.put(tx, f"{message.id}-sms", Channel.SMS.topic, {"to": mobile, "text": text}, now)
    concerned = _concerned(tx, slot.facility, told.client, appointment, offered)
    body = _body(kind, told, slot, where) | _settled(tx, kind, appointment)
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


def _concerned(
    tx: Tx, facility: str, client: str, appointment: Appointment | None, offered: Waiting | None
) -> list[str]:
    """The systems of both sides: who booked, who acted, and whoever may speak for the centre."""
    holders = identifiers.holders_of(tx, facility, IdentifierType.FACILITY)
    both = {client, appointment.booked_by if appointment else "", offered.joined_by if offered else ""}
    return sorted({holder.client for holder in holders} | (both - OURS - {""}))


def _body(kind: Kind, told: Happened, slot: Slot, where: Agenda) -> dict[str, object]:
    """What programs are told, as it was at that moment: nothing of the patient, who is asked for with rights."""
    body: dict[str, object] = {
        "trackingId": slot.tracking,
        "localId": slot.local_id,
        "facility": slot.facility,
        "provider": where.provider,
        "startsAt": slot.starts_at.isoformat(),
        "status": told.status or int(AFTER[kind]),
        "reason": told.reason,
        "appointment": told.appointment or None,
    }
    return body | ({"movedFrom": f"1:{told.moved_from}"} if told.moved_from else {})


def _settled(tx: Tx, kind: Kind, appointment: Appointment | None) -> dict[str, object]:
    """What becomes of the deposit of an appointment that ended: who has taken it learns what he owes."""
    payment = payment_store.find(tx, appointment.id) if appointment is not None and kind in ENDS else None
    if payment is None or not payment.amount:
        return {}
    return {"deposit": payment.amount, "refund": payment.refund, "refundedHere": payment.collected_here}


class Scene(NamedTuple):
    """All that a text message may speak of."""

    kind: Kind
    where: Agenda
    slot: Slot
    appointment: Appointment | None
    offered: Waiting | None
    before: Slot | None
    settled: Payment | None
    reason: int | None


def _text(scene: Scene, post: Post) -> str:
    """The words for the patient; some news are not for him."""
    kind, where, slot = scene.kind, scene.where, scene.slot
    who = f"{where.shown_name}، {where.facility_name}" if where.facility_name else where.shown_name
    at = _when(slot.starts_at)
    if kind is Kind.OFFERED and scene.offered is not None:
        until = jalali.moment(scene.offered.offer_until) if scene.offered.offer_until else ""
        news = f"نوبتی که منتظرش بودید آزاد شد: {who}، {at}."
        return f"{news}\nتا {until} برای شما نگه داشته می‌شود:\n{post.site}/nobat/book/{slot.id}"
    if scene.appointment is None:
        return ""
    name = scene.appointment.name
    whose = f"نوبت {name}" if name else "نوبت شما"
    ticket = f"{post.site}{ticket_path(post.keys, scene.appointment.id)}"
    reminder = f"{post.site}{reminder_path(post.keys, scene.appointment.id)}"
    from_ = f" از {_when(scene.before.starts_at)}" if scene.before is not None else ""
    why = f" ({REASON_FA[Reason(scene.reason)]})" if scene.reason else ""
    back = ""
    if scene.settled is not None and scene.settled.refund:
        back = f"\n{persian.grouped(scene.settled.refund)} ریال ودیعه برمی‌گردد."
    words = {
        Kind.BOOKED: f"{whose} ثبت شد: {who}، {at}.\nبرگهٔ نوبت:\n{ticket}",
        Kind.MOVED: f"{whose}{from_} به {at} تغییر کرد: {who}.\nبرگهٔ تازه:\n{ticket}",
        Kind.CANCELLED: f"{whose} لغو شد: {who}، {at}.{back}",
        Kind.WITHDRAWN: f"با پوزش، مرکز {whose} را لغو کرد{why}: {who}، {at}.{back}\nنوبت دیگر:\n{post.site}/nobat",
        Kind.REMINDED: f"یادآوری {whose}: {who}، {at}.\nمی‌آیید یا لغو شود؟\n{reminder}",
    }
    return words.get(kind, "")


def _when(at: datetime) -> str:
    return f"{jalali.weekday(jalali.day_of(at))} {jalali.moment(at)}"
