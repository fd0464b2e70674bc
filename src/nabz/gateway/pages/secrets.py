"""Secrets of client systems: issued, shown on the one page that answers, and cut."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from nabz.access.model import OPERATORS
from nabz.access.service import clients
from nabz.gateway.pages.frame import draw
from nabz.kit.ids import secret
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

LARGEST = 2_000_000_000


class Issue(msgspec.Struct, frozen=True):
    """Which secret is to be replaced, as the operator saw it."""

    data_set: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
    seen: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Cut(msgspec.Struct, frozen=True):
    """Which secret is to end."""

    data_set: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.post("/gateway/customers/{client}/secrets", summary="Issue a secret and show it once", roles=OPERATORS)
    async def issue(call: Call) -> Response:
        form, made = await call.form(Issue), secret()

        def renew(tx: Tx) -> dict[str, Any]:
            client = clients.find(tx, call.path["client"])
            before = [row for row in clients.secrets_of(tx, client.id) if row.data_set == form.data_set]
            clients.renew_secret(
                tx, call.deps.keys, client.id, form.data_set, made, form.seen, call.me.user_id, call.now
            )
            return {"client": client, "overlap": any(row.cut_at is None for row in before)}

        values = await call.db.write(renew)
        return draw(
            call, "gateway/secret.html", secret=made, data_set=form.data_set, until=call.now + clients.OVERLAP, **values
        )

    @pages.post("/gateway/customers/{client}/secrets/cut", summary="Cut a secret, tokens and all", roles=OPERATORS)
    async def cut(call: Call) -> Response:
        form, client = await call.form(Cut), call.path["client"]
        await call.db.write(clients.cut_secret, client, form.data_set, call.me.user_id, call.now)
        said = say(call, "رمز و توکن‌هایش قطع شد.", "The secret and its tokens were cut.")
        return see_other(call, f"/gateway/customers/{client}#secrets", said=("good", said))

    return pages
