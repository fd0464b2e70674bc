"""Accepting at a paraclinic centre: what waits by type, what it would cost, and then the deed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.kit.errors import Problem
from nabz.kit.http.call import pairs_of
from nabz.kit.ids import new_id
from nabz.prescriptions.errors.paraclinic import PriceWrong, SeveralRefused
from nabz.prescriptions.errors.writing import MobileWrong
from nabz.prescriptions.model import CentreKind, Delivery
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.services.electronic import entitled, of_patient
from nabz.prescriptions.pages.services.frame import (
    PARACLINIC,
    Place,
    Served,
    address,
    back,
    draw,
    first_wrong,
    must_serve,
    note_look,
    place_of,
    today,
    told,
)
from nabz.prescriptions.pages.services.sheet import is_no_mobile, whole
from nabz.prescriptions.service import paraclinic
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

ACCEPT: Final = "/services/accept/{id}"
NO_NUMBER: Final = "تنها عدد بنویسید.", "Write a whole number."


class Scene(NamedTuple):
    """A prescription at the counter of a paraclinic centre."""

    place: Place
    served: Served
    case: paraclinic.Case
    sealed: str

    @property
    def types(self) -> list[str]:
        """List the types that are asked for: each is accepted by itself."""
        return list(dict.fromkeys(offer.type for offer in self.case.offers if offer.left))

    @property
    def path(self) -> str:
        """The address of this page."""
        return address(f"/services/accept/{self.case.one.id}", p=self.sealed)

    def of_type(self, type_: str) -> list[rules.Offer]:
        """List what is left of a type."""
        return [offer for offer in self.case.offers if offer.type == type_ and offer.left]


class Typed(NamedTuple):
    """What a sheet asks for."""

    asked: paraclinic.Asked
    unread: tuple[str, ...]


def routes() -> Pages:
    """The sheet of an acceptance and its deed."""
    pages = Pages("prescriptions")

    @pages.get(ACCEPT, summary="The sheet of an acceptance", roles=PARACLINIC)
    async def blank(call: Call) -> Response:
        scene = await _scene(call, call.request.query_params.get("p", ""))
        await note_look(call, scene.place, scene.served.patient)
        return await _draw(call, scene, _blank(scene))

    @pages.post(f"{ACCEPT}/check", summary="What an acceptance would come to", roles=PARACLINIC)
    async def check(call: Call) -> Response:
        sent = dict(pairs_of(await call.bytes()))
        scene = await _scene(call, sent.get("p", ""))
        typed = _read(scene, sent)
        if (unread := _unread(call, sent, typed)).errors:
            return await _draw(call, scene, unread)
        try:
            outlook = _outlook(call, scene, typed.asked)
        except Problem as problem:
            return await _draw(call, scene, _mistaken(call, scene, sent, problem))
        return await _draw(call, scene, Filled(sent), outlook)

    @pages.post(ACCEPT, summary="Accept", roles=PARACLINIC)
    async def accept(call: Call) -> Response:
        sent = dict(pairs_of(await call.bytes()))
        scene = await _scene(call, sent.get("p", ""))
        typed = _read(scene, sent)
        if (unread := _unread(call, sent, typed)).errors:
            return await _draw(call, scene, unread)
        ward = paraclinic.Ward.of(call.deps, scene.place.db)
        try:
            key = f"{sent.get('key', '')[:64]}-{typed.asked.type}"
            done = await paraclinic.accept(ward, typed.asked, scene.place.caller, call.now, key)
        except Problem as problem:
            return await _draw(call, scene, _mistaken(call, scene, sent, problem))
        if done.delivery is None:
            raise TypeError("an acceptance made no delivery")
        path = f"/services/delivery/{done.delivery.id}"
        return back(call, path, "پذیرش ثبت شد.", "The acceptance was registered.")

    return pages


async def _scene(call: Call, sealed: str) -> Scene:
    """Find what stands at the counter. Raises NotEnrolled, NotThere, CentreNotActive."""
    place = await place_of(call, CentreKind.PARACLINIC)
    served = must_serve(call, sealed)
    one = await place.db.read(of_patient, number_of(call.path["id"]), served)
    ward = paraclinic.Ward.of(call.deps, place.db)
    case = await paraclinic.case(ward, place.id, one.id, place.caller, call.now)
    return Scene(place, served, case, sealed)


def _blank(scene: Scene) -> Filled:
    values: dict[str, object] = {"key": new_id(), "mobile": scene.case.one.mobile}
    for offer in scene.case.offers:
        values[f"quantity_{offer.code}"] = 0 if offer.problems else min(offer.left, offer.most or offer.left)
        values[f"price_{offer.code}"] = offer.service.price if offer.service else ""
    return Filled(values)


def _read(scene: Scene, sent: dict[str, str]) -> Typed:
    """Read the lines of the type whose button was pressed."""
    wanted, unread = [], []
    type_ = sent.get("type", "")
    for offer in scene.of_type(type_):
        quantity, price = (whole(sent.get(f"{name}_{offer.code}", "")) for name in ("quantity", "price"))
        pairs = (("quantity", quantity), ("price", price))
        unread += [f"{name}_{offer.code}" for name, value in pairs if value is None]
        if quantity:
            k2 = bool(sent.get(f"k2_{offer.code}"))
            tariff = offer.service.price if offer.service else 0
            asked = 0 if k2 and price == tariff else price or 0  # the second tariff takes the place of the first
            wanted.append(rules.Wanted(offer.code, quantity, asked, k2))
    asked_ = paraclinic.Asked(
        centre=scene.place.id,
        prescription=scene.case.one.id,
        lines=tuple(wanted),
        type=type_,
        patient=scene.served.code,
        technician=sent.get("technician", "").strip()[:20],
        mobile=sent.get("mobile", "").strip()[:20],
    )
    return Typed(asked_, tuple(unread))


def _outlook(call: Call, scene: Scene, asked: paraclinic.Asked) -> Delivery:
    """Reckon what an acceptance would be, without a trace. Raises what the rules raise."""
    services = {(offer.type, offer.code): offer.service for offer in scene.case.offers if offer.service is not None}
    around = rules.Scene(services=services, day=today(call), at=call.now)
    wanted = rules.Acceptance(centre=scene.place.centre, lines=asked.lines, type=asked.type)
    return rules.accept(scene.case.one, wanted, around)[1]


def _unread(call: Call, sent: dict[str, str], typed: Typed) -> Filled:
    errors = dict.fromkeys(typed.unread, say(call, *NO_NUMBER))
    if is_no_mobile(typed.asked.mobile):
        errors["mobile"] = told(call, MobileWrong())
    return Filled(sent, errors)


def _mistaken(call: Call, scene: Scene, sent: dict[str, str], problem: Problem) -> Filled:
    """Show what is wrong, each beside the service that it is about."""
    problems = problem.problems if isinstance(problem, SeveralRefused) else [problem]
    errors: dict[str, str] = {}
    names = {offer.code: offer.name for offer in scene.case.offers}
    for each in problems:
        service = str(each.facts.get("service", ""))
        field = "price" if isinstance(each, PriceWrong) else "quantity"
        name = f"{field}_{service}" if service else "technician" if "technician" in each.code else "lines"
        errors[name] = told(call, each, names)
    return Filled(sent, errors)


def _fields_of(scene: Scene) -> list[str]:
    offers = (f"{name}_{offer.code}" for offer in scene.case.offers for name in ("quantity", "price"))
    return [*offers, "technician", "mobile"]


async def _draw(call: Call, scene: Scene, form: Filled, outlook: Delivery | None = None) -> Response:
    return draw(
        call,
        scene.place,
        "accept.html",
        UNPROCESSABLE if form.errors else 200,
        scene=scene,
        one=scene.case.one,
        form=form,
        outlook=outlook,
        focus=first_wrong(form, _fields_of(scene)),
        entitled=await entitled(call, scene.place, scene.served),
        back_path=address("/services/electronic", p=scene.sealed),
    )
