"""Letting a secretary act, and acting."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from starlette.responses import Response

from nabz.access.errors import DateNotAhead, DelegateNotFitting, DelegationThere
from nabz.access.model import PHYSICIANS, Person
from nabz.access.service import delegations as service
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.web.forms import BLANK, Filled, Form, local_path
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


class NewDelegation(msgspec.Struct, frozen=True):
    """Who may act, and until the end of which day."""

    username: str = ""
    until: str = ""


DELEGATING = Form(
    NewDelegation,
    problems={
        DelegateNotFitting: "username",
        DelegationThere: "username",
        DateNotAhead: "until",
        jalali.DateWrong: "until",
    },
)


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

    @pages.get("/account/delegations/new", summary="The form for a delegation", roles=PHYSICIANS)
    async def show_delegate(call: Call) -> Response:
        return await _draw_new(call, BLANK)

    @pages.post("/account/delegations", summary="Let a secretary act", roles=PHYSICIANS)
    async def delegate(call: Call) -> Response:
        try:
            form = await DELEGATING.read(call)
            until = _end_of(form.until)
            await call.db.write(service.delegate, Person.of(call.me), new_id(), form.username, until, call.now)
        except Problem as problem:
            return await DELEGATING.again(call, problem, _draw_new)
        done = say(call, "این منشی از این پس می‌تواند از سوی شما کار کند.", "This secretary may act for you now.")
        return see_other(call, "/account", said=("good", done))

    @pages.post("/account/delegations/revoke", summary="End a delegation, from either side", roles=())
    async def revoke(call: Call) -> Response:
        form = await call.form(Which)
        await call.db.write(service.revoke, Person.of(call.me), form.id, call.now)
        done = say(call, "نمایندگی پایان یافت.", "The delegation is ended.")
        return see_other(call, "/account", said=("good", done))

    @pages.post("/account/acting", summary="Act for a physician, or for oneself again", roles=())
    async def act_for(call: Call) -> Response:
        form = await call.form(Principal)
        await call.db.write(service.act_for, Person.of(call.me), form.principal or None, call.now)
        return see_other(call, local_path(form.next))

    return pages


async def _draw_new(call: Call, form: Filled) -> Response:
    return render(call, "access/delegation_new.html", form=form)


def _end_of(day: str) -> datetime | None:
    """Read a Jalali day as the instant at which it is over in Tehran."""
    return jalali.start_of(jalali.parse(day)) + timedelta(days=1) if day.strip() else None
