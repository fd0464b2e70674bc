"""The administration of people: an operator's for all, a manager's for his own organisation."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from nabz.access import errors
from nabz.access.model import ADMINISTRATORS, PRODUCTION, Person, Role, UserStatus, grantable
from nabz.access.pages import words
from nabz.access.service import organisations
from nabz.access.service import users as service
from nabz.access.service.letters import new_posting
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.kit.persian import TextTooLong
from nabz.kit.reader import Natural
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other

PAGE = 50

RoleBoxes = msgspec.defstruct(
    "RoleBoxes", [(role.name.lower(), bool, False) for role in Role], frozen=True, module=__name__
)
"""One box for each role."""


class Search(msgspec.Struct, frozen=True):
    """What is looked for."""

    text: str = ""
    organisation_id: str = ""
    role: Role | None = None
    status: UserStatus | None = None
    after: str = ""


class NewUser(msgspec.Struct, frozen=True):
    """Who is to be invited; the roles come in their boxes."""

    username: str = ""
    email: str = ""
    name: str = ""
    organisation_id: str = ""
    data_set: Natural = PRODUCTION


INVITING = Form(
    NewUser,
    problems={
        errors.NameMissing: "name",
        TextTooLong: "name",
        errors.BadUsername: "username",
        errors.UsernameTaken: "username",
        errors.BadEmail: "email",
        errors.UnknownOrganisation: "organisation_id",
        errors.UnknownDataSet: "data_set",
        errors.RoleNotFitting: "roles",
    },
)


def routes() -> Pages:
    """Lists, one person, an invitation, and what can be done with an account."""
    pages = Pages("access")

    @pages.get("/users", summary="The people whom one administers", roles=ADMINISTRATORS)
    async def show_users(call: Call) -> Response:
        asked = call.query(Search)
        person = Person.of(call.me)
        found = await call.db.read(
            service.search,
            person,
            asked.text[:100],
            organisation_id=asked.organisation_id or None,
            role=asked.role,
            status=asked.status,
            after=asked.after,
            limit=PAGE + 1,
        )
        return render(
            call,
            "access/users.html",
            form=Filled.of(asked),
            users=found[:PAGE],
            after=found[PAGE - 1].username if len(found) > PAGE else None,
            organisations=await call.db.read(organisations.search, person),
            words=words,
        )

    @pages.get("/users/new", summary="The form of an invitation", roles=ADMINISTRATORS)
    async def show_invite(call: Call) -> Response:
        return await _draw_invite(call, Filled.of(call.query(NewUser)))

    @pages.post("/users", summary="Invite somebody", roles=ADMINISTRATORS)
    async def invite(call: Call) -> Response:
        form = await INVITING.read(call)
        roles = await chosen_roles(call)
        person, settings = Person.of(call.me), call.deps.settings
        whom = service.Invitation(
            username=form.username,
            email=form.email,
            display_name=form.name,
            organisation_id=form.organisation_id,
            roles=roles,
            data_set=form.data_set,
        )
        posting = new_posting(settings.base_url)
        try:
            user = await call.db.write(
                service.invite, call.deps.keys, person, new_id(), whom, posting, settings.link_hours, call.now
            )
        except Problem as problem:
            return await INVITING.again(call, problem, _draw_invite)
        return see_other(call, f"/users/{user.id}", said=("good", say(call, "دعوت فرستاده شد.", "Invited.")))

    return pages


async def chosen_roles(call: Call) -> frozenset[Role]:
    boxes = await call.form(RoleBoxes)
    return frozenset(role for role in Role if getattr(boxes, role.name.lower()))


def boxes_of(roles: frozenset[Role]) -> Filled:
    return Filled({role.name.lower(): True for role in roles})


async def _draw_invite(call: Call, form: Filled) -> Response:
    person = Person.of(call.me)
    mine = await call.db.read(organisations.search, person)
    can_give = frozenset[Role]().union(*(grantable(person, organisation.kind) for organisation in mine))
    return render(
        call,
        "access/user_new.html",
        form=form,
        organisations=mine,
        grantable=in_order(can_give),
        is_operator=Role.OPERATOR in person.roles,
        words=words,
    )


def in_order(roles: frozenset[Role]) -> list[Role]:
    return [role for role in Role if role in roles]
