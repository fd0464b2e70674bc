"""Moving an appointment: another free time of the same provider is chosen, looked at, and then taken."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.appointments.errors import NoAppointment, NotYours, NotYourSlot, Refusal
from nabz.appointments.model import Quota, Status, is_held, tracking
from nabz.appointments.pages.desk.frame import (
    DESK,
    address,
    back,
    caller_of,
    centre_of,
    day_of,
    draw,
    refused,
    slot_of,
)
from nabz.appointments.pages.desk.slot import own
from nabz.appointments.pages.frame import today as today_of
from nabz.appointments.service import booking, desk, looking
from nabz.kit import jalali
from nabz.kit.jalali import JalaliDate, tehran
from nabz.web.forms import Filled
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from datetime import date, datetime

    from starlette.responses import Response

    from nabz.appointments.model import Appointment, Caller, Slot
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

WEEK: Final = timedelta(days=7)
Id = Annotated[str, msgspec.Meta(max_length=80)]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """From which day on free times are shown, and which of them was chosen."""

    day: str = ""
    to: Id = ""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Whose appointment goes to which slot: sent twice it is moved once."""

    to: Id
    appointment: Id


def routes() -> Pages:
    """The two pages of a move."""
    pages = Pages("appointments")

    @pages.get("/desk/slot/{id}/move", summary="Free times to which an appointment may be moved", roles=DESK)
    async def choose(call: Call) -> Response:
        centre = await centre_of(call)
        asked = call.query(Asked)
        path = f"/desk/slot/{slot_of(call)}"
        try:
            seen, there = await centre.db.read(_from, slot_of(call), centre.id)
        except NoAppointment:
            return see_other(call, path)
        if there.status != Status.TAKEN:
            return see_other(call, path)
        told: dict[str, Any] = {"agenda": seen.agenda, "slot": seen.slot, "there": there, "path": path}
        if asked.to:
            to = await centre.db.read(own, tracking.read(asked.to), centre.id)
            return draw(call, centre, "move_confirm.html", to=to, **told)
        start = tehran(max(call.now, seen.slot.starts_at)).date() if not asked.day else None
        first = start or day_of(asked.day, today_of(call)).to_gregorian()
        found = await centre.db.read(_free, centre.id, there, first, call.now)
        form = Filled({"day": jalali.slashed(jalali.of_date(first))})
        return draw(call, centre, "move.html", form=form, **told, **_beside(path, first), **found)

    @pages.post("/desk/slot/{id}/move", summary="Move an appointment to another time", roles=DESK)
    async def move(call: Call) -> Response:
        form = await call.form(Chosen)
        centre = await centre_of(call)
        to = tracking.read(form.to)
        way = slot_of(call), to, form.appointment.strip().lower()
        try:
            made = await centre.db.write(_move, way, caller_of(call, centre), call.now)
        except NotYourSlot:
            raise
        except Refusal as problem:
            return refused(call, f"/desk/slot/{slot_of(call)}/move", problem)
        said = f"نوبت {made.name} جابه‌جا شد و به او خبر داده می‌شود.", f"{made.name} was moved and will be told."
        return back(call, f"/desk/slot/{to}", ("good", *said))

    return pages


def _from(tx: Tx, slot_id: str, facility: str) -> tuple[Any, Appointment]:
    """Read what is to be moved. Raises SlotUnknown, NotYourSlot, NoAppointment."""
    return own(tx, slot_id, facility), looking.appointment(tx, slot_id)


def _move(tx: Tx, way: tuple[str, str, str], caller: Caller, now: datetime) -> Appointment:
    """Move an appointment; sent again it answers the same. Raises what `booking.reschedule` raises."""
    from_slot, to_slot, appointment = way
    own(tx, from_slot, caller.facility)
    own(tx, to_slot, caller.facility)
    before, _ = looking.ticket(tx, appointment)
    if before.slot != from_slot:
        raise NotYours
    return booking.reschedule(tx, from_slot, to_slot, before.person, caller, now)


def _free(tx: Tx, facility: str, there: Appointment, first: date, now: datetime) -> dict[str, Any]:
    """List the free times that a patient may have of his provider, a week of them, by day; one of several seats."""
    days: dict[JalaliDate, dict[tuple[datetime, int], Slot]] = {}
    for _, slot, _ in desk.week(tx, facility, first, there.provider):
        shut = is_held(slot, there.person, now) or (slot.quota == Quota.REFERRAL and not there.hid)
        if slot.status == Status.FREE and slot.starts_at > now and not shut:
            days.setdefault(jalali.day_of(slot.starts_at), {}).setdefault((slot.starts_at, slot.quota), slot)
    return {"days": [(day, list(times.values())) for day, times in sorted(days.items())]}


def _beside(path: str, first: date) -> dict[str, Any]:
    def at(day: date) -> str:
        return address(f"{path}/move", day=jalali.slashed(jalali.of_date(day)))

    return {"before_path": at(first - WEEK), "after_path": at(first + WEEK)}
