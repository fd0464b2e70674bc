"""Paying a deposit: to the gateway, and back to the ticket; the sandbox's own page stands here too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse

from nabz.appointments.errors.payments import AlreadyPaid, NoPayment
from nabz.appointments.pages.citizen.ticket import read_ticket
from nabz.appointments.pages.citizen.tickets import named
from nabz.appointments.pages.frame import draw, store_of
from nabz.appointments.remote import PAYING, SandboxGateway
from nabz.appointments.service import payments
from nabz.appointments.service.links import ticket_path
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.appointments.model.money import Payment
    from nabz.appointments.remote import PaymentGateway
    from nabz.kit.digest import Keyring
    from nabz.kit.http import Call

REFERENCE: Final = "appointments.payment"
PAYMENT: Final = "appointments.paying"


def routes(gateway: PaymentGateway | None = None) -> Pages:
    """There and back; without a gateway of its own the sandbox's page stands here."""
    pages = Pages("appointments")

    @pages.post("/nobat/t/{signed}/pay", summary="Go to the payment gateway with the deposit of an appointment")
    async def begin(call: Call) -> Response:
        ticket = await read_ticket(call)
        one = ticket.appointment
        if not ticket.owed or not ticket.stands:
            raise AlreadyPaid
        reference = ticket.payment.reference if ticket.payment else call.deps.keys.uuid(REFERENCE, one.id)
        begun = await store_of(call).write(payments.begin, one, ticket.owed, reference, call.now)
        return RedirectResponse(await _gateway(call, gateway).start(begun.amount, begun.reference), 303)

    @pages.get("/nobat/pay/{signed}", summary="The sandbox's gateway: nobody's money moves")
    async def show(call: Call) -> Response:
        payment = await _payment(call)
        return draw(call, "citizen/pay.html", payment=payment, back=ticket_path(call.deps.keys, payment.appointment))

    @pages.post("/nobat/pay/{signed}", summary="Pay, and go back to the ticket")
    async def confirm(call: Call) -> Response:
        payment = await _payment(call)
        number = await _gateway(call, gateway).confirm(payment.amount, payment.reference)
        await store_of(call).write(payments.confirm, payment.reference, number, call.now)
        text = say(call, "ودیعه پرداخت شد.", "The deposit is paid.")
        return see_other(call, ticket_path(call.deps.keys, payment.appointment), said=("good", text))

    return pages


def pay_path(keys: Keyring, reference: str) -> str:
    """Give the address at which a payment goes on: only who was sent to it knows it."""
    return f"{PAYING}/{keys.sign(PAYMENT, reference)}"


def _gateway(call: Call, gateway: PaymentGateway | None) -> PaymentGateway:
    return gateway or SandboxGateway(lambda reference: pay_path(call.deps.keys, reference))


async def _payment(call: Call) -> Payment:
    """Read the payment that the address names, if it was begun here. Raises NotFound, NoPayment."""
    payment = await store_of(call).read(payments.of_reference, named(call, PAYMENT))
    if not payment.collected_here:
        raise NoPayment
    return payment
