"""A template with values becomes an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse, Response

from nabz.web import visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from nabz.kit.http import Call
    from nabz.web.shell import Shell

CSP = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def render(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page."""
    shell: Shell = call.deps.shell  # type: ignore[assignment]
    lang = visit.language(call)
    who = call.who
    here = call.scope["path"]
    mine = [item for item in shell.nav if who is not None and (not item.roles or who.roles.intersection(item.roles))]
    above = [item.path for item in mine if here == item.path or here.startswith(f"{item.path}/")]
    nav = [
        {
            "title": item.fa if lang == "fa" else item.en,
            "path": item.path,
            "icon": item.icon,
            "active": item.path == max(above, key=len, default=""),
        }
        for item in mine
    ]
    html = shell.templates.get_template(template).render(
        lang=lang,
        dir="rtl" if lang == "fa" else "ltr",
        t=_texts(lang),
        url=lambda path: path,
        csrf=visit.csrf(call),
        who=who,
        nav=nav,
        flash=visit.flashes(call),
        demo=call.deps.settings.demo,
        request_id=call.request_id,
        now=call.now,
        here=here,
        **values,
    )
    answer = HTMLResponse(html, status)
    answer.headers["content-security-policy"] = CSP
    answer.headers["cache-control"] = "no-store"
    return visit.leave(call, answer)


def see_other(call: Call, path: str, *, said: tuple[str, str] | None = None) -> Response:
    """Send the browser on after a form, with a message (kind, text) for the next page."""
    return visit.leave(call, RedirectResponse(path, 303), flash=said)


def say(call: Call, fa: str, en: str) -> str:
    """The text in the language of this browser."""
    return en if visit.language(call) == "en" else fa


def _texts(lang: str) -> Callable[[str, str], str]:
    return (lambda fa, en: en) if lang == "en" else (lambda fa, en: fa)  # noqa: ARG005
