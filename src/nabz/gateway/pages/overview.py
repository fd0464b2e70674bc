"""How the gateway does at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from nabz.access.model import OPERATORS
from nabz.gateway.pages.frame import draw
from nabz.gateway.service import packages, traffic
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

LATEST = 15
ROUNDS = 120
"""A page left open stops asking after ten minutes: else it would keep its session alive for ever."""


class Rounds(msgspec.Struct, frozen=True):
    """How many times more the page may renew itself."""

    left: Annotated[int, msgspec.Meta(ge=0, le=ROUNDS)] = ROUNDS


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/gateway", summary="How the gateway does", roles=OPERATORS)
    async def overview(call: Call) -> Response:
        return draw(call, "gateway/overview.html", left=call.query(Rounds).left, **await _now(call))

    @pages.get("/gateway/live", summary="The part of it that renews itself", roles=OPERATORS)
    async def live(call: Call) -> Response:
        return draw(call, "gateway/live.html", left=call.query(Rounds).left, **await _now(call))

    return pages


async def _now(call: Call) -> dict[str, Any]:
    def look(tx: Tx) -> dict[str, Any]:
        return {
            "services": {service.id: service for service in packages.all_services(tx)},
            "pulse": traffic.pulse(tx, call.now),
            "latest": traffic.search(tx, limit=LATEST),
        }

    return await call.db.read(look)
