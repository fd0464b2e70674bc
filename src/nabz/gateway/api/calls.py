"""Every call under `/api/client/apim/v1/{provider}/{gateway}/{operation}`."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from nabz.gateway import wire
from nabz.gateway.errors import HttpsOnly
from nabz.gateway.service.line import Line
from nabz.gateway.service.providers import ask_in_house, unless_left
from nabz.kit import log
from nabz.kit.clock import perf_counter
from nabz.kit.errors import Problem
from nabz.kit.http.call import Call, CallerLeft
from nabz.kit.json import encode
from nabz.kit.operations import Asked, BodyNotUnderstood

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from nabz.gateway.model import Answered
    from nabz.gateway.service.gate import Gate
    from nabz.gateway.service.providers import Outside
    from nabz.gateway.service.traffic import Recorder
    from nabz.kit.http import Deps

PREFIX = "/api/client/apim/v1/"
JSON = "application/json"
CLIENT_CLOSED, SERVER_ERROR = 499, 500
EVERY_OPERATION = "*"
"""Callers may invent the names of an outside service's operations: its quota counts them all together."""

DOOR = "nabz.door"
WORTH_A_LOOK = 0.05
"""Seconds after which a caller may well have hung up; to look after every call would cost more than it tells."""


class Calls:
    """The gateway as an ASGI application: nothing but the steps of one call, in their order."""

    def __init__(self, deps: Deps, gate: Gate, outside: Outside, recorder: Recorder) -> None:
        self._deps = deps
        self._gate = gate
        self._outside = outside
        self._recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call and note it."""
        call = Call(scope, receive, self._deps)
        line = Line()
        begun = perf_counter()
        try:
            answer = await self._answer(call, line)
        except CallerLeft:
            line.status = CLIENT_CLOSED
            answer = None
        except Problem as problem:
            answer = _refuse(line, problem)
        except Exception as error:  # noqa: BLE001 - the last door: a bug is logged and answered
            log.bug(error, request_id=call.request_id, service=line.service_id)
            line.status = SERVER_ERROR
            answer = Response(wire.REFUSALS[SERVER_ERROR], SERVER_ERROR, media_type=JSON)
        self._recorder.note(
            line.written(call, bytes(answer.body) if answer is not None else b"", (perf_counter() - begun) * 1000)
        )
        if answer is not None:
            await answer(scope, receive, send)

    async def _answer(self, call: Call, line: Line) -> Response | None:
        gate, now, scope = self._gate, call.now, call.scope
        scope["endpoint_path"] = f"{PREFIX}…"
        line.service_id, line.operation = gate.locate(scope["path"][len(PREFIX) :])
        if self._deps.settings.https_only and scope["scheme"] != "https":
            raise HttpsOnly
        bearer = await gate.bearer(call.header("authorization"), now)
        line.caller(bearer)
        await gate.check_address(bearer.client, call.ip, now)
        service = await gate.service(line.service_id, now)
        package = await gate.licence(bearer, call.header("pid"), service.id, line.operation.lower(), now)
        line.pid = package.pid
        gate.check_data_set(service, bearer.data_set)
        operation = gate.operation(service, line.operation.lower(), scope["method"])
        scope["endpoint_path"] = f"{PREFIX}{service.id}/{operation.name if operation else '…'}"
        await gate.count(package, operation.name if operation else EVERY_OPERATION, now)
        asked = Asked(
            deps=self._deps,
            raw=await call.bytes(operation.limits.size if operation is not None and operation.limits else None),
            query_string=scope["query_string"],
            now=now,
            request_id=call.request_id,
            client=bearer.client,
            user_id=bearer.user_id,
            data_set=bearer.data_set,
            pid=package.pid,
        )
        line.raw = asked.raw
        if operation is not None:
            begun = perf_counter()
            answered = await ask_in_house(operation, asked, service.time_limit)
            if perf_counter() - begun > WORTH_A_LOOK and await _has_left(call.receive):
                raise CallerLeft
        else:
            work = self._outside.ask(service, line.operation, asked, scope["method"])
            found = await unless_left(work, _left(call.receive))
            if found is None:
                raise CallerLeft
            answered = found
        line.provider_status, line.tracking = answered.status, answered.tracking
        line.note = " · ".join(sorted(asked.notes)) or None
        return _wrap(line, answered) if service.wrapped and not scope.get(DOOR) else _bare(line, answered)


class Door:
    """Another path at which a service was printed: the same steps, and answers without the gateway's envelope."""

    def __init__(self, calls: Calls, service_id: str, path: str) -> None:
        self._calls = calls
        self._service_id = service_id
        steps = "/+".join(map(re.escape, path.strip("/").split("/")))
        self.pattern = re.compile(rf"^/+{steps}(?P<rest>/.*)$", re.IGNORECASE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as if it had been called at the gateway's own path."""
        path = f"{PREFIX}{self._service_id}{scope['path_params']['rest']}"
        await self._calls({**scope, "path": path, DOOR: True}, receive, send)


def _refuse(line: Line, problem: Problem) -> Response:
    """Say no in the shape of the guide's printed refusal."""
    line.status = status = problem.status
    if isinstance(problem, BodyNotUnderstood):
        body = encode(wire.Refusal.of(status, problem.violation))
    elif status in wire.REFUSALS:
        body = wire.REFUSALS[status]
    else:  # 413 and 408, which the guide's table does not know
        body = encode(wire.Refusal.of(status, problem))
    answer = Response(body, status, media_type=JSON)
    if problem.retry_after is not None:
        answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
    return answer


def _wrap(line: Line, answered: Answered) -> Response:
    line.status, body = wire.envelope(answered.status, answered.body)
    return Response(body, line.status, media_type=JSON)


def _bare(line: Line, answered: Answered) -> Response:
    line.status = answered.status
    return Response(answered.body, answered.status, media_type=JSON)


async def _has_left(receive: Receive) -> bool:
    """Look, without waiting, whether the caller is gone; what an in-house function decided stays decided."""
    try:
        async with asyncio.timeout(0):
            return bool((await receive())["type"] == "http.disconnect")
    except TimeoutError:
        return False


async def _left(receive: Receive) -> None:
    """End when the caller closes the connection."""
    message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()
