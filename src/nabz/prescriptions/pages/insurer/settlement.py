"""The files of a month: looked at, accepted, sent back, and the workbook of what is to be paid."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit.workbook import writing
from nabz.prescriptions.errors.insurer import SettlementTooLarge
from nabz.prescriptions.errors.monthly import MonthFileDecided, MonthWrong, ReasonMissing
from nabz.prescriptions.files import monthly as month_files
from nabz.prescriptions.files import settlement as files
from nabz.prescriptions.model import Centre
from nabz.prescriptions.model.monthly import FileState, MonthFile, Reason, before
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.pages.insurer.frame import (
    INSURER,
    Word,
    address,
    back,
    by_of,
    download,
    draw,
    kind_of,
    last_month,
    read_month,
    refused,
    slashed,
    this_month,
)
from nabz.prescriptions.service import monthly, settlement
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Delivery

PATH: Final = "/insurer/settlement"
PAGE: Final = 30
CHOICES: Final = 12
AT_ONCE: Final = 1
LONGEST_REASON: Final = 4000


class Sought(msgspec.Struct, frozen=True):
    """Which files."""

    month: Word = ""
    state: Word = ""
    kind: Word = ""
    after: int = 0


class Deciding(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided of a file as it was seen; each line of the reasons is one."""

    version: int
    reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")
    seats = asyncio.Semaphore(AT_ONCE)

    @pages.get(PATH, summary="The files of a month", roles=INSURER)
    async def listed(call: Call) -> Response:
        sought = call.query(Sought)
        errors: dict[str, str] = {}
        try:
            month = read_month(sought.month, last_month(call))
        except MonthWrong as problem:
            month, errors["month"] = last_month(call), say(call, problem.text_fa, problem.text_en)
        found = await db_of(call).read(_read, month, sought)
        words = {"month": month, "state": sought.state, "kind": sought.kind}
        more = address(PATH, **words, after=found["rows"][PAGE - 1].file.id) if len(found["rows"]) > PAGE else ""
        found["rows"] = found["rows"][:PAGE]
        return draw(
            call,
            "settlement.html",
            UNPROCESSABLE if errors else 200,
            form=Filled({**words, "month": sought.month or slashed(month)}, errors),
            month=month,
            months=[before(this_month(call), step) for step in range(CHOICES)],
            more=more,
            file=address(f"{PATH}/{month}.xlsx", kind=sought.kind),
            **found,
        )

    @pages.get(f"{PATH}/{{month}}.xlsx", summary="The workbook of what is to be paid", roles=INSURER)
    async def workbook(call: Call) -> Response:
        month, kind = read_month(call.path["month"], ""), kind_of(call.query(Sought).kind)
        try:
            async with seats:
                found = await db_of(call).read(settlement.settle, month, kind)
                pairs = [(each.file, each.centre) for each in found.files]
                content = await asyncio.to_thread(files.settlement, pairs, found.lines)
        except SettlementTooLarge as problem:
            return refused(call, address(PATH, month=month), problem)
        return download(content, writing.XLSX, f"settlement-{month}{'-' + kind.value if kind else ''}.xlsx")

    @pages.get(f"{PATH}/files/{{id}}", summary="One centre's file of a month", roles=INSURER)
    async def one(call: Call) -> Response:
        found = await db_of(call).read(settlement.one, number_of(call.path["id"]))
        return draw(call, "file.html", filed=found, file=found.file, waits=found.file.state is FileState.SENT)

    @pages.get(f"{PATH}/files/{{id}}/lines.xlsx", summary="What is in a centre's file", roles=INSURER)
    async def lines(call: Call) -> Response:
        async with seats:
            file, centre, inside = await db_of(call).read(_contents, number_of(call.path["id"]))
            sheets = await asyncio.to_thread(_written, file, centre, inside)
        return download(sheets, writing.XLSX, f"{file.centre}-{file.month}.xlsx")

    @pages.post(f"{PATH}/files/{{id}}/accept", summary="Accept a centre's file", roles=INSURER)
    async def accept(call: Call) -> Response:
        id_, form = number_of(call.path["id"]), await call.form(Deciding)
        path = f"{PATH}/files/{id_}"
        try:
            await db_of(call).write(monthly.accept, id_, form.version, by_of(call), call.now)
        except MonthFileDecided as problem:
            return refused(call, path, problem)
        return back(call, path, "فایل پذیرفته شد و در تسویهٔ ماه است.", "The file was accepted: it will be paid.")

    @pages.post(f"{PATH}/files/{{id}}/return", summary="Send a centre's file back", roles=INSURER)
    async def send_back(call: Call) -> Response:
        id_, form = number_of(call.path["id"]), await call.form(Deciding)
        path = f"{PATH}/files/{id_}"
        reasons = [Reason(line) for line in form.reason.splitlines()]
        try:
            await db_of(call).write(monthly.send_back, id_, form.version, reasons, by_of(call), call.now)
        except (MonthFileDecided, ReasonMissing) as problem:
            return refused(call, path, problem)
        return back(
            call, path, "فایل به مرکز برگشت؛ دلیل‌ها را می‌بیند.", "The file was sent back with its reasons.", "warn"
        )

    return pages


def _read(tx: Tx, month: str, sought: Sought) -> dict[str, Any]:
    state = FileState(sought.state) if sought.state in set(FileState) else None
    rows = settlement.files(tx, month, state, kind_of(sought.kind), PAGE + 1, sought.after)
    return {"rows": rows, "standings": settlement.standings(tx, month)}


def _contents(tx: Tx, id_: int) -> tuple[MonthFile, Centre, list[Delivery]]:
    found = settlement.one(tx, id_)
    file = found.file
    centre = found.centre or Centre(file.centre, file.kind, file.centre, ())
    return file, centre, monthly.contents(tx, file.centre, file.month, file)


def _written(file: MonthFile, centre: Centre, inside: list[Delivery]) -> bytes:
    return writing.workbook(month_files.sheets_of(file, centre, inside))
