"""The desk: where everybody who signs in arrives."""

from __future__ import annotations

from starlette.responses import Response

from nabz.access.model import Person, Role
from nabz.access.pages import words
from nabz.access.service import delegations
from nabz.kit.http import Call
from nabz.web.pages import Pages
from nabz.web.render import render


def routes() -> Pages:
    """One page."""
    pages = Pages("access")

    @pages.get("/portal", summary="One's own desk", roles=())
    async def show_portal(call: Call) -> Response:
        person = Person.of(call.me)
        principals = await call.db.read(delegations.given_to, person, call.now)
        return render(
            call,
            "access/portal.html",
            principals=principals if Role.SECRETARY in person.roles else [],
            roles=[words.ROLES[role] for role in sorted(person.roles)],
            advise_second_factor=Role.OPERATOR in person.roles and not person.second_factor,
        )

    return pages
