"""Final results of a year, from the hour of their publication on, and a resident's letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nabz.residency.model import CodeKind, Filter, Standing
from nabz.residency.model.codes import RESULTS as CODES
from nabz.residency.pages import letters
from nabz.residency.pages.frame import UNIVERSITY, address, db_of, this_year, university_of
from nabz.residency.pages.university.frame import (
    EXPORT,
    PAGE,
    RESULTS,
    Word,
    draw,
    path_of,
    resident_of,
    words_in,
    words_of,
    year_of,
    years_of,
)
from nabz.residency.service import codes, declarations, results, years
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

NONE = "none"


class Sought(msgspec.Struct, frozen=True):
    """Which results."""

    year: Word = ""
    q: Word = ""
    result: Word = ""
    after: Word = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(RESULTS, summary="A university's final results of a year", roles=UNIVERSITY)
    async def listed(call: Call) -> Response:
        caller, sought = await university_of(call), call.query(Sought)
        year = year_of(call, sought.year)
        chosen = sought.result if sought.result in {NONE, *map(str, CODES)} else ""
        wanted = Filter(
            university=caller.university, standing=Standing.ACCEPTED, result=chosen, words=words_in(sought.q)
        )
        found = await db_of(call).read(_read, year, wanted, sought.after, this_year(call), call.now)
        rows, counts, words = found["rows"], found["counts"], words_of(call)
        told = {"year": str(year), "q": sought.q}
        kinds = [("", None), *((str(each), each) for each in CODES), (NONE, None)]
        return draw(
            call,
            "results.html",
            year=year,
            times=found["times"],
            published=found["published"],
            years=found["years"],
            courses=found["courses"],
            form=Filled(told),
            export=address(EXPORT, what="results", format="xlsx", **told, result=chosen),
            chosen=chosen,
            links=[
                (
                    words.text("همه", "all") if not kind else words.result(number)[1],
                    address(RESULTS, **told, result=kind),
                    sum(counts.values()) if not kind else counts.get(number, 0),
                    kind == chosen,
                )
                for kind, number in kinds
            ],
            rows=rows[:PAGE],
            more=address(RESULTS, **told, result=chosen, after=declarations.mark(rows[PAGE - 1]))
            if len(rows) > PAGE
            else "",
            first=address(RESULTS, **told, result=chosen) if sought.after else "",
        )

    @pages.get(f"{RESULTS}/{{year}}/{{number}}/letter", summary="The letter of a result", roles=UNIVERSITY)
    async def letter(call: Call) -> Response:
        caller = await university_of(call)
        one = await db_of(call).read(resident_of, caller.university, call.path["number"])
        return await letters.answer(call, db_of(call), one.id, call.path["year"], path_of(one.student_number))

    return pages


def _read(tx: Tx, year: int, wanted: Filter, after: str, current: int, now: datetime) -> dict[str, Any]:
    times = years.get(tx, year)
    published = times.published(now)
    accepted = msgspec.structs.replace(wanted, result="")
    return {
        "times": times,
        "published": published,
        "years": years_of(tx, year, current),
        "courses": codes.names(tx, CodeKind.COURSE),
        "counts": results.count(tx, year, accepted) if published else {},
        "rows": declarations.search(tx, year, wanted, PAGE + 1, after) if published else [],
    }
