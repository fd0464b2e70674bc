"""What machines ask of the whole program: is it alive, is it ready, what does it offer, how may it fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

import nabz
from nabz.kit import errors, metrics, openapi
from nabz.kit.errors import Busy, Fault
from nabz.kit.http import Call, Endpoint, Routes
from nabz.kit.json import encode
from nabz.portal.service import alive

if TYPE_CHECKING:
    from nabz.kit.operations import Operations


class Health(msgspec.Struct, frozen=True):
    """Whether the program answers."""

    status: str
    version: str


class Ready(msgspec.Struct, frozen=True):
    """Whether the program can do its work."""

    status: str
    engine: str


class KnownProblem(msgspec.Struct, frozen=True):
    """A line of the error catalogue."""

    code: str
    status: int
    fa: str
    en: str
    fault: Fault
    retry: bool


def routes(endpoints: list[Endpoint], offers: tuple[Operations, ...]) -> Routes:
    """These addresses, which describe all the others and themselves."""
    machines = Routes("portal")

    @machines.get("/healthz", summary="The process answers", answer=Health)
    async def health(_call: Call) -> Health:
        return Health("ok", nabz.__version__)

    @machines.get("/readyz", summary="The store answers too: send traffic", answer=Ready)
    async def ready(call: Call) -> Ready:
        try:
            await call.db.read(alive)
        except Exception as error:
            raise Busy(retry_after=1) from error
        return Ready("ready", call.db.engine)

    @machines.get("/metrics", summary="Counters and times for Prometheus")
    async def measured(_call: Call) -> Response:
        body, media_type = metrics.page()
        return Response(body, media_type=media_type)

    @machines.get(
        "/api/v1/errors", summary="Every expected failure: code, both texts, fault, retry", answer=list[KnownProblem]
    )
    async def catalogue(_call: Call) -> list[KnownProblem]:
        return [
            KnownProblem(kind.code, kind.status, kind.fa, kind.en, kind.fault, kind.retry)
            for kind in errors.catalogue()
        ]

    @machines.get("/openapi.json", summary="This document")
    async def described(_call: Call) -> Response:
        return Response(description, media_type="application/json")

    description = encode(openapi.document([*endpoints, *machines.endpoints], offers, nabz.__version__))
    return machines
