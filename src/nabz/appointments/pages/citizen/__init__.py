"""The citizens' portal of appointments: found, booked, shown and given back on a phone, without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.pages.citizen import booking, calendar, finding, mine, near, paying, proving, ticket, waiting
from nabz.appointments.pages.citizen.keeping import Kind

if TYPE_CHECKING:
    from nabz.appointments.remote import PaymentGateway
    from nabz.web.pages import Pages


def routes(gateway: PaymentGateway | None = None) -> list[Pages]:
    """All of them; without a payment gateway deposits are paid in the sandbox's."""
    finishing = {Kind.BOOK: booking.finish, Kind.WAIT: waiting.finish, Kind.MINE: mine.finish}
    return [
        finding.routes(),
        near.routes(),
        calendar.routes(),
        booking.routes(),
        proving.routes(finishing),
        *ticket.routes(),
        paying.routes(gateway),
        mine.routes(),
        waiting.routes(),
    ]
