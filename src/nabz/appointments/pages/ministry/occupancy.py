"""How appointments do: occupancy, no-shows and waiting by province and specialty, as bars, a table and a file."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from nabz.access.model import Role
from nabz.appointments.errors import BadPeriod
from nabz.appointments.errors.reports import FirstDayWrong, LastDayWrong, ReportTooLong
from nabz.appointments.model import counting
from nabz.appointments.model.counting import COUNTED, Group, Period
from nabz.appointments.pages.ministry.frame import MINISTRY, db_of, download, draw
from nabz.appointments.service import reports
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.persian import persian_digits
from nabz.kit.tabular import CSV, csv_bytes
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nabz.kit.http import Call

USUAL_DAYS: Final = 30
BARS: Final = 12
MOST_RECOUNTED: Final = 7
"""So many days are counted while somebody waits: each takes some two seconds of a whole country's appointments."""

AT_ONCE: Final = 1
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
    seats = asyncio.Semaphore(AT_ONCE)

    @pages.get("/ministry/appointments", summary="Occupancy, no-shows and waiting times", roles=MINISTRY)
    async def show(call: Call) -> Response:
        try:
            wanted = await ASKING.read(call)
            period = _period(call, wanted)
            report = await db_of(call).read(reports.report, period, call.now)
        except Problem as problem:
            return await ASKING.again(call, problem, _draw_wrong)
        again = days_to_recount(period, jalali.tehran(call.now).date()) if Role.OPERATOR in call.me.roles else []
        return draw(call, "appointments.html", form=_filled(wanted, period), recount=again, **_shown(wanted, report))

    @pages.post("/ministry/appointments/recount", summary="Count some days again", roles=(Role.OPERATOR,))
    async def recount(call: Call) -> Response:
        wanted = await call.form(Wanted)
        db = db_of(call)
        async with seats:
            days = days_to_recount(_period(call, wanted), jalali.tehran(call.now).date())
            for day in days:
                await reports.count_day(db, day, call.now)
        said = say(call, f"{persian_digits(len(days))} روز دوباره شمرده شد.", f"{len(days)} days were counted again.")
        return see_other(call, f"/ministry/appointments?{_query(wanted)}", said=("good", said))

    @pages.get("/ministry/appointments/table.csv", summary="The same as a file", roles=MINISTRY)
    async def table(call: Call) -> Response:
        wanted = await ASKING.read(call)
        period = _period(call, wanted)
        rows = await db_of(call).read(reports.cells, period)
        name = f"appointments-{period.first:%Y%m%d}-{period.last:%Y%m%d}.csv"
        return download(Response(csv_bytes(_lines(period, rows)), media_type=CSV), name)

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
    used = [report.used.get(day.isoformat(), 0) for day in all_days]
    return {
        "report": report,
        "figures": figures,
        "measure": measure,
        "scale": scale_of,
        "counted_scale": counts_scale(max(used, default=0)),
        "measures": [(name, fa, en) for name, (fa, en, _) in MEASURES.items()],
        "is_share": measure in SHARES,
        "charts": {
            "province": bars(report.provinces, measure),
            "specialty": bars(report.specialties, measure),
        },
        "provinces": _choices(report.all_provinces),
        "specialties": _choices(report.all_specialties),
        "used": used,
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


def scale_of(drawn: list[Bar], is_share: bool) -> tuple[float, float, float]:  # noqa: FBT001 - called by a template
    """Tell what stands at the beginning, in the middle and at the end of the bars' axis."""
    top = 1.0 if is_share else max((bar.value for bar in drawn), default=0.0)
    return 0.0, top / 2, top


def counts_scale(most: int) -> list[int]:
    """Tell what stands beside bars of whole numbers, the highest first; bars of nothing are drawn against one."""
    top = max(1, most)
    return [top, top // 2, 0] if top > 1 else [top, 0]


def days_to_recount(period: Period, today: date) -> list[date]:
    """List the last days of a period up to tomorrow, as many as are counted while somebody waits."""
    last = min(period.last, today + timedelta(days=1))
    count = min(MOST_RECOUNTED, max(0, (last - period.first).days + 1))
    return [last - timedelta(days=step) for step in range(count - 1, -1, -1)]


def _lines(period: Period, rows: list[counting.Cell]) -> Iterator[tuple[object, ...]]:
    yield ("from", "until", "province", "province_title", "specialty", "specialty_title", *COUNTED)
    first, last = (jalali.slashed(jalali.of_date(day)) for day in (period.first, period.last))
    for row in rows:
        counts = (getattr(row.counts, name) for name in COUNTED)
        yield (first, last, row.province, row.province_title, row.specialty, row.specialty_title, *counts)
