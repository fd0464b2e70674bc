"""What drugs and services cost: by name or code, on any day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.jalali import DateWrong
from nabz.prescriptions.pages.services.frame import CENTRES, Place, address, draw, place_of, today, told
from nabz.prescriptions.service import catalogue
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call
    from nabz.prescriptions.model.catalogue import Service

PRICES: Final = "/services/prices"
PAGE: Final = 50
MOST_HITS: Final = 100


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Words, a day, a type, and where the page begins."""

    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    day: Annotated[str, msgspec.Meta(max_length=20)] = ""
    type: Annotated[str, msgspec.Meta(max_length=2)] = ""
    after: Annotated[str, msgspec.Meta(max_length=60)] = ""


def routes() -> Pages:
    """The list."""
    pages = Pages("prescriptions")

    @pages.get(PRICES, summary="The price list of a day", roles=CENTRES)
    async def prices(call: Call) -> Response:
        place = await place_of(call)
        asked = call.query(Asked)
        errors: dict[str, str] = {}
        try:
            day = jalali.compact(jalali.parse(asked.day)) if asked.day.strip() else today(call)
        except DateWrong as problem:
            day, errors["day"] = today(call), told(call, problem)
        type_ = asked.type if asked.type in place.centre.types else place.centre.types[0]
        found, more = await _found(call, place, asked, type_, day)
        return draw(
            call,
            place,
            "prices.html",
            UNPROCESSABLE if errors else 200,
            form=Filled({"q": asked.q, "day": asked.day or jalali.slashed(jalali.parse(day)), "type": type_}, errors),
            found=found,
            day=day,
            more=more,
        )

    return pages


async def _found(call: Call, place: Place, asked: Asked, type_: str, day: str) -> tuple[list[Service], str]:
    """Search where there are words, else list page by page."""
    if asked.q.strip():
        known = call.deps.own(Catalogue, Catalogue)
        return list(await known.search(place.db, asked.q, day, call.now, (type_,), MOST_HITS)), ""
    rows: list[Any] = await place.db.read(catalogue.listed, type_, day, asked.after, PAGE + 1)
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], address(PRICES, type=type_, day=asked.day, after=f"{last.type}/{last.code}")
