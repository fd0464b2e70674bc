"""Routes that answer with HTML: forms are checked for their origin, problems are pages."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from nabz.kit.errors import Problem
from nabz.kit.http import Call, Routes
from nabz.kit.http.routes import NotSignedIn
from nabz.web import visit
from nabz.web.render import render

if TYPE_CHECKING:
    from nabz.kit.http.routes import Shape


class FormExpired(Problem):
    """The form does not come from a page that we gave to this browser."""

    code = "web.form-expired"
    status = 403
    fa = "این فرم کهنه شده است؛ صفحه را تازه کنید و دوباره بفرستید."
    en = "This form has expired: reload the page and send it again."
    retry = True


def problem_page(call: Call, problem: Problem) -> Response:
    """A problem as a page; who is not signed in is sent to the door first."""
    if isinstance(problem, NotSignedIn):
        return _to_the_door(call)
    answer = render(call, "problem.html", problem.status, problem=problem)
    if problem.retry_after is not None:
        answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
    return answer


def _to_the_door(call: Call) -> Response:
    here = call.scope["path"] if call.scope["method"] == "GET" else "/portal"
    query = call.scope["query_string"].decode("latin-1")
    if call.scope["method"] == "GET" and query:
        here = f"{here}?{query}"
    door = f"/login?next={quote(here, safe='')}"
    if call.header("hx-request"):  # a part of a page: the whole page has to go
        return Response(status_code=204, headers={"hx-redirect": "/login"})
    return RedirectResponse(door, 303)


async def check_origin(call: Call) -> None:
    """Refuse a form that another site has sent with this browser's cookies."""
    if call.scope["method"] in {"GET", "HEAD"}:
        return
    if call.header("sec-fetch-site") in {"cross-site", "same-site"}:
        raise FormExpired
    given = call.header("x-csrf") or await call.field("csrf") or ""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), visit.csrf(call).encode()):
        raise FormExpired


class Pages(Routes):
    """The portal routes of one domain."""

    shape: ClassVar[Shape] = staticmethod(problem_page)

    def surround(self, method: str, words: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Every form is checked for its origin; pages are left out of the API's documentation."""
        return {"hidden": True, "before": check_origin, **words}
