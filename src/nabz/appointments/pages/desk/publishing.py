"""The publish wizard: whose schedule, its pattern or calendar, what would come of it, and then the deed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.appointments.errors import LocalIdTaken, SlotsOverlap
from nabz.appointments.errors.pattern import CalendarTooLarge
from nabz.appointments.model import Agenda, Quota
from nabz.appointments.pages.desk import agenda as choices
from nabz.appointments.pages.desk.agenda import agenda_of
from nabz.appointments.pages.desk.frame import DESK, Centre, address, back, caller_of, centre_of, draw
from nabz.appointments.pages.desk.outlook import Day, days_of, sizes_of, withdrawal_of
from nabz.appointments.pages.desk.plan import HOURS, SHARED, Mistakes, Plan, packed, read_plan
from nabz.appointments.pages.frame import today
from nabz.appointments.service import desk, planning
from nabz.kit import jalali, persian
from nabz.kit.errors import Problem
from nabz.kit.http.upload import TooManyFiles, UploadBroken, upload
from nabz.kit.reader import BodyTooLarge
from nabz.registries.service import practitioners
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages, check_origin
from nabz.web.render import say

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

MOST: Final = 1_300_000
"""Bytes of a form with a calendar."""

WEEKS: Final = 4
DIGITS: Final = ("تنها عدد بنویسید.", "Write a whole number.")
NUMBERS: Final = (
    "minutes",
    "gap",
    "seats",
    "share_104",
    "share_101",
    "share_102",
    "share_103",
    "opens_days",
    "closes_hours",
)
FORM: Final = Form(Plan, dict.fromkeys(NUMBERS, DIGITS))


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the provider's name, or his number."""

    q: str = ""


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """The provider whose schedule it is."""

    provider: str = ""


def routes() -> Pages:
    """The steps of the wizard."""
    pages = Pages("appointments")

    @pages.get("/desk/publish", summary="Whose schedule is to be published", roles=DESK)
    async def whose(call: Call) -> Response:
        centre = await centre_of(call)
        q = call.query(Search).q.strip()[:100]
        there, found = await centre.db.read(_whom, centre.id, q)
        return draw(call, centre, "publish.html", q=q, there=there, found=found)

    @pages.get("/desk/publish/plan", summary="The form of a schedule", roles=DESK)
    async def blank(call: Call) -> Response:
        centre = await centre_of(call)
        return await _form(call, centre, await _blank(call, centre, call.query(Whose).provider))

    @pages.post("/desk/publish/plan", summary="The form of a schedule, to be changed", roles=DESK)
    async def change(call: Call) -> Response:
        centre = await centre_of(call)
        plan = await FORM.read(call)
        return await _form(call, centre, Filled.of(plan))

    # The form is checked for its origin while it is read, before its file is kept.
    @pages.post("/desk/publish/preview", summary="What would come of a schedule", roles=DESK, before=None)
    async def preview(call: Call) -> Response:
        centre = await centre_of(call)
        try:
            with await upload(call, MOST, 1, check_origin) as sent:
                raw = sent.files[0].file.read() if sent.files else b""
        except (BodyTooLarge, UploadBroken, TooManyFiles) as problem:
            empty = await _blank(call, centre, call.query(Whose).provider)  # what stood in the form did not arrive
            return await _mistaken(call, centre, empty, {"file": problem})
        try:
            plan = await FORM.read(call)
        except Problem as problem:
            return await FORM.again(call, problem, _again)
        try:
            plan = _with_file(plan, raw) if raw or plan.forget else plan
        except CalendarTooLarge as problem:
            return await _mistaken(call, centre, Filled.of(plan), {"file": problem})
        return await _preview(call, centre, plan)

    @pages.post("/desk/publish", summary="Publish a schedule", roles=DESK)
    async def publish(call: Call) -> Response:
        centre = await centre_of(call)
        plan = await FORM.read(call)
        agenda = await centre.db.read(agenda_of, centre.id, plan)
        try:
            told = read_plan(plan, agenda, call.now)
            outlook = await centre.db.write(
                planning.publish, agenda, told.news, caller_of(call, centre), call.now, skip=plan.skip
            )
        except Mistakes as mistakes:
            return await _mistaken(call, centre, Filled.of(plan), mistakes.by_field)
        except (SlotsOverlap, LocalIdTaken):
            return await _preview(call, centre, plan)
        return _published(call, plan, outlook)

    return pages


