"""The ticket: shown to who knows its address, moved and given back by who reads its mobile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from starlette.responses import Response

from nabz.appointments.errors.payments import NoPayment
from nabz.appointments.model import Status, money, tracking
from nabz.appointments.pages.citizen import keeping
from nabz.appointments.pages.citizen.booking import REFUSED, refused
from nabz.appointments.pages.citizen.persons import masked
from nabz.appointments.pages.citizen.tickets import named
from nabz.appointments.pages.frame import Words, draw, portal, store_of
from nabz.appointments.print import CALENDAR, calendar_entry, square_code
from nabz.appointments.service import booking, looking, payments, returning, rules
from nabz.appointments.service.links import REMINDER, TICKET, ticket_path
from nabz.kit import jalali
from nabz.web import visit
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from nabz.appointments.model import Agenda, Appointment, FacilityRules
    from nabz.appointments.model.money import Payment
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

FILE_NAME: Final = "nobat.ics"


class Ticket(NamedTuple):
    """An appointment with where it is, and how it stands to money."""

    appointment: Appointment
    agenda: Agenda
    terms: FacilityRules
    payment: Payment | None

    @property
    def stands(self) -> bool:
        """Tell whether the visit is still to come."""
        return self.appointment.status == Status.TAKEN

    @property
    def paid(self) -> int:
        """Tell what has been paid in advance."""
        if self.payment is not None:
            return self.payment.amount if self.payment.paid_at else 0
        return self.appointment.deposit

    @property
    def owed(self) -> int:
        """Tell which deposit the centre still waits for."""
        if self.appointment.deposit or (self.payment is not None and self.payment.paid_at):
            return 0
        return self.payment.amount if self.payment is not None else self.terms.deposit


def routes() -> list[Pages]:
    """The ticket, and what a reminder leads to."""
    return [_ticket(), _reminder()]


def _ticket() -> Pages:
    pages = Pages("appointments")

    @pages.get("/nobat/t/{signed}.ics", summary="A ticket as an entry of a calendar")
    async def give_calendar(call: Call) -> Response:
        ticket = await read_ticket(call)
        address = _whole(call, ticket_path(call.deps.keys, ticket.appointment.id))
        entry = calendar_entry(ticket.appointment, ticket.agenda, address, call.now)
        answer = Response(entry, media_type=CALENDAR)
        answer.headers["content-disposition"] = f'attachment; filename="{FILE_NAME}"'
        answer.headers["cache-control"] = "no-store"
        return answer

    @pages.get("/nobat/t/{signed}", summary="A ticket")
    async def show_ticket(call: Call) -> Response:
        ticket = await read_ticket(call)
        path = ticket_path(call.deps.keys, ticket.appointment.id)
        picture = square_code(_whole(call, path))
        after = ticket.appointment.moved_to
        moved_path = ticket_path(call.deps.keys, after) if after is not None else ""
        mine = _is_mine(call, ticket)
        return _draw(call, "citizen/ticket.html", ticket, path=path, picture=picture, mine=mine, moved_path=moved_path)

    @pages.post("/nobat/t/{signed}/cancel", summary="Give an appointment back")
    async def cancel(call: Call) -> Response:
        ticket = await read_ticket(call)
        path = ticket_path(call.deps.keys, ticket.appointment.id)
        return await _cancelled(call, ticket, path) if _is_mine(call, ticket) else _prove_first(call)

    @pages.get("/nobat/t/{signed}/move/{slot}", summary="Ask once more before an appointment is moved")
    async def ask_move(call: Call) -> Response:
        ticket = await read_ticket(call)
        new = await store_of(call).read(looking.seen, tracking.read(call.path["slot"]))
        path = ticket_path(call.deps.keys, ticket.appointment.id)
        return _draw(call, "citizen/move.html", ticket, path=path, new=new, mine=_is_mine(call, ticket))

    @pages.post("/nobat/t/{signed}/move/{slot}", summary="Move an appointment to another time")
    async def move(call: Call) -> Response:
        ticket = await read_ticket(call)
        if not _is_mine(call, ticket):
            return _prove_first(call)
        slot_id = tracking.read(call.path["slot"])
        one = ticket.appointment
        try:
            moved = await store_of(call).write(
                booking.reschedule, one.slot, slot_id, one.person, portal(call), call.now
            )
        except REFUSED as problem:
            return await refused(call, slot_id, problem)
        text = say(call, "زمان نوبت شما تغییر کرد.", "Your appointment was moved.")
        return see_other(call, ticket_path(call.deps.keys, moved.id), said=("good", text))

    return pages


def _reminder() -> Pages:
    pages = Pages("appointments")

    @pages.get("/nobat/r/{signed}", summary="What a reminder asks: will you come?")
    async def show_reminder(call: Call) -> Response:
        ticket = await read_ticket(call, REMINDER)
        return _draw(call, "citizen/reminder.html", ticket, path=f"/nobat/r/{call.path['signed']}")

    @pages.post("/nobat/r/{signed}/confirm", summary="Say that one will come")
    async def confirm(call: Call) -> Response:
        one = (await read_ticket(call, REMINDER)).appointment
        await store_of(call).write(booking.confirm, one.slot, one.person, call.now)
        text = say(call, "سپاس؛ آمدن شما تأیید شد.", "Thank you: your visit is confirmed.")
        return see_other(call, ticket_path(call.deps.keys, one.id), said=("good", text))

    @pages.post("/nobat/r/{signed}/cancel", summary="Say that one will not come")
    async def cancel(call: Call) -> Response:
        ticket = await read_ticket(call, REMINDER)
        return await _cancelled(call, ticket, ticket_path(call.deps.keys, ticket.appointment.id))

    return pages


# ---- what both do


async def read_ticket(call: Call, purpose: str = TICKET) -> Ticket:
    """Read the ticket that the address names. Raises NotFound, NoAppointment."""
    return await store_of(call).read(ticket_of, named(call, purpose))


def ticket_of(tx: Tx, appointment_id: str) -> Ticket:
    """Read all that a ticket shows. Raises NoAppointment."""
    appointment, agenda = looking.ticket(tx, appointment_id)
    try:
        payment = payments.receipt(tx, appointment_id)
    except NoPayment:
        payment = None
    return Ticket(appointment, agenda, rules.of(tx, appointment.facility), payment)


async def _cancelled(call: Call, ticket: Ticket, path: str) -> Response:
    await store_of(call).write(returning.give_back, ticket.appointment.id, portal(call), call.now)
    text = say(call, "نوبت شما لغو شد.", "Your appointment is cancelled.")
    return see_other(call, path, said=("good", text))


def _draw(call: Call, template: str, ticket: Ticket, **values: Any) -> Response:  # noqa: ANN401 - what the page shows
    words = Words(visit.language(call), call.now)
    one = ticket.appointment
    refund = money.refund(ticket.terms, ticket.paid, one.starts_at, call.now, by_patient=True)
    person = masked(words, one.person)
    return draw(
        call,
        template,
        ticket=ticket,
        one=one,
        person=person,
        refund=refund,
        over=one.starts_at <= call.now,
        day=jalali.day_of(one.starts_at),
        signed=call.path["signed"],
        **values,
    )


def _is_mine(call: Call, ticket: Ticket) -> bool:
    known = keeping.proven(call)
    return known is not None and known.mobile == ticket.appointment.mobile


def _prove_first(call: Call) -> Response:
    text = say(call, "نخست شمارهٔ همراه خود را تأیید کنید.", "Prove your mobile number first.")
    return see_other(call, "/nobat/mine", said=("info", text))


def _whole(call: Call, path: str) -> str:
    return f"{call.deps.settings.base_url.rstrip('/')}{path}"
