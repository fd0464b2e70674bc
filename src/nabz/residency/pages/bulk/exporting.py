"""Both lists as files: declarations with the ministry's answer, and final results; residents too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from nabz.residency.files import exporting
from nabz.residency.model import Standing
from nabz.residency.pages.bulk.desk import names_of
from nabz.residency.pages.bulk.gathering import all_declared, all_residents
from nabz.residency.pages.frame import MINISTRY, UNIVERSITY, back, db_of, download, university_of
from nabz.residency.pages.ministry.frame import Sought, year_of
from nabz.residency.service import results
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.kit.workbook.writing import Row
    from nabz.residency.files.columns import Names
    from nabz.residency.model import Filter

UNIVERSITY_PATH: Final = "/simad/university/export"
MINISTRY_PATH: Final = "/simad/ministry/export"
AT_ONCE: Final = 2

TITLES: Final = {"declarations": "معرفی به ارتقا", "results": "نتایج نهایی", "residents": "دستیاران"}


class Asked(Sought, frozen=True, kw_only=True):
    """Which list, and as what."""

    what: Literal["declarations", "results", "residents"] = "declarations"
    format: Literal["xlsx", "csv"] = "xlsx"


def routes() -> Pages:
    """These files."""
    pages = Pages("residency")
    seats = asyncio.Semaphore(AT_ONCE)

    @pages.get(UNIVERSITY_PATH, summary="A university's own list as a file", roles=UNIVERSITY)
    async def of_university(call: Call) -> Response:
        caller, asked = await university_of(call), call.query(Asked)
        year = year_of(call, asked.year)
        published = await db_of(call).read(results.public, year, call.now)
        if not published and asked.what == "results":
            path = f"/simad/university/results?year={year}"
            return back(call, path, "نتایج این سال هنوز منتشر نشده است.", "The results are not published yet.", "warn")
        wanted = asked.wanted if published else msgspec.structs.replace(asked.wanted, result="")
        return await _file(call, asked, msgspec.structs.replace(wanted, university=caller.university), year, seats)

    @pages.get(MINISTRY_PATH, summary="A list of all universities as a file", roles=MINISTRY)
    async def of_ministry(call: Call) -> Response:
        asked = call.query(Asked)
        return await _file(call, asked, asked.wanted, year_of(call, asked.year), seats)

    return pages


async def _file(call: Call, asked: Asked, wanted: Filter, year: int, seats: asyncio.Semaphore) -> Response:
    what, format_ = asked.what, asked.format
    names = await names_of(call)
    async with seats:
        content = await _written(db_of(call), what, wanted, year, names, format_)
    name = "simad-residents" if what == "residents" else f"simad-{what}-{year}"
    return download(content, exporting.TYPES[format_], f"{name}.{format_}")


async def _written(db: Database, what: str, wanted: Filter, year: int, names: Names, format_: str) -> bytes:
    rows: Iterator[Row]
    if what == "residents":
        rows = exporting.residents(await all_residents(db, wanted), names)
    elif what == "results":
        accepted = msgspec.structs.replace(wanted, standing=Standing.ACCEPTED)
        rows = exporting.results(await all_declared(db, year, accepted), names)
    else:
        rows = exporting.declared(await all_declared(db, year, wanted), names)
    return await asyncio.to_thread(exporting.written, TITLES[what], rows, format_)
