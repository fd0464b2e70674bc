"""How every page of the gateway is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.gateway.pages import words
from nabz.web import visit
from nabz.web.render import render

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call


def draw(call: Call, template: str, **values: object) -> Response:
    """Draw a page of the gateway, with the words of the browser's language."""
    return render(call, template, 200, w=words.Words(visit.language(call), call.now), **values)
