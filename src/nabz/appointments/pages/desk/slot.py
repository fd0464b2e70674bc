"""One slot: who has it, and what the desk may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from nabz.appointments.errors import NoAppointment, NoPayment, NotYourSlot, StatusRefused
from nabz.appointments.model import Reason, Status
from nabz.appointments.pages.desk.frame import (
    DESK,
    REASONS,
    Centre,
    back,
    caller_of,
    centre_of,
    draw,
    reason_of,
    refused,
    slot_of,
)
from nabz.appointments.service import booking, desk, looking, payments, withdrawing
from nabz.web.forms import local_path
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.appointments.model import Appointment, Caller, Seen, Slot
    from nabz.appointments.model.money import Payment
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

DONE: Final = {
    "arrived": ("حضور بیمار ثبت شد.", "The patient's arrival was noted."),
    "visited": ("ویزیت ثبت شد.", "The visit was noted."),
    "late": ("نیامدن بیمار ثبت شد.", "That the patient did not come was noted."),
    "offer": ("نوبت دوباره عرضه شد.", "The slot is offered again."),
}


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a visit, and the page to go back to."""

    deed: Literal["arrived", "visited", "late", "offer"]
    back: Annotated[str, msgspec.Meta(max_length=300)] = ""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """Why a slot ends."""

    reason: int = 0
    back: Annotated[str, msgspec.Meta(max_length=300)] = ""


def routes() -> Pages:
    """The page of a slot and its deeds."""
    pages = Pages("appointments")

    @pages.get("/desk/slot/{id}", summary="One slot of a clinic, and who has it", roles=DESK)
    async def show(call: Call) -> Response:
        centre = await centre_of(call)
        found = await centre.db.read(_read, slot_of(call), centre)
        return draw(call, centre, "slot.html", reasons=REASONS, **found)

    @pages.post("/desk/slot/{id}", summary="Note what became of a visit", roles=DESK)
    async def set_status(call: Call) -> Response:
        form = await call.form(Deed)
        centre = await centre_of(call)
        path = local_path(form.back, f"/desk/slot/{slot_of(call)}")
        try:
            await centre.db.write(_deed, slot_of(call), form.deed, caller_of(call, centre), call.now)
        except StatusRefused as problem:
            return refused(call, path, problem)
        return back(call, path, ("good", *DONE[form.deed]))

    @pages.post("/desk/slot/{id}/withdraw", summary="Take one slot back", roles=DESK)
    async def withdraw(call: Call) -> Response:
        form = await call.form(Ending)
        reason = reason_of(form.reason)
        centre = await centre_of(call)
        path = f"/desk/slot/{slot_of(call)}"
        try:
            who = await centre.db.write(withdrawing.withdraw, slot_of(call), reason, caller_of(call, centre), call.now)
        except StatusRefused as problem:
            return refused(call, path, problem)
        if who is None:
            return back(call, path, ("good", "نوبت برداشته شد.", "The slot was taken back."))
        said = f"نوبت برداشته شد و به {who.name} خبر داده می‌شود.", f"The slot was taken back; {who.name} will be told."
        return back(call, path, ("good", *said))

    @pages.post("/desk/slot/{id}/cancel", summary="Cancel for a patient who asks for it", roles=DESK)
    async def cancel(call: Call) -> Response:
        centre = await centre_of(call)
        path = f"/desk/slot/{slot_of(call)}"
        try:
            await centre.db.write(_cancel, slot_of(call), caller_of(call, centre), call.now)
        except (StatusRefused, NoAppointment) as problem:
            return refused(call, path, problem)
        return back(
            call, path, ("good", "نوبت به خواست بیمار لغو شد.", "The appointment was cancelled for the patient.")
        )

    return pages


def own(tx: Tx, slot_id: str, facility: str) -> Seen:
    """Read a slot of this centre. Raises SlotUnknown, NotYourSlot."""
    found = looking.seen(tx, slot_id)
    if found.slot.facility != facility:
        raise NotYourSlot
    return found


def _read(tx: Tx, slot_id: str, centre: Centre) -> dict[str, Any]:
    seen = own(tx, slot_id, centre.id)
    there = _appointment(tx, seen.slot)
    missed = looking.no_shows(tx, [there.person]).get(there.person, 0) if there else 0
    told = {"agenda": seen.agenda, "slot": seen.slot, "there": there, "missed": missed, "Status": Status}
    return {**told, "payment": payment_of(tx, there.id) if there else None}


def payment_of(tx: Tx, appointment_id: str) -> Payment | None:
    """Read where the deposit of an appointment stands, if there is one."""
    try:
        return payments.receipt(tx, appointment_id)
    except NoPayment:
        return None


def _appointment(tx: Tx, slot: Slot) -> Appointment | None:
    try:
        there = looking.appointment(tx, slot.id)
    except NoAppointment:
        return None
    return there if there.status == slot.status else None


def _deed(tx: Tx, slot_id: str, deed: str, caller: Caller, now: datetime) -> None:
    if deed == "arrived":
        desk.arrived(tx, slot_id, caller, now)
    else:
        status = {"visited": Status.VISITED, "late": Status.LATE, "offer": Status.FREE}[deed]
        desk.set_status(tx, slot_id, status, caller, now)


def _cancel(tx: Tx, slot_id: str, caller: Caller, now: datetime) -> None:
    own(tx, slot_id, caller.facility)
    person = looking.appointment(tx, slot_id).person
    booking.cancel(tx, slot_id, person, Reason.PATIENT_CANNOT, caller, now)
