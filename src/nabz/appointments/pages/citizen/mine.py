"""My appointments: those that were booked with a mobile whose owner sits at this browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.model import Status
from nabz.appointments.pages.citizen import keeping, proving
from nabz.appointments.pages.citizen.keeping import Draft, Kind
from nabz.appointments.pages.citizen.persons import MYSELF, blank, key_of, kinds, masked, masked_mobile, read_mobile
from nabz.appointments.pages.frame import Words, draw, store_of
from nabz.appointments.service import looking
from nabz.appointments.service.links import ticket_path
from nabz.kit.errors import Problem
from nabz.web import visit
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.appointments.model import Agenda, Appointment
    from nabz.appointments.pages.citizen.keeping import Proven
    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.web.forms import Filled

BEFORE: Final = timedelta(days=180)


def routes() -> Pages:
    """The list, the way in and the way out."""
    pages = Pages("appointments")

    @pages.get("/nobat/mine", summary="My appointments")
    async def show_mine(call: Call) -> Response:
        return await _draw(call, blank(call))

    @pages.post("/nobat/mine", summary="Say whose appointments are looked for, and go on to the code")
    async def ask(call: Call) -> Response:
        try:
            form = await MYSELF.read(call)
            person, mobile = key_of(form.id_type, form.identity), read_mobile(form.mobile)
            return await proving.begin(call, Draft(kind=Kind.MINE, person=person, mobile=mobile), finish)
        except Problem as problem:
            return await MYSELF.again(call, problem, _draw)

    @pages.post("/nobat/mine/out", summary="Forget on this browser whose appointments were looked at")
    async def leave(call: Call) -> Response:
        text = say(call, "از نوبت‌های من خارج شدید.", "You have left your appointments.")
        return keeping.forget(call, see_other(call, "/nobat", said=("good", text)))

    return pages


async def finish(call: Call, draft: Draft) -> Response:  # noqa: ARG001 - whom the code was for is kept by who calls
    """Show the list to who has proven the mobile."""
    return see_other(call, "/nobat/mine")


async def _draw(call: Call, form: Filled) -> Response:
    words = Words(visit.language(call), call.now)
    known = keeping.proven(call)
    found = await store_of(call).read(_booked, known, call.now) if known else []
    standing = [pair for pair in found if pair[0].status == Status.TAKEN and pair[0].starts_at > call.now]
    return draw(
        call,
        "citizen/mine.html",
        form=form,
        known=known,
        mobile=masked_mobile(words, known.mobile) if known else "",
        persons=[masked(words, one) for one in known.persons] if known else [],
        coming=sorted(standing, key=lambda pair: pair[0].starts_at),
        past=[pair for pair in found if pair not in standing],
        path_of=lambda one: ticket_path(call.deps.keys, one.id),
        **kinds(call, form),
    )


def _booked(tx: Tx, known: Proven, now: datetime) -> list[tuple[Appointment, Agenda]]:
    """Read what was booked for these people with this mobile, and nothing that was booked otherwise."""
    found = [pair for person in known.persons for pair in looking.of_person(tx, person, now - BEFORE)]
    mine = [pair for pair in found if pair[0].mobile == known.mobile]
    return sorted(mine, key=lambda pair: pair[0].starts_at, reverse=True)
