"""The door of SIMAD: who works here is sent to his pages, a resident is asked who he is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.access.model import Role
from nabz.residency.pages.frame import HOME
from nabz.residency.pages.me.frame import draw_door
from nabz.web.forms import BLANK
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

_WORKING: Final = {Role.UNIVERSITY: f"{HOME}/university", Role.MINISTRY: f"{HOME}/ministry"}


def routes() -> Pages:
    """The door."""
    pages = Pages("residency")

    @pages.get(HOME, summary="The residency system: the ways in")
    async def land(call: Call) -> Response:
        roles = call.who.roles if call.who is not None else frozenset()
        path = next((path for role, path in _WORKING.items() if role in roles), "")
        return see_other(call, path) if path else await draw_door(call, BLANK)

    return pages
