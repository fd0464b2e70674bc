"""The referral map: its ways as a list, one way to add, change, end or take out, and the map as a file."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response, StreamingResponse

from nabz.appointments.errors import BadPeriod
from nabz.appointments.errors.referral import UnknownCodes
from nabz.appointments.errors.reports import LastDayWrong
from nabz.appointments.files.referral import HEADER, csv_parts
from nabz.appointments.model import OriginKind, Route
from nabz.appointments.model.referral import ended, folded_code
from nabz.appointments.pages.ministry.frame import MINISTRY, db_of, download, draw
from nabz.appointments.pages.ministry.resolving import Choice, Reading, Told, origins, read_way
from nabz.appointments.service import naming, referral
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.persian import ascii_digits
from nabz.kit.tabular import CSV, csv_bytes
from nabz.registries.errors import BadFacilityId
from nabz.registries.model import read_facility_id
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date, datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.http import Call

PAGE: Final = 50
EXPORT: Final = 5000
ROOT: Final = "/ministry/referral"
Text = Annotated[str, msgspec.Meta(max_length=80)]


class Wanted(msgspec.Struct, frozen=True):
    """The filters of the list."""

    origin: Text = ""
    specialty: Text = ""
    after: Text = ""


class End(msgspec.Struct, frozen=True):
    """The last day of a way."""

    until: Text = ""


PUTTING: Final = Form(
    Told,
    {"origin_kind": ("نوع مبدأ را برگزینید.", "Choose the kind of the origin.")},
    {UnknownCodes: "specialty"},
)
ENDING: Final = Form(End, problems={LastDayWrong: "until", BadPeriod: "until"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("appointments")
    _add_list(pages)
    _add_files(pages)
    _add_one(pages)
    return pages


def _add_list(pages: Pages) -> None:
    @pages.get(ROOT, summary="The ways of the referral map", roles=MINISTRY)
    async def show(call: Call) -> Response:
        wanted = call.query(Wanted)
        found = await db_of(call).read(_listed, wanted)
        fields = {"origin": wanted.origin, "specialty": wanted.specialty, "after": found["next"]}
        following = f"{ROOT}?{urlencode(fields)}" if found["next"] else ""
        today = jalali.tehran(call.now).date()
        return draw(call, "referral.html", form=Filled.of(wanted), today=today, **{**found, "next": following})


def _listed(tx: Tx, wanted: Wanted) -> dict[str, Any]:
    origin, meant = _origin(tx, wanted.origin)
    specialty = ascii_digits(wanted.specialty).strip()
    rows = [] if meant else referral.routes(tx, origin, specialty, PAGE + 1, wanted.after)
    shown = rows[:PAGE]
    return {
        "meant": [(one, f"{ROOT}?{urlencode({'origin': one.value, 'specialty': specialty})}") for one in meant],
        "rows": shown,
        "titles": naming.titles(tx, shown),
        "count": referral.count(tx),
        "specialties": naming.choices(tx, naming.SPECIALTY),
        "next": shown[-1].id if len(rows) > PAGE else "",
    }


def _origin(tx: Tx, text: str) -> tuple[str, list[Choice]]:
    """Read the origin that a list is narrowed to: its identifier or code, or else a name, and what that may mean."""
    plain = ascii_digits(text).strip().lower()
    with suppress(BadFacilityId):
        return read_facility_id(plain), []
    if not plain or (folded_code(plain) is not None and plain.isdecimal()):
        return plain, []
    found = [one for kind in OriginKind for one in _named(tx, kind, text)]
    return (found[0].value, []) if len(found) == 1 else (plain, found)


def _named(tx: Tx, kind: OriginKind, text: str) -> list[Choice]:
    try:
        return origins(tx, kind, text)
    except Problem:  # nothing of this kind is called so
        return []


def _add_files(pages: Pages) -> None:
    @pages.get(f"{ROOT}/map.csv", summary="The whole map as a file", roles=MINISTRY)
    async def export(call: Call) -> Response:
        parts = csv_parts(_all(db_of(call)))
        return download(StreamingResponse(parts, media_type=CSV), "referral-map.csv")

    @pages.get(f"{ROOT}/template.csv", summary="An empty file with the columns of the map", roles=MINISTRY)
    async def template(call: Call) -> Response:  # noqa: ARG001 - the same for everybody
        return download(Response(csv_bytes([HEADER]), media_type=CSV), "referral-template.csv")


async def _all(db: Database) -> AsyncIterator[list[Route]]:
    after = ""
    while page := await db.read(referral.routes, "", "", EXPORT, after):
        yield page
        after = page[-1].id


def _add_one(pages: Pages) -> None:
    @pages.get(f"{ROOT}/new", summary="The form of a new way", roles=MINISTRY)
    async def blank(call: Call) -> Response:
        return await _draw(call, BLANK)

    @pages.post(f"{ROOT}/new", summary="Add a way", roles=MINISTRY)
    async def add(call: Call) -> Response:
        return await _save(call, "") or _back(call, "راه افزوده شد.", "The way was added.")

    @pages.get(f"{ROOT}/way/{{id}}", summary="One way", roles=MINISTRY)
    async def show_one(call: Call) -> Response:
        return await _draw(call, None)

    @pages.post(f"{ROOT}/way/{{id}}", summary="Change a way", roles=MINISTRY)
    async def change(call: Call) -> Response:
        return await _save(call, call.path["id"]) or _back(call, "راه تغییر کرد.", "The way was changed.")

    @pages.post(f"{ROOT}/way/{{id}}/end", summary="Let a way end with a day", roles=MINISTRY)
    async def end(call: Call) -> Response:
        try:
            last = _day((await ENDING.read(call)).until, LastDayWrong()) or jalali.tehran(call.now).date()
            await db_of(call).write(_end, call.path["id"], last, call.me.user_id, call.now)
        except Problem as problem:
            return await ENDING.again(call, problem, _draw_ending)
        return _back(call, "پایان راه ثبت شد.", "The end of the way was set.")

    @pages.post(f"{ROOT}/way/{{id}}/remove", summary="Take a way out of the map", roles=MINISTRY)
    async def remove(call: Call) -> Response:
        await db_of(call).write(referral.remove, call.path["id"], call.me.user_id, call.now)
        return _back(call, "راه برداشته شد.", "The way was taken out.")


async def _save(call: Call, before: str) -> Response | None:
    """Put a way in the place of another, or draw the form again with all that is wrong with it."""
    db = db_of(call)
    try:
        told = await PUTTING.read(call)
        found = await db.read(read_way, told)
        if found.route is None:
            return await _mistaken(call, told, found)
        await db.write(_put, before, found.route, call.me.user_id, call.now)
    except Problem as problem:
        return await PUTTING.again(call, problem, _draw)
    return None


async def _mistaken(call: Call, told: Told, found: Reading) -> Response:
    wrong = {name: say(call, problem.text_fa, problem.text_en) for name, problem in found.wrong.items()}
    values = msgspec.structs.asdict(told) | {"from": told.from_}
    answer = await _draw(call, Filled(values, wrong), choices=found.choices)
    answer.status_code = UNPROCESSABLE
    return answer


def _put(tx: Tx, before: str, new: Route, by: str, now: datetime) -> Route:
    """Put a way in the place of another. Raises UnknownRoute, UnknownCodes, RouteWrong, BadPeriod."""
    lost = sorted(value for kind, value in naming.unknown(tx, [new]) if kind != "facility")
    if lost:
        raise UnknownCodes(codes="، ".join(lost))
    if before:
        referral.route(tx, before)
    if before and before != new.id:
        referral.remove(tx, before, by, now)
    return referral.put(tx, new, by, now)


def _end(tx: Tx, id_: str, last: date, by: str, now: datetime) -> Route:
    """Let a way end. Raises UnknownRoute, BadPeriod."""
    return referral.put(tx, ended(referral.route(tx, id_), last), by, now)


def _back(call: Call, fa: str, en: str) -> Response:
    return see_other(call, ROOT, said=("good", say(call, fa, en)))


# ---- drawing the form


def _day(text: str, problem: Problem) -> date | None:
    if not text.strip():
        return None
    try:
        return jalali.parse(text).to_gregorian()
    except jalali.DateWrong as wrong:
        raise problem from wrong


async def _draw_ending(call: Call, form: Filled) -> Response:
    return await _draw(call, None, form)


async def _draw(
    call: Call, form: Filled | None, ending: Filled = BLANK, choices: dict[str, list[Choice]] | None = None
) -> Response:
    found = await db_of(call).read(_around, call.path.get("id", ""))
    shown = form if form is not None else _filled(found["one"])
    return draw(call, "referral_one.html", form=shown, ending=ending, choices=choices or {}, **found)


def _around(tx: Tx, id_: str) -> dict[str, Any]:
    one = referral.route(tx, id_) if id_ else None
    return {
        "one": one,
        "titles": naming.titles(tx, [one] if one is not None else []),
        "specialties": naming.choices(tx, naming.SPECIALTY),
        "insurers": naming.choices(tx, naming.INSURER),
        "divisions": naming.choices(tx, naming.DIVISION),
    }


def _filled(one: Route) -> Filled:
    days = {"from": one.from_, "until": one.until}
    written = {name: jalali.slashed(jalali.of_date(day)) if day else "" for name, day in days.items()}
    values = msgspec.structs.asdict(one) | {"origin_kind": one.origin_kind.value} | written
    return Filled(values)
