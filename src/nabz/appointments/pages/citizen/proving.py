"""The one-time code: it proves the mobile, and then what was asked for is done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.pages.citizen import keeping
from nabz.appointments.pages.citizen.limits import note_code
from nabz.appointments.pages.citizen.persons import masked_mobile
from nabz.appointments.pages.frame import Words, draw
from nabz.appointments.service import proving
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id, secret
from nabz.notify.errors import CodeTooSoon, CodeWrong
from nabz.notify.service import codes
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.responses import Response

    from nabz.appointments.pages.citizen.keeping import Draft, Kind
    from nabz.kit.http import Call

    Finish = Callable[[Call, Draft], Awaitable[Response]]


class Typed(msgspec.Struct, frozen=True):
    """The form of the code."""

    code: str = ""


GIVING: Final = Form(Typed, problems={CodeWrong: "code"})


def routes(finishing: Mapping[Kind, Finish]) -> Pages:
    """Ask for the code, check it, send it again."""
    pages = Pages("appointments")

    @pages.get("/nobat/code", summary="Ask for the one-time code")
    async def show_code(call: Call) -> Response:
        draft = keeping.draft_of(call)
        return lost(call) if draft is None or not draft.mobile else await _draw(call, draft, BLANK)

    @pages.post("/nobat/code", summary="Check the one-time code and do what was asked for")
    async def give_code(call: Call) -> Response:
        draft = keeping.draft_of(call)
        if draft is None or not draft.mobile:
            return lost(call)
        try:
            form = await GIVING.read(call)
            typed = form.code[:40]
            if not await call.db.write(proving.prove, call.deps.keys, draft.mobile, draft.attempt, typed, call.now):
                raise CodeWrong
        except Problem as problem:
            return await GIVING.again(call, problem, lambda call, form: _draw(call, draft, form))
        return await _finished(call, draft, finishing[draft.kind])

    @pages.post("/nobat/code/again", summary="Send another code")
    async def send_again(call: Call) -> Response:
        draft = keeping.draft_of(call)
        return lost(call) if draft is None or not draft.mobile else await _send(call, draft)

    return pages


async def begin(call: Call, draft: Draft, finish: Finish) -> Response:
    """Do what was asked for if the mobile is proven already; else send a code to it first."""
    known = keeping.proven(call)
    if known is not None and known.mobile == draft.mobile:
        return await _finished(call, draft, finish)
    return await _send(call, draft)


def lost(call: Call) -> Response:
    """Send on a browser that waited too long, or keeps no cookies."""
    text = say(call, "زمان این مرحله گذشت؛ لطفاً از نو آغاز کنید.", "This step has expired: please begin again.")
    return see_other(call, "/nobat", said=("warn", text))


async def _finished(call: Call, draft: Draft, finish: Finish) -> Response:
    answer = await finish(call, draft)
    return keeping.prove(call, answer, draft.mobile, draft.person)


async def _send(call: Call, draft: Draft) -> Response:
    """Send a code, unless one is on its way already, and go on to where it is asked for. Raises TooManyBookings."""
    await note_code(call, draft.mobile)
    code = codes.new_code()
    said = None
    try:
        await call.db.write(proving.issue, call.deps.keys, draft.mobile, code, new_id(), call.now)
    except CodeTooSoon as problem:
        wait = Words(visit.language(call), call.now).number(problem.retry_after or 0)
        fa = f"کد پیش‌تر فرستاده شده است. اگر نرسید، پس از {wait} ثانیه دوباره بخواهید."
        said = ("info", say(call, fa, f"A code was sent already. If it does not arrive, ask again in {wait} seconds."))
    answer = see_other(call, "/nobat/code", said=said)
    return keeping.keep_draft(call, answer, msgspec.structs.replace(draft, attempt=secret()))


async def _draw(call: Call, draft: Draft, form: Filled) -> Response:
    words = Words(visit.language(call), call.now)
    mobile = masked_mobile(words, draft.mobile)
    held = datetime.fromtimestamp(draft.held_until, UTC)
    until = held if held > call.now else None
    return draw(call, "citizen/code.html", form=form, draft=draft, mobile=mobile, held_until=until)
