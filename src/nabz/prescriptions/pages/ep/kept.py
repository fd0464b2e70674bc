"""What a physician keeps: favourites and templates, to be looked through and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nabz.prescriptions.pages.ep.frame import PhysicianPages
from nabz.prescriptions.pages.ep.sheet import TYPES_OF
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.ep.writing import WRITERS
from nabz.prescriptions.pages.frame import db_of, doctor_of, draw
from nabz.prescriptions.service import favourites
from nabz.web.pages import Pages
from nabz.web.render import say as say_text
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken away: a favourite by its type and code, or a template."""

    type: str = ""
    code: str = ""
    template: str = ""


def routes() -> Pages:
    """The page, and taking away."""
    pages = PhysicianPages("prescriptions")

    @pages.get("/ep/favourites", summary="A physician's favourites and templates", roles=WRITERS)
    async def listed(call: Call) -> Response:
        doctor = await doctor_of(call)
        return draw(call, "ep/favourites.html", say=EpWords(call), **await db_of(call).read(_kept, doctor.id))

    @pages.post("/ep/favourites", summary="Take a favourite or a template away", roles=WRITERS)
    async def drop(call: Call) -> Response:
        doctor, form = await doctor_of(call), await call.form(Dropped)
        if form.template:
            await db_of(call).write(favourites.drop, doctor.id, form.template)
        else:
            await db_of(call).write(favourites.unmark, doctor.id, form.type, form.code)
        return see_other(call, "/ep/favourites", said=("good", say_text(call, "برداشته شد.", "Taken away.")))

    return pages


def _kept(tx: Tx, doctor: str) -> dict[str, Any]:
    templates = [one for kind in TYPES_OF for one in favourites.templates(tx, doctor, int(kind))]
    return {"usual": favourites.listed(tx, doctor), "templates": templates}
