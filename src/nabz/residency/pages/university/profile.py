"""A resident's page: his facts, his picture, his declarations with what the ministry said, and his history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.access.service import clients
from nabz.residency.model import CodeKind
from nabz.residency.pages import histories
from nabz.residency.pages.frame import UNIVERSITY, db_of, this_year, university_of
from nabz.residency.pages.university.frame import RESIDENTS, draw, options, resident_of, words_of
from nabz.residency.service import codes, declarations, residents, results, years
from nabz.web.forms import BLANK, Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Caller


def routes() -> Pages:
    """This page."""
    pages = Pages("residency")

    @pages.get(f"{RESIDENTS}/{{number}}", summary="A resident with his declarations and history", roles=UNIVERSITY)
    async def show(call: Call) -> Response:
        caller = await university_of(call)
        return await profile(call, caller)

    return pages


async def profile(call: Call, caller: Caller, form: Filled = BLANK, status: int = 200) -> Response:
    """Draw a resident's page; `form` says what is wrong with a picture that was sent."""
    found = await db_of(call).read(_read, caller.university, call.path["number"], call.now)
    names = await call.db.read(clients.names_of, sorted({each.who for each in found["changes"]}))
    words, one = words_of(call), found["one"]
    return draw(
        call,
        "profile.html",
        status,
        form=form,
        one=one,
        year=this_year(call),
        courses=found["courses"],
        standing=dict(options(found["statuses"], words, str(one.status)))[str(one.status)],
        declared=found["declared"],
        published=found["published"],
        history=histories.lines(found["changes"], names, words, found["published"]),
    )


def _read(tx: Tx, university: str, student_number: str, now: datetime) -> dict[str, Any]:
    one = resident_of(tx, university, student_number)
    declared = declarations.of_resident(tx, one.id)
    published = years.published_ones(tx, now)
    return {
        "one": one,
        "declared": [results.shown(each, published=each.year in published) for each in declared],
        "published": published,
        "changes": residents.history(tx, one.id),
        "statuses": codes.all_of(tx, CodeKind.STATUS),
        "courses": codes.names(tx, CodeKind.COURSE),
    }
