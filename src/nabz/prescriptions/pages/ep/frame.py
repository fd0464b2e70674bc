"""What all pages of physicians do alike: a secretary who has not chosen her physician is led to where she does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nabz.prescriptions.errors.reading import PhysicianNotChosen
from nabz.web.pages import Pages, problem_page
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.errors import Problem
    from nabz.kit.http import Call
    from nabz.kit.http.routes import Shape

DESK = "/portal"


def led_or_told(call: Call, problem: Problem) -> Response:
    """Lead to the choice of a physician; all else is a page as everywhere."""
    if isinstance(problem, PhysicianNotChosen):
        return see_other(call, DESK, said=("warn", say(call, problem.text_fa, problem.text_en)))
    return problem_page(call, problem)


class PhysicianPages(Pages):
    """The routes of physicians and their secretaries."""

    shape: ClassVar[Shape] = staticmethod(led_or_told)
