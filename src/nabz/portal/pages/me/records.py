"""My prescriptions with what was delivered of them and what remains; my deliveries with their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import segno

from nabz.portal.pages.me.frame import PATH, Me, draw, known
from nabz.portal.service import record
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import DeliveryState, Prescription
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.service import deliveries, reading, results
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model.results import Result

PAGE: Final = 20


class Sought(msgspec.Struct, frozen=True):
    """Where a page of a list begins."""

    before: int = 0


def routes() -> Pages:
    """These pages."""
    pages = Pages("portal")

    @pages.get("/me/prescriptions/{id}", summary="One of my prescriptions")
    @known
    async def one(call: Call, me: Me) -> Response:
        return draw(call, me, "prescription.html", **await me.db.read(_one, me.whom, _number(call)))

    @pages.get("/me/prescriptions/{id}/print", summary="One of my prescriptions on paper")
    @known
    async def paper(call: Call, me: Me) -> Response:
        found = await me.db.read(own, me.whom, _number(call))
        return draw(call, me, "print.html", one=found, picture=_square_code(found))

    @pages.get("/me/deliveries", summary="What was delivered to me, with its sums")
    @known
    async def given(call: Call, me: Me) -> Response:
        found = await me.db.read(_given, me.whom, call.query(Sought).before)
        return draw(call, me, "deliveries.html", **found)

    return pages


async def show_list(call: Call, me: Me) -> Response:
    """Show my prescriptions, the latest first."""
    before = call.query(Sought).before if "before" in call.request.query_params else 0
    found = await me.db.read(reading.of_patient, me.whom, PAGE + 1, before or None)
    more = f"{PATH}?before={found[PAGE - 1].id}" if len(found) > PAGE else ""
    return draw(call, me, "list.html", found=found[:PAGE], more=more, first=not before)


def own(tx: Tx, key: str, number: int) -> Prescription:
    """Read a prescription of this person's. Raises NotThere."""
    found = reading.by_id(tx, number)
    if found.patient != key:
        raise NotThere
    return found


def _number(call: Call) -> int:
    return number_of(call.path["id"])


def _one(tx: Tx, key: str, number: int) -> dict[str, Any]:
    one = own(tx, key, number)
    given = deliveries.of_prescription(tx, one.id)
    released: dict[int, list[Result]] = {}
    for each in results.of_prescription(tx, one.id):
        released.setdefault(each.delivery, []).append(each)
    names = record.centre_names(tx, (each.centre for each in given))
    return {"one": one, "given": given, "centres": names, "results": released}


def _given(tx: Tx, key: str, before: int) -> dict[str, Any]:
    found = deliveries.of_patient(tx, key, PAGE + 1, before or None)
    shown = found[:PAGE]
    counting = [each for each in shown if each.state in {DeliveryState.REGISTERED, DeliveryState.SENT}]
    return {
        "found": shown,
        "more": f"/me/deliveries?before={shown[-1].id}" if len(found) > PAGE else "",
        "centres": record.centre_names(tx, (each.centre for each in shown)),
        "price": sum(each.price for each in counting),
        "insurer": sum(each.insurer + each.subsidy for each in counting),
        "mine": sum(each.patient_share for each in counting),
    }


def _square_code(one: Prescription) -> str:
    """Draw what a pharmacy's reader types: the patient's code and the tracking code, on two lines."""
    told = f"{one.patient_code}\n{one.tracking}"
    return str(segno.make(told, error="m", micro=False).svg_data_uri(scale=4, border=1, light="white"))
