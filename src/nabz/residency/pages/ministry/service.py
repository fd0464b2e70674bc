"""Times of maintenance: until when the service takes nothing, and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.kit.jalali import DateWrong, TimeWrong
from nabz.residency.errors import ChangedMeanwhile, UnderMaintenance
from nabz.residency.pages.frame import MINISTRY, back, db_of, ministry_of, refused
from nabz.residency.pages.ministry import moments
from nabz.residency.pages.ministry.frame import HOME, draw
from nabz.residency.service import rules
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Caller

PATH: Final = f"{HOME}/service"


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """Until when, as it is typed, and what is told."""

    version: int
    until: Annotated[str, msgspec.Meta(max_length=100)] = ""
    note: Annotated[str, msgspec.Meta(max_length=rules.LONGEST_NOTE)] = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="Whether the service is open", roles=MINISTRY)
    async def show(call: Call) -> Response:
        return await _draw(call, BLANK)

    @pages.post(PATH, summary="Close the service for a while", roles=MINISTRY)
    async def close(call: Call) -> Response:
        form = await call.form(Closing)
        try:
            until = moments.read(form.until, end=True)
        except (DateWrong, TimeWrong):
            return await _wrong(call, form, *moments.WRONG)
        if until is None or until <= call.now:
            return await _wrong(call, form, "زمانی در آینده بنویسید.", "Write a time that is to come.")
        return await _put(call, form, until, "سرویس بسته شد.", "The service is closed.", "warn")

    @pages.post(f"{PATH}/open", summary="Open the service again", roles=MINISTRY)
    async def reopen(call: Call) -> Response:
        return await _put(call, await call.form(Closing), None, "سرویس باز است.", "The service is open.", "good")

    return pages


async def _put(call: Call, form: Closing, until: datetime | None, fa: str, en: str, kind: str) -> Response:
    try:
        await db_of(call).write(_set, form, until, ministry_of(call), call.now)
    except ChangedMeanwhile as problem:
        return refused(call, PATH, problem)
    return back(call, PATH, fa, en, kind)


def _set(tx: Tx, form: Closing, until: datetime | None, caller: Caller, now: datetime) -> None:
    known = rules.get(tx)
    note = "" if until is None else form.note
    wanted = msgspec.structs.replace(known, maintenance_until=until, maintenance_note=note, version=form.version)
    rules.put(tx, wanted, caller, now)


async def _wrong(call: Call, form: Closing, fa: str, en: str) -> Response:
    answer = await _draw(call, Filled(msgspec.structs.asdict(form), {"until": say(call, fa, en)}))
    answer.status_code = UNPROCESSABLE
    return answer


async def _draw(call: Call, form: Filled) -> Response:
    known = await db_of(call).read(rules.get)
    closed = known.maintenance_until is not None and call.now < known.maintenance_until
    told = UnderMaintenance(note=known.maintenance_note if closed else "…")
    return draw(call, "service.html", form=form, rules=known, closed=closed, told=told)
