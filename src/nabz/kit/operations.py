"""In-house operations that something in front of them may call: a name, a type, a function."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from nabz.kit import reader
from nabz.kit.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from nabz.kit.http import Deps

    Function = Callable[["Asked"], Awaitable[Any]]

T = TypeVar("T")


class BodyNotUnderstood(Problem):
    """What was asked is not what the operation reads; `violations` say where."""

    code = "kit.body-not-understood"
    status = 400
    fa = "بدنهٔ درخواست خوانده نشد."
    en = "The body of the request could not be read."

    def __init__(self, violation: Problem) -> None:
        super().__init__()
        self.violation = violation


@dataclass(slots=True)
class Asked:
    """One call of an operation, as the one in front passes it on."""

    deps: Deps
    raw: bytes
    query_string: bytes
    now: datetime
    request_id: str
    client: str
    user_id: str
    data_set: int
    pid: str
    body: Any = None
    tracking: str | None = None
    """What the operation wants its call to be found by later."""

    notes: set[str] = field(default_factory=set)
    """What the vendor is told beside the answer, in the log of his calls."""

    def read(self, type_: type[T], limits: reader.Limits | None = None) -> T:
        """The body (or, without one, the query parameters) as a value."""
        try:
            if self.raw.strip() or not self.query_string or not _has_fields(type_):
                usual = replace(reader.LIMITS, size=self.deps.settings.body_limit)
                return reader.read(self.raw, type_, limits or usual)
            pairs = parse_qsl(self.query_string.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=100)
            return reader.read_fields(pairs, type_)
        except ValueError as error:
            raise BodyNotUnderstood(reader.BodyNotText()) from error
        except Problem as problem:
            raise BodyNotUnderstood(problem) from problem


def _has_fields(type_: Any) -> bool:  # noqa: ANN401 - a type expression
    return isinstance(type_, type) and issubclass(type_, msgspec.Struct)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One function that may be called by its name."""

    name: str
    function: Function
    summary: str
    body: Any
    answer: Any
    samples: tuple[str, ...]
    methods: tuple[str, ...]
    limits: reader.Limits | None = None
    """How much of a body is read, if that is not what the settings say for all."""

    misfit: Callable[[Asked, Problem], Any] | None = None
    """Answers a message that is JSON, but with a value of the wrong kind; else the one in front refuses it."""


class Operations:
    """The operations of one service at `provider/gateway`; addresses it was also printed under are aliases.

    `doors` are whole paths, outside of the gateway's own, at which some of its operations answer as well, and without
    regard to case; `wrapped` is how it begins: whether its answers stand in the gateway's envelope.
    """

    def __init__(
        self,
        address: str,
        title: str,
        *,
        owner: str,
        aliases: tuple[str, ...] = (),
        doors: tuple[str, ...] = (),
        wrapped: bool = True,
    ) -> None:
        self.address = address
        self.title = title
        self.owner = owner
        self.aliases = aliases
        self.doors = doors
        self.wrapped = wrapped
        self.by_name: dict[str, Operation] = {}

    @property
    def id(self) -> str:
        """The address, compared without case."""
        return self.address.lower()

    def add(
        self,
        name: str,
        *,
        summary: str,
        body: Any,  # noqa: ANN401
        answer: Any = None,  # noqa: ANN401
        samples: tuple[str, ...] = (),
        methods: tuple[str, ...] = ("POST",),
        limits: reader.Limits | None = None,
        misfit: Callable[[Asked, Problem], Any] | None = None,
    ) -> Callable[[Function], Function]:
        """Register the decorated function."""

        def register(function: Function) -> Function:
            self.by_name[name.lower()] = Operation(
                name=name,
                function=function,
                summary=summary,
                body=body,
                answer=answer,
                samples=samples,
                methods=methods,
                limits=limits,
                misfit=misfit,
            )
            return function

        return register
