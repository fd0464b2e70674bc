"""The first page: what waits for the insurer, and this month in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.prescriptions.model.monthly import FileState, before, months_until
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.pages.insurer.frame import HOME, INSURER, draw, this_month
from nabz.prescriptions.service import contracts, corrections, prescribing, settlement
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

MONTHS = 6
TOP = 5


def routes() -> Pages:
    """This page."""
    pages = Pages("prescriptions")

    @pages.get(HOME, summary="The insurer's first page", roles=INSURER)
    async def home(call: Call) -> Response:
        return draw(call, "home.html", **await db_of(call).read(_read, this_month(call)))

    return pages


def _read(tx: Tx, month: str) -> dict[str, Any]:
    wanted = prescribing.Wanted(before(month, MONTHS - 1), month)
    course = {row.key: row.sums for row in prescribing.report(tx, wanted, prescribing.By.MONTH).rows}
    now = prescribing.Wanted(month, month)
    standing = {each.state: each for each in settlement.standings(tx, before(month))}
    return {
        "month": month,
        "before": before(month),
        "counts": contracts.counts(tx),
        "open_corrections": corrections.waiting(tx),
        "waiting": standing[FileState.SENT],
        "course": [(each, course[each].insurer if each in course else 0) for each in months_until(month, MONTHS)],
        "top_centres": prescribing.report(tx, now, prescribing.By.CENTRE, TOP),
        "top_services": prescribing.report(tx, now, prescribing.By.SERVICE, TOP),
    }
