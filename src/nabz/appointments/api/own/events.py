"""The stream of events, for a client whose token, licence and address the gateway knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.api.own.answering import own
from nabz.kit.http import Routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from nabz.gateway.service.gate import Gate
    from nabz.kit.http import Call

    Follow = Callable[[Call, int, str], Awaitable[Response]]

EVENTS: Final = "/api/v1/appointments/events"
OPERATION: Final = "events"


def routes(gate: Gate, follow: Follow) -> Routes:
    """The one route; `follow` streams what a receiver of a data set is told (notify)."""
    stream = Routes("appointments")

    @stream.get(
        EVENTS,
        summary="What happens to the caller's appointments, as server-sent events; Last-Event-ID takes them up again",
        security=("token", "pid"),
        samples=("samples/nabz/appointments/events.txt",),
    )
    async def follow_events(call: Call) -> Response:
        """Raises NotAuthorised, AddressNotAnnounced, NotGranted, QuotaSpent, TooManyStreams."""
        bearer = await gate.bearer(call.header("authorization"), call.now)
        await gate.check_address(bearer.client, call.ip, call.now)
        package = await gate.licence(bearer, call.header("pid"), own.id, OPERATION, call.now)
        await gate.count(package, OPERATION, call.now)
        return await follow(call, bearer.data_set, bearer.client)

    return stream
