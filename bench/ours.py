"""Our program for the measurements: as `nabz serve` puts it together, and three routes of the smallest kind."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, cast

import msgspec
from starlette.applications import Starlette

from bench import slots
from bench.serving import serve
from nabz import settings as configuration
from nabz.access.store.tokens import BEARER
from nabz.app import create_app
from nabz.appointments.api.own import own
from nabz.gateway.service import packages
from nabz.kit import jalali
from nabz.kit.db import Statement
from nabz.kit.http import Call, Deps, Routes
from nabz.kit.http.directory import Directory
from nabz.kit.http.routes import starlette_routes
from nabz.kit.operations import Asked
from nabz.prescriptions.service.catalogue import Catalogue

if TYPE_CHECKING:
    from nabz.settings import Settings


class Announcement(msgspec.Struct, frozen=True):
    client: str
    network: str


class Announced(msgspec.Struct, frozen=True):
    announced: bool


class Question(msgspec.Struct, frozen=True):
    digest: str


class Typed(msgspec.Struct, frozen=True):
    q: str


ANNOUNCE = Statement(
    row=str,
    postgres="""
        WITH made AS (
            INSERT INTO gateway_announced_network (client, network, announced_at) VALUES (:client, :network, :now)
            ON CONFLICT (client, network) DO NOTHING RETURNING network
        ), noted AS (
            INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
            SELECT :now, 'bench', 'gateway.network-announced', :client, 0, jsonb_build_object('network', network)
            FROM made
        )
        SELECT network FROM made
        """,
    sqlite=(
        """
        INSERT INTO gateway_announced_network (client, network, announced_at) VALUES (:client, :network, :now)
        ON CONFLICT (client, network) DO NOTHING RETURNING network
        """,
        """
        INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
        SELECT :now, 'bench', 'gateway.network-announced', :client, 0, json_object('network', :network)
        WHERE changes() > 0
        """,
    ),
)
"""The use case `packages.announce` as one hot statement with its audit row."""

routes = Routes("bench")


@routes.post("/bench/publish", summary="The operation of our own API, without the gateway", body=dict)
async def publish(call: Call) -> object:
    operation = own.by_name["publishschedule"]
    asked = Asked(
        deps=call.deps,
        raw=bytes(await call.bytes()),
        query_string=b"",
        now=call.now,
        request_id=call.request_id,
        client="c0",
        user_id="u0",
        data_set=0,
        pid=slots.pid(0),
    )
    asked.body = asked.read(operation.body)
    answer = await operation.function(asked)
    if not answer.ok:
        raise RuntimeError(f"refused: {answer}")
    return answer


@routes.post("/bench/write", summary="The use case, through db.write", body=Announcement, answer=Announced)
async def write(call: Call) -> Announced:
    given: Announcement = call.body
    network = await call.db.write(packages.announce, given.client, given.network, "bench", call.now)
    return Announced(announced=bool(network))


@routes.post("/bench/write-one", summary="The same through db.write_one", body=Announcement, answer=Announced)
async def write_one(call: Call) -> Announced:
    given: Announcement = call.body
    made = await call.db.write_one(ANNOUNCE, client=given.client, network=given.network, now=call.now)
    return Announced(announced=bool(made))


@routes.get("/bench/drugs", summary="Drugs as one types, as the physician's page and the pharmacy's list find them")
async def drugs(call: Call) -> object:
    catalogue = call.deps.own(Catalogue, Catalogue)
    day = jalali.compact(jalali.day_of(call.now))
    return await catalogue.search(call.db, call.query(Typed).q, day, call.now, ("01",), 20)


@routes.get("/bench/look-up", summary="A look-up among all grants, through db.read_one")
async def look_up(call: Call) -> object:
    found = await call.db.read_one(BEARER, digest=call.query(Question).digest, now=call.now)
    return found[0]


def inside(front: object) -> Starlette:
    """The application behind the layers before it: the program has no door for guests."""
    app: Any = front
    while not isinstance(app, Starlette):
        app = app._app  # noqa: SLF001
    return app


def app_of(settings: Settings) -> object:
    """The whole program, and these routes behind its own."""
    front = create_app(settings)
    starlette = inside(front)
    directory = next(route for route in starlette.routes if isinstance(route, Directory))
    deps: Deps = cast("Any", directory._whole["/oauth/token"].app)._deps  # noqa: SLF001
    starlette.router.routes.extend(starlette_routes(deps, routes.endpoints))
    return front


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    serve(app_of(configuration.load()), parser.parse_args().port)
