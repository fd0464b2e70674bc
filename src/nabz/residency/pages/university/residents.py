"""The list of a university's residents, by pages, with a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nabz.residency.model import CodeKind, Filter
from nabz.residency.model.years import read_year
from nabz.residency.pages.frame import UNIVERSITY, address, db_of, university_of
from nabz.residency.pages.university.frame import EXPORT, PAGE, RESIDENTS, Word, draw, options, words_in, words_of
from nabz.residency.service import codes, residents
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call


class Sought(msgspec.Struct, frozen=True):
    """The search form of the list."""

    q: Word = ""
    course: Word = ""
    undeclared: Word = ""
    after: Word = ""


def routes() -> Pages:
    """This page."""
    pages = Pages("residency")

    @pages.get(RESIDENTS, summary="A university's residents", roles=UNIVERSITY)
    async def listed(call: Call) -> Response:
        caller, sought = await university_of(call), call.query(Sought)
        undeclared = read_year(sought.undeclared)
        wanted = Filter(
            university=caller.university, course=sought.course, words=words_in(sought.q), undeclared=undeclared
        )
        found = await db_of(call).read(_search, wanted, sought.after)
        rows, told = found["rows"], {"q": sought.q, "course": sought.course, "undeclared": undeclared or ""}
        more = address(RESIDENTS, **told, after=residents.mark(rows[PAGE - 1])) if len(rows) > PAGE else ""
        return draw(
            call,
            "residents.html",
            form=Filled(told),
            rows=rows[:PAGE],
            more=more,
            first=address(RESIDENTS, **told) if sought.after else "",
            undeclared=undeclared,
            sought=any(told.values()),
            export=address(EXPORT, what="residents", format="xlsx", **told),
            courses=found["courses"],
            course_options=options(found["codes"], words_of(call), sought.course),
            statuses=dict(options(found["statuses"], words_of(call), "")),
        )

    return pages


def _search(tx: Tx, wanted: Filter, after: str) -> dict[str, Any]:
    return {
        "rows": residents.search(tx, wanted, PAGE + 1, after),
        "codes": codes.all_of(tx, CodeKind.COURSE),
        "courses": codes.names(tx, CodeKind.COURSE),
        "statuses": codes.all_of(tx, CodeKind.STATUS),
    }
