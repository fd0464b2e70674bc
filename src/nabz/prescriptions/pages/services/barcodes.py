"""Barcodes of packages: activating one, and what was activated in some days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.errors.dispensing import BarcodeMalformed, BarcodeUnknown, BarcodeUsed
from nabz.prescriptions.model import CentreKind
from nabz.prescriptions.pages.services.frame import PHARMACY, Place, draw, place_of, today
from nabz.prescriptions.pages.services.lists import Filter, Span
from nabz.prescriptions.service import barcodes, catalogue
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model.barcodes import Barcode

DRUG: Final = "01"
MOST: Final = 500
RECENT: Final = 10


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """What the scanner gave."""

    barcode: Annotated[str, msgspec.Meta(max_length=64)] = ""


FORM: Final = Form(Scanned, problems=dict.fromkeys((BarcodeMalformed, BarcodeUnknown, BarcodeUsed), "barcode"))


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")

    @pages.get("/services/barcode", summary="The form of a barcode", roles=PHARMACY)
    async def blank(call: Call) -> Response:
        return await _draw(call, BLANK)

    @pages.post("/services/barcode", summary="Activate the barcode of a package", roles=PHARMACY)
    async def activate(call: Call) -> Response:
        place = await place_of(call, CentreKind.PHARMACY)
        try:
            form = await FORM.read(call)
            done = await place.db.write(barcodes.activate, place.id, form.barcode, place.caller, call.now)
        except (BarcodeMalformed, BarcodeUnknown, BarcodeUsed) as problem:
            return await FORM.again(call, problem, _draw)
        return await _draw(call, BLANK, done)

    @pages.get("/services/report/barcodes", summary="Report of activated barcodes", roles=PHARMACY)
    async def report(call: Call) -> Response:
        place = await place_of(call, CentreKind.PHARMACY)
        asked = call.query(Filter)
        span = Span(call, asked)
        from_, until = _instants(span.first)[0], _instants(span.last)[1]
        found, names = await place.db.read(_activated, place, from_, until, MOST, today(call))
        days = {name: f"{day[:4]}/{day[4:6]}/{day[6:]}" for name, day in (("from", span.first), ("until", span.last))}
        typed = {"from": asked.from_ or days["from"], "until": asked.until or days["until"]}
        return draw(
            call,
            place,
            "barcodes.html",
            UNPROCESSABLE if span.errors else 200,
            form=Filled(typed, span.errors),
            found=found,
            names=names,
            most=MOST,
        )

    return pages


async def _draw(call: Call, form: Filled, done: Barcode | None = None) -> Response:
    place = await place_of(call, CentreKind.PHARMACY)
    found, names = await place.db.read(_activated, place, barcodes.FIRST, barcodes.LAST, RECENT, today(call))
    return draw(
        call,
        place,
        "barcode.html",
        UNPROCESSABLE if form.errors else 200,
        form=form,
        done=done,
        found=found,
        names=names,
    )


def _activated(
    tx: Tx, place: Place, from_: datetime, until: datetime, limit: int, day: str
) -> tuple[list[Barcode], dict[str, str]]:
    found = barcodes.of_centre(tx, place.id, from_, until, limit)
    known: dict[Any, Any] = catalogue.many(tx, list({(DRUG, each.drug) for each in found}), day)
    return found, {service.code: service.name for service in known.values()}


def _instants(day: str) -> tuple[datetime, datetime]:
    """Give the instants at which a day begins and ends in Tehran."""
    start = jalali.start_of(jalali.parse(day))
    following = jalali.of_date(jalali.parse(day).to_gregorian() + timedelta(days=1))
    return start, jalali.start_of(following)
