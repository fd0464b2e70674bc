"""One person, and what an administrator can do with the account."""

from __future__ import annotations

from starlette.responses import Response

from nabz.access.errors import UserNotActive
from nabz.access.model import ADMINISTRATORS, OPERATORS, Person, Role, User, grantable
from nabz.access.pages import words
from nabz.access.pages.users import boxes_of, chosen_roles, in_order
from nabz.access.service import second_factor
from nabz.access.service import users as service
from nabz.access.service.letters import new_posting
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


def routes() -> Pages:
    """The page of one person, and its buttons."""
    pages = Pages("access")

    @pages.get("/users/{id}", summary="One person, and what was done with the account", roles=ADMINISTRATORS)
    async def show_user(call: Call) -> Response:
        user = await call.db.read(service.see, Person.of(call.me), call.path["id"])
        return await _draw(call, user)

    @pages.post("/users/{id}/roles", summary="Give and take roles", roles=ADMINISTRATORS)
    async def set_roles(call: Call) -> Response:
        person, id_ = Person.of(call.me), call.path["id"]
        roles = await chosen_roles(call)
        user = await call.db.read(service.see, person, id_)
        # What is not the administrator's to give is not in his form either: it stays as it is.
        kept = user.roles - grantable(person, user.organisation_kind)
        try:
            await call.db.write(service.set_roles, person, id_, roles | kept, call.now)
        except Problem as problem:
            return await _back(call, id_, problem)
        return _done(call, id_, "نقش‌ها ثبت شد.", "The roles are saved.")

    @pages.post("/users/{id}/disable", summary="Shut an account", roles=ADMINISTRATORS)
    async def disable(call: Call) -> Response:
        try:
            await call.db.write(service.disable, Person.of(call.me), call.path["id"], call.now)
        except Problem as problem:
            return await _back(call, call.path["id"], problem)
        return _done(call, call.path["id"], "حساب غیرفعال شد.", "The account is disabled.")

    @pages.post("/users/{id}/enable", summary="Open a disabled account again", roles=ADMINISTRATORS)
    async def enable(call: Call) -> Response:
        await call.db.write(service.enable, Person.of(call.me), call.path["id"], call.now)
        return _done(call, call.path["id"], "حساب فعال شد.", "The account is enabled.")

    @pages.post("/users/{id}/send-link", summary="Send an invitation or a new password's link", roles=ADMINISTRATORS)
    async def send_link(call: Call) -> Response:
        settings = call.deps.settings
        posting = new_posting(settings.base_url)
        try:
            await call.db.write(
                service.send_link,
                call.deps.keys,
                Person.of(call.me),
                call.path["id"],
                posting,
                settings.link_hours,
                call.now,
            )
        except UserNotActive as problem:
            return await _back(call, call.path["id"], problem)
        return _done(call, call.path["id"], "پیوند فرستاده شد.", "The link is sent.")

    @pages.post("/users/{id}/end-sessions", summary="Log somebody out everywhere", roles=ADMINISTRATORS)
    async def end_sessions(call: Call) -> Response:
        await call.db.write(service.end_sessions, Person.of(call.me), call.path["id"], call.now)
        return _done(call, call.path["id"], "همهٔ نشست‌ها پایان یافت.", "All sessions are ended.")

    @pages.post("/users/{id}/reset-second-factor", summary="Take a lost second factor off", roles=OPERATORS)
    async def reset_second_factor(call: Call) -> Response:
        try:
            await call.db.write(second_factor.reset, Person.of(call.me), call.path["id"], new_id(), call.now)
        except Problem as problem:
            return await _back(call, call.path["id"], problem)
        return _done(call, call.path["id"], "ورود دومرحله‌ای برداشته شد.", "The second factor is off.")

    return pages


async def _draw(call: Call, user: User, problem: str = "", status: int = 200) -> Response:
    person = Person.of(call.me)
    can_give = grantable(person, user.organisation_kind)
    return render(
        call,
        "access/user.html",
        status,
        user=user,
        form=boxes_of(user.roles),
        history=await call.db.read(service.history, person, user.id),
        grantable=in_order(can_give),
        kept=in_order(user.roles - can_give),
        is_operator=Role.OPERATOR in person.roles,
        is_self=person.user_id == user.id,
        problem=problem,
        words=words,
    )


async def _back(call: Call, id_: str, problem: Problem) -> Response:
    """Show the person again with what could not be done."""
    user = await call.db.read(service.see, Person.of(call.me), id_)
    return await _draw(call, user, say(call, problem.text_fa, problem.text_en), problem.status)


def _done(call: Call, id_: str, fa: str, en: str) -> Response:
    return see_other(call, f"/users/{id_}", said=("good", say(call, fa, en)))
