"""The webhooks of all receivers, for operators: how they do, what is dead, and sending it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from nabz.notify.errors import UnknownWebhook
from nabz.notify.model import DeliveryState
from nabz.notify.pages.inbox import OPERATOR
from nabz.notify.service import webhooks
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Database, Tx
    from nabz.kit.http import Call

MOST = 200
SHOWN = 50
LONGEST_NUMBER = 9
Names = Callable[[list[str]], Awaitable[dict[str, str]]]
"""What receivers are called, by their ids: this domain knows only the ids."""

LIST, ONE = "/notify/webhooks", "/notify/webhooks/{data_set}/{id}"


def routes(names: Names | None = None) -> Pages:
    """The list, one webhook, and the two ways of sending again."""
    pages = Pages("notify")

    @pages.get(LIST, summary="The webhooks of all receivers", roles=(OPERATOR,))
    async def show_webhooks(call: Call) -> Response:
        standings = await call.db.read(webhooks.standings, MOST)
        called = await _called(names, {one.hook.to for one in standings})
        return render(call, "notify/webhooks.html", standings=standings, most=MOST, names=called)

    @pages.get(ONE, summary="One webhook and its deliveries", roles=(OPERATOR,))
    async def show_webhook(call: Call) -> Response:
        values = await _store(call).read(_look, call.path["id"])
        called = await _called(names, {values["hook"].to})
        return render(call, "notify/webhook.html", data_set=int(call.path["data_set"]), names=called, **values)

    @pages.post(f"{ONE}/replay", summary="Send a delivery again", roles=(OPERATOR,))
    async def replay(call: Call) -> Response:
        delivery = await call.field("delivery") or ""
        await _store(call).write(webhooks.replay, delivery, call.me.user_id, call.now)
        return _back(call, say(call, "دوباره فرستاده می‌شود.", "It is sent again."))

    @pages.post(f"{ONE}/replay-dead", summary="Send all dead deliveries again", roles=(OPERATOR,))
    async def replay_dead(call: Call) -> Response:
        await _store(call).write(webhooks.replay_dead, call.path["id"], call.me.user_id, call.now)
        return _back(call, say(call, "همه دوباره فرستاده می‌شوند.", "All are sent again."))

    return pages


async def _called(names: Names | None, receivers: set[str]) -> dict[str, str]:
    return await names(sorted(receivers)) if names is not None and receivers else {}


def _look(tx: Tx, id_: str) -> dict[str, Any]:
    hook = webhooks.find(tx, id_)
    dead = webhooks.deliveries(tx, hook.to, DeliveryState.DEAD, SHOWN, hook=id_)
    latest = webhooks.deliveries(tx, hook.to, None, SHOWN, hook=id_)
    return {"hook": hook, "dead": dead, "latest": latest, "shown": SHOWN}


def _store(call: Call) -> Database:
    """The store of the data set that the address names. Raises UnknownWebhook."""
    named = call.path["data_set"]
    if not (named.isascii() and named.isdecimal() and len(named) <= LONGEST_NUMBER):
        raise UnknownWebhook
    return call.deps.db.within(int(named))


def _back(call: Call, said: str) -> Response:
    return see_other(call, f"{LIST}/{call.path['data_set']}/{call.path['id']}", said=("good", said))
