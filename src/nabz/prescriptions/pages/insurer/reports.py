"""What was prescribed and delivered: by centre, month, service and physician, with top lists and sums."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.persian import ascii_digits
from nabz.kit.workbook.writing import XLSX
from nabz.prescriptions.errors.insurer import NotOnList
from nabz.prescriptions.errors.monthly import MonthWrong
from nabz.prescriptions.files import settlement as files
from nabz.prescriptions.model import centre_id, doc_id
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.pages.insurer.frame import (
    INSURER,
    Word,
    address,
    download,
    draw,
    last_month,
    read_month,
    slashed,
    this_month,
)
from nabz.prescriptions.service import enrolment, prescribing
from nabz.prescriptions.service.prescribing import By
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PATH: Final = "/insurer/reports"
AT_ONCE: Final = 2
MOST_ROWS: Final = 5000
TITLES: Final = {
    By.CENTRE: ("مرکز", "Centre"),
    By.SERVICE: ("دارو و خدمت", "Drug or service"),
    By.DOCTOR: ("پزشک تجویزکننده", "Prescriber"),
    By.MONTH: ("ماه", "Month"),
    By.TYPE: ("نوع خدمت", "Type of service"),
}


class Sought(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What is asked for."""

    by: Word = "centre"
    from_: Word = ""
    until: Word = ""
    centre: Word = ""
    doctor: Word = ""
    type: Word = ""
    code: Word = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")
    seats = asyncio.Semaphore(AT_ONCE)

    @pages.get(PATH, summary="Prescribing and delivery in figures", roles=INSURER)
    async def show(call: Call) -> Response:
        sought = call.query(Sought)
        wanted, errors = _wanted(call, sought)
        by = By(sought.by) if sought.by in set(By) else By.CENTRE
        async with seats:
            report = await db_of(call).read(prescribing.report, wanted, by)
        words = _words(sought, wanted)
        shown = {"from": sought.from_ or slashed(wanted.first), "until": sought.until or slashed(wanted.last)}
        return draw(
            call,
            "reports.html",
            UNPROCESSABLE if errors else 200,
            form=Filled({**words, **shown, "by": by.value}, errors),
            wanted=wanted,
            report=report,
            by=by,
            titles=[(each.value, say(call, *TITLES[each])) for each in By],
            types=[
                ("", say(call, "همهٔ نوع‌ها", "All types")),
                *((one.code, one.title) for one in SERVICE_TYPES.values()),
            ],
            file=address(f"{PATH}.xlsx", **words, by=by.value),
        )

    @pages.get(f"{PATH}.xlsx", summary="The same as a workbook", roles=INSURER)
    async def workbook(call: Call) -> Response:
        sought = call.query(Sought)
        wanted, _ = _wanted(call, sought)
        by = By(sought.by) if sought.by in set(By) else By.CENTRE
        async with seats:
            report = await db_of(call).read(prescribing.report, wanted, by, MOST_ROWS)
            rows = [(row.key, row.name, row.quantity, row.sums) for row in report.rows]
            whole = (report.quantity, report.total)
            content = await asyncio.to_thread(files.report, TITLES[by][0], rows, whole)
        return download(content, XLSX, f"report-{by.value}-{wanted.first}-{wanted.last}.xlsx")

    @pages.get("/insurer/physicians/{id}/prescribing", summary="What a physician prescribed", roles=INSURER)
    async def written(call: Call) -> Response:
        sought = call.query(Sought)
        errors: dict[str, str] = {}
        try:
            month = read_month(sought.until, this_month(call))
        except MonthWrong as problem:
            month, errors["until"] = this_month(call), say(call, problem.text_fa, problem.text_en)
        async with seats:
            found = await db_of(call).read(_written, call.path["id"], month)
        form = Filled({"until": sought.until or slashed(month)}, errors)
        return draw(call, "prescribing.html", UNPROCESSABLE if errors else 200, form=form, one=found)

    return pages


def _written(tx: Tx, number: str, month: str) -> prescribing.Written:
    doctor = enrolment.doctor(tx, number)
    if doctor is None:
        raise NotOnList
    return prescribing.written(tx, doctor, month)


def _wanted(call: Call, sought: Sought) -> tuple[prescribing.Wanted, dict[str, str]]:
    """Read what is asked for; what cannot be read is told beside its field."""
    errors: dict[str, str] = {}

    def month(name: str, text: str, otherwise: str) -> str:
        try:
            return read_month(text, otherwise)
        except MonthWrong as problem:
            errors[name] = say(call, problem.text_fa, problem.text_en)
            return otherwise

    last = month("until", sought.until, this_month(call))
    first = month("from", sought.from_, min(last, last_month(call)))
    if first > last:
        errors["until"] = say(call, "پایان پیش از آغاز است.", "The end is before the beginning.")
    type_ = sought.type if sought.type in SERVICE_TYPES else ""
    code = ascii_digits(sought.code).strip()
    return prescribing.Wanted(first, last, centre_id(sought.centre), doc_id(sought.doctor), type_, code), errors


def _words(sought: Sought, wanted: prescribing.Wanted) -> dict[str, str]:
    """Give what goes into addresses again."""
    return {
        "from": wanted.first,
        "until": wanted.last,
        "centre": sought.centre.strip(),
        "doctor": sought.doctor.strip(),
        "type": wanted.type,
        "code": sought.code.strip(),
    }
