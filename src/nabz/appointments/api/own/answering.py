"""How every operation of our own API answers: yes with what was asked for, or no with a problem, in one shape."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from nabz.appointments.api.senders import facility_of
from nabz.appointments.model import Caller, tracking
from nabz.appointments.service import keys
from nabz.appointments.wire.own.shapes import Refused
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id
from nabz.kit.operations import Operations
from nabz.kit.reader import Limits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.kit.db import Database
    from nabz.kit.operations import Asked

    Function = Callable[[Asked], Awaitable[Any]]

SERVER_FAULT: Final = 500
KEYS: Final = "appointments.key"
WHOLE_SCHEDULE: Final = Limits(size=16_000_000, values=1_500_000)
"""What 100,000 slots take: 95 bytes and 6 or 7 members each, and room for longer ids and windows."""

own: Final = Operations("nabz/appointments", "نوبت‌دهی: رابط نبض", owner="appointments")


def offer(
    name: str,
    *,
    summary: str,
    body: Any,  # noqa: ANN401
    answer: Any,  # noqa: ANN401
    limits: Limits | None = None,
) -> Callable[[Function], Function]:
    """Register an operation of our own API."""
    samples = tuple(f"nabz/appointments/{name}.{kind}.json" for kind in ("request", "response"))

    def register(function: Function) -> Function:
        return own.add(name, summary=summary, body=body, answer=answer, samples=samples, limits=limits)(
            _answering(function)
        )

    return register


def _answering(function: Function) -> Function:
    """Answer a problem as a value: the envelope of the gateway carries no body of a failure.

    What is the house's own fault stays one, so that the gateway tells it as such and counts it.
    """

    @wraps(function)
    async def answer(asked: Asked) -> object:
        try:
            return await function(asked)
        except Problem as problem:
            if problem.status >= SERVER_FAULT:
                raise
            return Refused.of(problem)

    return answer


def store_of(asked: Asked) -> Database:
    """Give the store as the caller's data set shows it."""
    return asked.deps.db.within(asked.data_set)


async def caller_of(asked: Asked, facility: str = "", key: str = "") -> Caller:
    """Tell who asks, in the name of which facility, if any. Raises CentreUnknown."""
    sender = await facility_of(asked, facility) if facility.strip() else ""
    return Caller(asked.client, sender, asked.user_id or asked.client, seed_of(asked, key))


def seed_of(asked: Asked, key: str) -> str:
    """Give the call's own id: with a key the same for the same call of the same client, and another for any other."""
    if not key:
        return new_id()
    told = "\x1f".join((asked.client, str(asked.data_set), key, asked.raw.hex()))
    return asked.deps.keys.uuid(KEYS, told)


async def claim(asked: Asked, caller: Caller, key: str) -> None:
    """Let a key stand for this message, whatever comes of it. Raises KeyUsedOtherwise."""
    if key:
        await store_of(asked).write(keys.claim, caller.client, key, caller.seed, asked.now)


def slot_of(asked: Asked, text: str) -> str:
    """Read a tracking id, under which the call is then found in the log. Raises BadTracking, ForeignNode."""
    slot_id = tracking.read(text)
    asked.tracking = f"1:{slot_id}"
    return slot_id
