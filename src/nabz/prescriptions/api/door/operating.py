"""How an operation is run: token, body, function, envelope, refusal, and its line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from nabz.access.errors import ApiNotGranted, BadToken
from nabz.access.service.oauth import Porter
from nabz.gateway.errors import HttpsOnly
from nabz.gateway.service.line import Line
from nabz.gateway.service.traffic import Recorder
from nabz.kit import log, reader
from nabz.kit.clock import perf_counter
from nabz.kit.errors import MethodNotAllowed, NotFound, Problem
from nabz.kit.http.call import CallerLeft
from nabz.kit.http.routes import Bug, problem_json
from nabz.kit.json import encode
from nabz.prescriptions.api.door.sent import OK, Bare, Sent, caller_of, data_set_of, says_test
from nabz.prescriptions.errors.kinds import TaminProblem
from nabz.prescriptions.wire import envelope as wire
from nabz.prescriptions.wire.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.access.model import Entered
    from nabz.kit.http import Call

    Function = Callable[[Sent], Awaitable[Any]]
    Refuse = Callable[[Problem], Any]

JSON: Final = "application/json"
SERVICE: Final = "tamin"
UNAUTHORISED, FORBIDDEN, TOO_MANY = 401, 403, 429


@dataclass(frozen=True, kw_only=True)
class Op:
    """One official operation."""

    operation: str
    function: Function
    body: Any
    token: bool
    refuse: Refuse
    generation: int
    trace: bool
    keeps_bodies: bool
    enveloped: bool
    api: str
    """Which of Tamin's APIs it belongs to; to none: whoever has a token may call it."""

    status: int = OK

    async def __call__(self, call: Call) -> Response:
        """Answer one call and note it; whatever goes wrong, there is an answer."""
        line = Line(SERVICE, keeps_bodies=self.keeps_bodies)
        line.operation = self.operation
        begun = perf_counter()
        try:
            answer = await self._answer(call, line)
        except CallerLeft:
            answer = Response(status_code=CallerLeft.status)
        except Problem as problem:
            answer = self._refused(call, problem)
        except Exception as error:  # noqa: BLE001 - the last door: a bug is logged and answered
            log.bug(error, request_id=call.request_id, path=self.operation)
            answer = self._refused(call, Bug())
        line.status = answer.status_code
        line.note = line.note or None
        call.deps.own(Recorder, lambda: Recorder(call.db)).note(
            line.written(call, bytes(answer.body), (perf_counter() - begun) * 1000)
        )
        return answer

    async def _answer(self, call: Call, line: Line) -> Response:
        if "\0" in call.scope["path"] or b"%00" in call.scope["query_string"]:
            raise NotFound  # no name holds one, and PostgreSQL takes none
        if call.deps.settings.https_only and call.scope["scheme"] != "https":
            raise HttpsOnly
        test = says_test(call)
        entered = await self._entered(call)
        if entered is not None:
            line.client, line.user_id, line.data_set = entered.client, entered.user_id, entered.data_set
            if self.api and self.api not in entered.apis:
                line.note = ApiNotGranted.code
                raise ApiNotGranted(api=self.api)
        data_set = data_set_of(call, entered, test=test)
        line.data_set = data_set
        caller = caller_of(call, entered)
        sent = Sent(call, caller, call.db.within(data_set), call.path, self.generation, test)
        if call.scope["method"] in {"POST", "PUT"} and not _in_parts(call):
            line.raw = await call.bytes()
        try:
            if self.body is not None:
                sent.body = reader.read(await call.bytes(), self.body, call.limits)
            value = await self.function(sent)
        except Problem as problem:
            line.note = f"{problem.code}"
            raise
        finally:
            if sent.notes:
                line.note = " · ".join(sorted(sent.notes))
        if isinstance(value, Response):
            return value
        if isinstance(value, Bare):
            return Response(encode(value.value), value.status, media_type=JSON)
        if not self.enveloped:
            return Response(encode(value), self.status, media_type=JSON)
        trace = call.request_id if self.trace else ""
        return Response(encode(wire.envelope(OK, value, trace)), media_type=JSON)

    async def _entered(self, call: Call) -> Entered | None:
        """Find who calls; a list that needs no token is also given to one that is dead. Raises BadToken."""
        token = call.header("authorization") or call.header("token") or ""
        if not token.strip():
            if self.token:
                raise BadToken
            return None
        try:
            return await Porter.of(call.deps).who(token, call.now)
        except BadToken:
            if self.token:
                raise
            return None

    def _refused(self, call: Call, problem: Problem) -> Response:
        """Tell a failure: official ones with HTTP 200 where the real service does, others by their status."""
        official = isinstance(problem, TaminProblem) and problem.status != TOO_MANY
        unread = isinstance(problem, UNREAD) and self.refuse is not _plain
        status = OK if (official or unread) and self.enveloped else problem.status
        value = self.refuse(problem) if official or unread else _plain(problem)
        trace = call.request_id if self.trace else ""
        body = encode(wire.envelope(status, value, trace)) if self.enveloped or not official else encode(value)
        answer = Response(body, status, media_type=JSON)
        if problem.retry_after is not None:
            answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
        if status == UNAUTHORISED:
            answer.headers["www-authenticate"] = "Bearer"
        return answer


class OwnOp(Op):
    """One operation of our own: a problem is problem+json by its own status."""

    def _refused(self, call: Call, problem: Problem) -> Response:
        return problem_json(call, problem)


UNREAD: Final = (
    reader.BodyEmpty,
    reader.BodyNotJson,
    reader.BodyNotText,
    reader.BodyEncodedTwice,
    reader.BodyTooDeep,
    reader.KeyTwice,
    reader.NumberRefused,
    reader.TextRefused,
    reader.TooManyValues,
    reader.ValueMissing,
    reader.ValueWrong,
)
"""A message that cannot be read is told in the shape of the operation."""


def _in_parts(call: Call) -> bool:
    """Files are read as they come, not gathered first."""
    return (call.header("content-type") or "").lower().startswith("multipart/")


def _plain(problem: Problem) -> str:
    return wire.NO_ACCESS if problem.status in {UNAUTHORISED, FORBIDDEN} else text_of(problem)


def wrong_method(call: Call, allowed: list[str]) -> Response:  # noqa: ARG001 - the same for everybody
    """Answer a method that an address does not have."""
    problem = MethodNotAllowed()
    body = encode(wire.envelope(problem.status, text_of(problem)))
    return Response(body, problem.status, media_type=JSON, headers={"allow": ", ".join(allowed)})
