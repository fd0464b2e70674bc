"""One delivery: its receipt to print, taking it back, and the second step where the patient confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import segno

from nabz.kit.errors import Problem
from nabz.notify.errors import CodeTooSoon
from nabz.prescriptions.errors.dispensing import ConfirmationWrong, NoMobile
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import DeliveryState
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.services.frame import (
    CENTRES,
    PHARMACY,
    Place,
    back,
    draw,
    place_of,
    refused,
)
from nabz.prescriptions.service import deliveries, paraclinic, reading, results
from nabz.prescriptions.service.dispensing import taking_back, two_step
from nabz.prescriptions.service.dispensing.dispensary import Dispensary
from nabz.web.forms import local_path
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

RECEIPT: Final = "/services/delivery/{id}"
PHYSIO: Final = "13"
UNDONE: Final = frozenset({DeliveryState.PENDING, DeliveryState.REGISTERED})
"""What may be taken back."""


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """The patient's code for what was set aside."""

    code: Annotated[str, msgspec.Meta(max_length=20)] = ""


class Undoing(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go on after a delivery was taken back."""

    back: Annotated[str, msgspec.Meta(max_length=300)] = ""


def routes() -> Pages:
    """The receipt and its deeds."""
    pages = Pages("prescriptions")

    @pages.get(RECEIPT, summary="The receipt of a delivery", roles=CENTRES)
    async def receipt(call: Call) -> Response:
        place = await place_of(call)
        found = await place.db.read(_read, place, number_of(call.path["id"]))
        return draw(call, place, "receipt.html", undone=UNDONE, picture=_picture(call), physio=PHYSIO, **found)

    @pages.post(f"{RECEIPT}/take-back", summary="Take a delivery back", roles=CENTRES)
    async def take_back(call: Call) -> Response:
        place = await place_of(call)
        form = await call.form(Undoing)
        id_ = number_of(call.path["id"])
        path = local_path(form.back, f"/services/delivery/{id_}")
        try:
            await _take_back(call, place, id_)
        except NotThere:
            raise
        except Problem as problem:
            return refused(call, path, problem)
        return back(call, path, "تحویل حذف شد و اقلام آن آزاد است.", "The delivery was taken back.")

    @pages.post(f"{RECEIPT}/confirm", summary="Register what was set aside", roles=PHARMACY)
    async def confirm(call: Call) -> Response:
        place = await place_of(call)
        form = await call.form(Code)
        id_ = number_of(call.path["id"])
        at = Dispensary.of(call.deps, place.db)
        path = f"/services/delivery/{id_}"
        try:
            await two_step.confirm(at, place.id, id_, form.code, place.caller, call.now)
        except ConfirmationWrong as problem:
            return refused(call, path, problem)
        return back(call, path, "بیمار تأیید کرد و تحویل ثبت شد.", "Confirmed, and registered.")

    @pages.post(f"{RECEIPT}/again", summary="Send the patient another code", roles=PHARMACY)
    async def again(call: Call) -> Response:
        place = await place_of(call)
        id_ = number_of(call.path["id"])
        at = Dispensary.of(call.deps, place.db)
        path = f"/services/delivery/{id_}"
        try:
            await two_step.send_again(at, place.id, id_, place.caller, call.now)
        except (CodeTooSoon, NoMobile) as problem:
            return refused(call, path, problem)
        return back(call, path, "کد دوباره پیامک شد.", "The code was sent again.")

    return pages


def own(tx: Tx, place: Place, id_: int) -> Any:  # noqa: ANN401 - a delivery
    """Read a delivery of this centre. Raises NotThere."""
    found = deliveries.by_id(tx, id_)
    if found.centre != place.id:
        raise NotThere
    return found


def _read(tx: Tx, place: Place, id_: int) -> dict[str, Any]:
    delivery = own(tx, place, id_)
    found = [] if place.is_pharmacy else results.of_delivery(tx, delivery.id)
    one = reading.by_id(tx, delivery.prescription)
    return {"delivery": delivery, "one": one, "results": found, "written": {item.id: item for item in one.items}}


async def _take_back(call: Call, place: Place, id_: int) -> None:
    await place.db.read(own, place, id_)
    if place.is_pharmacy:
        at = Dispensary.of(call.deps, place.db)
        await taking_back.take_back(at, place.id, id_, place.caller, call.now)
    else:
        await paraclinic.take_back(place.db, place.id, id_, place.caller, call.now)


def _picture(call: Call) -> str:
    """Draw the address of this receipt as a square code, by which it is found again from paper."""
    path = f"{call.deps.settings.base_url.rstrip('/')}{call.scope['path']}"
    return segno.make(path, error="m", micro=False).svg_data_uri(scale=4, border=2, light="white")
