"""In and out: the password, the code, the cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from nabz.access.errors import BadCredentials, SignInExpired, TooManyAttempts, WrongCode
from nabz.access.model import Person
from nabz.access.service import sessions
from nabz.access.service import sign_in as service
from nabz.access.service.passwords import Passwords
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import secret
from nabz.web import visit
from nabz.web.forms import Filled, Form, local_path
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other

SESSION: Final = "nabz_session"
LONGEST_TOKEN: Final = 100


class SignIn(msgspec.Struct, frozen=True):
    """The form of the first step."""

    username: str = ""
    password: str = ""
    next: str = ""


class Code(msgspec.Struct, frozen=True):
    """The form of the second step."""

    code: str = ""
    next: str = ""


SIGNING_IN = Form(SignIn, problems={BadCredentials: "password", TooManyAttempts: "password"})
GIVING_CODE = Form(Code, problems={WrongCode: "code", TooManyAttempts: "code"})


class Next(msgspec.Struct, frozen=True):
    """Where to go afterwards."""

    next: str = ""


def session_digest(call: Call) -> str | None:
    """Give the digest of the session that this browser came with."""
    token = visit.cookie(call, SESSION)
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return sessions.digest_of(call.deps.keys, token)


def idle(call: Call) -> timedelta:
    """Give how long a session may be left alone."""
    return timedelta(minutes=call.deps.settings.session_idle_minutes)


async def identify(call: Call) -> Person | None:
    """Find who is signed in on this call: one read, and a write once a minute."""
    digest = session_digest(call)
    if digest is None:
        return None
    person = await call.db.read(sessions.who_is, digest, call.now, idle(call))
    if person is not None and call.now - person.seen_at >= sessions.SEEN_EVERY:
        await call.db.write(sessions.note_seen, digest, call.now)
    return person


def forget_cookie(call: Call, path: str, *, said: tuple[str, str] | None = None) -> Response:
    """Send a browser on without its session."""
    answer = see_other(call, path, said=said)
    answer.delete_cookie(SESSION, path="/", secure=visit.secure(call), httponly=True, samesite="lax")
    return answer


def routes(passwords: Passwords) -> Pages:
    """The way in and out."""
    pages = Pages("access")

    @pages.get("/login", summary="Sign in")
    async def show_sign_in(call: Call) -> Response:
        onward = local_path(call.query(Next).next)
        if call.who is not None:
            return RedirectResponse(onward, 303)
        return await _draw(call, Filled({"next": onward}))

    @pages.post("/login", summary="Check the password and open a session")
    async def sign_in(call: Call) -> Response:
        form = await SIGNING_IN.read(call)
        onward = local_path(form.next)
        token = secret()
        new = _visit(call, token)
        try:
            account = await service.check_password(
                call.db,
                call.deps.keys,
                passwords,
                form.username,
                form.password,
                call.ip,
                call.now,
                browser=new.browser,
            )
            owes_code = await call.db.write(service.enter, call.deps.keys, account, new, call.now)
        except Problem as problem:
            return await SIGNING_IN.again(call, problem, _draw)
        if owes_code:
            return _let_in(call, "/login/code", token, onward)
        return _let_in(call, onward, token)

    @pages.post("/logout", summary="Sign out")
    async def sign_out(call: Call) -> Response:
        digest = session_digest(call)
        if digest is not None:
            await call.db.write(sessions.sign_out, digest, call.now)
        return forget_cookie(call, "/login", said=("good", say(call, "خارج شدید.", "You are signed out.")))

    _second_step(pages)
    return pages


def _second_step(pages: Pages) -> None:
    @pages.get("/login/code", summary="Ask for the second factor")
    async def show_code(call: Call) -> Response:
        onward = local_path(call.query(Next).next)
        return await _draw_code(call, Filled({"next": onward}))

    @pages.post("/login/code", summary="Check the second factor and open the session")
    async def give_code(call: Call) -> Response:
        form = await GIVING_CODE.read(call)
        onward = local_path(form.next)
        half = session_digest(call)
        token = secret()
        try:
            right = await call.db.write(
                service.give_code, call.deps.keys, half or "", form.code[:80], _visit(call, token), call.now
            )
            if not right:
                raise WrongCode
        except SignInExpired as problem:
            return forget_cookie(call, "/login", said=("warn", say(call, problem.text_fa, problem.text_en)))
        except Problem as problem:
            return await GIVING_CODE.again(call, problem, _draw_code)
        return _let_in(call, onward, token)


async def _draw(call: Call, form: Filled) -> Response:
    return render(call, "access/login.html", form=form)


async def _draw_code(call: Call, form: Filled) -> Response:
    return render(call, "access/login_code.html", form=form)


def _visit(call: Call, token: str) -> service.Visit:
    return service.Visit(
        origin=call.ip,
        browser=visit.visit_of(call),
        agent=call.header("user-agent") or "",
        digest=sessions.digest_of(call.deps.keys, token),
        replaces=session_digest(call),
        life=timedelta(hours=call.deps.settings.session_hours),
    )


def _let_in(call: Call, path: str, token: str, onward: str | None = None) -> Response:
    """Give the browser the new session's name, whatever it came with."""
    answer = see_other(call, path if onward is None else f"{path}?{urlencode({'next': onward})}")
    visit.set_cookie(call, answer, SESSION, token)
    return answer
