"""The inbox: what the house has sent, for operators; in the demo, which has no mail server, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.kit.errors import NotAllowed
from nabz.kit.http.routes import NotSignedIn
from nabz.notify.service import letters
from nabz.web.pages import Pages
from nabz.web.render import render
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

OPERATOR = "operator"
PAGE = 50
NAV = (NavItem("صندوق پیام‌ها", "Inbox", "/inbox", "bell", frozenset({OPERATOR})),)


class Wanted(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    after: str = ""


def routes() -> list[Pages]:
    """The list and one letter."""
    pages = Pages("notify")

    @pages.get("/inbox", summary="What was sent", before=let_in)
    async def show_inbox(call: Call) -> Response:
        found = await call.db.read(letters.page, PAGE + 1, call.query(Wanted).after)
        following = f"/inbox?after={found[PAGE - 1].id}" if len(found) > PAGE else ""
        return render(call, "notify/inbox.html", letters=found[:PAGE], following=following, days=letters.DAYS)

    @pages.get("/inbox/{id}", summary="One letter", before=let_in)
    async def show_letter(call: Call) -> Response:
        letter = await call.db.read(letters.read, call.path["id"])
        return render(call, "notify/letter.html", letter=letter)

    return [pages]


async def let_in(call: Call) -> None:
    """Let operators in, and in the demo everybody."""
    if call.deps.settings.demo:
        return
    if call.who is None:
        raise NotSignedIn
    if OPERATOR not in call.who.roles:
        raise NotAllowed
