"""Taking back what a centre offers within a time: first who is affected, then the deed, then whom to phone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.appointments.errors import BadPeriod, FieldWrong
from nabz.appointments.errors.pattern import ScheduleTooLong
from nabz.appointments.model import Reason, Status
from nabz.appointments.pages.desk.frame import (
    DESK,
    REASONS,
    Centre,
    address,
    back,
    caller_of,
    centre_of,
    draw,
    reason_of,
)
from nabz.appointments.pages.frame import today
from nabz.appointments.service import desk, patients, withdrawing
from nabz.kit import jalali, persian
from nabz.kit.errors import Problem
from nabz.kit.jalali import TEHRAN, DateWrong, TimeWrong
from nabz.kit.persian import ascii_digits
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

MOST_DAYS: Final = 100
WEEK: Final = timedelta(days=7)
USUAL: Final = timedelta(days=30)
"""So far ahead the list of whom to phone looks unless days are told."""

LIVE: Final = (Status.FREE, Status.TAKEN, Status.CANCELLED)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when, whose, and why."""

    from_day: str = ""
    from_time: str = ""
    until_day: str = ""
    until_time: str = ""
    provider: str = ""
    reason: int | None = None


FORM: Final = Form(
    Asked,
    {},
    {
        DateWrong: "from_day",
        TimeWrong: "until_time",
        BadPeriod: "until_day",
        ScheduleTooLong: "until_day",
        FieldWrong: "reason",
    },
)


class Span(msgspec.Struct, frozen=True):
    """A time of Tehran, half open."""

    from_: datetime
    until: datetime


def routes() -> Pages:
    """The pages of a withdrawal."""
    pages = Pages("appointments")

    @pages.get("/desk/withdraw", summary="Which slots are to be taken back, and whom that affects", roles=DESK)
    async def ask(call: Call) -> Response:
        centre = await centre_of(call)
        asked = call.query(Asked)
        if not asked.from_day:
            return await _draw(
                call, Filled({"from_day": jalali.slashed(today(call)), "reason": Reason.PHYSICIAN_CANNOT})
            )
        try:
            span = span_of(asked)
            reason_of(asked.reason)
        except Problem as problem:
            return await FORM.again(call, problem, _draw)
        found = await centre.db.read(_affected, centre, asked.provider.strip(), span)
        return await _draw(call, Filled.of(asked), span=span, asked=asked, **found)

    @pages.post("/desk/withdraw", summary="Take the slots of a time back", roles=DESK)
    async def withdraw(call: Call) -> Response:
        centre = await centre_of(call)
        asked = await call.form(Asked)
        span = span_of(asked)
        reason = reason_of(asked.reason)
        provider = asked.provider.strip()
        slots, _ = await centre.db.write(
            withdrawing.withdraw_range,
            centre.id,
            provider,
            span.from_,
            span.until,
            reason,
            caller_of(call, centre),
            call.now,
        )
        told = msgspec.structs.asdict(asked)
        path = address("/desk/withdrawn", **{name: str(text) for name, text in told.items() if text})
        words = persian.persian_digits(slots)
        return back(call, path, ("good", f"{words} نوبت برداشته شد.", f"{slots} slots were taken back."))

    @pages.get("/desk/withdrawn", summary="Whom to phone after slots were taken back", roles=DESK)
    async def phone(call: Call) -> Response:
        centre = await centre_of(call)
        asked = call.query(Asked)
        if not asked.from_day.strip():
            asked = _ahead(asked, today(call).to_gregorian())
        try:
            span = span_of(asked)
        except Problem as problem:
            return await FORM.again(call, problem, _draw_phoning)
        people = await centre.db.read(patients.withdrawn, centre.id, asked.provider.strip(), span.from_, span.until)
        return await _draw_phoning(call, Filled.of(asked), people=people, span=span)

    return pages


def span_of(asked: Asked) -> Span:
    """Read a time: whole days unless hours are told. Raises DateWrong, TimeWrong, BadPeriod, ScheduleTooLong."""
    first = jalali.parse(asked.from_day).to_gregorian()
    last = jalali.parse(asked.until_day).to_gregorian() if asked.until_day.strip() else first
    begin = datetime.combine(first, _clock(asked.from_time) or time(), TEHRAN)
    clock = _clock(asked.until_time)
    end = datetime.combine(last, clock, TEHRAN) if clock else datetime.combine(last + timedelta(days=1), time(), TEHRAN)
    if end <= begin:
        raise BadPeriod
    if end - begin > timedelta(days=MOST_DAYS):
        raise ScheduleTooLong(most=MOST_DAYS)
    return Span(begin, end)


def _clock(text: str) -> time | None:
    plain = ascii_digits(text[:10]).strip()
    if not plain:
        return None
    try:
        return time.fromisoformat(plain if ":" in plain else f"{int(plain):02}:00").replace(tzinfo=None)
    except ValueError:
        raise TimeWrong from None


def _lines(tx: Tx, centre: Centre, provider: str, span: Span) -> list[desk.Line]:
    """List what a centre has within a time, week by week."""
    found: list[desk.Line] = []
    day = span.from_.date()
    while day <= span.until.date():
        found += desk.week(tx, centre.id, day, provider)
        day += WEEK
    return [line for line in found if span.from_ <= line[1].starts_at < span.until]


def _affected(tx: Tx, centre: Centre, provider: str, span: Span) -> dict[str, Any]:
    lines = [line for line in _lines(tx, centre, provider, span) if line[1].status in LIVE]
    taken = [(agenda, there) for agenda, slot, there in lines if slot.status == Status.TAKEN and there is not None]
    return {"slots": len(lines), "people": taken}


def _ahead(asked: Asked, day: date) -> Asked:
    """Ask for all that is to come soon: an address without days still tells whom to phone."""
    first, last = (jalali.slashed(jalali.of_date(each)) for each in (day, day + USUAL))
    return msgspec.structs.replace(asked, from_day=first, from_time="", until_day=last, until_time="")


async def _draw_phoning(call: Call, form: Filled, **found: Any) -> Response:  # noqa: ANN401 - for a template
    centre = await centre_of(call)
    providers = await centre.db.read(desk.providers, centre.id)
    known: dict[str, Any] = {"span": None, "people": [], **found}
    return draw(call, centre, "withdrawn.html", form=form, providers=providers, **known)


async def _draw(call: Call, form: Filled, **found: Any) -> Response:  # noqa: ANN401 - what a template is drawn with
    centre = await centre_of(call)
    providers = await centre.db.read(desk.providers, centre.id)
    known: dict[str, Any] = {"span": None, "asked": None, "slots": 0, "people": [], **found}
    names = ("from_day", "from_time", "until_day", "until_time", "provider") if known["span"] else ()
    known["phoning"] = address("/desk/withdrawn", **{name: form.value(name) for name in names})
    return draw(call, centre, "withdraw.html", form=form, providers=providers, reasons=REASONS, **known)
