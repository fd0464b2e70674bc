"""The paper of a prescription: A5, as a page to print and as PDF."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

from nabz.prescriptions.model import ANONYMOUS
from nabz.prescriptions.pages.ep.frame import PhysicianPages
from nabz.prescriptions.pages.ep.view import catalogue_of
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.ep.writing import WRITERS, own
from nabz.prescriptions.pages.frame import db_of, doctor_of, draw
from nabz.prescriptions.print import prescription as paper
from nabz.prescriptions.service import entitlement
from nabz.web import paper as press
from nabz.web.pages import Pages
from nabz.web.paper import NoPdf
from nabz.web.render import say as say_text
from nabz.web.render import see_other

if TYPE_CHECKING:
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Prescription


def routes() -> Pages:
    """Both papers."""
    pages = PhysicianPages("prescriptions")

    @pages.get("/ep/prescriptions/{id}/print", summary="A prescription to print", roles=WRITERS)
    async def page(call: Call) -> Response:
        return await _paper(call, await own(call, await doctor_of(call)))

    @pages.get("/ep/prescriptions/{id}/pdf", summary="A prescription as PDF", roles=WRITERS)
    async def pdf(call: Call) -> Response:
        one = await own(call, await doctor_of(call))
        html = await _paper(call, one)
        try:
            made = await asyncio.to_thread(press.pdf, bytes(html.body).decode())
        except NoPdf as problem:
            said = say_text(call, problem.text_fa, problem.text_en)
            return see_other(call, f"/ep/prescriptions/{one.id}/print", said=("warn", said))
        name = f'inline; filename="prescription-{one.tracking}.pdf"'
        return Response(made, media_type="application/pdf", headers={"content-disposition": name})

    return pages


async def _paper(call: Call, one: Prescription) -> Response:
    """Draw the paper, with what the registries say of the patient and the drugs' names in Persian."""
    say = EpWords(call)
    entitled = None
    if one.patient != ANONYMOUS:
        entitled = await entitlement.of(db_of(call), one.patient_code, call.now, entitlement.Outside.of(call.deps))
    found = await catalogue_of(call).many(
        db_of(call), [(item.type, item.code) for item in one.items], one.day, call.now
    )
    names = {item.id: service.name_fa for item in one.items if (service := found.get((item.type, item.code)))}
    person = entitled.person if entitled else None
    about = say.age_and_sex(person.birth, person.gender, one.day) if person else ""
    picture = paper.square_code(one)
    return draw(call, "print/prescription.html", say=say, one=one, picture=picture, names=names, about=about)
