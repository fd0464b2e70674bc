"""The schedule of a provider as a week, Saturday to Friday."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.appointments.model.pattern import weekday_of
from nabz.appointments.pages.desk.frame import DESK, address, centre_of, day_of, draw
from nabz.appointments.pages.desk.today import holding
from nabz.appointments.pages.frame import today as today_of
from nabz.appointments.service import desk
from nabz.kit import jalali
from nabz.kit.jalali import tehran
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.appointments.service.desk import Line
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

DAYS: Final = 7


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Any day of the week, and whose."""

    day: str = ""
    provider: str = ""


def routes() -> Pages:
    """The week."""
    pages = Pages("appointments")

    @pages.get("/desk/week", summary="A provider's week", roles=DESK)
    async def week(call: Call) -> Response:
        asked = call.query(Asked)
        centre = await centre_of(call)
        day = day_of(asked.day, today_of(call)).to_gregorian()
        first = day - timedelta(days=weekday_of(day))
        found = await centre.db.read(_read, centre.id, first, asked.provider.strip())
        chosen = found["chosen"]
        form = Filled({"day": jalali.slashed(jalali.of_date(day)), "provider": chosen})
        return draw(call, centre, "week.html", form=form, today=today_of(call), **_beside(first, chosen), **found)

    return pages


def _read(tx: Tx, facility: str, first: date, provider: str) -> dict[str, Any]:
    """Read the week of the provider that was asked for, or of the first one."""
    providers = desk.providers(tx, facility)
    known = [one.provider for one in providers]
    chosen = provider if provider in known else next(iter(known), "")
    lines = [holding(line) for line in desk.week(tx, facility, first, chosen)] if chosen else []
    days = [jalali.of_date(first + timedelta(days=step)) for step in range(DAYS)]
    return {"providers": providers, "chosen": chosen, "days": days, **_grid(lines, first)}


def _grid(lines: list[Line], first: date) -> dict[str, Any]:
    """Lay the slots out by time of day and by day."""
    cells: dict[str, list[list[Line]]] = {}
    by_day: list[list[Line]] = [[] for _ in range(DAYS)]
    for line in lines:
        at = tehran(line[1].starts_at)
        place = (at.date() - first).days
        cells.setdefault(f"{at:%H:%M}", [[] for _ in range(DAYS)])[place].append(line)
        by_day[place].append(line)
    return {"cells": sorted(cells.items()), "by_day": by_day}


def _beside(first: date, provider: str) -> dict[str, Any]:
    def path(step: int) -> str:
        day = jalali.of_date(first + timedelta(days=step))
        return address("/desk/week", day=jalali.slashed(day), provider=provider)

    return {"before_path": path(-DAYS), "after_path": path(DAYS)}
