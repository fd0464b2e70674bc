"""The first page of a centre with today's figures, the ways to confirm, the contract, and choosing another centre."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.model.monthly import FileState, before
from nabz.prescriptions.pages.services.frame import CENTRE, CENTRES, PHARMACY, Place, draw, place_of, today
from nabz.prescriptions.service import monthly, reports
from nabz.web import visit
from nabz.web.forms import local_path
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

DAYS: Final = 14
FREE_WAYS: Final = ("/services/electronic", "/services/paper/")
"""What the page of choices leads to begins so."""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The centre that somebody works at."""

    centre: str = ""
    back: str = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")

    @pages.get("/services", summary="A centre's first page", roles=CENTRES)
    async def home(call: Call) -> Response:
        place = await place_of(call)
        found = await place.db.read(_figures, place, today(call), call.now)
        return draw(call, place, "home.html", **found)

    @pages.post("/services/centre", summary="Choose the centre", roles=CENTRES)
    async def choose(call: Call) -> Response:
        form = await call.form(Chosen)
        answer = see_other(call, local_path(form.back, "/services"))
        visit.set_cookie(call, answer, CENTRE, form.centre.strip()[:20], seconds=visit.YEAR)
        return answer

    @pages.get("/services/confirm", summary="The ways to confirm a prescription", roles=PHARMACY)
    async def confirm(call: Call) -> Response:
        place = await place_of(call)
        return draw(call, place, "confirm.html", prefixes=FREE_WAYS)

    @pages.get("/services/contract", summary="A centre's contract", roles=CENTRES)
    async def contract(call: Call) -> Response:
        return draw(call, await place_of(call), "contract.html", today=today(call))

    return pages


def _figures(tx: Tx, place: Place, day: str, now: datetime) -> dict[str, Any]:
    last = jalali.day_of(now).to_gregorian()
    days = [jalali.compact(jalali.of_date(last - timedelta(days=step))) for step in range(DAYS - 1, -1, -1)]
    files = monthly.of_centre(tx, place.id, before(day[:6], 12))
    month = before(day[:6])
    outlook = monthly.outlook(tx, place.id, month, now)
    return {
        "figures": reports.today(tx, place.id, day),
        "month_sums": reports.totals(tx, place.id, reports.Wanted(f"{day[:6]}01", day)),
        "days": days,
        "by_day": reports.by_day(tx, place.id, days),
        "outlook": outlook,
        "returned": [file for file in files if file.state is FileState.RETURNED],
        "day": day,
        "month": day[:6],
    }
