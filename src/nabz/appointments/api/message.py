"""What all operators of HQS do with a message: who sends, in which data set, and how a refusal is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from nabz.access.model import DEMO, PRODUCTION
from nabz.appointments.api.senders import facility_of, system_of
from nabz.appointments.errors import (
    BadPeriod,
    BadTracking,
    CompositionUnknown,
    FieldMisfit,
    FieldMissing,
    ForeignNode,
    NotUnderstood,
    PeriodTooLong,
)
from nabz.appointments.model import Caller, tracking
from nabz.appointments.service.booking import Limits
from nabz.appointments.service.searching import LONGEST
from nabz.appointments.wire.official import answers, referral
from nabz.appointments.wire.official.requests import Composition, Request
from nabz.gateway.model import Answered
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id
from nabz.kit.json import encode
from nabz.kit.operations import Asked, Operations

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from nabz.kit.db import Database, Tx

    Function = Callable[["Sent"], Awaitable[Any]]

P = ParamSpec("P")
T = TypeVar("T")
SERVER_FAULT: Final = 500
PLACEHOLDER: Final = "string"
_UID: Final = re.compile(r"(?:node\w{1,10}\.behdasht\.gov\.ir::)?(.+)", re.IGNORECASE)

hqs = Operations(
    "sepas/gwHQS",
    "نوبت‌دهی: میان‌افزار HQS",
    owner="appointments",
    doors=("/HQS.Referal/api/v1.0/Main",),
    wrapped=False,
)


class Sent:
    """One message, with its sender checked."""

    def __init__(self, asked: Asked, told: Composition, uid: str, facility: str, data_set: int) -> None:
        self.asked = asked
        self.told = told
        self.facility = facility
        self.now = asked.now
        self.edits = bool(uid)
        self._uid = uid
        self.db: Database = asked.deps.db.within(data_set)
        self.caller = Caller(asked.client, facility, asked.user_id, new_id())
        settings = asked.deps.settings
        self.limits = Limits(apart=settings.appointments_apart, once=settings.appointments_once_a_day)

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Look something up in the call's data set."""
        return await self.db.read(query, *args, **kwargs)

    def edited(self, slot_id: str) -> str:
        """The slot whose message is edited: its CompositionUID is the tracking id that was answered.

        Raises CompositionUnknown.
        """
        if self._uid != slot_id:
            raise CompositionUnknown
        return slot_id

    @property
    def uid(self) -> str:
        """The tracking id that the CompositionUID stands for."""
        return self._uid


def operator(
    name: str, summary: str, *, wrapped: bool = True, small: bool = False, twin: bool = True, failed: bool = False
) -> Callable[[Function], Function]:
    """Register an operator, and its test twin; `failed` is the Result of what was not understood."""

    def register(function: Function) -> Function:
        def answering(*, test: bool) -> Callable[[Asked], Awaitable[Answered]]:
            async def answer(asked: Asked) -> Answered:
                return await _answer(function, asked, test=test, wrapped=wrapped, small=small, failed=failed)

            return answer

        def misfit(asked: Asked, problem: Problem) -> Answered:
            wrong = FieldMisfit(field=problem.facts.get("path", "$"))
            told = answers.refused(wrong)
            whole = referral.refused(wrong.text_fa) if small else answers.Wrapped(told) if wrapped else told
            return _written(asked, whole)

        samples = (f"hqs/{name}.request.json", f"hqs/{name}.response.json")
        for twin_name, test in ((name, False), (f"{name}Test", True)):
            if twin or not test:
                told = f"{summary} (test)" if test else summary
                kind = dict[str, Any]
                hqs.add(twin_name, summary=told, body=Request, answer=kind, samples=samples, misfit=misfit)(
                    answering(test=test)
                )
        return function

    return register


async def _answer(
    function: Function, asked: Asked, *, test: bool, wrapped: bool, small: bool, failed: bool
) -> Answered:
    try:
        result = await function(await _sent(asked, test=test, small=small))
    except Problem as problem:
        if problem.status >= SERVER_FAULT:
            raise
        if small:
            return _written(asked, referral.refused(problem.text_fa))
        refusal = answers.refused(problem)
        if failed and isinstance(problem, NotUnderstood):
            refusal = answers.Told(refusal.errorCode, refusal.errorMessage, refusal.isError, True)  # noqa: FBT003
        return _written(asked, answers.Wrapped(refusal) if wrapped else refusal)
    if small:
        return _written(asked, result)
    told = answers.well(result)
    return _written(asked, answers.Wrapped(told) if wrapped else told)


def _written(asked: Asked, value: object) -> Answered:
    return Answered(200, encode(value), asked.tracking)


async def _sent(asked: Asked, *, test: bool, small: bool) -> Sent:
    """Check who sends. Raises NotUnderstood, FieldMissing, SystemBlocked, CentreUnknown, CompositionUnknown."""
    body: Request = asked.body
    if body.Data is None or body.Data.MsgId is None or body.Data.Composition is None:
        raise NotUnderstood
    of, told = body.Data.MsgId, body.Data.Composition
    asked.tracking = (told.TrackingQueueID or "").strip().lower() or None
    if of.HealthCareFacilityID is None:
        raise FieldMissing(field="MsgID.HealthCareFacilityID")
    facility = await facility_of(asked, of.HealthCareFacilityID.value)
    system = of.SystemID.value if of.SystemID is not None else ""
    if not (small and system in {"", PLACEHOLDER}):  # the guide's own message has a placeholder there
        await system_of(asked, system)
    data_set = DEMO if test and asked.data_set == PRODUCTION else asked.data_set
    return Sent(asked, told, _uid(of.CompositionUID), facility, data_set)


def _uid(told: str | None) -> str:
    found = _UID.fullmatch((told or "").strip())
    if found is None:
        return ""
    try:
        return tracking.read(found[1])
    except (BadTracking, ForeignNode) as problem:
        raise CompositionUnknown from problem


def period(told: Composition) -> tuple[datetime, datetime]:
    """The time that is asked about. Raises FieldMissing, DateWrongHere, BadPeriod."""
    if told.StartDateTime is None or told.EndDateTime is None:
        raise FieldMissing(field="StartDateTime" if told.StartDateTime is None else "EndDateTime")
    from_, until = told.StartDateTime.instant("StartDateTime"), told.EndDateTime.instant("EndDateTime")
    if from_ >= until:
        raise BadPeriod
    if until - from_ > LONGEST:
        raise PeriodTooLong(days=LONGEST.days)
    return from_, until
