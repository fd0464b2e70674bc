"""Sending the file of a month, looking at it before, and what the insurer has decided."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from nabz.kit.errors import NotFound
from nabz.kit.tabular import CSV, csv_bytes
from nabz.kit.workbook.writing import XLSX, workbook
from nabz.prescriptions.errors.monthly import (
    MonthEmpty,
    MonthNotOver,
    MonthSent,
    MonthWaits,
)
from nabz.prescriptions.files import monthly as files
from nabz.prescriptions.model.monthly import FileState, MonthFile, Sums, before, month_of
from nabz.prescriptions.pages.frame import caller_of
from nabz.prescriptions.pages.services.frame import CENTRES, Place, back, draw, place_of, refused, today
from nabz.prescriptions.pages.services.reports import download
from nabz.prescriptions.service import monthly
from nabz.prescriptions.service.numbering import Numbers
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Delivery

MONTH: Final = "/services/month"
FILES: Final = "/services/month/files"
SHOWN: Final = 6


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """Which month is sent."""

    month: Annotated[str, msgspec.Meta(max_length=10)]


def routes() -> Pages:
    """The months and their files."""
    pages = Pages("prescriptions")

    @pages.get(MONTH, summary="Months whose files can be sent", roles=CENTRES)
    async def months(call: Call) -> Response:
        place = await place_of(call)
        found = await place.db.read(_outlooks, place, today(call)[:6], call.now)
        return draw(call, place, "months.html", outlooks=found, returned=FileState.RETURNED)

    @pages.post(MONTH, summary="Send the file of a month", roles=CENTRES)
    async def send(call: Call) -> Response:
        place = await place_of(call)
        form = await call.form(Sending)
        (number,) = await Numbers.of(call.deps).take(place.db)
        by = caller_of(call).by
        try:
            file = await place.db.write(monthly.send, place.centre, month_of(form.month), number, by, call.now)
        except MonthSent as problem:
            return refused(call, FILES, problem)
        except (MonthNotOver, MonthWaits, MonthEmpty) as problem:
            return refused(call, MONTH, problem)
        fa = "فایل ماه فرستاده شد؛ تحویل‌های آن دیگر حذف‌شدنی نیست."
        return back(
            call, f"{FILES}#file-{file.id}", fa, "The file was sent: its deliveries cannot be taken back any more."
        )

    @pages.get(FILES, summary="The state of the files that were sent", roles=CENTRES)
    async def sent(call: Call) -> Response:
        place = await place_of(call)
        found = await place.db.read(monthly.of_centre, place.id)
        return draw(call, place, "files.html", files=found, returned=FileState.RETURNED)

    @pages.get(f"{MONTH}/{{month}}/{{form}}", summary="What is in the file of a month", roles=CENTRES)
    async def contents(call: Call) -> Response:
        place = await place_of(call)
        month, form = month_of(call.path["month"]), _form(call.path["form"])
        file, inside = await place.db.read(_contents, place, month, call.now)
        content, type_ = await asyncio.to_thread(_written, form, file, place, inside)
        return download(content, type_, f"{place.id}-{month}.{form}")

    return pages


def _outlooks(tx: Tx, place: Place, last: str, now: datetime) -> list[monthly.Outlook]:
    """Look at the last months, the newest first; those in which nothing happened are left out."""
    found = [monthly.outlook(tx, place.id, before(last, step), now) for step in range(SHOWN)]
    return [each for each in found if each.file or each.ready.deliveries or each.waiting or each.month == last]


def _form(text: str) -> Literal["xlsx", "csv"]:
    if text == "xlsx":
        return "xlsx"
    if text == "csv":
        return "csv"
    raise NotFound


def _contents(tx: Tx, place: Place, month: str, now: datetime) -> tuple[MonthFile, list[Delivery]]:
    """Read what is in a file, or would be in the next one."""
    outlook = monthly.outlook(tx, place.id, month, now)
    inside = monthly.contents(tx, place.id, month, outlook.file)
    draft = MonthFile(0, place.id, place.centre.kind, month, FileState.RETURNED, Sums(), now, "")
    file = outlook.file or draft
    if file.state is FileState.RETURNED:
        file = msgspec.structs.replace(file, sums=outlook.ready)
    return file, inside


def _written(form: str, file: MonthFile, place: Place, inside: list[Delivery]) -> tuple[bytes, str]:
    sheets = files.sheets_of(file, place.centre, inside)
    return (workbook(sheets), XLSX) if form == "xlsx" else (csv_bytes(sheets[0].rows), CSV)
