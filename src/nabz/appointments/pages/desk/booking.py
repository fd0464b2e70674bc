"""Booking at the desk, for a patient who phones or stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.appointments.errors import (
    FieldMissing,
    MobileWrong,
    NotOnReferralMap,
    PersonBusy,
    QuotaNotYours,
    ReferralNeeded,
    SameProviderSameDay,
    SlotGone,
    SlotHeld,
    SlotOver,
    SlotTaken,
    WindowShut,
)
from nabz.appointments.model import AppointmentType, Booking, Quota, Status, Visitor
from nabz.appointments.pages.desk.frame import DESK, Centre, back, caller_of, centre_of, draw, slot_of
from nabz.appointments.pages.desk.slot import own
from nabz.appointments.service import booking, rules
from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.registries.errors import BadHid, BadPersonId
from nabz.registries.model import PersonIdType, read_hid, read_person_id
from nabz.registries.service import people
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.registries.model import PersonId

LONGEST_NAME: Final = 60
MOST_RIAL: Final = 1_000_000_000
AT_DESK: Final = (
    AppointmentType.PAID,
    AppointmentType.DEPOSIT,
    AppointmentType.FREE_OF_CHARGE,
    AppointmentType.HALF_PRICE,
)


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes, and what was paid."""

    kind: PersonIdType = PersonIdType.NATIONAL_CODE
    number: str = ""
    first_name: str = ""
    last_name: str = ""
    mobile: str = ""
    hid: str = ""
    type: int | None = None
    deposit: int | None = None


FORM: Final = Form(
    Filling,
    {"deposit": ("مبلغ را با رقم بنویسید.", "Write the amount in digits.")},
    {
        BadPersonId: "number",
        MobileWrong: "mobile",
        FieldMissing: "last_name",
        BadHid: "hid",
        ReferralNeeded: "hid",
        NotOnReferralMap: "hid",
        PersonBusy: "number",
        SameProviderSameDay: "number",
        **dict.fromkeys((SlotTaken, SlotHeld, SlotGone, SlotOver, WindowShut, QuotaNotYours), "slot"),
    },
)


def routes() -> Pages:
    """The form of a booking."""
    pages = Pages("appointments")

    @pages.get("/desk/book/{id}", summary="The form of a booking at the desk", roles=DESK)
    async def blank(call: Call) -> Response:
        return await _draw(call, None)

    @pages.post("/desk/book/{id}", summary="Book for a patient who phones or stands there", roles=DESK)
    async def book(call: Call) -> Response:
        centre = await centre_of(call)
        try:
            filled = await FORM.read(call)
            seen = await centre.db.read(own, slot_of(call), centre.id)
            wanted = await _wanted(centre, filled)
            made = await booking.book(centre.db, seen.slot.id, wanted, caller_of(call, centre), call.now)
        except Problem as problem:
            return await FORM.again(call, problem, _draw)
        said = f"نوبت برای {made.name} ثبت شد.", f"Booked for {made.name}."
        return back(call, f"/desk/slot/{made.slot}", ("good", *said))

    return pages


async def _wanted(centre: Centre, filled: Filling) -> Booking:
    """Read a form; a person of the registry needs no name. Raises BadPersonId, MobileWrong, FieldMissing, BadHid."""
    id_ = read_person_id(filled.kind, filled.number)
    mobile = persian.mobile(filled.mobile)
    if mobile is None:
        raise MobileWrong
    known = await centre.db.read(people.find, id_)
    first, last = (
        persian.fold(" ".join(name[:LONGEST_NAME].split())) for name in (filled.first_name, filled.last_name)
    )
    if not (first and last):
        if known is None:
            raise FieldMissing(field="نام و نام خانوادگی")
        first, last = known.first_name, known.last_name
    return Booking(
        visitor=_visitor(id_, first, last, mobile, known.gender if known else ""),
        hid=read_hid(filled.hid) if filled.hid.strip() else "",
        type=int(AppointmentType(filled.type)) if filled.type in AT_DESK else None,
        deposit=max(0, min(filled.deposit or 0, MOST_RIAL)),
    )


def _visitor(id_: PersonId, first: str, last: str, mobile: str, gender: str) -> Visitor:
    return Visitor(person=id_.key, first_name=first, last_name=last, mobile=mobile, gender=gender)


async def _draw(call: Call, form: Filled | None) -> Response:
    centre = await centre_of(call)
    found = await centre.db.read(_read, slot_of(call), centre.id)
    if form is None and found["slot"].status != Status.FREE:
        return see_other(call, f"/desk/slot/{found['slot'].id}")
    if form is None:
        paid = AppointmentType.DEPOSIT if found["rules"].deposit else ""
        form = Filled({"kind": PersonIdType.NATIONAL_CODE, "type": paid, "deposit": found["rules"].deposit or ""})
    referral = found["slot"].quota == Quota.REFERRAL
    return draw(
        call, centre, "book.html", form=form, types=AT_DESK, kinds=list(PersonIdType), referral=referral, **found
    )


def _read(tx: Tx, slot_id: str, facility: str) -> dict[str, Any]:
    seen = own(tx, slot_id, facility)
    return {"agenda": seen.agenda, "slot": seen.slot, "rules": rules.of(tx, facility)}
