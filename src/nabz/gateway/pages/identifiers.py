"""The register of facilities (Org_ID) and sending systems (System_ID)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import msgspec

from nabz.access.model import OPERATORS
from nabz.access.service import clients
from nabz.gateway.errors import BadIdentifier, IdentifierTaken, UnknownIdentifier, UnknownPackage
from nabz.gateway.model import Identifier, IdentifierType, read_guid, read_pid
from nabz.gateway.pages.frame import draw
from nabz.gateway.service import identifiers
from nabz.kit import audit
from nabz.kit.errors import Problem
from nabz.kit.persian import fold
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PAGE = 25
HISTORY = 30
TYPES = [type_.value for type_ in IdentifierType]


class Wanted(msgspec.Struct, frozen=True):
    """The search form of the list."""

    text: str = ""
    type: IdentifierType | None = None
    after: str = ""


class New(msgspec.Struct, frozen=True):
    """The form of a new one."""

    guid: str
    type: IdentifierType
    name: Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")]


class Block(msgspec.Struct, frozen=True):
    """Blocked or free."""

    blocked: bool


class Holder(msgspec.Struct, frozen=True):
    """A package."""

    pid: str


REGISTERING = Form(
    New,
    {"name": ("نام را بنویسید؛ حداکثر ۲۰۰ نویسه.", "Write a name of at most 200 letters.")},
    {BadIdentifier: "guid", IdentifierTaken: "guid"},
)
GRANTING = Form(Holder, problems={UnknownPackage: "pid"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/gateway/identifiers", summary="Search facilities and sending systems", roles=OPERATORS)
    async def search(call: Call) -> Response:
        wanted = call.query(Wanted)
        text = fold(wanted.text).strip()
        rows = await call.db.read(identifiers.search, text, wanted.type, PAGE + 1, wanted.after)
        following = ""
        if len(rows) > PAGE:
            last = rows[PAGE - 1]
            fields = {"text": wanted.text, "type": wanted.type or "", "after": f"{last.guid} {last.type.value}"}
            following = f"/gateway/identifiers?{urlencode(fields)}"
        return draw(
            call, "gateway/identifiers.html", rows=rows[:PAGE], form=Filled.of(wanted), types=TYPES, next=following
        )

    @pages.get("/gateway/identifiers/new", summary="The form of a new identifier", roles=OPERATORS)
    async def blank(call: Call) -> Response:
        return await _draw_new(call, BLANK)

    @pages.post("/gateway/identifiers/new", summary="Register a facility or sending system", roles=OPERATORS)
    async def register(call: Call) -> Response:
        try:
            form = await REGISTERING.read(call)
            new = Identifier(guid=read_guid(form.guid), type=form.type, name=fold(form.name).strip())
            await call.db.write(identifiers.register, new, call.me.user_id, call.now)
        except Problem as problem:
            return await REGISTERING.again(call, problem, _draw_new)
        said = say(call, "ثبت شد.", "Registered.")
        return see_other(call, f"/gateway/identifiers/{new.type.value}/{new.guid}", said=("good", said))

    @pages.get("/gateway/identifiers/{type}/{guid}", summary="One facility or sending system", roles=OPERATORS)
    async def show(call: Call) -> Response:
        return await _draw(call, BLANK)

    @pages.post("/gateway/identifiers/{type}/{guid}/blocked", summary="Block it or set it free", roles=OPERATORS)
    async def block(call: Call) -> Response:
        form, (guid, type_) = await call.form(Block), _named(call)
        await call.db.write(identifiers.block, guid, type_, call.me.user_id, call.now, blocked=form.blocked)
        return _back(call, say(call, "مسدود شد.", "Blocked.") if form.blocked else say(call, "آزاد شد.", "Set free."))

    @pages.post("/gateway/identifiers/{type}/{guid}/holders", summary="Grant it with a package", roles=OPERATORS)
    async def grant(call: Call) -> Response:
        guid, type_ = _named(call)
        try:
            form = await GRANTING.read(call)
            pid = read_pid(form.pid) or ""
            await call.db.write(identifiers.grant, pid, guid, type_, call.me.user_id, call.now)
        except Problem as problem:
            return await GRANTING.again(call, problem, _draw)
        return _back(call, say(call, "با آن بسته مجاز شد.", "Granted with that package."))

    @pages.post("/gateway/identifiers/{type}/{guid}/holders/take-back", summary="Take a grant back", roles=OPERATORS)
    async def take_back(call: Call) -> Response:
        form, (guid, type_) = await call.form(Holder), _named(call)
        await call.db.write(identifiers.take_back, form.pid, guid, type_, call.me.user_id, call.now)
        return _back(call, say(call, "اجازه پس گرفته شد.", "The grant was taken back."))

    return pages


def _named(call: Call) -> tuple[str, IdentifierType]:
    """Tell which one the address names; raises UnknownIdentifier."""
    try:
        return read_guid(call.path["guid"]), IdentifierType(call.path["type"])
    except (BadIdentifier, ValueError) as error:
        raise UnknownIdentifier from error


def _back(call: Call, said: str) -> Response:
    guid, type_ = _named(call)
    return see_other(call, f"/gateway/identifiers/{type_.value}/{guid}", said=("good", said))


async def _draw_new(call: Call, form: Filled) -> Response:
    return draw(call, "gateway/identifier_new.html", form=form, types=TYPES)


async def _draw(call: Call, form: Filled) -> Response:
    guid, type_ = _named(call)

    def look(tx: Tx) -> dict[str, Any]:
        history = audit.history(tx, guid, HISTORY)
        return {
            "identifier": identifiers.find(tx, guid, type_),
            "holders": identifiers.holders_of(tx, guid, type_),
            "history": history,
            "names": clients.names_of(tx, list({entry.who for entry in history})),
        }

    return draw(call, "gateway/identifier.html", form=form, **await call.db.read(look))
