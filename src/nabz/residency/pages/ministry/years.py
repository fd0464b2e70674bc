"""The deadlines of promotion years, and the hour at which the results of a year are published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit.jalali import DateWrong, TimeWrong
from nabz.residency.errors import ChangedMeanwhile, DeadlinesWrong, YearWrong
from nabz.residency.errors.publishing import ResultsPublished
from nabz.residency.model import Filter, Standing, Year
from nabz.residency.model.years import read_year
from nabz.residency.pages.frame import MINISTRY, address, back, db_of, ministry_of, refused, this_year
from nabz.residency.pages.ministry import moments
from nabz.residency.pages.ministry.frame import HOME, Word, draw, year_of, years_around
from nabz.residency.service import publishing, results, years
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Caller

PATH: Final = f"{HOME}/years"
DEADLINES: Final = ("opens_at", "closes_at", "corrects_until", "results_at")
ENDS: Final = ("closes_at", "corrects_until")
Typed = Annotated[str, msgspec.Meta(max_length=100)]


class Sought(msgspec.Struct, frozen=True):
    """Which year."""

    year: Word = ""


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a year, each deadline as it is typed."""

    version: int
    opens_at: Typed = ""
    closes_at: Typed = ""
    corrects_until: Typed = ""
    results_at: Typed = ""


class Publishing(msgspec.Struct, frozen=True, kw_only=True):
    """Publish, or take back, what was seen; and where to go on."""

    version: int
    back: Word = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="The deadlines of a year", roles=MINISTRY)
    async def show(call: Call) -> Response:
        year = year_of(call, call.query(Sought).year)
        found = await db_of(call).read(years.get, year)
        values = {name: moments.typed(getattr(found, name)) for name in DEADLINES}
        return await _draw(call, year, Filled({**values, "version": found.version}))

    @pages.post(f"{PATH}/{{year}}", summary="Set the deadlines of a year", roles=MINISTRY)
    async def put(call: Call) -> Response:
        year, form = _year(call), await call.form(Filling)
        read, errors = _read_moments(call, form)
        if not errors:
            wanted = Year(year=year, version=form.version, **read)
            try:
                await db_of(call).write(publishing.put, wanted, ministry_of(call), call.now)
            except (DeadlinesWrong, ChangedMeanwhile, ResultsPublished) as problem:
                beside = "results_at" if isinstance(problem, ResultsPublished) else "opens_at"
                errors = {beside: say(call, problem.text_fa, problem.text_en)}
        if errors:
            return await _draw(call, year, Filled(msgspec.structs.asdict(form), errors))
        return back(call, address(PATH, year=year), "مهلت‌ها ثبت شد.", "The deadlines were set.")

    @pages.post(f"{PATH}/{{year}}/publish", summary="Publish the results of a year at once", roles=MINISTRY)
    async def publish(call: Call) -> Response:
        return await _deed(call, publishing.publish, "نتایج منتشر شد.", "The results were published.")

    @pages.post(f"{PATH}/{{year}}/take-back", summary="Take back the hour of publication", roles=MINISTRY)
    async def take_back(call: Call) -> Response:
        return await _deed(
            call, publishing.take_back, "ساعت انتشار برداشته شد.", "The hour of publication was taken back."
        )

    return pages


async def _deed(call: Call, deed: Callable[[Tx, int, int, Caller, datetime], Year], fa: str, en: str) -> Response:
    year, form = _year(call), await call.form(Publishing)
    path = address(f"{HOME}/results" if form.back == "results" else PATH, year=year)
    try:
        await db_of(call).write(deed, year, form.version, ministry_of(call), call.now)
    except (ResultsPublished, DeadlinesWrong, ChangedMeanwhile) as problem:
        return refused(call, path, problem)
    return back(call, path, fa, en)


def _year(call: Call) -> int:
    """Read the year of the address. Raises YearWrong."""
    found = read_year(call.path["year"])
    if found is None:
        raise YearWrong
    return found


def _read_moments(call: Call, form: Filling) -> tuple[dict[str, datetime | None], dict[str, str]]:
    """Read the deadlines; what cannot be read is told beside its field."""
    read: dict[str, datetime | None] = {}
    errors: dict[str, str] = {}
    for name in DEADLINES:
        try:
            read[name] = moments.read(getattr(form, name), end=name in ENDS)
        except (DateWrong, TimeWrong):
            errors[name] = say(call, *moments.WRONG)
    return read, errors


async def _draw(call: Call, year: int, form: Filled) -> Response:
    found = await db_of(call).read(_read, year)
    return draw(
        call,
        "years.html",
        UNPROCESSABLE if form.errors else 200,
        year=year,
        choices=years_around(call, year, this_year(call) + 1),
        form=form,
        ahead=publishing.in_the_way(found["one"], call.now),
        **found,
    )


def _read(tx: Tx, year: int) -> dict[str, Any]:
    return {
        "one": years.get(tx, year),
        "all": years.all_of(tx),
        "results": results.count(tx, year, Filter(standing=Standing.ACCEPTED)),
    }
