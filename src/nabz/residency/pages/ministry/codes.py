"""The tables of resident statuses and of courses: read, edited, and the first made binding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit.errors import NotFound, Problem
from nabz.kit.persian import ascii_digits
from nabz.residency.errors import ChangedMeanwhile, CodeWrong
from nabz.residency.model import Code, CodeKind
from nabz.residency.pages.frame import MINISTRY, address, back, db_of, ministry_of, refused
from nabz.residency.pages.ministry.frame import HOME, Word, draw
from nabz.residency.service import codes, residents, rules
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Caller

PATH: Final = f"{HOME}/codes"


class Sought(msgspec.Struct, frozen=True):
    """Which table, and which of its codes is edited."""

    kind: Word = ""
    code: Word = ""


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a code."""

    code: Annotated[str, msgspec.Meta(max_length=10, pattern=r"\S")]
    title: Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")]
    title_en: Word = ""
    years: Annotated[str, msgspec.Meta(pattern=r"^\s*[0-9۰-۹]?\s*$")] = ""
    note: Word = ""
    active: bool = False


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the table of statuses binds, and which version of the rules was seen."""

    binding: bool
    version: int


FORM: Final = Form(
    Filling,
    {
        "code": ("کد را بنویسید.", "Write the code."),
        "title": ("عنوان را بنویسید.", "Write the title."),
        "years": ("سال‌های دوره یک رقم است.", "The years of a course are one digit."),
    },
    {CodeWrong: "code", ChangedMeanwhile: "code"},
)


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="The code tables that the ministry edits", roles=MINISTRY)
    async def show(call: Call) -> Response:
        sought = call.query(Sought)
        kind = CodeKind(sought.kind) if sought.kind in set(CodeKind) else CodeKind.STATUS
        found = await db_of(call).read(codes.find, kind, sought.code) if sought.code else None
        blank = Filled({"code": sought.code, "active": True})
        return await _draw(call, kind, Filled.of(found) if found else blank, edited=found is not None)

    @pages.post(f"{PATH}/binding", summary="Let the table of statuses bind, or no more", roles=MINISTRY)
    async def bind(call: Call) -> Response:
        form = await call.form(Binding)
        try:
            await db_of(call).write(_bind, form, ministry_of(call), call.now)
        except ChangedMeanwhile as problem:
            return refused(call, PATH, problem)
        if form.binding:
            return back(call, PATH, "جدول وضعیت‌ها الزامی شد.", "The table of statuses binds now.")
        return back(call, PATH, "هر کد وضعیت پذیرفته می‌شود.", "Any status is accepted now.", "warn")

    @pages.post(f"{PATH}/tables/{{kind}}", summary="Put a code into a table, or change it", roles=MINISTRY)
    async def put(call: Call) -> Response:
        if call.path["kind"] not in set(CodeKind):
            raise NotFound
        kind = CodeKind(call.path["kind"])
        try:
            await db_of(call).write(codes.put, _filled(kind, await FORM.read(call)), ministry_of(call), call.now)
        except Problem as problem:
            return await FORM.again(call, problem, lambda call, form: _draw(call, kind, form, edited=False))
        return back(call, address(PATH, kind=kind.value), "کد ذخیره شد.", "The code was saved.")

    return pages


def _filled(kind: CodeKind, form: Filling) -> Code:
    digit = ascii_digits(form.years).strip()
    return Code(
        kind=kind,
        code=form.code,
        title=form.title,
        title_en=form.title_en.strip(),
        years=int(digit) if digit else None,
        note=form.note.strip(),
        active=form.active,
    )


def _bind(tx: Tx, form: Binding, caller: Caller, now: datetime) -> None:
    known = rules.get(tx)
    rules.put(tx, msgspec.structs.replace(known, status_binding=form.binding, version=form.version), caller, now)


async def _draw(call: Call, kind: CodeKind, form: Filled, *, edited: bool) -> Response:
    found = await db_of(call).read(_read, kind)
    status = UNPROCESSABLE if form.errors else 200
    return draw(call, "codes.html", status, kind=kind, kinds=list(CodeKind), form=form, edited=edited, **found)


def _read(tx: Tx, kind: CodeKind) -> dict[str, Any]:
    used = residents.statuses_in_use(tx)
    known = {one.code for one in codes.all_of(tx, CodeKind.STATUS) if one.active}
    return {
        "rows": codes.all_of(tx, kind),
        "used": used if kind is CodeKind.STATUS else {},
        "unknown": {status: count for status, count in sorted(used.items()) if str(status) not in known},
        "rules": rules.get(tx),
    }
