"""Where a person signs in to Tamin in his browser: password, code, and back to the program that has sent him."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from starlette.responses import RedirectResponse, Response

from nabz.access.errors import (
    BadCredentials,
    NotOfThisEnvironment,
    NoWayForCodes,
    TooManyAttempts,
)
from nabz.access.model import Asked
from nabz.access.model.oauth import origin_of, sent_back
from nabz.access.service import sign_in
from nabz.access.service.oauth import Porter, entering
from nabz.access.service.oauth.entering import Sending, Turned
from nabz.access.service.passwords import passwords_of
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.http.call import pairs_of
from nabz.kit.ids import new_id, secret
from nabz.notify.errors import CodeWrong
from nabz.notify.service import codes
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import CSP, render, say, see_other

if TYPE_CHECKING:
    from nabz.web.forms import Draw

AUTHORIZE: Final = "/auth/server/authorize"
FOUND: Final = 302
LONGEST_TICKET: Final = 100


class SignIn(msgspec.Struct, frozen=True):
    """The form of the first step."""

    username: str = ""
    password: str = ""


class Typed(msgspec.Struct, frozen=True):
    """The form of the second step; `entry` names the first."""

    entry: str = ""
    code: str = ""


class Leaving(msgspec.Struct, frozen=True):
    """Where to go afterwards."""

    redirect_uri: str = ""


SIGNING_IN = Form(
    SignIn,
    problems={
        BadCredentials: "password",
        TooManyAttempts: "password",
        NotOfThisEnvironment: "username",
        NoWayForCodes: "username",
    },
)
GIVING_CODE = Form(Typed, problems={CodeWrong: "code"})


def routes() -> list[Pages]:
    """The way in and out."""
    pages = Pages("prescriptions")
    _password(pages)
    _code(pages)
    _out(pages)
    return [pages]


def _password(pages: Pages) -> None:
    @pages.get(AUTHORIZE, summary="Ask for the password of somebody whom a program has sent")
    async def show_sign_in(call: Call) -> Response:
        asked = await _asked(call)
        return _turned(asked) if isinstance(asked, Turned) else await _drawn(asked)(call, BLANK)

    @pages.post(AUTHORIZE, summary="Check the password and send the one-time code")
    async def check(call: Call) -> Response:
        asked = await _asked(call)
        if isinstance(asked, Turned):
            return _turned(asked)
        form = await SIGNING_IN.read(call)
        entry = secret()
        try:
            account = await sign_in.check_password(
                call.db,
                call.deps.keys,
                passwords_of(call.deps.keys),
                form.username,
                form.password,
                call.ip,
                call.now,
                browser=visit.visit_of(call),
            )
            await call.db.write(
                entering.begin, call.deps.keys, asked, account, _ticket(call, entry), _sending(), call.now
            )
        except Problem as problem:
            return await SIGNING_IN.again(call, problem, _drawn(asked))
        return see_other(call, f"/auth/otp?entry={entry}")


def _code(pages: Pages) -> None:
    @pages.get("/auth/otp", summary="Ask for the one-time code")
    async def show_code(call: Call) -> Response:
        return await _draw_code(call, Filled({"entry": call.query(Typed).entry}))

    @pages.post("/auth/otp", summary="Check the one-time code and go back with the authorisation code")
    async def give(call: Call) -> Response:
        form = await GIVING_CODE.read(call)
        passed = await call.db.write(
            entering.give_code,
            call.deps.keys,
            _ticket(call, form.entry),
            form.code[:20],
            secret(),
            visit.visit_of(call),
            call.ip,
            call.now,
        )
        if passed is None:
            return await GIVING_CODE.again(call, CodeWrong(), _draw_code)
        return _away(passed.location)

    @pages.post("/auth/otp/again", summary="Send another one-time code")
    async def send_again(call: Call) -> Response:
        form = await GIVING_CODE.read(call)
        sent = await call.db.write(entering.send_again, call.deps.keys, _ticket(call, form.entry), _sending(), call.now)
        fresh = "good", say(call, "کد تازه‌ای فرستاده شد.", "A new code was sent.")
        early = (
            "warn",
            say(call, "کد همین حالا فرستاده شده است؛ کمی صبر کنید.", "A code was sent just now: wait a moment."),
        )
        return see_other(call, f"/auth/otp?entry={form.entry[:LONGEST_TICKET]}", said=fresh if sent else early)


def _out(pages: Pages) -> None:
    @pages.get("/auth/signout", summary="End what this browser has opened, and go back")
    async def sign_out(call: Call) -> Response:
        await Porter.of(call.deps).sign_out_browser(visit.visit_of(call), call.now)
        back = call.query(Leaving).redirect_uri
        known = await call.db.read(entering.may_return, back)
        if known:
            return _away(back)
        return render(call, "prescriptions/signing_in/out.html")


async def _asked(call: Call) -> Asked | Turned:
    return await call.db.read(entering.ask, pairs_of(call.scope["query_string"]))


def _turned(turned: Turned) -> Response:
    return _away(turned.location)


def _away(location: str) -> Response:
    return RedirectResponse(location, FOUND, headers={"cache-control": "no-store"})


def _drawn(asked: Asked) -> Draw:
    async def draw(call: Call, form: Filled) -> Response:
        query = call.scope["query_string"].decode("latin-1")
        back = sent_back(asked.redirect_uri, error="access_denied", state=asked.state)
        return render(
            call,
            "prescriptions/signing_in/login.html",
            form=form,
            title=asked.title,
            action=f"{AUTHORIZE}?{query}",
            back=back,
        )

    return draw


async def _draw_code(call: Call, form: Filled) -> Response:
    ticket = _ticket(call, form.value("entry"))
    entry, to = await call.db.read(entering.waiting, call.deps.keys, ticket, call.now)
    answer = render(call, "prescriptions/signing_in/otp.html", form=form, to=to)
    # Browsers hold the answer to a form to this list too, and ours leads back to the program's own address.
    onward = f"form-action 'self' {origin_of(entry.redirect_uri)}"
    answer.headers["content-security-policy"] = CSP.replace("form-action 'self'", onward)
    return answer


def _sending() -> Sending:
    return Sending(codes.new_code(), new_id())


def _ticket(call: Call, entry: str) -> str:
    """Name an entry together with the browser that has begun it: its address alone opens nothing."""
    return f"{entry[:LONGEST_TICKET]}\0{visit.visit_of(call)}"
