"""One declaration with all that is known of the resident: read, decided, given its result, and on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from starlette.responses import Response

from nabz.access.service import clients
from nabz.kit.errors import NotFound, Problem
from nabz.residency.errors import ChangedMeanwhile, DeclarationNotFound, Refused, YearWrong
from nabz.residency.model import Acceptance, CodeKind, Pick
from nabz.residency.model.years import read_year
from nabz.residency.pages import histories
from nabz.residency.pages.frame import MINISTRY, Words, address, back, db_of, ministry_of, refused, universities
from nabz.residency.pages.ministry.deciding import DONE, WORDS, unexplained
from nabz.residency.pages.ministry.frame import HOME, Sought, draw, one_path
from nabz.residency.pages.ministry.inbox import REASONS
from nabz.residency.service import codes, deciding, declarations, entering, inbox, pictures, residents, years
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Filter

PATH: Final = f"{HOME}/declarations/{{year}}/{{resident}}"


class Deciding(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided about the declaration as it was seen."""

    acceptance: Acceptance
    version: int
    note: Annotated[str, msgspec.Meta(max_length=deciding.LONGEST_NOTE)] = ""
    onward: bool = False


class Entering(msgspec.Struct, frozen=True, kw_only=True):
    """The result of the declaration as it was seen; an empty choice is none."""

    version: int
    entered: Annotated[str, msgspec.Meta(pattern="^[1-3]?$")] = ""
    result_note: Annotated[str, msgspec.Meta(max_length=1000)] = ""


DECIDING: Final = Form(Deciding, WORDS)


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="A declaration, as the ministry sees it", roles=MINISTRY)
    async def one(call: Call) -> Response:
        return await _draw(call, call.query(Sought), BLANK)

    @pages.post(f"{PATH}/decide", summary="Decide about a declaration", roles=MINISTRY)
    async def decide(call: Call) -> Response:
        sought = await call.form(Sought)
        year, resident = _year(call), call.path["resident"]
        here = one_path(year, resident, sought.kept())

        async def page_of(call: Call, form: Filled) -> Response:
            return await _draw(call, sought, form)

        try:
            form = await DECIDING.read(call)
            pick = Pick(resident, year, form.version)
            said = (form.acceptance, form.note, ministry_of(call), call.now)
            left = await db_of(call).write(deciding.decide, [pick], *said)
        except Refused as problem:
            return await unexplained(call, problem, page_of)
        except Problem as problem:
            return await DECIDING.again(call, problem, page_of)
        if left:
            return refused(call, here, ChangedMeanwhile())
        fa, en = DONE[form.acceptance]
        onward = await _next(call, year, resident, sought) if form.onward else here
        return back(call, onward, f"معرفی {fa}.", f"The declaration was {en}.")

    @pages.post(f"{PATH}/result", summary="Enter the result of one resident", roles=MINISTRY)
    async def enter(call: Call) -> Response:
        sought, form = await call.form(Sought), await call.form(Entering)
        entry = entering.Entry(
            resident=call.path["resident"],
            year=_year(call),
            version=form.version,
            result=int(form.entered) if form.entered else None,
            note=form.result_note,
        )
        here = one_path(entry.year, entry.resident, sought.kept())
        _, left = await db_of(call).write(entering.enter, [entry], ministry_of(call), call.now)
        if left:
            return refused(call, here, ChangedMeanwhile())
        return back(call, here, "نتیجه ثبت شد.", "The result was entered.")

    @pages.get(f"{HOME}/residents/{{id}}/picture", summary="The picture of a resident", roles=MINISTRY)
    async def picture(call: Call) -> Response:
        found = await db_of(call).read(pictures.show, call.path["id"])
        if found is None:
            raise NotFound
        headers = {"cache-control": "private, no-cache", "x-content-type-options": "nosniff"}
        return Response(found.content, media_type="image/jpeg", headers=headers)

    return pages


def _year(call: Call) -> int:
    """Read the year of the address. Raises YearWrong."""
    found = read_year(call.path["year"])
    if found is None:
        raise YearWrong
    return found


async def _next(call: Call, year: int, resident: str, sought: Sought) -> str:
    """Find where to go on to: the next of the list, or the list when there is none."""
    found = await db_of(call).read(_neighbours, resident, year, sought.wanted)
    if found[1] is None:
        return address(HOME, **sought.kept(year=str(year)))
    return one_path(year, found[1].resident, sought.kept())


def _neighbours(tx: Tx, resident: str, year: int, wanted: Filter) -> Any:  # noqa: ANN401 - a pair
    one = declarations.find(tx, resident, year)
    return (None, None) if one is None else inbox.neighbours(tx, one, wanted)


async def _draw(call: Call, sought: Sought, form: Filled) -> Response:
    year = _year(call)
    found = await db_of(call).read(_read, call.path["resident"], year, sought.wanted)
    history, neighbours = found.pop("history"), found.pop("neighbours")
    names = await call.db.read(clients.names_of, sorted({change.who for change in history} | {found["one"].decided_by}))
    kept = sought.kept(year=str(year))
    return draw(
        call,
        "declaration.html",
        form=form,
        names=names,
        history=histories.lines(
            history, names, Words(visit.language(call), call.now), {change.year for change in history}
        ),
        universities=await universities(call),
        reasons=REASONS,
        kept=kept,
        inbox=address(HOME, **kept),
        earlier=one_path(year, neighbours[0].resident, kept) if neighbours[0] else "",
        later=one_path(year, neighbours[1].resident, kept) if neighbours[1] else "",
        path_of=lambda other: one_path(other.year, other.resident, {}),
        **found,
    )


def _read(tx: Tx, id_: str, year: int, wanted: Filter) -> dict[str, Any]:
    one, resident = declarations.find(tx, id_, year), residents.by_id(tx, id_)
    if one is None or resident is None:
        raise DeclarationNotFound
    return {
        "one": one,
        "resident": resident,
        "others": [each for each in declarations.of_resident(tx, id_) if each.year != year],
        "history": residents.history(tx, id_),
        "deadlines": years.get(tx, year),
        "neighbours": inbox.neighbours(tx, one, wanted),
        "courses": codes.names(tx, CodeKind.COURSE),
        "statuses": codes.names(tx, CodeKind.STATUS),
    }
