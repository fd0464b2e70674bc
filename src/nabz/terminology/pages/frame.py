"""How every page of the terminologies is drawn, and where one that was asked for in another spelling lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.terminology.pages.words import Words
from nabz.web import visit
from nabz.web.render import render, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call


def draw(call: Call, template: str, **values: object) -> Response:
    """Draw a page of the terminologies, with the words of the browser's language."""
    return render(call, template, 200, w=Words(visit.language(call), call.now), **values)


def is_part(call: Call) -> bool:
    """Tell whether a page asks for a part of itself only; one that the browser's history has lost is asked whole."""
    return bool(call.header("hx-request")) and not call.header("hx-history-restore-request")


def elsewhere(call: Call, id_: str, query: str | None = None) -> Response:
    """Send on to the same page of /maxa/t/{id} in the stored spelling of the id; to another query, if one is given."""
    rest = call.scope["path"].split("/", 4)[4:]
    asked = call.scope["query_string"].decode("latin-1") if query is None else query
    return see_other(call, "/".join(["/maxa/t", id_, *rest]) + (f"?{asked}" if asked else ""))
