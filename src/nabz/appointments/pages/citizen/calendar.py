"""A doctor's page: a Jalali month with what is free on each day, and the times of a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec

from nabz.appointments.errors import UnknownAgenda
from nabz.appointments.model import Quota, Wanted
from nabz.appointments.pages import frame
from nabz.appointments.pages.citizen.finding import doctor_path
from nabz.appointments.pages.frame import draw, store_of, today
from nabz.appointments.service import desk, searching, waiting
from nabz.kit import jalali
from nabz.kit.jalali import DateWrong, JalaliDate
from nabz.registries.model import provider_id_of_key, read_facility_id
from nabz.web import visit
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import date, datetime

    from starlette.responses import Response

    from nabz.appointments.model import Agenda, Seen
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

AHEAD: Final = timedelta(days=180)
WEEK: Final = 7
SOON: Final = 3
MOST: Final = 500
NOON: Final = 12

WEEKDAYS_FA: Final = tuple(zip("شیدسچپج", jalali.WEEKDAYS, strict=True))
WEEKDAYS_EN: Final = tuple((name[:2], name) for name in frame.WEEKDAYS_EN)


class Asked(msgspec.Struct, frozen=True):
    """Which month or day is looked at, and for whom the times are meant."""

    month: Annotated[str, msgspec.Meta(max_length=10)] = ""
    day: Annotated[str, msgspec.Meta(max_length=10)] = ""
    referral: bool = False
    move: Annotated[str, msgspec.Meta(max_length=120)] = ""
    """The ticket of an appointment that is to be moved."""


class Day(NamedTuple):
    """A cell of the month."""

    date: JalaliDate
    free: int
    address: str


class Part(NamedTuple):
    """The times of a morning or an afternoon."""

    fa: str
    en: str
    times: list[Seen]


def routes() -> Pages:
    """One page."""
    pages = Pages("appointments")

    @pages.get("/nobat/d/{provider}/{facility}", summary="A doctor's calendar at a centre")
    async def show_calendar(call: Call) -> Response:
        provider = provider_id_of_key(call.path["provider"]).key
        facility = read_facility_id(call.path["facility"])
        asked = call.query(Asked)
        store = store_of(call)
        agendas = await store.read(_agendas, facility, provider)
        wanted = _wanted(provider, facility, asked, call.now)
        soon, free, referred, waits = await store.read(_free, wanted, call.now)
        month, chosen = _looked_at(asked, soon, today(call))
        times = await store.read(_times, wanted, chosen, call.now) if chosen else []
        wish = {"move": asked.move, "referral": "1" if asked.referral else ""}
        kept = {name: text for name, text in wish.items() if text}
        return draw(
            call,
            "citizen/doctor.html",
            one=agendas[0],
            agendas=agendas,
            soon=soon,
            month=month,
            weeks=_weeks(month, free, agendas[0], kept),
            chosen=chosen,
            parts_of_day=_parts(_one_seat_each(times, visit.csrf(call))),
            seats=_seats(times),
            asked=asked,
            previous=_month_address(agendas[0], _month_before(month), kept) if month > _first(today(call)) else "",
            following=_month_address(agendas[0], _month_after(month), kept) if _is_ahead(month, call.now) else "",
            any_free=bool(free),
            referred=referred,
            waits=waits,
            today=today(call),
            weekdays=WEEKDAYS_EN if visit.language(call) == "en" else WEEKDAYS_FA,
        )

    return pages


# ---- reading


def _agendas(tx: Tx, facility: str, provider: str) -> list[Agenda]:
    found = [one for one in desk.providers(tx, facility) if one.provider == provider]
    if not found:
        raise UnknownAgenda
    return found


def _wanted(provider: str, facility: str, asked: Asked, now: datetime) -> Wanted:
    quota = Quota.REFERRAL if asked.referral else Quota.INTERNET
    return Wanted(provider=provider, facility=facility, from_=now, until=now + AHEAD, quota=int(quota))


def _free(tx: Tx, wanted: Wanted, now: datetime) -> tuple[list[Seen], dict[date, int], bool, int]:
    soon = searching.find(tx, wanted, now, limit=SOON)
    for_referred = msgspec.structs.replace(wanted, quota=int(Quota.REFERRAL))
    referred = bool(searching.find(tx, for_referred, now, limit=1))
    return soon, searching.days(tx, wanted, now), referred, waiting.length(tx, wanted.provider, "")


def _times(tx: Tx, wanted: Wanted, day: JalaliDate, now: datetime) -> list[Seen]:
    start = jalali.start_of(day)
    until = start + timedelta(days=1)
    if until <= now:
        return []
    return searching.find(tx, msgspec.structs.replace(wanted, from_=max(start, now), until=until), now, limit=MOST)


# ---- the month


def _looked_at(asked: Asked, soon: list[Seen], now: JalaliDate) -> tuple[JalaliDate, JalaliDate | None]:
    """Give the month to show and the chosen day; without a wish the month of the first free time. Raises DateWrong."""
    if asked.day:
        day = jalali.parse(asked.day)
        return _first(day), day
    if asked.month:
        return _first(jalali.parse(f"{asked.month}/01")), None
    return _first(jalali.day_of(soon[0].slot.starts_at) if soon else now), None


def _first(day: JalaliDate) -> JalaliDate:
    return jalali.of_parts(day.year, day.month, 1)


def _month_after(month: JalaliDate) -> JalaliDate:
    return jalali.of_parts(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month_before(month: JalaliDate) -> JalaliDate:
    return jalali.of_parts(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _is_ahead(month: JalaliDate, now: datetime) -> bool:
    return jalali.start_of(_month_after(month)) < now + AHEAD


def _month_address(agenda: Agenda, month: JalaliDate, kept: dict[str, str]) -> str:
    return doctor_path(agenda, month=f"{month.year:04}/{month.month:02}", **kept) + "#month"


def _weeks(month: JalaliDate, free: dict[date, int], agenda: Agenda, kept: dict[str, str]) -> list[list[Day | None]]:
    """Lay a month out in weeks that begin on Saturday."""
    cells: list[Day | None] = [None] * month.weekday()
    for number in range(1, 32):
        try:
            day = jalali.of_parts(month.year, month.month, number)
        except DateWrong:
            break
        count = free.get(day.to_gregorian(), 0)
        address = doctor_path(agenda, day=jalali.slashed(day), **kept) + "#times"
        cells.append(Day(day, count, address if count else ""))
    cells += [None] * (-len(cells) % WEEK)
    return [cells[start : start + WEEK] for start in range(0, len(cells), WEEK)]


# ---- the times of a day


def _place_of(seen: Seen) -> tuple[datetime, int]:
    return seen.slot.starts_at, seen.slot.agenda


def _seats(times: list[Seen]) -> dict[tuple[datetime, int], int]:
    counts: dict[tuple[datetime, int], int] = {}
    for seen in times:
        counts[_place_of(seen)] = counts.get(_place_of(seen), 0) + 1
    return counts


def _one_seat_each(times: list[Seen], chance: str) -> list[Seen]:
    """Show one seat of each time; another one to each browser, so that few meet at the same seat."""
    seats: dict[tuple[datetime, int], list[Seen]] = {}
    for seen in times:
        seats.setdefault(_place_of(seen), []).append(seen)
    return [free[int(chance, 16) % len(free)] for free in seats.values()]


def _parts(times: list[Seen]) -> list[Part]:
    early = [one for one in times if jalali.tehran(one.slot.starts_at).hour < NOON]
    late = [one for one in times if jalali.tehran(one.slot.starts_at).hour >= NOON]
    parts = Part("پیش از ظهر", "Morning", early), Part("بعد از ظهر", "Afternoon", late)
    return [part for part in parts if part.times]
