"""Switching the second factor on and off, and its recovery codes."""

from __future__ import annotations

import msgspec
import segno
from starlette.responses import Response

from nabz.access.errors import OfferExpired, WrongCode
from nabz.access.model import Person
from nabz.access.pages.account import CURRENT_PASSWORD, checked
from nabz.access.service import second_factor as service
from nabz.access.service.passwords import Passwords
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


class Confirmation(msgspec.Struct, frozen=True):
    """The offer that the phone has read, a first code, and the password."""

    offer: str = ""
    code: str = ""
    current: str = ""


class Current(msgspec.Struct, frozen=True):
    """The password, once more."""

    current: str = ""


SWITCHING_ON = Form(Confirmation, problems={OfferExpired: "code", WrongCode: "code"} | CURRENT_PASSWORD)
WITH_PASSWORD = Form(Current, problems=CURRENT_PASSWORD)


def routes(passwords: Passwords) -> Pages:
    """What everybody may do with his own second factor."""
    pages = Pages("access")

    @pages.get("/account/second-factor", summary="Show the secret for the phone, or the way to switch it off", roles=())
    async def show_second_factor(call: Call) -> Response:
        return await (_draw_off if Person.of(call.me).second_factor else _draw_on)(call, BLANK)

    @pages.post("/account/second-factor", summary="Switch the second factor on", roles=())
    async def switch_on(call: Call) -> Response:
        person = Person.of(call.me)
        recovery = service.new_recovery_codes()
        try:
            form = await SWITCHING_ON.read(call)
            await checked(call, passwords, person, form.current)
            await call.db.write(
                service.switch_on, call.deps.keys, person, form.offer, form.code[:80], recovery, call.now
            )
        except Problem as problem:
            return await SWITCHING_ON.again(call, problem, _draw_on)
        return render(call, "access/recovery_codes.html", codes=recovery)

    @pages.post("/account/second-factor/off", summary="Switch the second factor off", roles=())
    async def switch_off(call: Call) -> Response:
        person = Person.of(call.me)
        try:
            form = await WITH_PASSWORD.read(call)
            await checked(call, passwords, person, form.current)
            await call.db.write(service.switch_off, person, new_id(), call.now)
        except Problem as problem:
            return await WITH_PASSWORD.again(call, problem, _draw_off)
        done = say(call, "ورود دومرحله‌ای خاموش شد.", "The second factor is off.")
        return see_other(call, "/account", said=("good", done))

    @pages.post("/account/recovery-codes", summary="Make new recovery codes", roles=())
    async def renew_recovery_codes(call: Call) -> Response:
        person = Person.of(call.me)
        recovery = service.new_recovery_codes()
        try:
            form = await WITH_PASSWORD.read(call)
            await checked(call, passwords, person, form.current)
            await call.db.write(service.renew_recovery_codes, call.deps.keys, person, recovery, call.now)
        except Problem as problem:
            return await WITH_PASSWORD.again(call, problem, _draw_off)
        return render(call, "access/recovery_codes.html", codes=recovery)

    return pages


async def _draw_off(call: Call, form: Filled) -> Response:
    return render(call, "access/second_factor_off.html", form=form)


async def _draw_on(call: Call, form: Filled) -> Response:
    """Draw an offer: the one that the phone may have read already, or a new one."""
    keys, person, sealed = call.deps.keys, Person.of(call.me), form.value("offer")
    offer = service.offered_again(keys, person.username, person.user_id, sealed, call.now) if sealed else None
    if offer is None:
        offer = service.offer(keys, person.username, person.user_id, call.now)
    picture = segno.make(offer.uri, error="m").svg_data_uri(scale=4, border=4, light="white")
    return render(call, "access/second_factor_on.html", form=form, offer=offer, picture=picture)
