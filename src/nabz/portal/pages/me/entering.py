"""The way in: a national code, and the code that goes to the mobile which the registry has; and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.access.model.guessing import network_of
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id, secret
from nabz.notify.errors import CodeTooSoon, CodeWrong
from nabz.notify.service import codes
from nabz.portal.errors import PersonWrong, TooManyAsked
from nabz.portal.pages.me import keeping
from nabz.portal.pages.me.frame import PATH, draw, me_of, public
from nabz.portal.pages.me.keeping import ASKED, CHILD, KNOWN, Asked, Known
from nabz.portal.pages.me.records import show_list
from nabz.portal.pages.me.words import MeWords
from nabz.portal.service import proving
from nabz.prescriptions.errors.writing import PatientWrong
from nabz.prescriptions.model import ANONYMOUS
from nabz.prescriptions.service import entitlement
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

CODE: Final = "/me/code"


class Naming(msgspec.Struct, frozen=True):
    """Who somebody says to be."""

    identity: Annotated[str, msgspec.Meta(max_length=40, pattern=r"\S")]


class Typed(msgspec.Struct, frozen=True):
    """The form of the code."""

    code: Annotated[str, msgspec.Meta(max_length=40)] = ""


NAMING: Final = Form(
    Naming,
    {"identity": (PersonWrong.fa, PersonWrong.en)},
    {PersonWrong: "identity", TooManyAsked: "identity"},
)
GIVING: Final = Form(Typed, problems={CodeWrong: "code"})


def routes() -> Pages:
    """In and out."""
    pages = Pages("portal")

    @pages.get(PATH, summary="My prescriptions, or the way in")
    async def mine(call: Call) -> Response:
        me = await me_of(call)
        return await show_list(call, me) if me is not None else await _draw_door(call, BLANK)

    @pages.post(PATH, summary="Say who one is, and go on to the code")
    async def name(call: Call) -> Response:
        try:
            return await _begin(call, _key(await NAMING.read(call)))
        except Problem as problem:
            return await NAMING.again(call, problem, _draw_door)

    @pages.get(CODE, summary="Ask for the one-time code")
    async def show_code(call: Call) -> Response:
        return _lost(call) if keeping.opened(call, ASKED, Asked) is None else await _draw_code(call, BLANK)

    @pages.post(CODE, summary="Check the one-time code")
    async def give_code(call: Call) -> Response:
        asked = keeping.opened(call, ASKED, Asked)
        if asked is None:
            return _lost(call)
        try:
            typed = (await GIVING.read(call)).code
            return await _enter(call, asked, typed)
        except Problem as problem:
            return await GIVING.again(call, problem, _draw_code)

    @pages.post("/me/code/again", summary="Send another code")
    async def send_again(call: Call) -> Response:
        asked = keeping.opened(call, ASKED, Asked)
        return _lost(call) if asked is None else await _send(call, asked.key)

    @pages.post("/me/out", summary="Forget on this browser who one is")
    async def leave(call: Call) -> Response:
        text = say(call, "از «سلامت من» خارج شدید.", "You have left your record.")
        return keeping.forget(call, see_other(call, PATH, said=("good", text)))

    return pages


def _key(form: Naming) -> str:
    """Read who somebody says to be. Raises PersonWrong."""
    try:
        key = entitlement.person_key(form.identity)
    except PatientWrong as problem:
        raise PersonWrong from problem
    if key == ANONYMOUS:
        raise PersonWrong
    return key


async def _begin(call: Call, key: str) -> Response:
    """Let in who has proven the same mobile for an appointment; send a code to all others. Raises TooManyAsked."""
    mobile = keeping.proven_mobile(call)
    person = await public(call).read(proving.known, key)
    if mobile and person is not None and person.mobile == mobile:
        return _let_in(call, key, mobile)
    await public(call).write(proving.count, call.deps.keys, network_of(call.ip), key, call.now)
    return await _send(call, key)


async def _send(call: Call, key: str) -> Response:
    """Send a code, unless one is on its way already; nobody is told whether there is a mobile to send it to."""
    said = None
    try:
        await public(call).write(proving.begin, call.deps.keys, key, codes.new_code(), new_id(), call.now)
    except CodeTooSoon as problem:
        wait = MeWords(visit.language(call), call.now).number(problem.retry_after or 0)
        fa = f"کد پیش‌تر فرستاده شده است. اگر نرسید، پس از {wait} ثانیه دوباره بخواهید."
        said = ("info", say(call, fa, f"A code was sent already. If it does not arrive, ask again in {wait} seconds."))
    answer = see_other(call, CODE, said=said)
    return keeping.give(call, answer, ASKED, Asked(key, secret(), keeping.until(call)))


async def _enter(call: Call, asked: Asked, typed: str) -> Response:
    """Let in who has the code. Raises CodeWrong."""
    db = public(call)
    good = await db.write(proving.prove, call.deps.keys, asked.key, asked.attempt, typed, call.now)
    person = await db.read(proving.known, asked.key)
    if not good or person is None or not person.mobile:
        raise CodeWrong
    return _let_in(call, asked.key, person.mobile)


def _let_in(call: Call, key: str, mobile: str) -> Response:
    answer = keeping.forget(call, see_other(call, PATH), ASKED, CHILD)
    return keeping.give(call, answer, KNOWN, Known(key, mobile, public(call).data_set, keeping.until(call)))


def _lost(call: Call) -> Response:
    text = say(call, "زمان این مرحله گذشت؛ لطفاً از نو آغاز کنید.", "This step has expired: please begin again.")
    return see_other(call, PATH, said=("warn", text))


async def _draw_door(call: Call, form: Filled) -> Response:
    return draw(call, None, "door.html", form=form)


async def _draw_code(call: Call, form: Filled) -> Response:
    return draw(call, None, "code.html", form=form)
