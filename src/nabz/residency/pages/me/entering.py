"""A resident's way in: his number, and the code that goes to the mobile which is on record; and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.access.model.guessing import network_of
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id, secret
from nabz.notify.errors import CodeTooSoon, CodeWrong
from nabz.notify.service import codes
from nabz.residency.errors.entering import PersonWrong, TooManyAsked
from nabz.residency.pages.frame import HOME, Words, draw
from nabz.residency.pages.me import keeping
from nabz.residency.pages.me.frame import FILE, PATH, draw_door, me_of, public
from nabz.residency.pages.me.keeping import ASKED, KNOWN, Asked, Known
from nabz.residency.service import proving
from nabz.residency.service.proving import Whom
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

CODE: Final = f"{PATH}/code"


class Naming(msgspec.Struct, frozen=True):
    """Who somebody says to be."""

    identity: Annotated[str, msgspec.Meta(max_length=40, pattern=r"\S")]
    foreign: bool = False


class Typed(msgspec.Struct, frozen=True):
    """The form of the code."""

    code: Annotated[str, msgspec.Meta(max_length=40)] = ""


NAMING: Final = Form(
    Naming,
    {"identity": (PersonWrong.fa, PersonWrong.en)},
    {PersonWrong: "identity", TooManyAsked: "identity"},
)
GIVING: Final = Form(Typed, problems={CodeWrong: "code", TooManyAsked: "code"})


def routes() -> Pages:
    """In and out."""
    pages = Pages("residency")

    @pages.get(PATH, summary="A resident's own pages, or the way in")
    async def mine(call: Call) -> Response:
        return see_other(call, HOME if await me_of(call) is None else FILE)

    @pages.post(PATH, summary="Say who one is, and go on to the code")
    async def name(call: Call) -> Response:
        try:
            form = await NAMING.read(call)
            return await _send(call, proving.read(form.identity, foreign=form.foreign))
        except Problem as problem:
            return await NAMING.again(call, problem, draw_door)

    @pages.get(CODE, summary="Ask for the one-time code")
    async def show_code(call: Call) -> Response:
        return _lost(call) if keeping.opened(call, ASKED, Asked) is None else await _draw_code(call, BLANK)

    @pages.post(CODE, summary="Check the one-time code")
    async def give_code(call: Call) -> Response:
        asked = keeping.opened(call, ASKED, Asked)
        if asked is None:
            return _lost(call)
        try:
            return await _enter(call, asked, (await GIVING.read(call)).code)
        except Problem as problem:
            return await GIVING.again(call, problem, _draw_code)

    @pages.post(f"{CODE}/again", summary="Send another code")
    async def send_again(call: Call) -> Response:
        asked = keeping.opened(call, ASKED, Asked)
        if asked is None:
            return _lost(call)
        try:
            return await _send(call, Whom(asked.number, asked.is_irani))
        except TooManyAsked as problem:
            return await GIVING.again(call, problem, _draw_code)

    @pages.post(f"{PATH}/out", summary="Forget on this browser who one is")
    async def leave(call: Call) -> Response:
        text = say(call, "از پروندهٔ دستیاری خود خارج شدید.", "You have left your file.")
        return keeping.forget(call, see_other(call, HOME, said=("good", text)))

    return pages


async def _send(call: Call, whom: Whom) -> Response:
    """Send a code, unless one is on its way already; nobody is told whether there is a mobile. Raises TooManyAsked."""
    said = None
    network, code = network_of(call.ip), codes.new_code()
    try:
        await public(call).write(proving.begin, call.deps.keys, whom, network, code, new_id(), call.now)
    except CodeTooSoon as problem:
        wait = Words(visit.language(call), call.now).number(problem.retry_after or 0)
        fa = f"کد پیش‌تر فرستاده شده است. اگر نرسید، پس از {wait} ثانیه دوباره بخواهید."
        said = ("info", say(call, fa, f"A code was sent already. If it does not arrive, ask again in {wait} seconds."))
    asked = Asked(whom.number, whom.is_irani, secret(), keeping.until(call))
    return keeping.give(call, see_other(call, CODE, said=said), ASKED, asked)


async def _enter(call: Call, asked: Asked, typed: str) -> Response:
    """Let in who has the code. Raises CodeWrong."""
    db, whom = public(call), Whom(asked.number, asked.is_irani)
    mobile = await db.write(proving.prove, call.deps.keys, whom, asked.attempt, typed, call.now)
    if not mobile:
        raise CodeWrong
    known = Known(whom.number, whom.is_irani, mobile, db.data_set, keeping.until(call))
    # The attempt stays with the browser: the same form once more is answered the same.
    return keeping.give(call, see_other(call, FILE), KNOWN, known)


def _lost(call: Call) -> Response:
    text = say(call, "زمان این مرحله گذشت؛ لطفاً از نو آغاز کنید.", "This step has expired: please begin again.")
    return see_other(call, HOME, said=("warn", text))


async def _draw_code(call: Call, form: Filled) -> Response:
    return draw(call, "me/code.html", form=form)
