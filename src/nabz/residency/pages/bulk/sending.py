"""Sending a file: its form, its template, and what was sent before."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from nabz.kit import ids
from nabz.kit.http.upload import TooManyFiles, UploadBroken, UploadedFile, upload
from nabz.kit.reader import BodyTooLarge
from nabz.residency.errors import TooManyAtWork, UploadNotFound, UploadNotReady
from nabz.residency.files import filling, template
from nabz.residency.files.exporting import TYPES
from nabz.residency.model import Filter, Standing
from nabz.residency.model.uploads import MOST_LINES, MOST_MB, MOST_RESIDENTS, Upload, UploadKind
from nabz.residency.model.years import read_year
from nabz.residency.pages.bulk.desk import Desk, names_of
from nabz.residency.pages.bulk.gathering import all_declared, all_residents
from nabz.residency.pages.bulk.working import crew_of, kept
from nabz.residency.pages.frame import db_of, download, this_year
from nabz.residency.pages.ministry.frame import Word, year_of
from nabz.residency.service import uploads
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages, check_origin
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.responses import Response

    from nabz.kit.http import Call
    from nabz.kit.workbook.writing import Row
    from nabz.residency.files.columns import Names
    from nabz.residency.model import Caller

MOST: Final = (MOST_MB << 20) + 100_000
"""The file, and what stands around it in the form."""

_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the file; the key tells one click from two."""

    key: Word = ""
    kind: Word = ""
    year: Word = ""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which template."""

    kind: Word = ""
    format: Literal["xlsx", "csv"] = "xlsx"
    filled: bool = False
    """Whether those whom it is about stand there already: of whom nothing was said, or who were accepted."""

    year: Word = ""


SENDING: Final = Form(Sent)


def routes(desk: Desk) -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(desk.path, summary="The form of a file, and what was sent before", roles=desk.roles)
    async def blank(call: Call) -> Response:
        return await _draw(call, desk, {"year": str(this_year(call)), "kind": str(desk.kinds[0])})

    @pages.get(f"{desk.path}/template", summary="A template to fill", roles=desk.roles)
    async def empty(call: Call) -> Response:
        asked = call.query(Wanted)
        kind = _kind(desk, asked.kind) or desk.kinds[0]
        names = await names_of(call)
        rows = await _filled(call, desk, kind, asked.year, names) if asked.filled else None
        write = template.csv if asked.format == "csv" else template.xlsx
        content = await asyncio.to_thread(write, kind, names, rows)
        return download(content, TYPES[asked.format], f"simad-{kind}.{asked.format}")

    # The form is checked for its origin while it is read, before its file is kept.
    @pages.post(desk.path, summary="Send a file and have it checked", roles=desk.roles, before=None)
    async def send(call: Call) -> Response:
        caller = await desk.caller(call)
        try:
            with await upload(call, MOST, 1, check_origin) as found:
                form = await SENDING.read(call)
                errors = _mistakes(call, desk, form, found.files)
                if errors:
                    return await _draw(call, desk, msgspec.structs.asdict(form), errors)
                one = await _begin(call, caller, form, found.files[0])
        except BodyTooLarge:
            told = {"file": say(call, "فایل بزرگ‌تر از ۲۰ مگابایت است.", "A file has at most 20 MB.")}
            return await _draw(call, desk, {"year": str(this_year(call))}, told, BodyTooLarge.status)
        except (UploadBroken, TooManyFiles, TooManyAtWork) as problem:
            told = {"file": say(call, problem.text_fa, problem.text_en)}
            return await _draw(call, desk, {"year": str(this_year(call))}, told)
        return see_other(call, desk.place(one))

    return pages


async def _filled(call: Call, desk: Desk, kind: UploadKind, text: str, names: Names) -> Iterator[Row] | None:
    """Give the rows of a template that is filled. Raises YearWrong."""
    db, year = db_of(call), year_of(call, text)
    if kind is UploadKind.RESULTS:
        accepted = Filter(standing=Standing.ACCEPTED)
        return filling.results(await all_declared(db, year, accepted), names)
    if kind is UploadKind.DECLARATIONS:
        wanted = Filter(university=(await desk.caller(call)).university, undeclared=year)
        return filling.declarations(await all_residents(db, wanted), year)
    return None


def _kind(desk: Desk, text: str) -> UploadKind | None:
    return next((kind for kind in desk.kinds if kind == text), None)


def _mistakes(call: Call, desk: Desk, form: Sent, files: list[UploadedFile]) -> dict[str, str]:
    errors = {}
    if _kind(desk, form.kind) is None:
        errors["kind"] = say(call, "نوع فایل را برگزینید.", "Choose what the file holds.")
    elif form.kind != UploadKind.RESIDENTS and read_year(form.year) is None:
        errors["year"] = say(
            call, "سال را چهاررقمی و شمسی بنویسید، مانند ۱۴۰۲.", "Write a Jalali year of four digits, like 1402."
        )
    if not files:
        errors["file"] = say(call, "فایل را برگزینید.", "Choose a file.")
    return errors


async def _begin(call: Call, caller: Caller, form: Sent, file: UploadedFile) -> Upload:
    """Take a file in and begin its check; one that a second click has brought is the one that is there.

    Raises TooManyAtWork.
    """
    db, kind = db_of(call), UploadKind(form.kind)
    crew, owner = crew_of(call.deps), (db_of(call).data_set, caller.university)
    crew.make_room(owner)
    path: Path | None = None
    begun = False
    try:
        copy, digest = await asyncio.to_thread(kept, file)
        path = copy
        one = Upload(
            id=form.key if _KEY.fullmatch(form.key) else ids.new_id(),
            university=caller.university,
            kind=kind,
            year=0 if kind is UploadKind.RESIDENTS else read_year(form.year) or 0,
            name=file.name,
            digest=digest,
            sent_at=call.now,
            sent_by=caller.by,
            seen_at=call.now,
        )
        try:
            await db.write(uploads.begin, one)
        except UploadNotReady:
            with suppress(UploadNotFound):
                known = await db.read(uploads.find, caller, one.id)
                if (known.digest, known.kind, known.year) == (one.digest, one.kind, one.year):
                    return known
            one = msgspec.structs.replace(one, id=ids.new_id())  # another file in a form that was gone back to
            await db.write(uploads.begin, one)
        names = await names_of(call)
        crew.check(db, call.deps.clock, one, copy, names)
        begun = True
    finally:
        if not begun:
            crew.leave(owner)
            if path is not None:
                await asyncio.to_thread(path.unlink, missing_ok=True)
    return one


async def _draw(
    call: Call, desk: Desk, values: dict[str, str], errors: dict[str, str] | None = None, status: int = 0
) -> Response:
    caller = await desk.caller(call)
    found = await db_of(call).read(uploads.listed, caller.university, desk.kinds, uploads.NEWEST)
    form = Filled({**values, "key": ids.new_id()}, errors or {})
    return desk.draw(
        call,
        "send.html",
        status or (UNPROCESSABLE if errors else 200),
        form=form,
        offered=[str(kind) for kind in desk.kinds],
        sent=[(one, str(one.standing(call.now))) for one in found],
        most=MOST_MB,
        most_lines=MOST_LINES,
        most_residents=None if desk.of_ministry else MOST_RESIDENTS,
        filled=[this_year(call), this_year(call) - 1],
    )
