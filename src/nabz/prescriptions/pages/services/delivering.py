"""Delivering drugs: what is left, what it would cost, what should be known, and then the deed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nabz.kit.errors import Problem
from nabz.kit.http.call import pairs_of
from nabz.kit.ids import new_id
from nabz.prescriptions.errors.dispensing import NotEquivalent, OneTimeCodeWrong, PriceWrong
from nabz.prescriptions.errors.writing import MobileWrong
from nabz.prescriptions.model import CentreKind, Prescription
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.model.dispensing import Warned
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.services import sheet
from nabz.prescriptions.pages.services.electronic import entitled, of_patient
from nabz.prescriptions.pages.services.frame import (
    PHARMACY,
    CounterWords,
    Place,
    Served,
    address,
    back,
    draw,
    first_wrong,
    must_serve,
    named,
    note_look,
    place_of,
    refused,
    sentence,
    today,
    told,
)
from nabz.prescriptions.service import catalogue
from nabz.prescriptions.service.dispensing import checking, delivering, returning, two_step
from nabz.prescriptions.service.dispensing.dispensary import Dispensary
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model.catalogue import Key, Service

CODE_WRONG: Final = (
    "کد نادرست است یا زمان آن گذشته است؛ دوباره بنویسید یا کد دیگری بفرستید.",
    "Wrong, or it has run out: type it again, or send another.",
)
NO_NUMBER: Final = "تنها عدد بنویسید.", "Write a whole number."
DELIVER: Final = "/services/deliver/{id}"


class Scene:
    """A prescription at the counter: whose it is, what is left of it, and what was typed."""

    def __init__(self, place: Place, served: Served, one: Prescription, lines: list[sheet.Line], sealed: str) -> None:
        self.place = place
        self.served = served
        self.one = one
        self.lines = lines
        self.sealed = sealed

    @property
    def path(self) -> str:
        """The address of this page."""
        return address(f"/services/deliver/{self.one.id}", p=self.sealed)

    @property
    def shelf(self) -> dict[Key, Service]:
        """What the catalogue says of the drugs and of those in their place."""
        found = (each for line in self.lines for each in (line.service, *line.others) if each is not None)
        return {each.key: each for each in found}

    @property
    def names(self) -> dict[str, str]:
        """The names of the drugs, by their codes."""
        return {service.code: service.name for service in self.shelf.values()}

    def name_of(self, drug: str, fallback: str) -> str:
        """Find the field that a problem about a drug stands beside."""
        for line in self.lines:
            if drug in {line.item.code, *(each.code for each in line.others)}:
                return f"quantity_{line.item.id}"
        return fallback

    def warned(self, words: CounterWords, warning: Warned) -> str:
        """Write a warning, with the names of its drugs in the place of their codes."""
        here = {code: name for code, name in self.names.items() if code in {warning.drug, warning.other}}
        return named(words.text(sentence(warning.fa), warning.en), here)


def routes() -> Pages:
    """The sheet of a delivery and its deeds."""
    pages = Pages("prescriptions")

    @pages.get(DELIVER, summary="The sheet of a delivery", roles=PHARMACY)
    async def blank(call: Call) -> Response:
        scene = await _scene(call, call.request.query_params.get("p", ""))
        await note_look(call, scene.place, scene.served.patient)
        return await _draw(call, scene, sheet.blank(scene.lines, scene.one.mobile, new_id()))

    @pages.post(f"{DELIVER}/check", summary="What a delivery would come to, and what should be known", roles=PHARMACY)
    async def check(call: Call) -> Response:
        sent = dict(pairs_of(await call.bytes()))
        scene = await _scene(call, sent.get("p", ""))
        typed = sheet.read(sent, scene.lines, scene.place.id, scene.one)
        if (unread := _unread(call, sent, typed)).errors:
            return await _draw(call, scene, unread)
        at = Dispensary.of(call.deps, scene.place.db)
        checked = await checking.check(at, typed.request, scene.place.caller, call.now)
        return await _draw(call, scene, _mistaken(call, scene, sent, checked.problems), checked)

    @pages.post(DELIVER, summary="Deliver", roles=PHARMACY)
    async def deliver(call: Call) -> Response:
        return await _deed(call, delivering.deliver, "تحویل ثبت شد.", "The delivery was registered.")

    @pages.post(f"{DELIVER}/aside", summary="Set drugs aside until the patient confirms", roles=PHARMACY)
    async def set_aside(call: Call) -> Response:
        fa, en = "دارو کنار گذاشته شد و کد تأیید به همراه بیمار پیامک می‌شود.", "Set aside; the patient gets a code."
        return await _deed(call, two_step.set_aside, fa, en)

    @pages.post(f"{DELIVER}/return", summary="Return a prescription to its physician", roles=PHARMACY)
    async def return_(call: Call) -> Response:
        sent = dict(pairs_of(await call.bytes()))
        scene = await _scene(call, sent.get("p", ""))
        at = Dispensary.of(call.deps, scene.place.db)
        try:
            await returning.return_(
                at, scene.place.id, scene.one.id, sent.get("reason", ""), scene.place.caller, call.now
            )
        except Problem as problem:
            return refused(call, scene.path, problem)
        path = address("/services/electronic", p=scene.sealed)
        return back(call, path, "نسخه به پزشک بازگشت.", "The prescription went back to its physician.")

    return pages


async def _scene(call: Call, sealed: str) -> Scene:
    """Find what stands at the counter. Raises NotEnrolled, NotThere."""
    place = await place_of(call, CentreKind.PHARMACY)
    served = must_serve(call, sealed)
    one, lines = await place.db.read(_read, number_of(call.path["id"]), served, today(call))
    return Scene(place, served, one, lines, sealed)


def _read(tx: Tx, id_: int, served: Served, day: str) -> tuple[Prescription, list[sheet.Line]]:
    one = of_patient(tx, id_, served)
    codes = list(dict.fromkeys(item.code for item in one.items if item.type == sheet.DRUG and item.remaining))
    shelf = catalogue.many(tx, [(sheet.DRUG, code) for code in codes], day)
    others = {code: catalogue.equivalents(tx, code, day) for code in codes}
    return one, sheet.lines_of(one, shelf, others)


async def _deed(call: Call, use_case: Any, fa: str, en: str) -> Response:  # noqa: ANN401 - deliver or set aside
    sent = dict(pairs_of(await call.bytes()))
    scene = await _scene(call, sent.get("p", ""))
    typed = sheet.read(sent, scene.lines, scene.place.id, scene.one)
    if (unread := _unread(call, sent, typed)).errors:
        return await _draw(call, scene, unread)
    at = Dispensary.of(call.deps, scene.place.db)
    try:
        made = await use_case(at, typed.request, scene.place.caller, call.now, sent.get("key", "")[:64])
    except OneTimeCodeWrong as problem:
        return await _draw(
            call, scene, Filled(sent, {"once": say(call, *CODE_WRONG)}), _at_the_code(scene, typed, problem)
        )
    except Problem as problem:
        return await _draw(call, scene, _mistaken(call, scene, sent, (problem,)))
    return back(call, f"/services/delivery/{made.delivery.id}", fa, en)


def _at_the_code(scene: Scene, typed: sheet.Typed, problem: OneTimeCodeWrong) -> checking.Checked:
    """Stay at the step that asks for the code, and send no other: the last one is still good."""
    lines = rules.lines_of(scene.one, typed.request, scene.shelf)
    return checking.Checked(scene.one, lines, (), (), (problem.drug,))


def _unread(call: Call, sent: dict[str, str], typed: sheet.Typed) -> Filled:
    errors = dict.fromkeys(typed.unread, say(call, *NO_NUMBER))
    if sheet.is_no_mobile(typed.request.mobile):
        errors["mobile"] = told(call, MobileWrong())
    return Filled(sent, errors)


def _mistaken(call: Call, scene: Scene, sent: dict[str, str], problems: tuple[Problem, ...]) -> Filled:
    """Show what is wrong, each beside the drug that it is about."""
    errors: dict[str, str] = {}
    for problem in problems:
        drug = str(problem.facts.get("drug", ""))
        name = scene.name_of(drug, "lines") if drug else "lines"
        if "one-time-code" in problem.code:
            name = "once"
        elif "mobile" in problem.code:
            name = "mobile"
        elif name != "lines":
            name = name.replace("quantity", _field_of(problem))
        text = told(call, problem, scene.names)
        errors[name] = f"{errors[name]} {text}" if name in errors else text
    return Filled(sent, errors)


def _field_of(problem: Problem) -> str:
    """Tell which field of a line a problem is about."""
    if isinstance(problem, PriceWrong):
        return "price"
    if isinstance(problem, NotEquivalent):
        return "code"
    return "barcodes" if "barcode" in problem.code else "quantity"


async def _draw(call: Call, scene: Scene, form: Filled, checked: checking.Checked | None = None) -> Response:
    return draw(
        call,
        scene.place,
        "deliver.html",
        UNPROCESSABLE if form.errors else 200,
        scene=scene,
        form=form,
        checked=checked if form.errors.keys() <= {"once"} else None,
        focus=first_wrong(form, sheet.fields_of(scene.lines)),
        entitled=await entitled(call, scene.place, scene.served),
        needs_code=any(line.service is not None and line.service.controlled for line in scene.lines),
        untouched=not any(item.delivered for item in scene.one.items),
        day=today(call),
    )
