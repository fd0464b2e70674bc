"""Forgotten passwords, and the one-time links that letters bring."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from nabz.access.errors import LinkSpent, PasswordsDiffer
from nabz.access.model import check_new_password
from nabz.access.pages.forms import again
from nabz.access.service import links as service
from nabz.access.service.letters import new_posting
from nabz.access.service.passwords import Passwords
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.web import visit
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


class Forgotten(msgspec.Struct, frozen=True):
    """Who has forgotten."""

    name: str = ""


class Choice(msgspec.Struct, frozen=True):
    """A new password, twice."""

    password: str = ""
    again: str = ""


def routes(passwords: Passwords) -> Pages:
    """Letters out, links in."""
    pages = Pages("access")

    @pages.get("/forgot", summary="Ask for a new password")
    async def show_forgot(call: Call) -> Response:
        return render(call, "access/forgot.html", sent=False)

    @pages.post("/forgot", summary="Send the way to a new password, if there is such an account", form=Forgotten)
    async def ask(call: Call) -> Response:
        form = await call.form(Forgotten)
        postings = [new_posting(call.deps.settings.base_url) for _ in range(service.AT_MOST)]
        await call.db.write(service.ask, call.deps.keys, form.name[:200], postings, call.ip, call.now)
        return render(call, "access/forgot.html", sent=True)

    @pages.get("/link/{token}", summary="Show what a one-time link opens; looking does not use it up")
    async def show_link(call: Call) -> Response:
        link = await call.db.read(service.find, _digest(call), call.now)
        return render(call, "access/link.html", link=link, token=call.path["token"], errors={})

    @pages.post("/link/{token}", summary="Choose a password and use the link up", form=Choice)
    async def accept(call: Call) -> Response:
        form = await call.form(Choice)
        digest = _digest(call)
        link = await call.db.read(service.find, digest, call.now)
        try:
            check_new_password(form.password, link.username)
            if form.password != form.again:
                raise PasswordsDiffer
            chosen = await passwords.hash(form.password)
            await call.db.write(service.accept, call.deps.keys, digest, chosen, call.ip, visit.visit_of(call), call.now)
        except LinkSpent:
            raise
        except Problem as problem:
            return again(call, "access/link.html", problem, link=link, token=call.path["token"])
        done = say(call, "گذرواژه ثبت شد؛ اکنون وارد شوید.", "The password is set: sign in now.")
        return see_other(call, "/login", said=("good", done))

    return pages


def _digest(call: Call) -> str:
    return service.digest_of(call.deps.keys, call.path["token"])
