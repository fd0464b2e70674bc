"""Today's list: who comes, who is here, who was seen; also of any other day, and as a sheet to print."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.appointments.model import Status
from nabz.appointments.pages.desk.frame import CENTRE, DESK, address, centre_of, day_of, draw
from nabz.appointments.pages.desk.slot import payment_of
from nabz.appointments.pages.frame import today as today_of
from nabz.appointments.service import desk, looking, patients
from nabz.kit import jalali
from nabz.kit.jalali import JalaliDate
from nabz.kit.persian import search_text
from nabz.web import visit
from nabz.web.forms import Filled, local_path
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.appointments.model.money import Payment
    from nabz.appointments.service.desk import Line
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

SHEET: Final = "sheet.html"
BEHIND, AHEAD, MOST_FOUND = timedelta(days=7), timedelta(days=60), 50
COMING: Final = (Status.TAKEN, Status.VISITED, Status.LATE)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which day, whose patients, which of them, and whether free times are shown too."""

    day: str = ""
    provider: str = ""
    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    all: bool = False


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The centre that somebody works at."""

    centre: str = ""
    back: str = ""


def routes() -> Pages:
    """The list and its sheet."""
    pages = Pages("appointments")

    @pages.get("/desk", summary="Today's list of a clinic", roles=DESK)
    async def today(call: Call) -> Response:
        return await _draw(call, "today.html")

    @pages.get("/desk/print", summary="The list of a day, to print", roles=DESK)
    async def sheet(call: Call) -> Response:
        return await _draw(call, SHEET)

    @pages.post("/desk/centre", summary="Choose the centre that one works at", roles=DESK)
    async def choose(call: Call) -> Response:
        form = await call.form(Chosen)
        answer = see_other(call, local_path(form.back, "/desk"))
        visit.set_cookie(call, answer, CENTRE, form.centre.strip().lower()[:40], seconds=visit.YEAR)
        return answer

    return pages


async def _draw(call: Call, template: str) -> Response:
    asked = call.query(Asked)
    centre = await centre_of(call)
    day = day_of(asked.day, today_of(call))
    form = Filled({"day": jalali.slashed(day), "provider": asked.provider, "q": asked.q.strip(), "all": asked.all})
    found = await centre.db.read(_list, centre.id, day, asked)
    found |= await centre.db.read(_elsewhere, centre.id, day, asked, call.now)
    if template == SHEET:
        found["payments"] = await centre.db.read(_payments, found["lines"])
    found["next"] = next((slot.id for _, slot, _ in found["lines"] if slot.ends_at > call.now), "")
    return draw(call, centre, template, form=form, asked=asked, day=day, **_around(call, day, asked), **found)


def _list(tx: Tx, facility: str, day: JalaliDate, asked: Asked) -> dict[str, Any]:
    lines = [holding(line) for line in desk.day(tx, facility, day.to_gregorian(), asked.provider.strip())]
    kept = [line for line in lines if _is_wanted(line, asked)]
    kept.sort(key=lambda line: (line[1].starts_at, len(line[1].queue), line[1].queue))
    persons = sorted({line[2].person for line in kept if line[2] is not None})
    return {
        "lines": kept,
        "counts": _counts(lines),
        "providers": desk.providers(tx, facility),
        "no_shows": looking.no_shows(tx, persons),
    }


def _payments(tx: Tx, lines: list[Line]) -> dict[str, Payment]:
    return {there.id: paid for _, _, there in lines if there and (paid := payment_of(tx, there.id))}


def _is_wanted(line: Line, asked: Asked) -> bool:
    there = line[2]
    if asked.q.strip():
        return there is not None and patients.is_meant(there, search_text(asked.q).split())
    return asked.all or there is not None


def _elsewhere(tx: Tx, facility: str, day: JalaliDate, asked: Asked, now: datetime) -> dict[str, Any]:
    """Find the patients that are searched for on the days around this one too."""
    if not asked.q.strip():
        return {"elsewhere": []}
    found = patients.search(tx, facility, asked.q, now - BEHIND, now + AHEAD, MOST_FOUND)
    return {"elsewhere": [pair for pair in found if jalali.day_of(pair[1].starts_at) != day]}


def holding(line: Line) -> Line:
    """Leave out the appointment of a patient who gave the slot back before it was taken back itself."""
    agenda, slot, there = line
    return agenda, slot, there if there is not None and there.status == slot.status else None


def _counts(lines: list[Line]) -> dict[str, int]:
    taken = [there for _, slot, there in lines if there is not None and slot.status in COMING]
    return {
        "booked": len(taken),
        "arrived": sum(1 for there in taken if there.arrived_at is not None),
        "visited": sum(1 for _, slot, _ in lines if slot.status == Status.VISITED),
        "late": sum(1 for _, slot, _ in lines if slot.status == Status.LATE),
        "free": sum(1 for _, slot, _ in lines if slot.status == Status.FREE),
    }


def _around(call: Call, day: JalaliDate, asked: Asked) -> dict[str, Any]:
    """The addresses of this list, of the days beside it, and of its sheet."""
    all_ = "1" if asked.all else ""

    def path(of: JalaliDate, where: str = "/desk", q: str = "") -> str:
        return address(where, day=jalali.slashed(of), provider=asked.provider, q=q, all=all_)

    near = {
        name: jalali.of_date(day.to_gregorian() + timedelta(days=step)) for name, step in (("before", -1), ("after", 1))
    }
    return {
        "today": today_of(call),
        "here_path": path(day, q=asked.q),
        "before_path": path(near["before"]),
        "after_path": path(near["after"]),
        "print_path": path(day, "/desk/print"),
    }
