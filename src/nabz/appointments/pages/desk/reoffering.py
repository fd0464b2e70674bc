"""Slots that patients gave back and that wait for the centre to offer them again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from nabz.appointments.model import Status
from nabz.appointments.pages.desk.frame import DESK, centre_of, draw
from nabz.appointments.service import looking, rules
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

AHEAD: Final = timedelta(days=120)
MOST: Final = 200


def routes() -> Pages:
    """The list."""
    pages = Pages("appointments")

    @pages.get("/desk/cancelled", summary="Slots that patients gave back", roles=DESK)
    async def cancelled(call: Call) -> Response:
        centre = await centre_of(call)
        found = await centre.db.read(_read, centre.id, call.now)
        return draw(call, centre, "cancelled.html", **found)

    return pages


def _read(tx: Tx, facility: str, now: datetime) -> dict[str, Any]:
    waiting = []
    for slot_id in looking.cancelled(tx, facility, now, now + AHEAD)[: MOST * 5]:
        seen = looking.seen(tx, slot_id)
        if seen.slot.status == Status.CANCELLED:
            waiting.append((seen, looking.appointment(tx, slot_id)))
    waiting.sort(key=lambda pair: pair[0].slot.starts_at)
    return {"waiting": waiting[:MOST], "rules": rules.of(tx, facility)}
