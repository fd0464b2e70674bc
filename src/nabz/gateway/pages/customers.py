"""The vendors' systems that may call: registered, switched off and on, from announced networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import msgspec

from nabz.access.errors import BadClientId, ClientIdTaken, UnknownOrganisation
from nabz.access.model import OPERATORS, Client, Person
from nabz.access.service import clients, organisations
from nabz.gateway.errors import BadNetwork
from nabz.gateway.pages.frame import draw
from nabz.gateway.service import identifiers, packages
from nabz.kit import audit
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id
from nabz.kit.persian import ascii_digits, fold
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PAGE = 25
HISTORY = 30


class Wanted(msgspec.Struct, frozen=True):
    """The search form of the list."""

    text: str = ""
    after: str = ""


class NewCustomer(msgspec.Struct, frozen=True):
    """The form of a new customer."""

    client_id: str
    title: Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")]
    organisation: str


class Switch(msgspec.Struct, frozen=True):
    """On or off."""

    active: bool


class Network(msgspec.Struct, frozen=True):
    """An address or a network."""

    network: str


REGISTERING = Form(
    NewCustomer,
    {"title": ("عنوان را بنویسید؛ حداکثر ۲۰۰ نویسه.", "Write a title of at most 200 letters.")},
    {BadClientId: "client_id", ClientIdTaken: "client_id", UnknownOrganisation: "organisation"},
)
ANNOUNCING = Form(Network, problems={BadNetwork: "network"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/gateway/customers", summary="Search the customers", roles=OPERATORS)
    async def search(call: Call) -> Response:
        wanted = call.query(Wanted)
        rows = await call.db.read(clients.search, fold(wanted.text).strip(), None, PAGE + 1, wanted.after)
        more = urlencode({"text": wanted.text, "after": rows[PAGE - 1].client_id}) if len(rows) > PAGE else ""
        following = f"/gateway/customers?{more}" if more else ""
        return draw(call, "gateway/customers.html", rows=rows[:PAGE], form=Filled.of(wanted), next=following)

    @pages.get("/gateway/customers/new", summary="The form of a new customer", roles=OPERATORS)
    async def blank(call: Call) -> Response:
        return await _draw_new(call, BLANK)

    @pages.post("/gateway/customers/new", summary="Register a customer", roles=OPERATORS)
    async def register(call: Call) -> Response:
        try:
            form = await REGISTERING.read(call)
            client = Client(new_id(), form.client_id.strip(), fold(form.title).strip(), form.organisation, active=True)
            await call.db.write(clients.register, client, call.me.user_id, call.now)
        except Problem as problem:
            return await REGISTERING.again(call, problem, _draw_new)
        said = say(
            call, "سامانه ثبت شد؛ اکنون رمز، بسته و شبکه بدهید.", "Registered: now give a secret, packages, networks."
        )
        return see_other(call, f"/gateway/customers/{client.id}", said=("good", said))

    @pages.get("/gateway/customers/{client}", summary="One customer", roles=OPERATORS)
    async def show(call: Call) -> Response:
        return await _draw(call, BLANK)

    @pages.post("/gateway/customers/{client}/active", summary="Switch a customer off or on", roles=OPERATORS)
    async def switch(call: Call) -> Response:
        form, client = await call.form(Switch), call.path["client"]
        await call.db.write(clients.set_active, client, call.me.user_id, call.now, active=form.active)
        on, off = say(call, "سامانه روشن شد.", "Switched on."), say(call, "سامانه خاموش شد.", "Switched off.")
        return see_other(call, f"/gateway/customers/{client}", said=("good", on if form.active else off))

    @pages.post("/gateway/customers/{client}/networks", summary="Announce a network", roles=OPERATORS)
    async def announce(call: Call) -> Response:
        try:
            form = await ANNOUNCING.read(call)
            await call.db.write(_announce, call.path["client"], ascii_digits(form.network), call.me.user_id, call.now)
        except Problem as problem:
            return await ANNOUNCING.again(call, problem, _draw)
        said = say(call, "شبکه اعلام شد.", "The network was announced.")
        return see_other(call, f"/gateway/customers/{call.path['client']}#networks", said=("good", said))

    @pages.post("/gateway/customers/{client}/networks/withdraw", summary="Withdraw a network", roles=OPERATORS)
    async def withdraw(call: Call) -> Response:
        form, client = await call.form(Network), call.path["client"]
        await call.db.write(packages.withdraw, client, form.network, call.me.user_id, call.now)
        said = say(call, "شبکه برداشته شد.", "The network was withdrawn.")
        return see_other(call, f"/gateway/customers/{client}#networks", said=("good", said))

    return pages


def _announce(tx: Tx, client: str, network: str, by: str, now: datetime) -> str:
    return packages.announce(tx, clients.find(tx, client).id, network, by, now)


async def _draw_new(call: Call, form: Filled) -> Response:
    owners = await call.db.read(organisations.search, Person.of(call.me))
    return draw(call, "gateway/customer_new.html", form=form, owners=owners)


async def _draw(call: Call, form: Filled) -> Response:
    """Draw a customer's page; raises UnknownClient."""
    values = await call.db.read(_customer, call.path["client"], Person.of(call.me), call.now)
    return draw(call, "gateway/customer.html", form=form, **values)


def _customer(tx: Tx, id_: str, by: Person, now: datetime) -> dict[str, Any]:
    client = clients.find(tx, id_)
    history = audit.history(tx, client.id, HISTORY)
    return {
        "client": client,
        "organisation": organisations.see(tx, by, client.organisation_id),
        "secrets": clients.secrets_of(tx, client.id),
        "networks": packages.networks_of(tx, client.id),
        "history": history,
        "names": clients.names_of(tx, list({entry.who for entry in history})),
        **licences(tx, client.id, now),
    }


def licences(tx: Tx, client: str, now: datetime) -> dict[str, Any]:
    """Read a customer's packages, the most that each has used of a day's quota, and what was granted with it."""
    rows = packages.packages_of(tx, client)
    used: dict[str, int] = {}
    for line in packages.used_today(tx, [row.pid for row in rows], now):
        used[line.pid] = max(used.get(line.pid, 0), line.used)
    return {"packages": rows, "used": used, "granted": {row.pid: identifiers.of_package(tx, row.pid) for row in rows}}
