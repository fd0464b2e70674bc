"""What a centre reports: its deliveries of some days with their sums, and its performance card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from starlette.responses import Response

from nabz.kit.tabular import CSV, csv_bytes
from nabz.prescriptions.errors.monthly import MonthWrong
from nabz.prescriptions.files import monthly as files
from nabz.prescriptions.model import Source
from nabz.prescriptions.model.monthly import before, month_of
from nabz.prescriptions.pages.services.frame import CENTRES, Place, address, draw, place_of, today, told
from nabz.prescriptions.pages.services.lists import Filter, Span, start_of
from nabz.prescriptions.service import reports
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

ELECTRONIC: Final = "/services/report/electronic"
CARD: Final = "/services/card"
MONTHS: Final = (6, 12, 24)
USUAL: Final = 12
MOST_ROWS: Final = 20_000
STANDING: Final = ("registered", "sent")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How many months the card has, and which of them is opened."""

    months: int = USUAL
    month: Annotated[str, msgspec.Meta(max_length=10)] = ""


def routes() -> Pages:
    """These reports."""
    pages = Pages("prescriptions")

    @pages.get(ELECTRONIC, summary="Report of deliveries", roles=CENTRES)
    async def electronic(call: Call) -> Response:
        place = await place_of(call)
        asked = call.query(Filter)
        span = Span(call, asked)
        found = await place.db.read(_report, place, _wanted(place, span), start_of(asked.after))
        days = {"from": _slashed(span.first), "until": _slashed(span.last)}
        following = found["page"].next
        return draw(
            call,
            place,
            "report.html",
            UNPROCESSABLE if span.errors else 200,
            form=Filled({"from": asked.from_ or days["from"], "until": asked.until or days["until"]}, span.errors),
            first=span.first,
            last=span.last,
            more=address(ELECTRONIC, after="-".join(map(str, following)), **days) if following else "",
            file=address(f"{ELECTRONIC}.csv", **days),
            **found,
        )

    @pages.get(f"{ELECTRONIC}.csv", summary="Report of deliveries as a file", roles=CENTRES)
    async def electronic_csv(call: Call) -> Response:
        place = await place_of(call)
        span = Span(call, call.query(Filter))
        page = await place.db.read(reports.listed, place.id, _wanted(place, span), None, MOST_ROWS)
        sheet = files.lines_of(page.rows)
        return download(csv_bytes(sheet.rows), CSV, f"deliveries-{span.first}-{span.last}.csv")

    @pages.get(CARD, summary="A centre's performance card", roles=CENTRES)
    async def card(call: Call) -> Response:
        place = await place_of(call)
        wanted = call.query(Wanted)
        count = wanted.months if wanted.months in MONTHS else USUAL
        errors: dict[str, str] = {}
        try:
            month = month_of(wanted.month) if wanted.month.strip() else today(call)[:6]
        except MonthWrong as problem:
            month, errors["month"] = today(call)[:6], told(call, problem)
        found = await place.db.read(_card, place, today(call)[:6], count, month)
        form = Filled({"months": count, "month": wanted.month}, errors)
        return draw(call, place, "card.html", form=form, choices=MONTHS, month=month, **found)

    return pages


def download(content: bytes, type_: str, name: str) -> Response:
    """Let a browser keep an answer as a file."""
    answer = Response(content, media_type=type_)
    answer.headers["content-disposition"] = f'attachment; filename="{name}"'
    answer.headers["cache-control"] = "no-store"
    return answer


def _wanted(place: Place, span: Span) -> reports.Wanted:
    """Ask for what stands; at a pharmacy for the electronic ones, as its entry says."""
    source = Source.ELECTRONIC.value if place.is_pharmacy else ""
    return reports.Wanted(span.first, span.last, *STANDING, source=source)


def _report(tx: Tx, place: Place, wanted: reports.Wanted, start: tuple[str, int] | None) -> dict[str, Any]:
    return {
        "page": reports.listed(tx, place.id, wanted, start),
        "totals": reports.totals(tx, place.id, wanted),
        "by_service": reports.by_service_of_days(tx, place.id, wanted, 50),
    }


def _card(tx: Tx, place: Place, last: str, count: int, month: str) -> dict[str, Any]:
    first = before(last, count - 1)
    opened = month if first <= month <= last else last
    return {
        "card": reports.card(tx, place.id, last, count),
        "opened": opened,
        "by_service": reports.by_service(tx, place.id, opened, opened, 50),
        "by_doctor": reports.by_doctor(tx, place.id, opened, opened, 20),
    }


def _slashed(day: str) -> str:
    return f"{day[:4]}/{day[4:6]}/{day[6:]}"
