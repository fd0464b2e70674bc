"""The guide's hosts and ports beside our own: what their bare roots answer."""

from __future__ import annotations

import re
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.responses import RedirectResponse, Response

from nabz.kit.json import encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from nabz.settings import Settings


class Place(StrEnum):
    """What stands at a host or a port of the guide."""

    ACCOUNT = "account"
    AUTHENTICATION = "authentication"
    WRITING = "writing"
    ENTITLEMENT = "entitlement"
    PHARMACY = "pharmacy"
    PARACLINIC = "paraclinic"
    CENTRES = "centres"
    PHYSICIANS = "/ep"
    """A portal: its root leads to the page."""

    COUNTERS = "/services"


class Address(NamedTuple):
    """One address, as a root tells it."""

    method: str
    path: str
    title: str


AUTHENTICATE: Final = "/api/acl/authenticate"
PORTS: Final = {2020: Place.PHARMACY, 90: Place.PARACLINIC, 8585: Place.AUTHENTICATION, 8088: Place.ENTITLEMENT}
HOSTS: Final = {
    "account.tamin.ir": Place.ACCOUNT,
    "account-pilot.tamin.ir": Place.ACCOUNT,
    "authentication.tamin.ir": Place.AUTHENTICATION,
    "soa.tamin.ir": Place.WRITING,
    "api.tamin.ir": Place.WRITING,
    "common.tamin.ir": Place.ENTITLEMENT,
    "health-services.tamin.ir": Place.PHARMACY,
    "health-par.tamin.ir": Place.PARACLINIC,
    "darmanapi.tamin.ir": Place.CENTRES,
    "ap-test.tamin.ir": Place.CENTRES,
    "ep.tamin.ir": Place.PHYSICIANS,
    "ep-test.tamin.ir": Place.PHYSICIANS,
    "darman.tamin.ir": Place.COUNTERS,
    "health-services-test.tamin.ir": Place.COUNTERS,
}
_CENTRES: Final = ("/api/acl/", "/api/deserveinfo")
STANDS_AT: Final[dict[Place, tuple[str, ...]]] = {
    Place.ACCOUNT: ("/auth/",),
    Place.AUTHENTICATION: ("/api/acl/",),
    Place.WRITING: ("/auth/", "/interface/", "/ep/"),
    Place.ENTITLEMENT: ("/api/deserveinfo",),
    Place.PHARMACY: (*_CENTRES, "/api/pharmacy/", "/api/provider/"),
    Place.PARACLINIC: (*_CENTRES, "/api/paraclinic/"),
    Place.CENTRES: (*_CENTRES, "/api/pharmacy/", "/api/provider/", "/api/paraclinic/"),
}
"""With what the addresses at a place begin, in small letters."""

_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")


def place_of(host: str, own_port: int) -> Place | None:
    """Tell what stands at the host and port that a caller has named; our own port is no place of the guide's."""
    name, port = _parts(host)
    if port is not None and port != own_port and port in PORTS:
        return PORTS[port]
    return HOSTS.get(name)


class Hosts:
    """A layer right behind the front; everything but a bare root goes on as it came."""

    def __init__(self, app: ASGIApp, settings: Settings, addresses: Iterable[Address] = ()) -> None:
        self._app = app
        self._own_port = settings.port
        self._addresses = sorted(set(addresses))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a bare root of the guide's, and pass on the rest."""
        place = None
        if scope["type"] == "http" and scope["path"] in {"", "/"}:
            place = place_of(_host_of(scope), self._own_port)
        if place is None:
            await self._app(scope, receive, send)
        elif place is Place.AUTHENTICATION and scope["method"] == "POST":
            scope["path"] = AUTHENTICATE
            await self._app(scope, receive, send)
        else:
            await self._root(place, scope["method"])(scope, receive, send)

    def _root(self, place: Place, method: str) -> Response:
        if method not in {"GET", "HEAD"}:
            return Response(status_code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": "GET, HEAD"})
        if place in {Place.PHYSICIANS, Place.COUNTERS}:
            return RedirectResponse(place.value, HTTPStatus.SEE_OTHER)
        here = [
            {"method": each.method, "path": each.path, "title": each.title}
            for each in self._addresses
            if each.path.lower().startswith(STANDS_AT[place])
        ]
        return Response(encode(here), media_type="application/json")


def _host_of(scope: Scope) -> str:
    for key, value in scope["headers"]:
        if key == b"host":
            return str(value.decode("latin-1"))
    return ""


def _parts(host: str) -> tuple[str, int | None]:
    found = _HOST.fullmatch(host.strip().lower())
    if found is None:
        return "", None
    return found["name"].rstrip("."), int(found["port"]) if found["port"] else None
