"""Packages (pids): granted to a customer, limited, switched, with the facilities and systems granted with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import msgspec

from nabz.access.model import OPERATORS
from nabz.access.service import clients
from nabz.gateway.errors import BadIdentifier, BadLimits, UnknownIdentifier, UnknownService
from nabz.gateway.model import IdentifierType, Package, read_guid
from nabz.gateway.pages.frame import draw
from nabz.gateway.service import identifiers, packages
from nabz.kit.errors import Problem
from nabz.kit.ids import object_id
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

LARGEST = 2_000_000_000
Limit = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)] | None
_BETWEEN = re.compile(r"[\s,،;]+")


class Limits(msgspec.Struct, frozen=True):
    """Quota a day, burst a second, and operations; empty means no limit, and all operations."""

    per_day: Limit = None
    per_second: Limit = None
    operations: Annotated[str, msgspec.Meta(max_length=4000)] = ""

    def names(self) -> list[str] | None:
        """The operations that were typed."""
        return [name.lower() for name in _BETWEEN.split(self.operations) if name] or None


class NewPackage(Limits, frozen=True):
    """The form of a new package."""

    service: str = ""


class Switch(msgspec.Struct, frozen=True):
    """On or off."""

    active: bool


class Grant(msgspec.Struct, frozen=True):
    """A facility or a sending system."""

    guid: str
    type: IdentifierType


_WRONG_LIMIT = (BadLimits.fa, BadLimits.en)
_WORDS = {
    "per_day": _WRONG_LIMIT,
    "per_second": _WRONG_LIMIT,
    "operations": ("نام‌ها روی هم حداکثر ۴۰۰۰ نویسه‌اند.", "The names have at most 4000 letters together."),
}
LIMITING = Form(Limits, _WORDS, {BadLimits: "per_day"})
GRANTING = Form(NewPackage, _WORDS, {BadLimits: "per_day", UnknownService: "service"})
ADDING = Form(Grant, problems={BadIdentifier: "guid", UnknownIdentifier: "guid"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/gateway/customers/{client}/packages/new", summary="The form of a new package", roles=OPERATORS)
    async def blank(call: Call) -> Response:
        return await _draw_new(call, BLANK)

    @pages.post("/gateway/customers/{client}/packages/new", summary="Grant a package", roles=OPERATORS)
    async def grant(call: Call) -> Response:
        pid = object_id()
        try:
            form = await GRANTING.read(call)
            await call.db.write(_grant, call.path["client"], pid, form, call.me.user_id, call.now)
        except Problem as problem:
            return await GRANTING.again(call, problem, _draw_new)
        said = say(call, "بسته داده شد؛ شناسهٔ آن (pid) را به مشتری بدهید.", "Granted: give the customer the pid.")
        return see_other(call, f"/gateway/packages/{pid}", said=("good", said))

    @pages.get("/gateway/packages/{pid}", summary="One package", roles=OPERATORS)
    async def show(call: Call) -> Response:
        return await _draw(call)

    @pages.post("/gateway/packages/{pid}/limits", summary="Limit a package", roles=OPERATORS)
    async def limit(call: Call) -> Response:
        try:
            form = await LIMITING.read(call)
            await call.db.write(
                packages.limit,
                call.path["pid"],
                form.per_day,
                form.per_second,
                form.names(),
                call.me.user_id,
                call.now,
            )
        except Problem as problem:
            return await LIMITING.again(call, problem, lambda call, form: _draw(call, limits=form))
        return _back(call, say(call, "حدها ذخیره شد.", "The limits were saved."))

    @pages.post("/gateway/packages/{pid}/active", summary="Switch a package off or on", roles=OPERATORS)
    async def switch(call: Call) -> Response:
        form = await call.form(Switch)
        await call.db.write(packages.switch, call.path["pid"], call.me.user_id, call.now, active=form.active)
        on, off = say(call, "بسته روشن شد.", "Switched on."), say(call, "بسته خاموش شد.", "Switched off.")
        return _back(call, on if form.active else off)

    @pages.post("/gateway/packages/{pid}/identifiers", summary="Grant a facility or system", roles=OPERATORS)
    async def add(call: Call) -> Response:
        try:
            form = await ADDING.read(call)
            guid = read_guid(form.guid)
            await call.db.write(identifiers.grant, call.path["pid"], guid, form.type, call.me.user_id, call.now)
        except Problem as problem:
            return await ADDING.again(call, problem, lambda call, form: _draw(call, grant=form))
        return _back(call, say(call, "با این بسته مجاز شد.", "Granted with this package."))

    @pages.post("/gateway/packages/{pid}/identifiers/take-back", summary="Take a grant back", roles=OPERATORS)
    async def take_back(call: Call) -> Response:
        form = await call.form(Grant)
        await call.db.write(identifiers.take_back, call.path["pid"], form.guid, form.type, call.me.user_id, call.now)
        return _back(call, say(call, "اجازه پس گرفته شد.", "The grant was taken back."))

    return pages


def _grant(tx: Tx, client: str, pid: str, form: NewPackage, by: str, now: datetime) -> Package:
    package = Package(
        pid=pid,
        client=clients.find(tx, client).id,
        service_id=form.service,
        operations=form.names(),
        per_day=form.per_day,
        per_second=form.per_second,
    )
    return packages.grant(tx, package, by, now)


def _back(call: Call, said: str) -> Response:
    return see_other(call, f"/gateway/packages/{quote(call.path['pid'])}", said=("good", said))


async def _draw_new(call: Call, form: Filled) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        return {"client": clients.find(tx, call.path["client"]), "services": packages.all_services(tx)}

    return draw(call, "gateway/package_new.html", form=form, **await call.db.read(look))


async def _draw(call: Call, *, limits: Filled | None = None, grant: Filled = BLANK) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        package = packages.package(tx, call.path["pid"])
        return {
            "package": package,
            "client": clients.find(tx, package.client),
            "service": packages.service(tx, package.service_id),
            "usage": packages.used_today(tx, [package.pid], call.now),
            "granted": identifiers.of_package(tx, package.pid),
        }

    values = await call.db.read(look)
    return draw(
        call,
        "gateway/package.html",
        limits=limits or _standing(values["package"]),
        grant=grant,
        types=[type_.value for type_ in IdentifierType],
        **values,
    )


def _standing(package: Package) -> Filled:
    """The limits as they are."""
    return Filled.of(Limits(package.per_day, package.per_second, " ".join(package.operations or [])))
