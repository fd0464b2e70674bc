"""The declarations of a year, by pages, with filters and counts; and those that have to be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nabz.residency.model import CodeKind, Filter, Standing
from nabz.residency.model.codes import DECLARATION_TYPES, DECLARE_CODES
from nabz.residency.pages.frame import UNIVERSITY, address, db_of, this_year, university_of
from nabz.residency.pages.university.deadlines import left
from nabz.residency.pages.university.frame import (
    CORRECTIONS,
    DECLARATIONS,
    EXPORT,
    PAGE,
    Word,
    draw,
    options,
    words_in,
    words_of,
    year_of,
    years_of,
)
from nabz.residency.service import codes, declarations, years
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call


class Sought(msgspec.Struct, frozen=True):
    """The search form of the list."""

    year: Word = ""
    q: Word = ""
    course: Word = ""
    code: Word = ""
    type: Word = ""
    standing: Word = ""
    after: Word = ""


class Asked(msgspec.Struct, frozen=True):
    """Which page of which year."""

    year: Word = ""
    after: Word = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(DECLARATIONS, summary="A university's declarations of a year", roles=UNIVERSITY)
    async def listed(call: Call) -> Response:
        caller, sought = await university_of(call), call.query(Sought)
        year = year_of(call, sought.year)
        wanted = _filter(caller.university, sought)
        found = await db_of(call).read(_search, year, wanted, sought.after, this_year(call))
        rows = found["rows"]
        told = {"year": str(year), "q": sought.q, "course": sought.course, "code": sought.code, "type": sought.type}
        here = {**told, "standing": wanted.standing}
        words = words_of(call)
        return draw(
            call,
            "declarations.html",
            year=year,
            form=Filled(here),
            rows=rows[:PAGE],
            more=address(DECLARATIONS, **here, after=declarations.mark(rows[PAGE - 1])) if len(rows) > PAGE else "",
            first=address(DECLARATIONS, **here) if sought.after else "",
            export=address(EXPORT, what="declarations", format="xlsx", **here),
            standing=wanted.standing,
            standings=[
                ("", found["counts"].total, address(DECLARATIONS, **told)),
                *(
                    (each, found["counts"].by.get(each, 0), address(DECLARATIONS, **told, standing=str(each)))
                    for each in Standing
                ),
            ],
            years=found["years"],
            courses=found["courses"],
            course_options=options(found["codes"], words, sought.course),
            code_options=[(str(each), words.title("declare_codes", each)) for each in DECLARE_CODES],
            type_options=[(str(each), words.title("declaration_types", each)) for each in DECLARATION_TYPES],
        )

    @pages.get(CORRECTIONS, summary="Declarations that have to be corrected", roles=UNIVERSITY)
    async def corrections(call: Call) -> Response:
        caller, asked = await university_of(call), call.query(Asked)
        year = year_of(call, asked.year)
        wanted = Filter(university=caller.university, standing=Standing.TO_CORRECT)
        found = await db_of(call).read(_search, year, wanted, asked.after, this_year(call))
        rows, end = found["rows"], found["times"].corrects_until
        return draw(
            call,
            "corrections.html",
            year=year,
            years=found["years"],
            courses=found["courses"],
            rows=rows[:PAGE],
            more=address(CORRECTIONS, year=year, after=declarations.mark(rows[PAGE - 1])) if len(rows) > PAGE else "",
            first=address(CORRECTIONS, year=year) if asked.after else "",
            end=end,
            over=end is not None and end <= call.now,
            left="" if end is None else left(end - call.now, words_of(call)),
        )

    return pages


def _filter(university: str, sought: Sought) -> Filter:
    return Filter(
        university=university,
        course=sought.course,
        standing=sought.standing if sought.standing in set(Standing) else "",
        code=_chosen(sought.code, DECLARE_CODES),
        type=_chosen(sought.type, DECLARATION_TYPES),
        words=words_in(sought.q),
    )


def _chosen(text: str, table: dict[int, str]) -> int | None:
    return next((code for code in table if str(code) == text), None)


def _search(tx: Tx, year: int, wanted: Filter, after: str, current: int) -> dict[str, Any]:
    return {
        "rows": declarations.search(tx, year, wanted, PAGE + 1, after),
        "counts": declarations.count(tx, year, msgspec.structs.replace(wanted, standing="")),
        "times": years.get(tx, year),
        "years": years_of(tx, year, current),
        "codes": codes.all_of(tx, CodeKind.COURSE),
        "courses": codes.names(tx, CodeKind.COURSE),
    }
