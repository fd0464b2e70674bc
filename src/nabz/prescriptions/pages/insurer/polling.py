"""Programs that ask for one thing again and again: for the insurer and the operator to speak with their makers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.access.model import Role
from nabz.access.service import clients
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.pages.insurer.frame import draw
from nabz.prescriptions.service import polling
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

PATH: Final = "/insurer/polling"
LOOKERS: Final = (Role.SSO_EXPERT, Role.OPERATOR)


def routes() -> Pages:
    """This page."""
    pages = Pages("prescriptions")

    @pages.get(PATH, summary="Programs that ask too often", roles=LOOKERS)
    async def listed(call: Call) -> Response:
        rows = await db_of(call).read(polling.listed, call.now)
        names = await call.db.read(clients.client_ids, sorted({row.client for row in rows}))
        return draw(call, "polling.html", rows=rows, names=names, most=polling.MOST)

    return pages