def _with_file(plan: Plan, raw: bytes) -> Plan:
    """Keep the calendar that was sent in the form; without one, forget the calendar before. Raises CalendarTooLarge."""
    return msgspec.structs.replace(plan, calendar=packed(raw) if raw else "", forget=False)


def _whom(tx: Tx, facility: str, q: str) -> tuple[list[Agenda], list[Any]]:
    return desk.providers(tx, facility), practitioners.search(tx, q) if q else []


async def _blank(call: Call, centre: Centre, provider: str) -> Filled:
    """The form as it begins: four weeks from tomorrow, and what the provider does here already."""
    day = today(call).to_gregorian() + timedelta(days=1)
    last = day + timedelta(days=7 * WEEKS - 1)
    plan = Plan(
        provider=provider,
        from_day=jalali.slashed(jalali.of_date(day)),
        until_day=jalali.slashed(jalali.of_date(last)),
        fixed=True,
    )
    return Filled.of(await centre.db.read(choices.usual, centre.id, plan))


async def _form(call: Call, centre: Centre, form: Filled, status: int = 200) -> Response:
    found = await centre.db.read(choices.around, form.value("provider"))
    return draw(call, centre, "plan.html", status, form=form, hours=HOURS, shared=SHARED, quotas=list(Quota), **found)


async def _again(call: Call, form: Filled) -> Response:
    return await _form(call, await centre_of(call), form)


async def _mistaken(call: Call, centre: Centre, form: Filled, wrong: dict[str, Problem]) -> Response:
    errors = {
        name: say(call, persian.persian_digits(problem.text_fa), problem.text_en) for name, problem in wrong.items()
    }
    return await _form(call, centre, Filled(form.values, errors), UNPROCESSABLE)


async def _preview(call: Call, centre: Centre, plan: Plan) -> Response:
    try:
        agenda = await centre.db.read(agenda_of, centre.id, plan)
        told = read_plan(plan, agenda, call.now)
    except Mistakes as mistakes:
        return await _mistaken(call, centre, Filled.of(plan), mistakes.by_field)
    outlook = await centre.db.read(planning.look, agenda, told.news, call.now)
    days: list[Day] = days_of(outlook)
    filled = Filled.of(plan)
    fields = [(name, filled.value(name)) for name in Plan.__struct_fields__ if name != "skip" and filled.value(name)]
    closed = [(jalali.of_date(day), title) for day, title in sorted(told.closed.items())]
    shown: dict[str, Any] = {
        "agenda": agenda,
        "plan": plan,
        "outlook": outlook,
        "days": days,
        "closed": closed,
        "passed_over": [(each, jalali.of_date(each.day)) for each in told.passed_over],
        "sizes": sizes_of(outlook),
        "withdrawal": withdrawal_of(outlook, plan.provider),
    }
    return draw(call, centre, "preview.html", fields=fields, **shown)


def _published(call: Call, plan: Plan, outlook: planning.Outlook) -> Response:
    made = sum(new.seats for new in outlook.fresh)
    first = next(iter([*outlook.fresh, *outlook.there]), None)
    day = jalali.slashed(jalali.day_of(first.starts_at)) if first else ""
    said = f"{persian.grouped(made)} نوبت منتشر شد.", f"{made:,} slots were published."
    if not made:
        said = "این زمان‌ها پیش‌تر منتشر شده بود؛ چیزی افزوده نشد.", "These times were there already: nothing was added."
    return back(call, address("/desk/week", day=day, provider=plan.provider), ("good", *said))
