"""Forms: read into a type, and shown again as they were typed, with what is wrong beside each field."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import msgspec
from starlette.responses import Response

from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.http.call import pairs_of
from nabz.kit.persian import persian_digits
from nabz.kit.reader import NumberRefused, ValueMissing, ValueWrong, read_fields
from nabz.web.render import say

T = TypeVar("T", bound=msgspec.Struct)
Pairs = list[tuple[str, str]]

UNPROCESSABLE: Final = 422
UNREADABLE: Final = (ValueMissing, ValueWrong, NumberRefused)
_LOCAL: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True)
class Filled:
    """A form as a page shows it: what stands in its fields, and what is wrong with them."""

    values: Mapping[str, object] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: msgspec.Struct) -> Filled:
        """Show what is there already."""
        return cls(msgspec.structs.asdict(value))

    def value(self, name: str) -> str:
        """Give what stands in a field, as a browser would send it."""
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return "1" if value else ""
        return str(value).removesuffix(".0") if isinstance(value, float) else str(value)

    def error(self, name: str) -> str:
        """Give what is wrong with a field."""
        return self.errors.get(name, "")


BLANK: Final = Filled()
Draw = Callable[[Call, Filled], Awaitable[Response]]


class Form(Generic[T]):
    """What people fill in: the type that it is read into, and which mistakes they can mend by typing.

    `words` says by field what is told when it cannot be read, `problems` beside which field each problem is told.
    Whatever else goes wrong is no matter of the form and has a page of its own.
    """

    def __init__(
        self,
        type_: type[T],
        words: Mapping[str, tuple[str, str]] | None = None,
        problems: Mapping[type[Problem], str] | None = None,
    ) -> None:
        self._type = type_
        self._words = words or {}
        self._problems = problems or {}
        self._alone = {each.name: _alone(each) for each in msgspec.structs.fields(type_) if each.name in self._words}

    async def read(self, call: Call) -> T:
        """Read what was sent; raises the problems of the reader."""
        return read_fields(await _sent(call), self._type)

    async def again(self, call: Call, problem: Problem, draw: Draw) -> Response:
        """Show the form as it was typed, with all that is wrong; raises the problem if typing does not mend it."""
        sent = await _sent(call)
        answer = await draw(call, Filled(dict(sent), self._mistakes(call, problem, sent)))
        answer.status_code = UNPROCESSABLE
        if problem.retry_after is not None:
            answer.status_code = problem.status
            answer.headers["retry-after"] = str(_seconds(problem.retry_after))
        return answer

    def _mistakes(self, call: Call, problem: Problem, sent: Pairs) -> dict[str, str]:
        beside = self._problems.get(type(problem))
        if beside is not None:
            return {beside: _told(call, problem)}
        if isinstance(problem, UNREADABLE) and problem.facts.get("path") in self._alone:
            # The reader stops at the first: each field by itself tells them all.
            wrong = [name for name, alone in self._alone.items() if not _readable(sent, alone)]
            return {name: say(call, *self._words[name]) for name in wrong}
        raise problem


def local_path(asked: str, otherwise: str = "/portal") -> str:
    """Give the address to go on to if it is one of ours: no other site, however it is spelt."""
    return asked if _LOCAL.fullmatch(asked) else otherwise


async def _sent(call: Call) -> Pairs:
    return pairs_of(call.scope["query_string"] if call.scope["method"] in {"GET", "HEAD"} else await call.bytes())


def _alone(each: msgspec.structs.FieldInfo) -> type[msgspec.Struct]:
    """Make the type of a form that has only this field."""
    return msgspec.defstruct("Alone", [(each.name, each.type) if each.required else (each.name, each.type, None)])


def _readable(sent: Pairs, type_: type[msgspec.Struct]) -> bool:
    try:
        read_fields(sent, type_)
    except UNREADABLE:
        return False
    return True


def _told(call: Call, problem: Problem) -> str:
    text = say(call, problem.text_fa, problem.text_en)
    if problem.retry_after is None:
        return text
    wait = _seconds(problem.retry_after)
    return f"{text} {say(call, f'({persian_digits(wait)} ثانیهٔ دیگر)', f'({wait} seconds from now)')}"


def _seconds(wait: float) -> int:
    return max(1, round(wait))
