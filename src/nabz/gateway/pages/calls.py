"""Every call that went through: found by number, customer, service and status."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import msgspec

from nabz.access.errors import UnknownClient
from nabz.access.model import OPERATORS
from nabz.access.service import clients
from nabz.gateway.model import MESSAGES
from nabz.gateway.pages.frame import draw
from nabz.gateway.service import packages, traffic
from nabz.kit import jalali
from nabz.kit.errors import NotFound, Problem
from nabz.kit.persian import ascii_digits
from nabz.kit.reader import Natural
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PAGE = 50
LARGEST = 1_000_000
_PERSIAN = re.compile("[\u0590-\u08ff]")
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")')


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The search form; `before` and `last` name the call after which the list goes on."""

    number: str = ""
    customer: str = ""
    service: str = ""
    status: Natural | None = None
    day: str = ""
    before: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    last: str = ""

    def until(self) -> datetime | None:
        """Where the list begins, going back in time; raises DateWrong."""
        if self.before is not None or not self.day:
            return self.before
        return jalali.start_of(jalali.parse(self.day)) + timedelta(days=1)

    def after(self, path: str, rows: list[Any]) -> str:
        """Give the address of the next page, if there is one."""
        if len(rows) <= PAGE:
            return ""
        last = rows[PAGE - 1]
        at = last.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        fields = {**msgspec.structs.asdict(self), "before": at, "last": last.request_id}
        return f"{path}?{urlencode({name: value for name, value in fields.items() if value not in {None, ''}})}"


SEARCHING = Form(Wanted, problems={UnknownClient: "customer", jalali.DateWrong: "day"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("gateway")

    @pages.get("/gateway/calls", summary="Search the calls", roles=OPERATORS)
    async def search(call: Call) -> Response:
        wanted = call.query(Wanted)

        def find(tx: Tx) -> list[Any]:
            client = clients.find(tx, wanted.customer.strip()).id if wanted.customer.strip() else None
            return listed(tx, wanted, client=client)

        return await draw_list(call, wanted, find, "gateway/calls.html")

    @pages.get("/gateway/calls/{request_id}", summary="One call", roles=OPERATORS)
    async def one(call: Call) -> Response:
        return await draw_one(call, "gateway/call.html")

    return pages


def listed(tx: Tx, wanted: Wanted, *, client: str | None = None, organisation_id: str | None = None) -> list[Any]:
    """Find one call more than a page holds; raises DateWrong."""
    return traffic.search(
        tx,
        number=ascii_digits(wanted.number),
        client=client,
        status=wanted.status,
        service_id=wanted.service,
        before=wanted.until(),
        last=wanted.last,
        organisation_id=organisation_id,
        limit=PAGE + 1,
    )


async def draw_list(
    call: Call, wanted: Wanted, find: Callable[[Tx], list[Any]], template: str, **values: object
) -> Response:
    """Draw the list that `find` reads, with its search form."""
    services = await call.db.read(packages.all_services)
    rows: list[Any] = []

    async def drawn(call: Call, form: Filled) -> Response:
        return draw(
            call,
            template,
            form=form,
            rows=rows[:PAGE],
            next=wanted.after(call.scope["path"], rows),
            going_on=wanted.before is not None,
            services=services,
            statuses=MESSAGES,
            **values,
        )

    try:
        rows = await call.db.read(find)
    except Problem as problem:
        return await SEARCHING.again(call, problem, drawn)
    return await drawn(call, Filled.of(wanted))


async def draw_one(call: Call, template: str, organisation_id: str | None = None) -> Response:
    """Draw one call; raises NotFound, for another organisation's call too."""
    request_id = call.path["request_id"]

    def look(tx: Tx) -> dict[str, Any]:
        found = traffic.one(tx, request_id, organisation_id=organisation_id)
        if found is None:
            raise NotFound
        line, bodies = found
        names = clients.names_of(tx, [line.user_id]) if line.user_id else {}
        return {"line": line, "bodies": bodies, "user": names.get(line.user_id or "", line.user_id or "")}

    found = await call.db.read(look)
    bodies = found.pop("bodies")
    return draw(
        call,
        template,
        request=pieces(pretty(bodies.request)) if bodies else None,
        answer=pieces(pretty(bodies.answer)) if bodies else None,
        message=MESSAGES.get(found["line"].status, ""),
        **found,
    )


def pieces(text: str) -> list[tuple[str, bool]]:
    """Part a body at its Persian strings, each of which must keep its own direction in a line of code."""
    return [(piece, _PERSIAN.search(piece) is not None) for piece in _STRING.split(text) if piece]


def pretty(text: str | None) -> str:
    """Spread JSON over lines; anything else, and what would grow without measure, stays as it is."""
    if not text:
        return ""
    try:
        spread = msgspec.json.format(text, indent=2)
    except (msgspec.DecodeError, RecursionError):
        return text
    return spread if len(spread) <= LARGEST else text
