"""The record itself: who looked at it, whose it is, the children's, and the ways to take it away or have it mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.access.service import clients
from nabz.portal.errors import NotYourChild
from nabz.portal.pages.me import keeping
from nabz.portal.pages.me.frame import PATH, Me, draw, known, today
from nabz.portal.pages.me.keeping import CHILD, Child
from nabz.portal.service import proving, record
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call


HOLDING: Final = "portal.me.child"


class Choosing(msgspec.Struct, frozen=True):
    """Whose record is looked at; empty: one's own."""

    child: Annotated[str, msgspec.Meta(max_length=600)] = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("portal")

    @pages.get("/me/record", summary="My record: children, who looked, export, corrections")
    @known
    async def folder(call: Call, me: Me) -> Response:
        children = await me.db.read(proving.children, me.key, today(call))
        sealed = [(call.deps.keys.seal(HOLDING, each.id.key), each) for each in children]
        return draw(call, me, "record.html", children=sealed)

    @pages.post("/me/whom", summary="Look at a child's record, or at one's own again")
    @known
    async def choose(call: Call, me: Me) -> Response:
        sealed = (await call.form(Choosing)).child
        if not sealed:
            return keeping.forget(call, see_other(call, PATH), CHILD)
        key = call.deps.keys.unseal(HOLDING, sealed)
        children = await me.db.read(proving.children, me.key, today(call))
        if key not in {each.id.key for each in children}:
            raise NotYourChild
        return keeping.give(call, see_other(call, PATH), CHILD, Child(me.key, str(key), keeping.until(call)))

    @pages.get("/me/looks", summary="Who looked at my record")
    @known
    async def looked(call: Call, me: Me) -> Response:
        found = await me.db.read(record.seen_by, me.whom)
        people = sorted({seen.look.who for seen in found})
        names = {
            **await call.db.read(clients.client_ids, people),
            **await call.db.read(clients.names_of, people),
        }
        return draw(call, me, "looks.html", found=found, names=names)

    return pages
