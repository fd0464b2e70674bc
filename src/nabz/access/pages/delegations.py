"""Letting a secretary act, and acting."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from starlette.responses import Response

from nabz.access.model import Role
from nabz.access.pages.forms import again, local_path, me
from nabz.access.service import delegations as service
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


class NewDelegation(msgspec.Struct, frozen=True):
    """Who may act, and until the end of which day."""

    username: str = ""
    until: str = ""


class Which(msgspec.Struct, frozen=True):
    """One of the delegations."""

    id: str = ""


class Principal(msgspec.Struct, frozen=True):
    """For whom to act from now on; nobody means for oneself."""

    principal: str = ""
    next: str = ""


def routes() -> Pages:
    """Both sides of a delegation."""
    pages = Pages("access")

    @pages.get("/account/delegations/new", summary="The form for a delegation", roles=(Role.PHYSICIAN,))
    async def show_delegate(call: Call) -> Response:
        return render(call, "access/delegation_new.html", form=NewDelegation(), errors={})

    @pages.post("/account/delegations", summary="Let a secretary act", form=NewDelegation, roles=(Role.PHYSICIAN,))
    async def delegate(call: Call) -> Response:
        form = await call.form(NewDelegation)
        try:
            until = _end_of(form.until)
            await call.db.write(service.delegate, me(call), new_id(), form.username, until, call.now)
        except Problem as problem:
            return again(call, "access/delegation_new.html", problem, form=form)
        done = say(call, "این منشی از این پس می‌تواند از سوی شما کار کند.", "This secretary may act for you now.")
        return see_other(call, "/account", said=("good", done))

    @pages.post("/account/delegations/revoke", summary="End a delegation, from either side", form=Which, roles=())
    async def revoke(call: Call) -> Response:
        form = await call.form(Which)
        await call.db.write(service.revoke, me(call), form.id, call.now)
        done = say(call, "نمایندگی پایان یافت.", "The delegation is ended.")
        return see_other(call, "/account", said=("good", done))

    @pages.post("/account/acting", summary="Act for a physician, or for oneself again", form=Principal, roles=())
    async def act_for(call: Call) -> Response:
        form = await call.form(Principal)
        await call.db.write(service.act_for, me(call), form.principal or None, call.now)
        return see_other(call, local_path(form.next))

    return pages


def _end_of(day: str) -> datetime | None:
    """Read a Jalali day as the instant at which it is over in Tehran."""
    return jalali.start_of(jalali.parse(day)) + timedelta(days=1) if day.strip() else None
