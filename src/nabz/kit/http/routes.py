"""Typed functions as routes: read, run, answer; a problem becomes an answer once, here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from nabz.kit import log, reader
from nabz.kit.errors import Fault, NotAllowed, NotFound, Problem
from nabz.kit.http.call import Call, Deps
from nabz.kit.http.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    Function = Callable[[Call], Awaitable[Any]]
    Shape = Callable[[Call, Problem], Response]

JSON = "application/json"
FOREIGN_SITES = {"cross-site", "same-site"}


class NotSignedIn(Problem):
    """Nobody is signed in on this call."""

    code = "kit.not-signed-in"
    status = 401
    fa = "نخست وارد شوید."
    en = "Sign in first."


class Bug(Problem):
    """Something that we did not expect."""

    code = "kit.bug"
    status = 500
    fa = "خطایی در سامانه رخ داد؛ شمارهٔ پیگیری را به ما بدهید."
    en = "The service failed: tell us the request id."
    fault = Fault.HOUSE


def problem_json(call: Call, problem: Problem) -> Response:
    """A problem as RFC 9457 has it, with both texts."""
    body = {
        "type": f"/docs/reference/errors/#{problem.code}",
        "title": problem.text_en,
        "title_fa": problem.text_fa,
        "status": problem.status,
        "code": problem.code,
        "retry": problem.retry,
        "requestId": call.request_id,
        "facts": problem.facts,
    }
    answer = Response(msgspec.json.encode(body, enc_hook=str), problem.status, media_type="application/problem+json")
    if problem.retry_after is not None:
        answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
    return answer


def json_answer(value: object, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(msgspec.json.encode(value), status, media_type=JSON)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One route: its address, its types, who may come, and the function."""

    method: str
    path: str
    function: Function
    owner: str
    summary: str
    shape: Shape
    body: Any = None
    query: Any = None
    form: Any = None
    answer: Any = None
    status: int = 200
    roles: tuple[str, ...] | None = None
    samples: tuple[str, ...] = ()
    security: tuple[str, ...] = ()
    hidden: bool = False
    before: Callable[[Call], Awaitable[None]] | None = field(default=None)

    async def handle(self, call: Call) -> Response:
        """Answer one call; whatever goes wrong, there is an answer."""
        try:
            return await self._run(call)
        except Problem as problem:
            return self._shaped(call, problem)
        except Exception as error:  # noqa: BLE001 - the last door: a bug is logged and answered
            log.bug(error, request_id=call.request_id, path=self.path)
            return self._shaped(call, Bug())

    async def _run(self, call: Call) -> Response:
        if "\0" in call.scope["path"]:
            raise NotFound  # no name holds one, and PostgreSQL takes none
        call.who = await call.deps.identify(call)
        if self.roles is not None:
            if call.who is None:
                raise NotSignedIn
            if self.roles and not call.who.roles.intersection(self.roles):
                raise NotAllowed
            if self.method != "GET" and call.header("sec-fetch-site") in FOREIGN_SITES:
                raise NotAllowed  # another site's page spends this browser's cookie
        if self.before is not None:
            await self.before(call)
        if self.body is not None:
            call.body = reader.read(await call.bytes(), self.body, call.limits)
        value = await self.function(call)
        if isinstance(value, Response):
            return value
        return Response(status_code=204) if value is None else json_answer(value, self.status)

    def _shaped(self, call: Call, problem: Problem) -> Response:
        try:
            return self.shape(call, problem)
        except Exception as error:  # noqa: BLE001 - a shape that fails must not take the answer with it
            log.bug(error, request_id=call.request_id, path=self.path)
            return problem_json(call, Bug())


class Served:
    """An endpoint as an ASGI application."""

    __slots__ = ("_by_method", "_deps")

    def __init__(self, deps: Deps, endpoints: Iterable[Endpoint]) -> None:
        self._deps = deps
        self._by_method = {endpoint.method: endpoint for endpoint in endpoints}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        endpoint = self._by_method["GET" if scope["method"] == "HEAD" else scope["method"]]
        scope["endpoint_path"] = endpoint.path
        answer = await endpoint.handle(Call(scope, receive, self._deps))
        await answer(scope, receive, send)


class Routes:
    """The routes of one domain; a subclass changes what surrounds them (see web.pages)."""

    shape: ClassVar[Shape] = staticmethod(problem_json)

    def __init__(self, owner: str, *, shape: Shape | None = None) -> None:
        self.owner = owner
        self.problem_shape: Shape = shape or type(self).shape
        self.endpoints: list[Endpoint] = []

    def add(self, method: str, path: str, **words: Any) -> Callable[[Function], Function]:  # noqa: ANN401
        """Register the decorated function."""

        def register(function: Function) -> Function:
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    function=function,
                    owner=self.owner,
                    shape=self.problem_shape,
                    **self.surround(method, words),
                )
            )
            return function

        return register

    def surround(self, method: str, words: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Say what goes for every route of this kind."""
        return words

    def get(self, path: str, **words: Any) -> Callable[[Function], Function]:  # noqa: ANN401
        """Register a reading route."""
        return self.add("GET", path, **words)

    def post(self, path: str, **words: Any) -> Callable[[Function], Function]:  # noqa: ANN401
        """Register a writing route."""
        return self.add("POST", path, **words)

    def put(self, path: str, **words: Any) -> Callable[[Function], Function]:  # noqa: ANN401
        """Register a replacing route."""
        return self.add("PUT", path, **words)

    def delete(self, path: str, **words: Any) -> Callable[[Function], Function]:  # noqa: ANN401
        """Register a deleting route."""
        return self.add("DELETE", path, **words)


def starlette_routes(deps: Deps, endpoints: Iterable[Endpoint]) -> list[BaseRoute]:
    """All endpoints of one path together, so that a wrong method is told as such."""
    by_path: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        by_path.setdefault(endpoint.path, []).append(endpoint)
    routes = [
        Route(path, Served(deps, mine), methods=[endpoint.method for endpoint in mine])
        for path, mine in by_path.items()
    ]
    return [Directory(routes)]
