"""The inbox: what the house has sent, for operators; in the demo, which has no mail server, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlencode

import msgspec

from nabz.kit.errors import NotAllowed
from nabz.kit.http.routes import NotSignedIn
from nabz.kit.persian import ascii_digits
from nabz.notify.model import Channel
from nabz.notify.service import letters
from nabz.web.pages import Pages
from nabz.web.render import render

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

OPERATOR = "operator"
PAGE = 50


class Wanted(msgspec.Struct, frozen=True):
    """Which letters, and where the list goes on."""

    after: str = ""
    way: Literal["", "mail", "sms"] = ""
    to: Annotated[str, msgspec.Meta(max_length=320)] = ""
    """Whose, written out: so that somebody who waits for a code finds it among those of all."""


def routes() -> Pages:
    """The list and one letter."""
    pages = Pages("notify")

    @pages.get("/inbox", summary="What was sent", before=let_in)
    async def show_inbox(call: Call) -> Response:
        wanted = call.query(Wanted)
        to = ascii_digits(wanted.to).strip()
        channel = Channel(wanted.way) if wanted.way else None
        found = await call.db.read(letters.page, PAGE + 1, wanted.after, channel, to)
        narrowed = {name: value for name, value in (("way", wanted.way), ("to", to)) if value}
        following = f"/inbox?{urlencode({**narrowed, 'after': found[PAGE - 1].id})}" if len(found) > PAGE else ""
        return render(
            call,
            "notify/inbox.html",
            letters=found[:PAGE],
            following=following,
            days=letters.DAYS,
            way=wanted.way,
            to=to,
        )

    @pages.get("/inbox/{id}", summary="One letter", before=let_in)
    async def show_letter(call: Call) -> Response:
        letter = await call.db.read(letters.read, call.path["id"])
        return render(call, "notify/letter.html", letter=letter)

    return pages


async def let_in(call: Call) -> None:
    """Let operators in, and in the demo everybody."""
    if call.deps.settings.demo:
        return
    if call.who is None:
        raise NotSignedIn
    if OPERATOR not in call.who.roles:
        raise NotAllowed
