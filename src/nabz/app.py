"""The composition root: every part is named here, and nowhere else is anything put together."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from nabz import settings as configuration
from nabz.access import pages as access_pages
from nabz.access import tasks as access_tasks
from nabz.access.pages.sign_in import identify
from nabz.access.service import clients
from nabz.access.service.passwords import passwords_of
from nabz.access.service.tokens import Desk
from nabz.appointments import pages as appointment_pages
from nabz.appointments import tasks as appointment_tasks
from nabz.appointments.api import own as own_appointments
from nabz.appointments.api.operators import hqs
from nabz.appointments.api.own import own
from nabz.gateway import pages as gateway_pages
from nabz.gateway import tasks as gateway_tasks
from nabz.gateway.api import calls, tokens
from nabz.gateway.api.echo import echo
from nabz.gateway.remote import HttpUpstream
from nabz.gateway.service import packages
from nabz.gateway.service.gate import Gate
from nabz.gateway.service.providers import Outside
from nabz.gateway.service.traffic import Recorder
from nabz.kit import audit, log, metrics, outbox
from nabz.kit.clock import SystemClock
from nabz.kit.db import open_database
from nabz.kit.digest import Keyring, keyring_at
from nabz.kit.errors import MethodNotAllowed, NotFound
from nabz.kit.http import Call, Deps
from nabz.kit.http.front import Front
from nabz.kit.http.routes import Endpoint, problem_json, starlette_routes
from nabz.kit.http.tree import Tree
from nabz.kit.timers import Timers
from nabz.notify import pages as notify_pages
from nabz.notify import tasks as notify_tasks
from nabz.notify.api import follow
from nabz.portal import api as portal_api
from nabz.portal import pages as portal_pages
from nabz.prescriptions import pages as prescription_pages
from nabz.prescriptions import tasks as prescription_tasks
from nabz.prescriptions.api.addresses import official
from nabz.prescriptions.api.door import wrong_method
from nabz.prescriptions.api.hosts import Address, Hosts
from nabz.prescriptions.service.entitlement import Outside as OutsideCovers
from nabz.registries.api.asking import remote_of
from nabz.registries.api.operations import council, identity, insurance
from nabz.residency import pages as residency_pages
from nabz.residency import tasks as residency_tasks
from nabz.residency.api import addresses as simad_addresses
from nabz.residency.api.addresses import simad
from nabz.residency.pages.bulk.working import crew_of
from nabz.terminology import pages as terminology_pages
from nabz.terminology import tasks as terminology_tasks
from nabz.terminology.api import own as terminology_api
from nabz.terminology.api.operations import maxa
from nabz.terminology.pages.working import Crew
from nabz.terminology.service import searching
from nabz.web.pages import problem_page
from nabz.web.shell import STATIC, Shell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from nabz.kit.clock import Clock
    from nabz.settings import Settings

OFFERS = (echo, maxa, hqs, own, identity, insurance, council)
"""The services of our own domains behind the gateway."""

OUTBOX_KEPT = timedelta(days=7)
NAV = (
    *portal_pages.NAV,
    *appointment_pages.NAV,
    *prescription_pages.NAV,
    *residency_pages.NAV,
    *gateway_pages.NAV,
    *terminology_pages.NAV,
    *access_pages.NAV,
    *notify_pages.NAV,
)


def keyring(settings: Settings) -> Keyring:
    """The installation's keys: given, or made once in the data folder."""
    if settings.secret_key:
        return Keyring(bytes.fromhex(settings.secret_key))
    return keyring_at(Path(settings.data) / "secret.key")


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """Put the program together."""
    log.configure(settings.log_level)
    keys = keyring(settings)
    db = open_database(
        settings.database_url,
        **(
            {"fsync": settings.fsync}
            if settings.database_url.startswith("sqlite")
            else {"seats": settings.database_seats}
        ),
    )
    deps = Deps(settings=settings, db=db, clock=clock or SystemClock(), keys=keys, identify=identify, shell=Shell(NAV))

    passwords = passwords_of(keys)
    desk = Desk(db, keys, passwords, settings)
    gate = Gate(db, desk, OFFERS, settings)
    recorder = deps.own(Recorder, lambda: Recorder(db))
    upstream = HttpUpstream(keys)
    crew = Crew()
    gateway = calls.Calls(deps, gate, Outside(upstream), recorder)

    house = [
        *tokens.routes(desk, recorder),
        *gateway_pages.routes(),
        *access_pages.routes(passwords),
        *terminology_pages.routes(crew),
        own_appointments.routes(gate, follow),
        *appointment_pages.routes(),
        *prescription_pages.routes(),
        *residency_pages.routes(),
        terminology_api.routes(),
        *notify_pages.routes(lambda ids: db.read(clients.client_ids, ids)),
        *portal_pages.routes(),
    ]
    endpoints: list[Endpoint] = [endpoint for routes in house for endpoint in routes.endpoints]
    endpoints += portal_api.routes([*endpoints, *official.endpoints, *simad.endpoints], OFFERS).endpoints
    OutsideCovers.of(deps).remote = remote_of(deps)

    timers = Timers()
    timers.every(2.0, lambda: audit.keep_sealing(db, keys, deps.clock))
    gateway_tasks.register(timers, deps, recorder)
    access_tasks.register(timers, deps)
    terminology_tasks.register(timers, deps)
    appointment_tasks.register(timers, deps)
    prescription_tasks.register(timers, deps)
    residency_tasks.register(timers, deps)
    notify_tasks.register(timers, deps)
    timers.every(3600.0, lambda: db.write(outbox.prune, deps.clock.now() - OUTBOX_KEPT))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as ending:  # in the reverse order, and each even if another fails
            await db.start()
            ending.push_async_callback(db.stop)
            ending.push_async_callback(crew.close)
            ending.push_async_callback(crew_of(deps).close)
            ending.push_async_callback(notify_tasks.courier(deps).close)
            await db.write(packages.ensure_in_house, OFFERS)
            await searching.check(db)
            ending.push_async_callback(upstream.close)
            ending.push_async_callback(remote_of(deps).close)
            ending.push_async_callback(recorder.flush)
            ending.push_async_callback(gate.close)
            timers.start()
            ending.push_async_callback(timers.stop)
            log.info("started", engine=db.engine, demo=settings.demo)
            yield
        log.info("stopped")

    app = Starlette(
        routes=[
            Route(f"{calls.PREFIX}{{rest:path}}", gateway),
            Route(calls.PREFIX.rstrip("/"), gateway),
            *(_at(calls.Door(gateway, offer.id, door)) for door, offer in gate.doors()),
            Tree(deps, official.endpoints, wrong_method),
            Tree(deps, simad.endpoints, simad_addresses.wrong_method),
            *starlette_routes(deps, endpoints),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=lifespan,
        exception_handlers={404: _lost(deps), 405: _lost(deps)},
    )
    app.router.redirect_slashes = False
    here = (Address(each.method, each.path, each.summary) for each in official.endpoints)
    return Front(Hosts(app, settings, here), settings, metrics.seen)


def _at(door: calls.Door) -> Route:
    """A route that takes no notice of case."""
    route = Route("/{rest:path}", door)
    route.path_regex = door.pattern
    return route


def served() -> ASGIApp:
    """Put the program together from the environment, for a server's worker process."""
    return create_app(configuration.load())


def _lost(deps: Deps) -> Callable[[Request, Exception], Response]:
    """Answer what has no route: a page for a browser, problem+json for a program."""

    def answer(request: Request, error: Exception) -> Response:
        call = Call(request.scope, request.receive, deps)
        wrong_method = isinstance(error, HTTPException) and error.status_code == MethodNotAllowed.status
        problem = MethodNotAllowed() if wrong_method else NotFound()
        if not wrong_method and (theirs := simad_addresses.lost(call)) is not None:
            return theirs
        for_people = "text/html" in (call.header("accept") or "") and not call.scope["path"].startswith("/api/")
        return problem_page(call, problem) if for_people else problem_json(call, problem)

    return answer
