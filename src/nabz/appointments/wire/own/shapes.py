"""What all messages of our own API have in common: how members are spelt, and how it says yes and no."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from nabz.kit.errors import Problem

Text = Annotated[str, msgspec.Meta(max_length=400)]
Short = Annotated[str, msgspec.Meta(max_length=100)]
Key = Annotated[str, msgspec.Meta(max_length=100)]
"""A caller's own name of a call: the same call again under the same key is the same call."""

Rows = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all members have in common: their spelling."""


class Message(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends: a key that it does not have is refused, for what was meant by it would not be done."""


class Done(Shape, frozen=True, kw_only=True):
    """An answer that says yes; what was done or found follows."""

    ok: bool = True


class ToldProblem(Shape, frozen=True, kw_only=True):
    """Why not: a code of the catalogue, both texts, whether to try again, and the facts of this time."""

    code: str
    fa: str
    en: str
    retry: bool
    retry_after: int | None
    facts: dict[str, Any]


class Refused(Shape, frozen=True, kw_only=True):
    """An answer that says no."""

    ok: bool = False
    problem: ToldProblem

    @classmethod
    def of(cls, problem: Problem) -> Refused:
        """Write a problem."""
        after = problem.retry_after
        told = ToldProblem(
            code=problem.code,
            fa=problem.text_fa,
            en=problem.text_en,
            retry=problem.retry,
            retry_after=None if after is None else max(1, round(after)),
            facts={name: _plain(fact) for name, fact in problem.facts.items()},
        )
        return cls(problem=told)


def _plain(fact: object) -> object:
    return fact if fact is None or isinstance(fact, bool | int | float) else str(fact)
