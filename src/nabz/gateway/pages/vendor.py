"""A vendor's own view: the calls and licences of his organisation's systems, and of nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.access.errors import UnknownClient
from nabz.access.model import VENDORS, Person
from nabz.access.service import clients
from nabz.gateway.pages.calls import Wanted, draw_list, draw_one, listed
from nabz.gateway.pages.customers import licences
from nabz.gateway.pages.frame import draw
from nabz.gateway.service import packages, traffic
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

MOST = 200


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/my/calls", summary="A vendor's own calls", roles=VENDORS)
    async def search(call: Call) -> Response:
        wanted, own = call.query(Wanted), Person.of(call.me).organisation_id

        def find(tx: Tx) -> list[Any]:
            client = _own(tx, wanted.customer.strip(), own) if wanted.customer.strip() else None
            return listed(tx, wanted, client=client, organisation_id=own)

        pulse = await call.db.read(traffic.pulse, call.now, None, own)
        systems = await call.db.read(clients.search, "", own, MOST)
        return await draw_list(call, wanted, find, "gateway/my_calls.html", pulse=pulse, systems=systems)

    @pages.get("/my/calls/{request_id}", summary="One of a vendor's own calls", roles=VENDORS)
    async def one(call: Call) -> Response:
        return await draw_one(call, "gateway/my_call.html", Person.of(call.me).organisation_id)

    @pages.get("/my/access", summary="A vendor's own packages, quotas and networks", roles=VENDORS)
    async def access(call: Call) -> Response:
        def look(tx: Tx) -> list[dict[str, Any]]:
            return [
                {
                    "client": client,
                    "secrets": clients.secrets_of(tx, client.id),
                    "networks": packages.networks_of(tx, client.id),
                    **licences(tx, client.id, call.now),
                }
                for client in clients.search(tx, "", Person.of(call.me).organisation_id, MOST)
            ]

        return draw(call, "gateway/my_access.html", systems=await call.db.read(look))

    return pages


def _own(tx: Tx, client: str, organisation_id: str) -> str:
    """Find a system of one's own organisation; another's is as unknown as none. Raises UnknownClient."""
    found = clients.find(tx, client)
    if found.organisation_id != organisation_id:
        raise UnknownClient
    return found.id
