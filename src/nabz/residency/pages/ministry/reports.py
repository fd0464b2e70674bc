"""Figures of a year by university and course, and of the years beside one another: bars, a table and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit.tabular import CSV, csv_bytes
from nabz.residency.model import CodeKind, Result, Standing
from nabz.residency.model.codes import RESULTS
from nabz.residency.model.reports import sum_of
from nabz.residency.model.scores import score_text
from nabz.residency.pages.frame import MINISTRY, STANDING, address, db_of, download, universities
from nabz.residency.pages.ministry.frame import HOME, Word, draw, year_of, years_around
from nabz.residency.service import codes, reports
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model.reports import Row

PATH: Final = f"{HOME}/reports"
BY: Final = ("university", "course", "year")
OF: Final = ("acceptance", "result")
BARS: Final = 40
STANDING_FILLS: Final = {
    Standing.ACCEPTED: "var(--color-success)",
    Standing.NEW: "var(--color-info)",
    Standing.CORRECTED: "var(--edge)",
    Standing.TO_CORRECT: "var(--color-warning)",
    Standing.REFUSED: "var(--color-error)",
}
RESULT_FILLS: Final = {
    str(Result.PROMOTED.value): "var(--color-success)",
    str(Result.CONDITIONAL.value): "var(--color-warning)",
    str(Result.REPEATED.value): "var(--color-error)",
    "none": "var(--edge)",
}


class Wanted(msgspec.Struct, frozen=True):
    """Which figures."""

    year: Word = ""
    by: Word = "university"
    of: Word = "acceptance"


class Part(msgspec.Struct, frozen=True):
    """A piece of a bar: what it counts, where it begins and how long it is, in hundredths of the chart's width."""

    key: str
    count: int
    start: float
    length: float
    fill: str
    path: str


class Bar(msgspec.Struct, frozen=True):
    """A line of the chart."""

    row: Row
    path: str
    total: int
    parts: tuple[Part, ...]


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="Figures by university, course and year", roles=MINISTRY)
    async def show(call: Call) -> Response:
        wanted = _checked(call.query(Wanted))
        year = year_of(call, wanted.year)
        rows = await db_of(call).read(_rows, wanted.by, year)
        return draw(
            call,
            "reports.html",
            year=year,
            years=years_around(call, year),
            wanted=wanted,
            rows=rows,
            whole=sum_of(rows),
            bars=bars(rows, wanted, year)[:BARS],
            names=await _names(call, wanted.by),
            ways_by=[(by, address(PATH, year=year, by=by, of=wanted.of)) for by in BY],
            ways_of=[(of, address(PATH, year=year, by=wanted.by, of=of)) for of in OF],
            fills=STANDING_FILLS if wanted.of == "acceptance" else RESULT_FILLS,
            file=address(f"{PATH}/table.csv", year=year, by=wanted.by),
            path_of=lambda row: _path(wanted.by, row.key, year),
        )

    @pages.get(f"{PATH}/table.csv", summary="The same figures as a file", roles=MINISTRY)
    async def table(call: Call) -> Response:
        wanted = _checked(call.query(Wanted))
        year = year_of(call, wanted.year)
        rows = await db_of(call).read(_rows, wanted.by, year)
        content = csv_bytes(_lines(rows, await _names(call, wanted.by)))
        return download(content, CSV, f"simad-{wanted.by}{'' if wanted.by == 'year' else f'-{year}'}.csv")

    return pages


def _checked(wanted: Wanted) -> Wanted:
    by = wanted.by if wanted.by in BY else BY[0]
    return msgspec.structs.replace(wanted, by=by, of=wanted.of if wanted.of in OF else OF[0])


def _rows(tx: Tx, by: str, year: int) -> list[Row]:
    if by == "year":
        return reports.by_year(tx)
    return reports.by_university(tx, year) if by == "university" else reports.by_course(tx, year)


async def _names(call: Call, by: str) -> dict[str, str]:
    if by == "university":
        return await universities(call)
    named = await db_of(call).read(codes.names, CodeKind.COURSE) if by == "course" else {}
    return {code: say(call, *titles) for code, titles in named.items()}


def _path(by: str, key: str, year: int, **more: str) -> str:
    """Lead from a figure to the declarations that it counts."""
    words: dict[str, Any] = {"year": key} if by == "year" else {"year": year, by: key}
    return address(HOME, **words, **more)


def bars(rows: list[Row], wanted: Wanted, year: int) -> list[Bar]:
    """Make the bars of the chart against the longest; years stand in their order, others by their size."""
    drawn = [_bar(row, wanted, year) for row in rows]
    if wanted.by != "year":
        drawn.sort(key=lambda bar: (-bar.total, bar.row.key))
    top = max((bar.total for bar in drawn), default=0)
    return [_placed(bar, top) for bar in drawn if bar.total]


def _bar(row: Row, wanted: Wanted, year: int) -> Bar:
    if wanted.of == "acceptance":
        counts = {str(key): (row.standings[key], fill, {"standing": str(key)}) for key, fill in STANDING_FILLS.items()}
    else:
        known = {str(key): count for key, count in row.results.items()} | {"none": row.without_result}
        accepted = str(Standing.ACCEPTED)
        counts = {key: (known[key], fill, {"standing": accepted, "result": key}) for key, fill in RESULT_FILLS.items()}
    parts = tuple(
        Part(key, count, 0.0, 0.0, fill, _path(wanted.by, row.key, year, **more))
        for key, (count, fill, more) in counts.items()
        if count
    )
    return Bar(row, _path(wanted.by, row.key, year), sum(part.count for part in parts), parts)


def _placed(bar: Bar, top: int) -> Bar:
    placed: list[Part] = []
    start = 0.0
    for part in bar.parts:
        length = 100 * part.count / top
        placed.append(msgspec.structs.replace(part, start=round(start, 3), length=round(length, 3)))
        start += length
    return msgspec.structs.replace(bar, parts=tuple(placed))


def _lines(rows: list[Row], names: dict[str, str]) -> Iterator[tuple[object, ...]]:
    standings = [(each, STANDING[each][1]) for each in STANDING_FILLS]
    scores = ("میانگین صلاحیت بالینی", "میانگین عملکرد بالینی", "میانگین اخلاق حرفه‌ای", "میانگین جمع")
    yield ("کد", "عنوان", "معرفی‌ها", *(title for _, title in standings), *RESULTS.values(), "بی‌نتیجه", *scores)
    for row in rows:
        means = (row.clinical, row.operation, row.ethics, row.score)
        yield (
            row.key,
            names.get(row.key, ""),
            row.total,
            *(row.standings[each] for each, _ in standings),
            *(row.results[code] for code in RESULTS),
            row.without_result,
            *(score_text(mean) if row.declared else "" for mean in means),
        )
