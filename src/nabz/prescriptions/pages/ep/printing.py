"""The paper of a prescription: A5, as a page to print and as PDF."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

from nabz.prescriptions.errors.printing import NoPdf
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.ep.writing import WRITERS, own
from nabz.prescriptions.pages.frame import doctor_of, draw
from nabz.prescriptions.print import prescription as paper
from nabz.web.pages import Pages
from nabz.web.render import say as say_text
from nabz.web.render import see_other

if TYPE_CHECKING:
    from nabz.kit.http import Call


def routes() -> Pages:
    """Both papers."""
    pages = Pages("prescriptions")

    @pages.get("/ep/prescriptions/{id}/print", summary="A prescription to print", roles=WRITERS)
    async def page(call: Call) -> Response:
        one = await own(call, await doctor_of(call))
        return draw(call, "print/prescription.html", say=EpWords(call), one=one, picture=paper.square_code(one))

    @pages.get("/ep/prescriptions/{id}/pdf", summary="A prescription as PDF", roles=WRITERS)
    async def pdf(call: Call) -> Response:
        one = await own(call, await doctor_of(call))
        html = draw(call, "print/prescription.html", say=EpWords(call), one=one, picture=paper.square_code(one))
        try:
            made = await asyncio.to_thread(paper.pdf, bytes(html.body).decode())
        except NoPdf as problem:
            said = say_text(call, problem.text_fa, problem.text_en)
            return see_other(call, f"/ep/prescriptions/{one.id}/print", said=("warn", said))
        name = f'inline; filename="prescription-{one.tracking}.pdf"'
        return Response(made, media_type="application/pdf", headers={"content-disposition": name})

    return pages
