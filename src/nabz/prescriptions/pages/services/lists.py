"""Lists of what a centre delivered: to print again, and to take back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.jalali import DateWrong
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.errors.writing import PatientWrong
from nabz.prescriptions.model import DeliveryState
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.services.electronic import served_by
from nabz.prescriptions.pages.services.frame import (
    CENTRES,
    Place,
    address,
    draw,
    place_of,
    seal,
    today,
    told,
    unseal,
)
from nabz.prescriptions.pages.services.receipts import own
from nabz.prescriptions.service import reading, reports, results
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

REPRINT: Final = "/services/reprint"
DELETE: Final = "/services/delete"
DAYS_BACK: Final = 31
STATES: Final = {"", *(state.value for state in DeliveryState)}
Day = Annotated[str, msgspec.Meta(max_length=20)]


class Filter(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Which deliveries; the patient goes sealed from page to page."""

    from_: Day = ""
    until: Day = ""
    state: Annotated[str, msgspec.Meta(max_length=20)] = ""
    p: Annotated[str, msgspec.Meta(max_length=600)] = ""
    after: Annotated[str, msgspec.Meta(max_length=40)] = ""
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    number: Annotated[str, msgspec.Meta(max_length=20)] = ""


class Span:
    """The days of a list, and what is wrong with how they were typed."""

    def __init__(self, call: Call, asked: Filter) -> None:
        self.errors: dict[str, str] = {}
        self.last = self._day(call, "until", asked.until) or today(call)
        self.first = self._day(call, "from", asked.from_) or _days_before(self.last)

    def _day(self, call: Call, name: str, text: str) -> str:
        try:
            return jalali.compact(jalali.parse(text)) if text.strip() else ""
        except DateWrong as problem:
            self.errors[name] = told(call, problem)
            return ""


def routes() -> Pages:
    """These lists."""
    pages = Pages("prescriptions")

    @pages.get(REPRINT, summary="Earlier confirmations, to print again", roles=CENTRES)
    async def reprint(call: Call) -> Response:
        return await _draw(call, REPRINT, call.query(Filter))

    @pages.post(REPRINT, summary="Find earlier confirmations", roles=CENTRES)
    async def find(call: Call) -> Response:
        return await _find(call, REPRINT)

    @pages.get(DELETE, summary="Deliveries that can be taken back", roles=CENTRES)
    async def delete(call: Call) -> Response:
        return await _draw(call, DELETE, call.query(Filter))

    @pages.post(DELETE, summary="Find deliveries that can be taken back", roles=CENTRES)
    async def find_deletable(call: Call) -> Response:
        return await _find(call, DELETE)

    return pages


async def _find(call: Call, path: str) -> Response:
    """Go on to the address of a list; a delivery's own number leads to its receipt."""
    asked = await call.form(Filter)
    sealed = asked.p
    try:
        if asked.number.strip():
            place = await place_of(call)
            found = await place.db.read(own, place, number_of(asked.number))
            return see_other(call, f"/services/delivery/{found.id}")
        if asked.code.strip():
            sealed = seal(call, await served_by(call, asked.code))
    except (PatientWrong, NotThere) as problem:
        name = "code" if isinstance(problem, PatientWrong) else "number"
        return await _draw(call, path, asked, {name: told(call, problem)})
    words = {"from": asked.from_.strip(), "until": asked.until.strip(), "state": asked.state}
    return see_other(call, address(path, p=sealed, **words))


async def _draw(call: Call, path: str, asked: Filter, errors: dict[str, str] | None = None) -> Response:
    place = await place_of(call)
    span = Span(call, asked)
    wrong = span.errors | (errors or {})
    served = unseal(call, asked.p)
    state = asked.state if asked.state in STATES else ""
    states = (DeliveryState.REGISTERED, DeliveryState.PENDING) if path == DELETE else (state, state)
    wanted = reports.Wanted(span.first, span.last, *states, patient=served.patient if served else "")
    found = await place.db.read(_read, place, wanted, start_of(asked.after))
    days = {"from": _slashed(span.first), "until": _slashed(span.last)}
    typed = {"from": asked.from_ or days["from"], "until": asked.until or days["until"]}
    form = Filled({**typed, "state": state, "code": asked.code, "number": asked.number}, wrong)
    following = found["page"].next
    more = address(path, p=asked.p, state=state, after="-".join(map(str, following)), **days) if following else ""
    return draw(
        call,
        place,
        "list.html",
        UNPROCESSABLE if wrong else 200,
        form=form,
        path=path,
        served=served,
        sealed=asked.p if served else "",
        deleting=path == DELETE,
        more=more,
        here_path=address(path, p=asked.p, state=state, **days),
        **found,
    )


def _read(tx: Tx, place: Place, wanted: reports.Wanted, start: tuple[str, int] | None) -> dict[str, Any]:
    page = reports.listed(tx, place.id, wanted, start)
    names = {one.prescription: reading.by_id(tx, one.prescription).patient_name for one in page.rows}
    fixed = set() if place.is_pharmacy else {one.id for one in page.rows if one.sessions or _is_told(tx, one.id)}
    return {"page": page, "rows": page.rows, "names": names, "fixed": fixed}


def _is_told(tx: Tx, delivery: int) -> bool:
    """Tell whether somebody has been shown a result: then it stays."""
    return any(result.released_at is not None for result in results.of_delivery(tx, delivery))


def start_of(text: str) -> tuple[str, int] | None:
    """Read where a page of a list begins: a day and a number; what is none begins at the beginning."""
    day, dash, number = text.partition("-")
    good = dash and day.isdecimal() and number.isdecimal() and len(number) <= len(str(2**62))
    return (day, int(number)) if good else None


def _days_before(day: str) -> str:
    return jalali.compact(jalali.of_date(jalali.parse(day).to_gregorian() - timedelta(days=DAYS_BACK)))


def _slashed(day: str) -> str:
    return f"{day[:4]}/{day[4:6]}/{day[6:]}"
