"""What every page of a resident's own file knows: whom this browser has proven to be, and his residencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.access.model import DEMO, PRODUCTION
from nabz.residency.model import Resident
from nabz.residency.pages.frame import HOME, draw
from nabz.residency.pages.me import keeping
from nabz.residency.seed.demo import first_code
from nabz.residency.service import proving
from nabz.residency.service.proving import Whom
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.web.forms import Filled

    Shown = Callable[[Call, "Me"], Awaitable[Response]]

PATH: Final = f"{HOME}/me"
FILE: Final = f"{PATH}/file"


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks, at his own residencies, newest first."""

    whom: Whom
    files: list[Resident]
    db: Database

    @property
    def name(self) -> str:
        """His name as his newest university has it."""
        return self.files[0].name


def public(call: Call) -> Database:
    """Give the store as somebody sees it who is not signed in: the demo sandbox, or production."""
    return call.db.within(DEMO if call.deps.settings.demo else PRODUCTION)


def known(function: Shown) -> Callable[[Call], Awaitable[Response]]:
    """Let in whom this browser has proven to be somebody; all others go to where that is done."""

    async def inside(call: Call) -> Response:
        me = await me_of(call)
        return await function(call, me) if me is not None else _to_the_door(call)

    return inside


async def me_of(call: Call) -> Me | None:
    """Tell who sits at this browser; whose mobile is another by now has to prove himself again."""
    kept = keeping.opened(call, keeping.KNOWN, keeping.Known)
    if kept is None:
        return None
    whom = Whom(kept.number, kept.is_irani)
    db = call.db.within(kept.data_set)
    files, mobile = await db.read(proving.on_record, whom)
    return Me(whom=whom, files=files, db=db) if files and mobile == kept.mobile else None


async def draw_door(call: Call, form: Filled) -> Response:
    """Draw the door of SIMAD, with what was typed."""
    example = first_code() if call.deps.settings.demo else ""
    return draw(call, "landing.html", form=form, me=await me_of(call), example=example)


def _to_the_door(call: Call) -> Response:
    text = say(call, "نخست کد ملی خود را بنویسید.", "Write your national code first.")
    return keeping.forget(call, see_other(call, HOME, said=("info", text)), keeping.KNOWN)
