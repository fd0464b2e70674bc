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
from nabz.web.forms import UNPROCESSABLE, Draw, Filled, Form
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
    seen: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """When it was asked whether really all; nothing before that."""

    sure: bool = False
    """Whether it was asked about what the ministry has decided already."""


FORM: Final = Form(Deciding, WORDS)


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.post(PATH, summary="Decide about many declarations", roles=MINISTRY)
    async def decide(call: Call) -> Response:
        sought, place = await call.form(Sought), await call.form(Place)

        async def inbox_of(call: Call, form: Filled) -> Response:
            return await draw_inbox(call, sought, place, form)

        try:
            form = await FORM.read(call)
            deciding.check_note(form.acceptance, form.note)
        except Refused as problem:
            return await unexplained(call, problem, inbox_of)
        except Problem as problem:
            return await FORM.again(call, problem, inbox_of)
        if form.scope == "all":
            return await (_ask(call, sought, form) if form.seen is None else _decide_all(call, sought, form, form.seen))
        picks = await _picked(call, year_of(call, sought.year), form.scope)
        some = await db_of(call).read(inbox.chosen, picks, sought.wanted, page=form.scope == "page")
        if not some.picks:
            return await _none_chosen(call, inbox_of, some.untouched)
        if some.overturned and not form.sure:
            return _ask_again(call, sought, place, form, some)
        path = address(HOME, **sought.kept(), **msgspec.structs.asdict(place))
        return await _decide(call, sought, form, some, path)

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


async def unexplained(call: Call, problem: Refused, draw_form: Draw) -> Response:
    """Show the form again with what is missing; that it was refused stands above already."""
    told = " ".join(say(call, each.fa, each.en) for each in problem.faults)
    return await _again(call, draw_form, "note", f"{told}.")


async def _none_chosen(call: Call, draw_form: Draw, decided: int) -> Response:
    if decided:
        told = say(call, "هیچ معرفی این صفحه در انتظار بررسی نیست.", "No declaration of this page waits.")
    else:
        told = say(call, "هیچ معرفی‌ای را برنگزیده‌اید.", "You have not chosen a declaration.")
    return await _again(call, draw_form, "scope", told)


async def _again(call: Call, draw_form: Draw, field: str, told: str) -> Response:
    answer = await draw_form(call, Filled(dict(pairs_of(await call.bytes())), {field: told}))
    answer.status_code = UNPROCESSABLE
    return answer


def _ask_again(call: Call, sought: Sought, place: Place, form: Deciding, some: inbox.Chosen) -> Response:
    """Tell which decisions would be overturned before they are."""
    kept, at = sought.kept(), msgspec.structs.asdict(place)
    return draw(
        call,
        "overturn.html",
        count=len(some.picks),
        overturned=some.overturned,
        picks=some.picks,
        decision=form,
        kept={**kept, **at},
        back=address(HOME, **kept, **at),
    )


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
    year = year_of(call, sought.year)
    picks, changed = await db_of(call).read(inbox.picks, year, sought.wanted, min(seen, call.now))
    some = inbox.Chosen(picks=picks, untouched=0, overturned={})
    return await _decide(call, sought, form, some, address(HOME, **sought.kept()), changed)


async def _decide(
    call: Call, sought: Sought, form: Deciding, chosen: inbox.Chosen, path: str, changed: list[Pick] | None = None
) -> Response:
    """Decide about them some at a time; those that changed meanwhile are named."""
    db, caller, left, picks = db_of(call), ministry_of(call), [*(changed or [])], chosen.picks
    count = len(picks) + len(left)
    for start in range(0, len(picks), CHUNK):
        some = picks[start : start + CHUNK]
        left += await db.write(deciding.decide, some, form.acceptance, form.note, caller, call.now)
    done, (fa, en) = count - len(left), DONE[form.acceptance]
    if not left:
        rest = chosen.untouched
        more_fa = f" {grouped(rest)} معرفی دیگر این صفحه در انتظار نبود و دست نخورد." if rest else ""
        more_en = f" {rest} others of this page did not wait and stay as they are." if rest else ""
        return back(call, path, f"{grouped(done)} معرفی {fa}.{more_fa}", f"{done:,} declarations: {en}.{more_en}")
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
