"""How addresses are registered: the official ones in all their spellings, and our own behind the same door."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nabz.kit.http import Endpoint, Routes
from nabz.kit.http.routes import problem_json
from nabz.prescriptions.api.door.operating import SERVICE, Op, OwnOp
from nabz.prescriptions.api.door.sent import OK
from nabz.prescriptions.wire import envelope as wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from nabz.kit.http import Call
    from nabz.prescriptions.api.door.operating import Function, Refuse

Kind: TypeAlias = Literal["epresc", "drug", "para", ""]
"""An API of Tamin's, as operators grant it; "" is for the callers of all three."""


class Official(Routes):
    """The official addresses of one or more parts; the door answers at them."""

    def op(  # noqa: PLR0913 - each is a fact of the address
        self,
        methods: str,
        paths: str | tuple[str, ...],
        *,
        operation: str,
        summary: str,
        api: Kind | None = None,
        body: Any = None,  # noqa: ANN401
        answer: Any = None,  # noqa: ANN401
        query: Any = None,  # noqa: ANN401
        token: bool = True,
        refuse: Refuse = wire.fault,
        generation: int = 2,
        trace: bool = False,
        keeps_bodies: bool = True,
        enveloped: bool = True,
        samples: tuple[str, ...] = (),
        hidden: bool = False,
    ) -> Callable[[Function], Function]:
        """Register the decorated function at its addresses; the first is documented, the others are aliases.

        What wants a token says to which API it belongs; "" to all of them.
        """
        if token and api is None:
            message = f"{operation} does not say to which API it belongs"
            raise TypeError(message)

        def register(function: Function) -> Function:
            op = Op(
                operation=operation,
                function=function,
                body=body,
                token=token,
                refuse=refuse,
                generation=generation,
                trace=trace,
                keeps_bodies=keeps_bodies,
                enveloped=enveloped,
                api=api or "",
            )

            run = _running(op)
            for place, path in enumerate((paths,) if isinstance(paths, str) else paths):
                for method in methods.split(","):
                    self.endpoints.append(
                        Endpoint(
                            method=method.strip(),
                            path=path,
                            function=run,
                            owner=self.owner,
                            summary=summary,
                            shape=self.problem_shape,
                            body=body,
                            query=query,
                            answer=answer,
                            samples=_paths(samples),
                            security=("token",) if token else (),
                            hidden=hidden or place > 0 or not samples,
                        )
                    )
            return function

        return register

    def own(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        api: Kind,
        body: Any = None,  # noqa: ANN401
        answer: Any = None,  # noqa: ANN401
        query: Any = None,  # noqa: ANN401
        status: int = OK,
        samples: tuple[str, ...] = (),
    ) -> Callable[[Function], Function]:
        """Register an operation of our own behind the same door: no envelope, and problems by their own status."""

        def register(function: Function) -> Function:
            op = OwnOp(
                operation=f"nabz-{function.__name__.replace('_', '-')}",
                function=function,
                body=body,
                token=True,
                refuse=wire.fault,
                generation=0,
                trace=False,
                keeps_bodies=True,
                enveloped=False,
                api=api,
                status=status,
            )
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    function=_running(op),
                    owner=self.owner,
                    summary=f"Nabz's own: {summary}",
                    shape=problem_json,
                    body=body,
                    query=query,
                    answer=answer,
                    status=status,
                    samples=_paths(samples),
                    security=("token",),
                    hidden=not samples,
                )
            )
            return function

        return register


def _paths(samples: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"samples/{each.removeprefix('samples/')}" for each in samples)


def _running(op: Op) -> Callable[[Call], Awaitable[Response]]:
    """Let an operation be a route's function, with the name of what it runs."""

    @wraps(op.function)
    async def run(call: Call) -> Response:
        return await op(call)

    return run


official = Official(SERVICE)
