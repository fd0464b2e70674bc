"""Asking the insurer to put something right, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit.errors import Problem
from nabz.kit.ids import new_id
from nabz.portal.pages.me.frame import Me, draw, known
from nabz.portal.pages.me.records import own
from nabz.portal.service import record
from nabz.prescriptions.errors.insurer import (
    CorrectionEmpty,
    CorrectionMeanwhile,
    CorrectionsTooMany,
    CorrectionTooLong,
)
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model.corrections import LONGEST, MOST_A_DAY, Correction
from nabz.prescriptions.service import corrections, deliveries
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PATH: Final = "/me/corrections"
ONCE: Final = "portal.me.correction"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What it is about."""

    prescription: int = 0
    delivery: int = 0


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """The form; `once` is its own number, sealed, so that a form sent twice is one request."""

    prescription: int
    delivery: int = 0
    once: Annotated[str, msgspec.Meta(max_length=600)] = ""
    text: Annotated[str, msgspec.Meta(max_length=4 * LONGEST)] = ""


FORM: Final = Form(
    Asking,
    problems={
        CorrectionEmpty: "text",
        CorrectionTooLong: "text",
        CorrectionsTooMany: "text",
        CorrectionMeanwhile: "text",
    },
)


def routes() -> Pages:
    """These pages."""
    pages = Pages("portal")

    @pages.get(PATH, summary="What I have asked to be put right")
    @known
    async def listed(call: Call, me: Me) -> Response:
        found = await me.db.read(corrections.of_patient, me.whom)
        return draw(call, me, "corrections.html", found=found)

    @pages.get(f"{PATH}/new", summary="The form of a request for correction")
    @known
    async def blank(call: Call, me: Me) -> Response:
        about = call.query(About)
        once = call.deps.keys.seal(ONCE, new_id())
        form = Filled({"prescription": about.prescription, "delivery": about.delivery, "once": once})
        return await _draw(call, me, form)

    @pages.post(f"{PATH}/new", summary="Ask for something to be put right")
    @known
    async def ask(call: Call, me: Me) -> Response:
        try:
            form = await FORM.read(call)
            id_ = call.deps.keys.unseal(ONCE, form.once) or new_id()
            delivery = form.delivery or None
            wish = Correction(
                id=id_, patient=me.whom, prescription=form.prescription, delivery=delivery, text=form.text, at=call.now
            )
            await me.db.write(corrections.ask, wish, me.key, call.now)
        except Problem as problem:
            return await FORM.again(call, problem, lambda call, filled: _draw(call, me, filled))
        text = say(call, "درخواست ثبت شد؛ پاسخ بیمه‌گر همین‌جا می‌آید.", "It is written: the answer comes here.")
        return see_other(call, PATH, said=("good", text))

    return pages


async def _draw(call: Call, me: Me, form: Filled) -> Response:
    found = await me.db.read(_about, me.whom, form)
    status = UNPROCESSABLE if form.errors else 200
    return draw(call, me, "correction.html", status, form=form, most=MOST_A_DAY, **found)


def _about(tx: Tx, key: str, form: Filled) -> dict[str, Any]:
    """Read what it is about; only this person's own. Raises NotThere."""
    prescription, delivery = form.value("prescription"), form.value("delivery")
    one = own(tx, key, int(prescription) if prescription.isdecimal() else 0)
    given = deliveries.by_id(tx, int(delivery)) if delivery.strip("0").isdecimal() else None
    if given is not None and given.prescription != one.id:
        raise NotThere
    names = record.centre_names(tx, [given.centre]) if given else {}
    return {"one": one, "given": given, "centre": names.get(given.centre, given.centre) if given else ""}
