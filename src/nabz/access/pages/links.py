"""Forgotten passwords, and the one-time links that letters bring."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from nabz.access.errors import PasswordsDiffer
from nabz.access.model import Link, check_new_password
from nabz.access.pages.account import NEW_PASSWORD
from nabz.access.service import links as service
from nabz.access.service.letters import new_posting
from nabz.access.service.passwords import Passwords
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


class Forgotten(msgspec.Struct, frozen=True):
    """Who has forgotten."""

    name: str = ""


class Choice(msgspec.Struct, frozen=True):
    """A new password, twice."""

    password: str = ""
    again: str = ""


CHOOSING = Form(Choice, problems=NEW_PASSWORD)


def routes(passwords: Passwords) -> Pages:
    """Letters out, links in."""
    pages = Pages("access")

    @pages.get("/forgot", summary="Ask for a new password")
    async def show_forgot(call: Call) -> Response:
        return render(call, "access/forgot.html", form=BLANK, sent=False)

    @pages.post("/forgot", summary="Send the way to a new password, if there is such an account")
    async def ask(call: Call) -> Response:
        form = await call.form(Forgotten)
        postings = [new_posting(call.deps.settings.base_url) for _ in range(service.AT_MOST)]
        await call.db.write(service.ask, call.deps.keys, form.name[:200], postings, call.ip, call.now)
        return render(call, "access/forgot.html", form=BLANK, sent=True)

    @pages.get("/link/{token}", summary="Show what a one-time link opens; looking does not use it up")
    async def show_link(call: Call) -> Response:
        link = await call.db.read(service.find, _digest(call), call.now)
        return await _draw(call, link, BLANK)

    @pages.post("/link/{token}", summary="Choose a password and use the link up")
    async def accept(call: Call) -> Response:
        digest = _digest(call)
        link = await call.db.read(service.find, digest, call.now)
        try:
            form = await CHOOSING.read(call)
            check_new_password(form.password, link.username)
            if form.password != form.again:
                raise PasswordsDiffer
            chosen = await passwords.hash(form.password)
            await call.db.write(service.accept, call.deps.keys, digest, chosen, call.ip, visit.visit_of(call), call.now)
        except Problem as problem:
            return await CHOOSING.again(call, problem, lambda call, form: _draw(call, link, form))
        done = say(call, "گذرواژه ثبت شد؛ اکنون وارد شوید.", "The password is set: sign in now.")
        return see_other(call, "/login", said=("good", done))

    return pages


async def _draw(call: Call, link: Link, form: Filled) -> Response:
    return render(call, "access/link.html", form=form, link=link, token=call.path["token"])


def _digest(call: Call) -> str:
    return service.digest_of(call.deps.keys, call.path["token"])
