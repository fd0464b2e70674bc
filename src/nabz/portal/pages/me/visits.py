"""My appointments, however they were booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.model import Status
from nabz.appointments.service.links import ticket_path
from nabz.portal.pages.me.frame import Me, draw, known
from nabz.portal.service import record
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call


def routes() -> Pages:
    """This page."""
    pages = Pages("portal")

    @pages.get("/me/appointments", summary="My appointments")
    @known
    async def mine(call: Call, me: Me) -> Response:
        found = await me.db.read(record.visits, me.whom, call.now)
        coming = [pair for pair in found if pair[0].status == Status.TAKEN and pair[0].starts_at > call.now]
        return draw(
            call,
            me,
            "appointments.html",
            coming=sorted(coming, key=lambda pair: pair[0].starts_at),
            past=[pair for pair in found if pair not in coming],
            path_of=lambda one: ticket_path(call.deps.keys, one.id),
        )

    return pages
