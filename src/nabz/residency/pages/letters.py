"""The letter about a result: as PDF or as a page to print, and the page by which anybody confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from nabz.access.model import PRODUCTION
from nabz.kit import jalali
from nabz.residency.errors import DeclarationNotFound
from nabz.residency.model.years import read_year
from nabz.residency.pages.frame import Words, draw
from nabz.residency.pages.me.frame import public
from nabz.residency.print import letter as paper
from nabz.residency.service import letters
from nabz.web.pages import Pages
from nabz.web.paper import NoPdf
from nabz.web.render import render, say

if TYPE_CHECKING:
    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.residency.model.letters import Letter

NOT_FOUND: Final = 404


async def answer(call: Call, db: Database, resident_id: str, year: str | int, back: str) -> Response:
    """Give the letter of a resident; whose it is, was asked before. Raises DeclarationNotFound."""
    number = read_year(str(year))
    if number is None:
        raise DeclarationNotFound
    one = await db.read(letters.of, call.deps.keys, resident_id, number, call.now)
    trial = db.data_set != PRODUCTION
    page = _page(call, one, back, trial=trial)
    if "page" in call.request.query_params:
        return page
    try:
        made = await paper.Press.of(call.deps).pdf(str(one.number), bytes(page.body), call.now)
    except NoPdf as problem:
        return _page(call, one, back, trial=trial, notice=say(call, problem.text_fa, problem.text_en))
    headers = {"content-disposition": f'inline; filename="result-{one.number}.pdf"', "cache-control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


def _page(call: Call, one: Letter, back: str, *, trial: bool, notice: str = "") -> Response:
    address = paper.address_of(call.deps.settings.base_url, str(one.number))
    return render(
        call,
        "residency/letter/letter.html",
        w=Words("fa", call.now),  # an official letter is Persian, whoever prints it
        letter=one,
        day=jalali.tehran(one.at).date(),
        address=address,
        picture=paper.square_code(address),
        trial=trial,
        back=back,
        notice=notice,
    )


def routes() -> Pages:
    """The page that confirms letters."""
    pages = Pages("residency")

    @pages.get(paper.CONFIRMING, summary="Ask for the number of a letter, and confirm it")
    async def ask(call: Call) -> Response:
        typed = call.request.query_params.get("number", "")
        return await _confirmation(call, typed[:80])

    @pages.get(paper.CONFIRMING + "/{number}", summary="Confirm a letter")
    async def confirm(call: Call) -> Response:
        return await _confirmation(call, call.path["number"][:80])

    return pages


async def _confirmation(call: Call, typed: str) -> Response:
    found = await public(call).read(letters.confirm, call.deps.keys, typed, call.now) if typed else None
    status = NOT_FOUND if typed and found is None else 200
    return draw(call, "letter/confirm.html", status=status, typed=typed, found=found)
