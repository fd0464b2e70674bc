"""Final results of accepted residents: entered row by row, counted, and published at their hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit.http.call import pairs_of
from nabz.kit.persian import grouped
from nabz.residency.errors import ResultWrong
from nabz.residency.model import CodeKind, Result, Standing
from nabz.residency.pages.frame import MINISTRY, address, back, db_of, ministry_of, universities
from nabz.residency.pages.ministry.frame import HOME, PAGE, Sought, Word, draw, exports, one_path, year_of, years_around
from nabz.residency.service import codes, declarations, entering, inbox, publishing, results, years
from nabz.residency.service.entering import Entry
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Filter

PATH: Final = f"{HOME}/results"
DIGITS: Final = 9


class Place(msgspec.Struct, frozen=True):
    """Where in the list a page begins."""

    after: Word = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="The final results of a year", roles=MINISTRY)
    async def listed(call: Call) -> Response:
        sought, after = call.query(Sought), call.query(Place).after
        year, wanted = year_of(call, sought.year), _accepted(sought)
        found = await db_of(call).read(_read, year, wanted, after)
        kept = sought.kept(year=str(year), standing="")
        rows = found.pop("rows")
        counts = {str(result or "none"): count for result, count in found.pop("counts").items()}
        counts[""] = sum(counts.values())
        return draw(
            call,
            "results.html",
            year=year,
            years=years_around(call, year),
            sought=Filled(kept),
            kept=kept,
            after=after,
            rows=rows[:PAGE],
            more=address(PATH, **kept, after=declarations.mark(rows[PAGE - 1])) if len(rows) > PAGE else "",
            first=address(PATH, **kept) if after else "",
            counted=[
                (result, address(PATH, **{**kept, "result": result}), counts.get(result, 0))
                for result in ("", "none", *map(str, Result))
            ],
            ahead=publishing.in_the_way(found["deadlines"], call.now),
            missing=counts.get("none", 0),
            exports=exports("results", kept),
            universities=await universities(call),
            path_of=lambda one: one_path(one.year, one.resident, {}),
            **found,
        )

    @pages.post(PATH, summary="Enter the results of a page", roles=MINISTRY)
    async def enter(call: Call) -> Response:
        sought, place = await call.form(Sought), await call.form(Place)
        entries = _entries(pairs_of(await call.bytes()), year_of(call, sought.year))
        done, left = await db_of(call).write(entering.enter, entries, ministry_of(call), call.now)
        path = address(PATH, **sought.kept(), after=place.after)
        if left:
            return await _draw_left(call, done, left, path)
        return back(call, path, f"{grouped(done)} نتیجه ثبت شد.", f"{done} results were entered.")

    return pages


def _accepted(sought: Sought) -> Filter:
    return msgspec.structs.replace(sought.wanted, standing=Standing.ACCEPTED)


def _read(tx: Tx, year: int, wanted: Filter, after: str) -> dict[str, Any]:
    return {
        "rows": declarations.search(tx, year, wanted, PAGE + 1, after),
        "counts": results.count(tx, year, msgspec.structs.replace(wanted, result="")),
        "deadlines": years.get(tx, year),
        "courses": codes.names(tx, CodeKind.COURSE),
    }


def _entries(sent: list[tuple[str, str]], year: int) -> list[Entry]:
    """Read the rows of a page. Raises ResultWrong for what no browser sends."""
    fields = dict(sent)
    found: list[Entry] = []
    for name, version in sent:
        if not name.startswith("row_"):
            continue
        resident = name.removeprefix("row_")
        result = fields.get(f"result_{resident}", "")
        if not (version.isdecimal() and len(version) <= DIGITS and result in {"", *map(str, Result)}):
            raise ResultWrong
        note = fields.get(f"note_{resident}", "")
        number = int(result) if result else None
        found.append(Entry(resident=resident, year=year, version=int(version), result=number, note=note))
    return found


async def _draw_left(call: Call, done: int, left: list[Entry], path: str) -> Response:
    told = await db_of(call).read(inbox.named, [each.pick for each in left])
    return draw(
        call,
        "decided.html",
        done=done,
        left=len(left),
        told=told,
        deed=("نتیجه ثبت شد", "results entered"),
        back=path,
        path_of=lambda one: one_path(one.year, one.resident, {}),
    )
