"""Switching the second factor on and off, and its recovery codes."""

from __future__ import annotations

from typing import Any

import msgspec
import segno
from starlette.responses import Response

from nabz.access.model import Person
from nabz.access.pages.account import checked
from nabz.access.pages.forms import again, me
from nabz.access.service import second_factor as service
from nabz.access.service.passwords import Passwords
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
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


def routes(passwords: Passwords) -> Pages:
    """What everybody may do with his own second factor."""
    pages = Pages("access")

    @pages.get("/account/second-factor", summary="Show the secret for the phone, or the way to switch it off", roles=())
    async def show_second_factor(call: Call) -> Response:
        person = me(call)
        if person.second_factor:
            return render(call, "access/second_factor_off.html", errors={})
        return render(call, "access/second_factor_on.html", errors={}, **_offer(call, person))

    @pages.post("/account/second-factor", summary="Switch the second factor on", form=Confirmation, roles=())
    async def switch_on(call: Call) -> Response:
        form = await call.form(Confirmation)
        person = me(call)
        recovery = service.new_recovery_codes()
        try:
            await checked(call, passwords, person, form.current)
            await call.db.write(
                service.switch_on, call.deps.keys, person, form.offer, form.code[:80], recovery, call.now
            )
        except Problem as problem:
            return again(call, "access/second_factor_on.html", problem, **_offer(call, person, form.offer))
        return render(call, "access/recovery_codes.html", codes=recovery)

    @pages.post("/account/second-factor/off", summary="Switch the second factor off", form=Current, roles=())
    async def switch_off(call: Call) -> Response:
        form = await call.form(Current)
        person = me(call)
        try:
            await checked(call, passwords, person, form.current)
            await call.db.write(service.switch_off, person, new_id(), call.now)
        except Problem as problem:
            return again(call, "access/second_factor_off.html", problem)
        done = say(call, "ورود دومرحله‌ای خاموش شد.", "The second factor is off.")
        return see_other(call, "/account", said=("good", done))

    @pages.post("/account/recovery-codes", summary="Make new recovery codes", form=Current, roles=())
    async def renew_recovery_codes(call: Call) -> Response:
        form = await call.form(Current)
        person = me(call)
        recovery = service.new_recovery_codes()
        try:
            await checked(call, passwords, person, form.current)
            await call.db.write(service.renew_recovery_codes, call.deps.keys, person, recovery, call.now)
        except Problem as problem:
            return again(call, "access/second_factor_off.html", problem)
        return render(call, "access/recovery_codes.html", codes=recovery)

    return pages


def _offer(call: Call, person: Person, sealed: str = "") -> dict[str, Any]:
    """Draw an offer: the one that the phone may have read already, or a new one."""
    keys = call.deps.keys
    offer = service.offered_again(keys, person.username, person.user_id, sealed, call.now) if sealed else None
    if offer is None:
        offer = service.offer(keys, person.username, person.user_id, call.now)
    picture = segno.make(offer.uri, error="m").svg_data_uri(scale=4, border=4, light="white")
    return {"offer": offer, "picture": picture}
