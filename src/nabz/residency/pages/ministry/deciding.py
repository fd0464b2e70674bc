"""What the ministry decides about many declarations: those ticked, those of a page, or all of a list."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from nabz.kit.errors import Problem
from nabz.kit.http.call import pairs_of
from nabz.kit.persian import grouped
from nabz.residency.errors import Refused
from nabz.residency.model import Acceptance, Pick
from nabz.residency.pages.frame import MINISTRY, address, back, db_of, ministry_of
from nabz.residency.pages.ministry.frame import HOME, Sought, draw, one_path, year_of
from nabz.residency.pages.ministry.inbox import Place, draw_inbox
from nabz.residency.service import deciding, declarations, inbox
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

PATH: Final = f"{HOME}/decide"
CHUNK: Final = 500
"""So many are decided in one transaction: on SQLite others write in between."""

TOLD: Final = 100
DIGITS: Final = 9
DONE: Final = {
    Acceptance.ACCEPTED: ("پذیرفته شد", "accepted"),
    Acceptance.REFUSED: ("رد شد", "refused"),
    Acceptance.TO_CORRECT: ("برای اصلاح به دانشگاه برگشت", "sent back for correction"),
}
WORDS: Final = {
    "acceptance": ("تصمیم را برگزینید.", "Choose what is decided."),
    "note": ("دلیل حداکثر ۱۰۰۰ نویسه است.", "A reason has 1000 letters at most."),
}


class Deciding(msgspec.Struct, frozen=True, kw_only=True):
    """The form beneath the list."""

    acceptance: Acceptance
    note: Annotated[str, msgspec.Meta(max_length=deciding.LONGEST_NOTE)] = ""
    scope: Literal["chosen", "page", "all"] = "chosen"
    seen: datetime | None = None
    """When it was asked whether really all; nothing before that."""


FORM: Final = Form(Deciding, WORDS, {Refused: "note"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.post(PATH, summary="Decide about many declarations", roles=MINISTRY)
    async def decide(call: Call) -> Response:
        sought, place = await call.form(Sought), await call.form(Place)
        try:
            form = await FORM.read(call)
            deciding.check_note(form.acceptance, form.note)
        except Problem as problem:
            return await FORM.again(call, problem, lambda call, form: draw_inbox(call, sought, place, form))
        if form.scope == "all":
            return await (_ask(call, sought, form) if form.seen is None else _decide_all(call, sought, form, form.seen))
        picks = await _picked(call, year_of(call, sought.year), form.scope)
        if not picks:
            return await _none_chosen(call, sought, place)
        return await _decide(call, sought, form, picks, address(HOME, **sought.kept(), **msgspec.structs.asdict(place)))

    return pages


async def _picked(call: Call, year: int, scope: str) -> list[Pick]:
    """Read the rows that were ticked, or all that stood on the page, each with the version that was seen."""
    prefix = "pick_" if scope == "chosen" else "row_"
    sent = [(name, text) for name, text in pairs_of(await call.bytes()) if name.startswith(prefix)]
    return [
        Pick(name.removeprefix(prefix), year, int(text))
        for name, text in sent
        if text.isdecimal() and len(text) <= DIGITS
    ]


async def _none_chosen(call: Call, sought: Sought, place: Place) -> Response:
    typed = dict(pairs_of(await call.bytes()))
    told = say(call, "هیچ معرفی‌ای را برنگزیده‌اید.", "You have not chosen a declaration.")
    answer = await draw_inbox(call, sought, place, Filled(typed, {"scope": told}))
    answer.status_code = UNPROCESSABLE
    return answer


async def _ask(call: Call, sought: Sought, form: Deciding) -> Response:
    """Tell how many there are before anything is done."""
    year = year_of(call, sought.year)
    counts = await db_of(call).read(declarations.count, year, msgspec.structs.replace(sought.wanted, standing=""))
    count = sum(counts.by[each] for each in inbox.eligible(sought.wanted))
    return draw(
        call,
        "decide_all.html",
        year=year,
        count=count,
        others=0 if sought.standing else counts.total - count,
        most=inbox.MOST,
        decision=form,
        kept=sought.kept(year=str(year)),
        seen=call.now.isoformat(),
        back=address(HOME, **sought.kept()),
    )


async def _decide_all(call: Call, sought: Sought, form: Deciding, seen: datetime) -> Response:
    picks, changed = await db_of(call).read(inbox.picks, year_of(call, sought.year), sought.wanted, seen)
    return await _decide(call, sought, form, picks, address(HOME, **sought.kept()), changed)


async def _decide(
    call: Call, sought: Sought, form: Deciding, picks: list[Pick], path: str, changed: list[Pick] | None = None
) -> Response:
    """Decide about them some at a time; those that changed meanwhile are named."""
    db, caller, left = db_of(call), ministry_of(call), [*(changed or [])]
    count = len(picks) + len(left)
    for start in range(0, len(picks), CHUNK):
        some = picks[start : start + CHUNK]
        left += await db.write(deciding.decide, some, form.acceptance, form.note, caller, call.now)
    done, (fa, en) = count - len(left), DONE[form.acceptance]
    if not left:
        return back(call, path, f"{grouped(done)} معرفی {fa}.", f"{done:,} declarations: {en}.")
    told = await db.read(inbox.named, left[:TOLD])
    return draw(
        call,
        "decided.html",
        done=done,
        left=len(left),
        told=told,
        deed=(fa, en),
        back=path,
        path_of=lambda one: one_path(one.year, one.resident, sought.kept()),
    )
