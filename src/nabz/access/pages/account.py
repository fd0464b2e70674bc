"""One's own account: name, password, where one is signed in."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from nabz.access import errors
from nabz.access.model import Account, Person, Role, check_new_password
from nabz.access.pages import words
from nabz.access.pages.sign_in import forget_cookie, idle
from nabz.access.service import delegations, second_factor, sessions, users
from nabz.access.service import sign_in as service
from nabz.access.service.passwords import Passwords
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.kit.persian import TextTooLong
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


class Name(msgspec.Struct, frozen=True):
    """A name."""

    name: str = ""


class PasswordChange(msgspec.Struct, frozen=True):
    """The old password, and the new one twice."""

    current: str = ""
    password: str = ""
    again: str = ""


NEW_PASSWORD: Final[dict[type[Problem], str]] = {
    errors.PasswordTooShort: "password",
    errors.PasswordTooLong: "password",
    errors.PasswordTooCommon: "password",
    errors.PasswordIsUsername: "password",
    errors.PasswordsDiffer: "again",
}
CURRENT_PASSWORD: Final[dict[type[Problem], str]] = {errors.WrongPassword: "current", errors.TooManyAttempts: "current"}
RENAMING = Form(Name, problems={errors.NameMissing: "name", TextTooLong: "name"})
CHANGING_PASSWORD = Form(PasswordChange, problems=NEW_PASSWORD | CURRENT_PASSWORD)


class SessionChoice(msgspec.Struct, frozen=True):
    """One of the sessions."""

    session: str = ""


async def checked(call: Call, passwords: Passwords, person: Person, password: str) -> Account:
    """Ask somebody who is signed in for his password once more. Raises WrongPassword, TooManyAttempts."""
    try:
        return await service.check_password(
            call.db,
            call.deps.keys,
            passwords,
            person.username,
            password,
            call.ip,
            call.now,
            browser=visit.visit_of(call),
        )
    except errors.BadCredentials as wrong:
        raise errors.WrongPassword from wrong


def routes(passwords: Passwords) -> Pages:
    """What everybody may do with his own account."""
    pages = Pages("access")

    @pages.get("/account", summary="One's own account", roles=())
    async def show_account(call: Call) -> Response:
        person = Person.of(call.me)
        return render(
            call,
            "access/account.html",
            person=person,
            roles=[words.ROLES[role] for role in sorted(person.roles)],
            sessions=await call.db.read(sessions.live, person.user_id, call.now, idle(call)),
            codes_left=await call.db.read(second_factor.codes_left, person.user_id),
            given=await call.db.read(delegations.given_by, person, call.now),
            received=await call.db.read(delegations.given_to, person, call.now),
            is_physician=Role.PHYSICIAN in person.roles,
        )

    @pages.get("/account/name", summary="The form for one's own name", roles=())
    async def show_rename(call: Call) -> Response:
        return await _draw_name(call, Filled({"name": Person.of(call.me).display_name}))

    @pages.post("/account/name", summary="Change one's own name", roles=())
    async def rename(call: Call) -> Response:
        try:
            form = await RENAMING.read(call)
            await call.db.write(users.rename, Person.of(call.me), form.name, call.now)
        except Problem as problem:
            return await RENAMING.again(call, problem, _draw_name)
        return see_other(call, "/account", said=("good", say(call, "نام ثبت شد.", "The name is saved.")))

    @pages.get("/account/password", summary="The form for a new password", roles=())
    async def show_change_password(call: Call) -> Response:
        return await _draw_password(call, BLANK)

    @pages.post("/account/password", summary="Change one's own password", roles=())
    async def change_password(call: Call) -> Response:
        person = Person.of(call.me)
        try:
            form = await CHANGING_PASSWORD.read(call)
            check_new_password(form.password, person.username)
            if form.password != form.again:
                raise errors.PasswordsDiffer
            account = await checked(call, passwords, person, form.current)
            chosen = await passwords.hash(form.password)
            await call.db.write(users.change_password, person, account, chosen, new_id(), call.now)
        except Problem as problem:
            return await CHANGING_PASSWORD.again(call, problem, _draw_password)
        done = say(
            call, "گذرواژه عوض شد و نشست‌های دیگر پایان یافت.", "The password is changed; your other sessions ended."
        )
        return see_other(call, "/account", said=("good", done))

    @pages.post("/account/sessions/end", summary="End one of one's own sessions", roles=())
    async def end_session(call: Call) -> Response:
        form = await call.form(SessionChoice)
        person = Person.of(call.me)
        await call.db.write(sessions.end_one, person, form.session, call.now)
        done = ("good", say(call, "نشست پایان یافت.", "The session is ended."))
        if form.session == person.session_digest:
            return forget_cookie(call, "/login", said=done)
        return see_other(call, "/account", said=done)

    @pages.post("/account/sessions/end-all", summary="Log out everywhere", roles=())
    async def end_all_sessions(call: Call) -> Response:
        await call.db.write(sessions.end_all, Person.of(call.me), call.now)
        done = say(call, "همه‌جا خارج شدید.", "You are logged out everywhere.")
        return forget_cookie(call, "/login", said=("good", done))

    return pages


async def _draw_name(call: Call, form: Filled) -> Response:
    return render(call, "access/account_name.html", form=form)


async def _draw_password(call: Call, form: Filled) -> Response:
    return render(call, "access/account_password.html", form=form)
