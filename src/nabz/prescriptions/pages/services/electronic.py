"""Whom the centre serves, and what he may be given: the guide's list of active prescriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.notify.errors import CodeTooSoon
from nabz.prescriptions.errors.paraclinic import NoMobileKnown, OwnedCodeWrong
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.errors.writing import PatientWrong
from nabz.prescriptions.model import ANONYMOUS
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.services.frame import (
    CENTRES,
    Place,
    Served,
    address,
    back,
    draw,
    must_serve,
    note_look,
    place_of,
    refused,
    seal,
    today,
    unseal,
)
from nabz.prescriptions.service import entitlement, owned, reading
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Prescription

LIST: Final = "/services/electronic"
TRACKING_DIGITS: Final = 12


class Identified(msgspec.Struct, frozen=True, kw_only=True):
    """The form at the top: who stands there, and perhaps which prescription."""

    code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    tracking: Annotated[str, msgspec.Meta(max_length=20)] = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who is served, sealed, and what of his is asked for."""

    p: Annotated[str, msgspec.Meta(max_length=600)] = ""
    tracking: Annotated[str, msgspec.Meta(max_length=20)] = ""
    asked: bool = False


class OwnedCode(msgspec.Struct, frozen=True, kw_only=True):
    """The code that the patient has told."""

    p: Annotated[str, msgspec.Meta(max_length=600)] = ""
    code: Annotated[str, msgspec.Meta(max_length=20)] = ""


FORM: Final = Form(Identified, problems={PatientWrong: "code", NotThere: "tracking"})


class Active(msgspec.Struct, frozen=True):
    """A line of the list: the prescription, and whether an owned centre wrote it."""

    one: Prescription
    owned: bool


def routes() -> Pages:
    """The list and the way to what owned centres wrote."""
    pages = Pages("prescriptions")

    @pages.get(LIST, summary="A patient's active prescriptions", roles=CENTRES)
    async def active(call: Call) -> Response:
        place = await place_of(call)
        asked = call.query(Asked)
        served = unseal(call, asked.p)
        return await _list(call, place, served, asked) if served else await _blank(call, BLANK)

    @pages.post(LIST, summary="Identify the patient", roles=CENTRES)
    async def identify(call: Call) -> Response:
        place = await place_of(call)
        try:
            form = await FORM.read(call)
            served = await served_by(call, form.code)
            tracking = str(number_of(form.tracking)) if form.tracking.strip() else ""
        except (PatientWrong, NotThere) as problem:
            return await FORM.again(call, problem, _blank)
        await note_look(call, place, served.patient)
        return see_other(call, address(LIST, p=seal(call, served), tracking=tracking))

    @pages.post(f"{LIST}/owned/send", summary="Send the patient a code for owned centres' prescriptions", roles=CENTRES)
    async def send(call: Call) -> Response:
        place = await place_of(call)
        form = await call.form(OwnedCode)
        served = must_serve(call, form.p)
        path = address(LIST, p=form.p, asked="1")
        try:
            mobile = await owned.ask_code(place.db, call.deps.keys, served.code, place.caller.seed, call.now)
        except (NoMobileKnown, CodeTooSoon) as problem:
            return refused(call, path if isinstance(problem, CodeTooSoon) else address(LIST, p=form.p), problem)
        return back(
            call,
            path,
            f"کد به همراه بیمار (پایان‌یافته به {mobile}) پیامک شد.",
            f"The code was sent to the patient's mobile that ends with {mobile}.",
        )

    @pages.post(f"{LIST}/owned", summary="Show owned centres' prescriptions by the patient's code", roles=CENTRES)
    async def show_owned(call: Call) -> Response:
        place = await place_of(call)
        form = await call.form(OwnedCode)
        served = must_serve(call, form.p)
        try:
            found = await owned.list_with_code(
                place.db, call.deps.keys, served.code, form.code, place.centre.types, place.caller, call.now
            )
        except OwnedCodeWrong as problem:
            return refused(call, address(LIST, p=form.p, asked="1"), problem)
        path = address(LIST, p=seal(call, msgspec.structs.replace(served, owned=True)))
        if not found:
            fa, en = "نسخهٔ فعالی از مراکز ملکی برای این بیمار نیست.", "No active prescription of owned centres."
            return back(call, path, fa, en, "info")
        return back(call, path, "نسخه‌های مراکز ملکی به فهرست افزوده شد.", "Owned centres' prescriptions were added.")

    return pages


async def served_by(call: Call, code: str) -> Served:
    """Read whom the centre serves. Raises PatientWrong."""
    key = entitlement.person_key(code)
    if key == ANONYMOUS:
        raise PatientWrong
    return Served(key, call.me.user_id)


async def entitled(call: Call, place: Place, served: Served) -> entitlement.Entitlement:
    """Tell who is served, and whether the insurer pays."""
    return await entitlement.of(place.db, served.code, call.now, entitlement.Outside.of(call.deps))


def of_patient(tx: Tx, id_: int, served: Served) -> Prescription:
    """Read a prescription of the one who is served; any other is as if it did not exist. Raises NotThere."""
    one = reading.by_id(tx, id_)
    named = served.prescription in {0, one.id} and (served.prescription or served.patient != ANONYMOUS)
    if one.patient != served.patient or not named or not (served.owned or owned.hide(tx, [one])):
        raise NotThere
    return one


async def _blank(call: Call, form: Filled) -> Response:
    return draw(call, await place_of(call), "identify.html", UNPROCESSABLE if form.errors else 200, form=form)


async def _list(call: Call, place: Place, served: Served, asked: Asked) -> Response:
    found = await place.db.read(_active, place, served, today(call))
    if asked.tracking:
        found = [each for each in found if str(each.one.tracking) == asked.tracking]
    return draw(
        call,
        place,
        "active.html",
        served=served,
        asked=asked,
        entitled=await entitled(call, place, served),
        found=found,
        deliver="/services/deliver" if place.is_pharmacy else "/services/accept",
    )


def _active(tx: Tx, place: Place, served: Served, day: str) -> list[Active]:
    """List what the centre may give, the latest visit first."""
    found = reading.active(tx, served.patient, day, place.centre.types)
    open_ = {one.id for one in owned.hide(tx, found)}
    shown = [Active(one, one.id not in open_) for one in found if served.owned or one.id in open_]
    return sorted(shown, key=lambda each: (each.one.day, each.one.id), reverse=True)
