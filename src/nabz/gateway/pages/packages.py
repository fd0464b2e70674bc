"""Packages (pids): granted to a customer, limited, switched, with the facilities and systems granted with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import msgspec

from nabz.access.service import clients
from nabz.gateway.errors import BadIdentifier, BadLimits, UnknownIdentifier, UnknownService
from nabz.gateway.model import IdentifierType, Package, read_guid
from nabz.gateway.pages.frame import OPERATOR, WRONG, Form, Mending, draw, part
from nabz.gateway.service import identifiers, packages
from nabz.kit.errors import Problem
from nabz.kit.ids import object_id
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
LIMITING = Mending(
    {
        "per_day": _WRONG_LIMIT,
        "per_second": _WRONG_LIMIT,
        "operations": ("نام‌ها روی هم حداکثر ۴۰۰۰ نویسه‌اند.", "The names have at most 4000 letters together."),
    },
    {BadLimits: "per_day", UnknownService: "service"},
)
GRANTING = Mending({}, {BadIdentifier: "guid", UnknownIdentifier: "guid"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/gateway/customers/{client}/packages/new", summary="The form of a new package", roles=OPERATOR)
    async def blank(call: Call) -> Response:
        return await _draw_new(call, Form())

    @pages.post("/gateway/customers/{client}/packages/new", summary="Grant a package", roles=OPERATOR)
    async def grant(call: Call) -> Response:
        pid = object_id()
        try:
            form = await call.form(NewPackage)
            await call.db.write(_grant, part(call, "client"), pid, form, call.me.user_id, call.now)
        except Problem as problem:
            return await _draw_new(call, await LIMITING.again(call, problem, NewPackage.__struct_fields__), WRONG)
        said = say(call, "بسته داده شد؛ شناسهٔ آن (pid) را به مشتری بدهید.", "Granted: give the customer the pid.")
        return see_other(call, f"/gateway/packages/{pid}", said=("good", said))

    @pages.get("/gateway/packages/{pid}", summary="One package", roles=OPERATOR)
    async def show(call: Call) -> Response:
        return await _draw(call)

    @pages.post("/gateway/packages/{pid}/limits", summary="Limit a package", roles=OPERATOR)
    async def limit(call: Call) -> Response:
        try:
            form = await call.form(Limits)
            await call.db.write(
                packages.limit,
                part(call, "pid"),
                form.per_day,
                form.per_second,
                form.names(),
                call.me.user_id,
                call.now,
            )
        except Problem as problem:
            return await _draw(call, limits=await LIMITING.again(call, problem, Limits.__struct_fields__), status=WRONG)
        return _back(call, say(call, "حدها ذخیره شد.", "The limits were saved."))

    @pages.post("/gateway/packages/{pid}/active", summary="Switch a package off or on", roles=OPERATOR)
    async def switch(call: Call) -> Response:
        form = await call.form(Switch)
        await call.db.write(packages.switch, part(call, "pid"), call.me.user_id, call.now, active=form.active)
        on, off = say(call, "بسته روشن شد.", "Switched on."), say(call, "بسته خاموش شد.", "Switched off.")
        return _back(call, on if form.active else off)

    @pages.post("/gateway/packages/{pid}/identifiers", summary="Grant a facility or system", roles=OPERATOR)
    async def add(call: Call) -> Response:
        try:
            form = await call.form(Grant)
            guid = read_guid(form.guid)
            await call.db.write(identifiers.grant, part(call, "pid"), guid, form.type, call.me.user_id, call.now)
        except Problem as problem:
            return await _draw(call, grant=await GRANTING.again(call, problem, Grant.__struct_fields__), status=WRONG)
        return _back(call, say(call, "با این بسته مجاز شد.", "Granted with this package."))

    @pages.post("/gateway/packages/{pid}/identifiers/take-back", summary="Take a grant back", roles=OPERATOR)
    async def take_back(call: Call) -> Response:
        form = await call.form(Grant)
        await call.db.write(identifiers.take_back, part(call, "pid"), form.guid, form.type, call.me.user_id, call.now)
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
    return see_other(call, f"/gateway/packages/{quote(part(call, 'pid'))}", said=("good", said))


async def _draw_new(call: Call, form: Form, status: int = 200) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        return {"client": clients.find(tx, part(call, "client")), "services": packages.all_services(tx)}

    return draw(call, "gateway/package_new.html", status, form=form, **await call.db.read(look))


async def _draw(call: Call, *, limits: Form | None = None, grant: Form | None = None, status: int = 200) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        package = packages.package(tx, part(call, "pid"))
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
        status,
        limits=limits or _standing(values["package"]),
        grant=grant or Form(),
        types=[type_.value for type_ in IdentifierType],
        **values,
    )


def _standing(package: Package) -> Form:
    """The limits as they are."""
    shown = {"per_day": package.per_day, "per_second": package.per_second}
    values = {name: "" if value is None else str(value) for name, value in shown.items()}
    return Form({**values, "operations": " ".join(package.operations or [])})
