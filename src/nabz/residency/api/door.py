"""How an operation of SIMAD is run: token, body, function, refusal in the guide's shape, and its line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from nabz.access.errors import BadToken
from nabz.access.model import DEMO, PRODUCTION, OrganisationKind
from nabz.access.model.oauth import bare_token
from nabz.access.service.pairs import Pairs
from nabz.gateway.errors import HttpsOnly
from nabz.gateway.service.line import Line
from nabz.gateway.service.traffic import Recorder
from nabz.kit import log
from nabz.kit.clock import perf_counter
from nabz.kit.errors import MethodNotAllowed, NotAllowed, NotFound, Problem
from nabz.kit.http import Endpoint, Routes
from nabz.kit.http.call import CallerLeft
from nabz.kit.http.routes import Bug
from nabz.kit.json import encode
from nabz.residency.api.bodies import check_kind
from nabz.residency.errors import Refused, TokenMissing
from nabz.residency.errors.faults import guid_of
from nabz.residency.errors.printed import Printed
from nabz.residency.model import Caller
from nabz.residency.service import rules
from nabz.residency.wire import answers as wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from nabz.kit.db import Database
    from nabz.kit.http import Call, Deps

    Function = Callable[["Sent"], Awaitable[Any]]

SERVICE: Final = "simad"
JSON: Final = "application/json; charset=utf-8"
PROBLEM: Final = "application/problem+json; charset=utf-8"
PLAIN: Final = "text/plain; charset=utf-8"
_TOKENS: Final = ["api", "token"]
OK, BUG, UNAVAILABLE, UNAUTHORISED = 200, 500, 503, 401


@dataclass(slots=True)
class Sent:
    """One call, with its university known; before a token there is none."""

    call: Call
    caller: Caller
    db: Database

    @property
    def now(self) -> datetime:
        """When it came."""
        return self.call.now

    @property
    def deps(self) -> Deps:
        """What the program is made of."""
        return self.call.deps


@dataclass(frozen=True, kw_only=True)
class Op:
    """One official operation; those of tokens answer refusals as sentences, all others as problem details."""

    operation: str
    function: Function
    token: bool
    keeps_bodies: bool
    kinds: tuple[str, ...]
    """Which kinds of bodies it reads."""

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
            line.note = problem.code
            answer = self.refused(call, problem)
        except Exception as error:  # noqa: BLE001 - the last door: a bug is logged and answered
            log.bug(error, request_id=call.request_id, path=self.operation)
            answer = self.refused(call, Bug())
        line.status = answer.status_code
        call.deps.own(Recorder, lambda: Recorder(call.db)).note(
            line.written(call, bytes(answer.body), (perf_counter() - begun) * 1000)
        )
        return answer

    async def _answer(self, call: Call, line: Line) -> Response:
        if "\0" in call.scope["path"]:
            raise NotFound  # no name holds one, and PostgreSQL takes none
        if call.deps.settings.https_only and call.scope["scheme"] != "https":
            raise HttpsOnly
        data_set = DEMO if call.deps.settings.demo else PRODUCTION
        caller = Caller("", "nobody", call.request_id)
        if self.token:
            data_set, caller = await self._enter(call)
            line.user_id = caller.by
        line.data_set = data_set
        db = call.db.within(data_set)
        await db.read(rules.must_be_open, call.now)
        if call.scope["method"] == "POST":
            check_kind(call, self.kinds)
            if self.keeps_bodies:  # also of what is refused: that is what somebody looks for
                line.raw = await call.bytes()
        value = await self.function(Sent(call, caller, db))
        if isinstance(value, Response):
            return value
        return Response(status_code=OK) if value is None else Response(encode(value), OK, media_type=JSON)

    async def _enter(self, call: Call) -> tuple[int, Caller]:
        """Find who calls, by either header of the guide. Raises TokenMissing, NotAllowed."""
        try:
            bearer = await Pairs.of(call.deps).bearer(_token_of(call), call.now)
        except BadToken as dead:
            raise TokenMissing from dead
        if bearer.organisation_kind != OrganisationKind.UNIVERSITY:
            raise NotAllowed
        return bearer.data_set, Caller(bearer.organisation_id, bearer.user_id, call.request_id)

    def refused(self, call: Call, problem: Problem) -> Response:
        """Tell a problem in the shape of the guide."""
        answer = self._sentence(problem) if not self.token else _details(call, problem)
        if problem.retry_after is not None:
            answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
        return answer

    @staticmethod
    def _sentence(problem: Problem) -> Response:
        text = wire.BUG if problem.status == BUG else wire.WORDS.get(problem.status, problem.text_en)
        return Response(problem.text_en if isinstance(problem, Printed) else text, problem.status, media_type=PLAIN)


def _token_of(call: Call) -> str:
    """Find the token of a call; what another scheme says, perhaps a proxy's, is none."""
    told = (call.header("authorization") or "").strip()
    scheme, _, rest = told.partition(" ")
    mine = "" if rest and scheme.lower() != "bearer" else bare_token(told)
    return mine or bare_token(call.header("token") or "")


def _details(call: Call, problem: Problem) -> Response:
    if problem.status == BUG:
        return Response(wire.BUG, BUG, media_type=PLAIN)
    trace = wire.trace_of(call.header("traceparent"), call.request_id)
    if isinstance(problem, Refused):
        told = wire.details(problem.faults, trace)
    else:
        told = wire.refusal(problem.status, guid_of(problem.code), problem.text_fa.strip(), trace)
    answer = Response(encode(told), problem.status, media_type=PROBLEM)
    if problem.status == UNAUTHORISED:
        answer.headers["www-authenticate"] = "Bearer"
    return answer


def wrong_method(call: Call, allowed: list[str]) -> Response:
    """Tell that an address answers to another method."""
    answer = _of_address(call, MethodNotAllowed())
    answer.headers["allow"] = ", ".join(allowed)
    return answer


def lost(call: Call) -> Response | None:
    """Tell that no operation stands at an address; nothing of addresses that are not SIMAD's."""
    words = _words_of(call)
    return _of_address(call, NotFound()) if words[:1] == ["api2"] or words == _TOKENS else None


def _of_address(call: Call, problem: Problem) -> Response:
    if _words_of(call) == _TOKENS:
        return Response(wire.WORDS[problem.status], problem.status, media_type=PLAIN)
    return _details(call, problem)


def _words_of(call: Call) -> list[str]:
    return [word for word in call.scope["path"].lower().split("/") if word][:2]


class Official(Routes):
    """The official addresses; the door answers at them."""

    def op(  # noqa: PLR0913 - each is a fact of the address
        self,
        method: str,
        path: str,
        *,
        operation: str,
        summary: str,
        body: Any = None,  # noqa: ANN401
        query: Any = None,  # noqa: ANN401
        answer: Any = None,  # noqa: ANN401
        token: bool = True,
        keeps_bodies: bool = True,
        kinds: tuple[str, ...] = ("json",),
        samples: tuple[str, ...] = (),
    ) -> Callable[[Function], Function]:
        """Register the decorated function at its address."""

        def register(function: Function) -> Function:
            op = Op(operation=operation, function=function, token=token, keeps_bodies=keeps_bodies, kinds=kinds)

            @wraps(function)
            async def run(call: Call) -> Response:
                return await op(call)

            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    function=run,
                    owner=self.owner,
                    summary=summary,
                    shape=op.refused,
                    body=body,
                    query=query,
                    answer=answer,
                    samples=tuple(f"samples/simad/{each}" for each in samples),
                    security=("token",) if token else (),
                )
            )
            return function

        return register


simad = Official(SERVICE)
