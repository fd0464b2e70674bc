"""The register of services: those of our own domains, and outside ones with their address and credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import msgspec

from nabz.access.model import OPERATORS
from nabz.access.service import clients
from nabz.gateway.errors import ServiceExists
from nabz.gateway.model import Kind, Service
from nabz.gateway.pages.frame import draw
from nabz.gateway.service import packages, traffic
from nabz.kit import audit
from nabz.kit.errors import Problem
from nabz.kit.persian import fold
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.kit.http import Call

HISTORY = 30
SEALED_FOR = "upstream"

Title = Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What may be changed of every service."""

    title: Title
    wrapped: bool = False
    active: bool = False

    def changed(self, service: Service, _keys: Keyring) -> Service:
        """The service as it shall be."""
        return msgspec.structs.replace(
            service, title=fold(self.title).strip(), wrapped=self.wrapped, active=self.active
        )


class Outside(Known, frozen=True, kw_only=True):
    """What may be changed of an outside one.

    An empty credential leaves the old one in place, unless the address becomes another host's: a credential is
    never carried to where it was not given for.
    """

    sandbox: bool = False

    address: Annotated[str, msgspec.Meta(max_length=500, pattern=r"^https?://[A-Za-z0-9.:\[\]_-]+(/[^\s?#]*)?$")]
    credential: Annotated[str, msgspec.Meta(max_length=4000, pattern=r"^[\x20-\x7e]*$")] = ""
    no_credential: bool = False
    time_limit: Annotated[float, msgspec.Meta(ge=0.1, le=120)]
    at_once: Annotated[int, msgspec.Meta(ge=1, le=1000)]

    def changed(self, service: Service, keys: Keyring) -> Service:
        """The service as it shall be."""
        moved = urlsplit(service.address or "").netloc != urlsplit(self.address).netloc
        sealed = None if moved else service.credential
        if self.credential:
            sealed = keys.seal(SEALED_FOR, self.credential)
        elif self.no_credential:
            sealed = None
        return msgspec.structs.replace(
            super().changed(service, keys),
            address=self.address,
            credential=sealed,
            sandbox=self.sandbox,
            time_limit=self.time_limit,
            at_once=self.at_once,
        )


class New(Outside, frozen=True, kw_only=True):
    """The form of a new outside service."""

    id: Annotated[
        str, msgspec.Meta(max_length=120, pattern=r"^\s*[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*\s*$")
    ]


_WORDS = {
    "id": (
        "نشانی به شکل provider/gateway و با حروف لاتین است.",
        "The address looks like provider/gateway, in Latin letters.",
    ),
    "title": ("عنوان را بنویسید؛ حداکثر ۲۰۰ نویسه.", "Write a title of at most 200 letters."),
    "address": ("نشانی کامل http یا https، بی پرسش (?) و بی #.", "A whole http or https address without ? and #."),
    "credential": ("تنها نویسه‌های لاتین و بی شکست خط.", "Latin letters only, on one line."),
    "time_limit": ("عددی میان ۰٫۱ و ۱۲۰ ثانیه.", "A number between 0.1 and 120 seconds."),
    "at_once": ("عددی میان ۱ و ۱۰۰۰.", "A number between 1 and 1000."),
}
ADDING = Form(New, _WORDS, {ServiceExists: "id"})
CHANGING: dict[Kind, Form[Known]] = {Kind.IN_HOUSE: Form(Known, _WORDS), Kind.OUTSIDE: Form(Outside, _WORDS)}


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/gateway/services", summary="The services and how they do", roles=OPERATORS)
    async def register(call: Call) -> Response:
        def look(tx: Tx) -> dict[str, Any]:
            healths = {health.service_id: health for health in traffic.lately(tx, call.now)}
            return {"services": packages.all_services(tx), "healths": healths}

        return draw(call, "gateway/services.html", **await call.db.read(look))

    @pages.get("/gateway/services/new", summary="The form of a new outside service", roles=OPERATORS)
    async def blank(call: Call) -> Response:
        return await _draw_new(call, Filled({"time_limit": 30, "at_once": 50, "wrapped": True, "active": True}))

    @pages.post("/gateway/services/new", summary="Register an outside service", roles=OPERATORS)
    async def add(call: Call) -> Response:
        try:
            form = await ADDING.read(call)
            blank = Service(id=form.id.strip().lower(), title="", kind=Kind.OUTSIDE)
            service = form.changed(blank, call.deps.keys)
            await call.db.write(packages.add_service, service, call.me.user_id, call.now)
        except Problem as problem:
            return await ADDING.again(call, problem, _draw_new)
        said = say(call, "سرویس ثبت شد.", "The service was registered.")
        return see_other(call, f"/gateway/services/{service.id}", said=("good", said))

    @pages.get("/gateway/services/{provider}/{gateway}", summary="One service", roles=OPERATORS)
    async def show(call: Call) -> Response:
        return await _draw(call)

    @pages.post("/gateway/services/{provider}/{gateway}", summary="Change a service", roles=OPERATORS)
    async def change(call: Call) -> Response:
        service = await call.db.read(packages.service, _id(call))
        changing = CHANGING[service.kind]
        try:
            form = await changing.read(call)
            await call.db.write(_change, service.id, form, call.deps.keys, call.me.user_id, call.now)
        except Problem as problem:
            return await changing.again(call, problem, _draw)
        said = say(call, "سرویس ذخیره شد.", "The service was saved.")
        return see_other(call, f"/gateway/services/{service.id}", said=("good", said))

    return pages


def _change(tx: Tx, id_: str, form: Known, keys: Keyring, by: str, now: datetime) -> None:
    packages.change_service(tx, form.changed(packages.service(tx, id_), keys), by, now)


def _id(call: Call) -> str:
    return f"{call.path['provider']}/{call.path['gateway']}"


async def _draw_new(call: Call, form: Filled) -> Response:
    return draw(call, "gateway/service_new.html", form=form)


async def _draw(call: Call, form: Filled | None = None) -> Response:
    """Draw a service's page; raises UnknownService."""

    def look(tx: Tx) -> dict[str, Any]:
        service = packages.service(tx, _id(call))
        history = audit.history(tx, service.id, HISTORY)
        return {
            "service": service,
            "holders": packages.holders_of(tx, service.id),
            "history": history,
            "names": clients.names_of(tx, list({entry.who for entry in history})),
        }

    values = await call.db.read(look)
    service: Service = values["service"]
    has_credential = service.credential is not None
    shown = form or Filled.of(msgspec.structs.replace(service, credential=None))
    return draw(call, "gateway/service.html", form=shown, has_credential=has_credential, **values)
