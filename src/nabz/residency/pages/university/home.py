"""The first page: what is open and how long still, where the declarations stand, and what waits for the university."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nabz.residency.model import CodeKind, Filter, Standing
from nabz.residency.pages.frame import UNIVERSITY, db_of, this_year, universities, university_of
from nabz.residency.pages.university.deadlines import lines
from nabz.residency.pages.university.frame import HOME, Word, draw, words_of, year_of, years_of
from nabz.residency.service import codes, declarations, residents, results, years
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

SHOWN = 5


class Asked(msgspec.Struct, frozen=True):
    """Of which year."""

    year: Word = ""


def routes() -> Pages:
    """This page."""
    pages = Pages("residency")

    @pages.get(HOME, summary="A university's first page", roles=UNIVERSITY)
    async def home(call: Call) -> Response:
        caller = await university_of(call)
        year = year_of(call, call.query(Asked).year)
        found = await db_of(call).read(_read, caller.university, year)
        deadlines = lines(found["times"], words_of(call), call.now)
        published = found["times"].published(call.now)
        all_years = sorted({*found["years"], this_year(call)}, reverse=True)
        names = await universities(call)
        values = {**found, "years": all_years, "deadlines": deadlines, "published": published}
        return draw(call, "home.html", name=names[caller.university], year=year, **values)

    return pages


def _read(tx: Tx, university: str, year: int) -> dict[str, Any]:
    mine = Filter(university=university)
    waiting = msgspec.structs.replace(mine, standing=Standing.TO_CORRECT)
    return {
        "times": years.get(tx, year),
        "years": years_of(tx, year),
        "counts": declarations.count(tx, year, mine),
        "results": results.count(tx, year, mine),
        "to_correct": declarations.search(tx, year, waiting, SHOWN),
        "undeclared": residents.count_undeclared(tx, university, year),
        "courses": codes.names(tx, CodeKind.COURSE),
    }
