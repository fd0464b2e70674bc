"""The ministry's inbox: the declarations of a year, page by page, and how many stand where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.residency.model import CodeKind
from nabz.residency.pages.frame import MINISTRY, address, db_of, universities
from nabz.residency.pages.ministry.frame import HOME, PAGE, Sought, Word, draw, exports, one_path, year_of, years_around
from nabz.residency.service import codes, declarations, inbox
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Declaration, Filter

REASONS: Final = (
    ("نمره‌ها با کارنامهٔ ارزشیابی نمی‌خواند.", "The scores do not agree with the evaluation sheet."),
    ("تاریخ شروع دوره با پروندهٔ دستیار نمی‌خواند.", "The start of the residency does not agree with the file."),
    (
        "وضعیت لاگ‌بوک روشن نیست؛ آن را بررسی و اصلاح کنید.",
        "The state of the logbook is not clear: look and correct it.",
    ),
    ("سال دستیاری یا کد معرفی درست نیست.", "The residency year or the declaration code is not right."),
    ("تصویر دستیار نرسیده یا خوانا نیست.", "The picture is missing or cannot be made out."),
    ("دستیار شرایط معرفی به ارتقا را ندارد.", "The resident does not meet the conditions for promotion."),
)
"""Offered where a reason is typed; any other may be."""


class Place(msgspec.Struct, frozen=True):
    """Where in the list a page begins, or before what it ends."""

    after: Word = ""
    before: Word = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(HOME, summary="The declarations of a year, as the ministry sees them", roles=MINISTRY)
    async def listed(call: Call) -> Response:
        return await draw_inbox(call, call.query(Sought), call.query(Place), Filled({"scope": "chosen"}))

    return pages


async def draw_inbox(call: Call, sought: Sought, place: Place, form: Filled) -> Response:
    """Draw a page of the list, with the form that decides beneath it."""
    year = year_of(call, sought.year)
    found = await db_of(call).read(_read, year, sought.wanted, place)
    kept = sought.kept(year=str(year))
    return draw(
        call,
        "inbox.html",
        year=year,
        years=years_around(call, year),
        sought=Filled(kept),
        form=form,
        kept=kept,
        at=msgspec.structs.asdict(place),
        standings=[
            (standing, address(HOME, **{**kept, "standing": standing}), count)
            for standing, count in (("", found["counts"].total), *found["counts"].by.items())
        ],
        eligible=sum(found["counts"].by[each] for each in inbox.eligible(sought.wanted)),
        exports=exports("declarations", kept),
        universities=await universities(call),
        reasons=REASONS,
        path_of=lambda one: one_path(one.year, one.resident, kept),
        **_pager(found.pop("rows"), place, kept),
        **found,
    )


def _read(tx: Tx, year: int, wanted: Filter, place: Place) -> dict[str, Any]:
    mark, backwards = place.before or place.after, bool(place.before)
    everywhere = msgspec.structs.replace(wanted, standing="")
    return {
        "rows": declarations.search(tx, year, wanted, PAGE + 1, mark, backwards=backwards),
        "counts": declarations.count(tx, year, everywhere),
        "courses": codes.names(tx, CodeKind.COURSE),
    }


def _pager(rows: list[Declaration], place: Place, kept: dict[str, Any]) -> dict[str, Any]:
    """Part a page from the row beyond it, which tells whether the list goes on."""
    goes_on, rows = len(rows) > PAGE, rows[:PAGE]
    if place.before:
        rows = rows[::-1]
    back, on = (goes_on, True) if place.before else (bool(place.after), goes_on)
    return {
        "rows": rows,
        "previous": address(HOME, **kept, before=declarations.mark(rows[0])) if rows and back else "",
        "more": address(HOME, **kept, after=declarations.mark(rows[-1])) if rows and on else "",
    }
