"""A file that was sent: how far it is, the receipt of each row, and storing what is good."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from nabz.residency.errors import UploadNotReady
from nabz.residency.files import exporting
from nabz.residency.model.uploads import AT_WORK, RowState, UploadState
from nabz.residency.pages.bulk.gathering import CHUNK, gathered
from nabz.residency.pages.bulk.working import crew_of
from nabz.residency.pages.frame import address, db_of, download, refused
from nabz.residency.pages.ministry.frame import Word
from nabz.residency.service import uploads
from nabz.web.forms import Form
from nabz.web.pages import Pages
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Database, Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Caller
    from nabz.residency.model.uploads import Receipt
    from nabz.residency.pages.bulk.desk import Desk

WHOLE: Final = "whole"
_HELD: Final = (UploadState.CHECKED, UploadState.STORED, UploadState.INTERRUPTED)


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which receipts."""

    state: Word = ""
    after: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0
    format: Literal["xlsx", "csv"] = "xlsx"


class Storing(msgspec.Struct, frozen=True, kw_only=True):
    """How to store."""

    choice: Word = "partial"


STORING: Final = Form(Storing)


def routes(desk: Desk) -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(f"{desk.path}/{{id}}", summary="How far a file is, and its receipts", roles=desk.roles)
    async def show(call: Call) -> Response:
        caller, sought = await desk.caller(call), call.query(Sought)
        state = sought.state if sought.state in set(RowState) else ""
        found = await db_of(call).read(_look, caller, call.path["id"], state, sought.after)
        one, counts, rows = found["upload"], found["counts"], found["rows"]
        here, standing = desk.place(one), one.standing(call.now)
        more = address(here, state=state, after=rows[uploads.PAGE - 1].line) if len(rows) > uploads.PAGE else ""
        return desk.draw(
            call,
            "show.html",
            upload=one,
            standing=str(standing),
            at_work=standing in AT_WORK,
            held=standing in _HELD,
            storable=one.may_be_stored(call.now),
            total=sum(counts.values()),
            refused=counts.get(RowState.REFUSED, 0),
            waiting=counts.get(RowState.GOOD, 0),
            links=[
                (each, address(here, state=each), counts[each] if each else sum(counts.values()), each == state)
                for each in ("", *(str(each) for each in RowState if each in counts))
            ],
            rows=rows[: uploads.PAGE],
            more=more,
            first=address(here, state=state) if sought.after else "",
            to_mend=[
                (kind.upper(), address(f"{here}/receipt", state=RowState.REFUSED, format=kind))
                for kind in exporting.TYPES
                if RowState.REFUSED in counts
            ],
            files=[(kind.upper(), address(f"{here}/receipt", state=state, format=kind)) for kind in exporting.TYPES],
        )

    @pages.get(f"{desk.path}/{{id}}/receipt", summary="The receipts of a file", roles=desk.roles)
    async def receipt(call: Call) -> Response:
        caller, sought = await desk.caller(call), call.query(Sought)
        states = [sought.state] if sought.state in set(RowState) else []
        one = await db_of(call).read(uploads.find, caller, call.path["id"])
        rows = exporting.receipts(one.kind, await _all(db_of(call), caller, one.id, states))
        content = await asyncio.to_thread(exporting.written, "رسید", rows, sought.format)
        return download(content, exporting.TYPES[sought.format], f"simad-receipt.{sought.format}")

    @pages.post(f"{desk.path}/{{id}}/store", summary="Store the rows of a file that are good", roles=desk.roles)
    async def store(call: Call) -> Response:
        caller, form = await desk.caller(call), await STORING.read(call)
        here = f"{desk.path}/{call.path['id']}"
        try:
            one = await db_of(call).write(uploads.take_up, caller, call.path["id"], call.now)
        except UploadNotReady as problem:
            known = await db_of(call).read(uploads.find, caller, call.path["id"])
            second_click = known.state in {UploadState.STORING, UploadState.STORED}
            return see_other(call, here) if second_click else refused(call, here, problem)
        crew_of(call.deps).store(db_of(call), call.deps.clock, one, caller, whole=form.choice == WHOLE)
        return see_other(call, here)

    return pages


async def _all(db: Database, caller: Caller, id_: str, states: list[str]) -> list[Receipt]:
    """Read all receipts."""
    return await gathered(lambda last: db.read(uploads.receipts, caller, id_, states, last.line if last else 0, CHUNK))


def _look(tx: Tx, caller: Caller, id_: str, state: str, after: int) -> dict[str, Any]:
    """Read a file of one's own with a page of its receipts. Raises UploadNotFound."""
    one = uploads.find(tx, caller, id_)
    states = [state] if state else []
    rows = uploads.receipts(tx, caller, id_, states, after, uploads.PAGE + 1)
    return {"upload": one, "counts": uploads.counts(tx, id_), "rows": rows}
