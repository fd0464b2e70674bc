"""What all pages of the gateway share: words and numbers for people, parts of addresses, forms shown again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nabz.access.model import Person
from nabz.gateway.pages import words
from nabz.kit.errors import NotAllowed, NotFound
from nabz.kit.reader import ValueMissing, ValueWrong
from nabz.web import visit
from nabz.web.render import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.responses import Response

    from nabz.kit.errors import Problem
    from nabz.kit.http import Call

OPERATOR = ("operator",)
VENDOR = ("vendor",)
WRONG = 422


def draw(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of the gateway, with the words of the browser's language."""
    return render(call, template, status, w=words.Words(visit.language(call), call.now), **values)


def person(call: Call) -> Person:
    """Tell who is signed in, and of which organisation; raises NotAllowed for a caller of another kind."""
    if not isinstance(call.me, Person):
        raise NotAllowed
    return call.me


def part(call: Call, name: str) -> str:
    """Give one part of the address; what no database keeps names nothing of ours."""
    text = call.path[name]
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotFound
    return text


@dataclass(frozen=True)
class Form:
    """A form as it is shown: what stands in its fields, and what is wrong with them."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with a field."""
        return next((text for at, text in self.errors if at == name), "")


@dataclass(frozen=True)
class Mending:
    """What a person can mend in a form: beside which field each problem stands, and in which words."""

    fields: Mapping[str, tuple[str, str]]
    """Field: both texts, said when the field cannot be read."""

    problems: Mapping[type[Problem], str] = field(default_factory=dict)
    """Problem: the field that it is about."""

    def said(self, call: Call, problem: Problem) -> tuple[tuple[str, str], ...]:
        """Say it beside its field; raises the problem when typing does not mend it."""
        english = visit.language(call) == "en"
        if isinstance(problem, ValueWrong | ValueMissing):
            name = str(problem.facts.get("path"))
            if name in self.fields:
                fa, en = self.fields[name]
                return ((name, en if english else fa),)
        if type(problem) in self.problems:
            text = problem.text_en if english else problem.text_fa
            return ((self.problems[type(problem)], text),)
        raise problem

    async def again(self, call: Call, problem: Problem, names: Iterable[str]) -> Form:
        """Give the posted form as it was typed, with the problem beside its field."""
        errors = self.said(call, problem)
        return Form({name: await call.field(name) or "" for name in names}, errors)
