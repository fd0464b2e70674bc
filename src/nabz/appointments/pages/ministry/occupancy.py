"""How appointments do: occupancy, no-shows and waiting by province and specialty, as bars, a table and a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from nabz.appointments.errors import BadPeriod
from nabz.appointments.errors.reports import FirstDayWrong, LastDayWrong, ReportTooLong
from nabz.appointments.files.referral import csv_text
from nabz.appointments.model import counting
from nabz.appointments.model.counting import COUNTED, Group, Period
from nabz.appointments.pages.ministry.frame import CSV, MINISTRY, db_of, download, draw
from nabz.appointments.service import reports
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nabz.kit.http import Call

USUAL_DAYS: Final = 30
BARS: Final = 12
Code = Annotated[str, msgspec.Meta(max_length=40)]
MEASURES: Final[dict[str, tuple[str, str, Callable[[counting.Counts], float | None]]]] = {
    "occupancy": ("پرشدگی", "Occupancy", lambda counts: counts.occupancy),
    "no-shows": ("غیبت بیمار", "No-shows", lambda counts: counts.no_shows),
    "cancelled": ("لغو از سوی بیمار", "Cancelled by patients", lambda counts: counts.given_back),
    "wait": ("انتظار تا ویزیت", "Days until the visit", lambda counts: counts.wait),
    "long-waits": ("انتظار بیش از دو هفته", "Waits of over two weeks", lambda counts: counts.long_waits),
}
SHARES: Final = frozenset(MEASURES) - {"wait"}


class Wanted(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The form above the page; without days, the last thirty."""

    from_: Annotated[str, msgspec.Meta(max_length=20)] = ""
    until: Annotated[str, msgspec.Meta(max_length=20)] = ""
    province: Code = ""
    specialty: Code = ""
    measure: Code = "occupancy"


ASKING: Final = Form(
    Wanted, problems={FirstDayWrong: "from", LastDayWrong: "until", BadPeriod: "until", ReportTooLong: "until"}
)


class Bar(msgspec.Struct, frozen=True):
    """A line of a chart: what it is about, its value, how long it is drawn (0 to 100)."""

    group: Group
    value: float
    length: float


def routes() -> Pages:
    """These pages."""
    pages = Pages("appointments")

    @pages.get("/ministry/appointments", summary="Occupancy, no-shows and waiting times", roles=MINISTRY)
    async def show(call: Call) -> Response:
        try:
            wanted = await ASKING.read(call)
            period = _period(call, wanted)
            report = await db_of(call).read(reports.report, period, call.now)
        except Problem as problem:
            return await ASKING.again(call, problem, _draw_wrong)
        return draw(call, "appointments.html", form=_filled(wanted, period), **_shown(wanted, report))

    @pages.get("/ministry/appointments/table.csv", summary="The same as a file", roles=MINISTRY)
    async def table(call: Call) -> Response:
        wanted = await ASKING.read(call)
        period = _period(call, wanted)
        rows = await db_of(call).read(reports.cells, period)
        text = csv_text(_lines(period, rows))
        name = f"appointments-{period.first:%Y%m%d}-{period.last:%Y%m%d}.csv"
        return download(Response(text.encode("utf-8-sig"), media_type=CSV), name)

    return pages


def _period(call: Call, wanted: Wanted) -> Period:
    """Read the days that are asked for. Raises FirstDayWrong, LastDayWrong."""
    today = jalali.tehran(call.now).date()
    last = _day(wanted.until, LastDayWrong()) if wanted.until.strip() else today
    first = _day(wanted.from_, FirstDayWrong()) if wanted.from_.strip() else last - timedelta(days=USUAL_DAYS - 1)
    return Period(first, last, wanted.province.strip(), wanted.specialty.strip())


def _day(text: str, problem: Problem) -> Any:  # noqa: ANN401 - a date; the calendar's package tells no types
    try:
        return jalali.parse(text).to_gregorian()
    except jalali.DateWrong as wrong:
        raise problem from wrong


def _filled(wanted: Wanted, period: Period) -> Filled:
    days = {"from": period.first, "until": period.last}
    written = {name: jalali.slashed(jalali.of_date(day)) for name, day in days.items()}
    return Filled({"province": wanted.province, "specialty": wanted.specialty, "measure": wanted.measure, **written})


async def _draw_wrong(call: Call, form: Filled) -> Response:
    """Show the form with what is wrong, and no figures."""
    today = jalali.tehran(call.now).date()
    report = await db_of(call).read(reports.report, Period(today, today), call.now)
    return draw(call, "appointments.html", form=form, **_shown(Wanted(), report, figures=False))


def _shown(wanted: Wanted, report: reports.Report, *, figures: bool = True) -> dict[str, Any]:
    measure = wanted.measure if wanted.measure in MEASURES else "occupancy"
    days = report.period.days
    all_days = [report.period.first + timedelta(days=number) for number in range(days)]
    return {
        "report": report,
        "figures": figures,
        "measure": measure,
        "measures": [(name, fa, en) for name, (fa, en, _) in MEASURES.items()],
        "is_share": measure in SHARES,
        "charts": {
            "province": bars(report.provinces, measure),
            "specialty": bars(report.specialties, measure),
        },
        "provinces": _choices(report.all_provinces),
        "specialties": _choices(report.all_specialties),
        "used": [report.used.get(day.isoformat(), 0) for day in all_days],
        "missing": days - report.freshness.counted,
        "file": f"/ministry/appointments/table.csv?{_query(wanted)}",
    }


def _choices(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, title or code) for code, title in pairs if code]


def _query(wanted: Wanted) -> str:
    return urlencode({name: value for name, value in msgspec.to_builtins(wanted).items() if value})


def bars(groups: list[Group], measure: str) -> list[Bar]:
    """Make the bars of a chart, the longest first; shares are drawn against the whole, days against the longest."""
    value_of = MEASURES[measure][2]
    known = [(group, value) for group in groups if (value := value_of(group.counts)) is not None]
    known.sort(key=lambda pair: (-pair[1], pair[0].title))
    top = 1.0 if measure in SHARES else max([value for _, value in known], default=0.0)
    return [Bar(group, value, round(100 * value / top, 2) if top else 0.0) for group, value in known[:BARS]]


def _lines(period: Period, rows: list[counting.Cell]) -> Iterator[tuple[object, ...]]:
    yield ("from", "until", "province", "province_title", "specialty", "specialty_title", *COUNTED)
    first, last = (jalali.slashed(jalali.of_date(day)) for day in (period.first, period.last))
    for row in rows:
        counts = (getattr(row.counts, name) for name in COUNTED)
        yield (first, last, row.province, row.province_title, row.specialty, row.specialty_title, *counts)
