"""Finding a doctor: by specialty, name and city; each with the next free times."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from nabz.appointments.model import Quota, Wanted
from nabz.appointments.pages.frame import draw, store_of
from nabz.appointments.service import searching
from nabz.kit import persian
from nabz.kit.memory import Memory
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.appointments.model import Agenda, Seen
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PAGE: Final = 12
MOST_PAGES: Final = 10
TIMES: Final = 3
AHEAD: Final = timedelta(days=60)
FEW_SPECIALTIES: Final = 12
KEEP: Final = timedelta(minutes=5)
TITLES: Final = frozenset({"دکتر", "dr", "dr."})


class Asked(msgspec.Struct, frozen=True):
    """The search; `place` is a province's code, or a province's and a city's."""

    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    specialty: Annotated[str, msgspec.Meta(max_length=40)] = ""
    place: Annotated[str, msgspec.Meta(max_length=40)] = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=MOST_PAGES)] = 1

    @property
    def province(self) -> str:
        """The code before the mark."""
        return self.place.partition("-")[0]

    @property
    def city(self) -> str:
        """The code after the mark."""
        return self.place.partition("-")[2]


class City(NamedTuple):
    """A city in which somebody works, and a point in it."""

    code: str
    title: str
    latitude: float | None
    longitude: float | None


class Province(NamedTuple):
    """A province with its cities."""

    code: str
    title: str
    cities: list[City]


class Choices(NamedTuple):
    """What there is to choose from."""

    specialties: list[tuple[str, str, int]]
    provinces: list[Province]


class Found(NamedTuple):
    """A doctor at a centre, and the next free times there."""

    agenda: Agenda
    times: list[Seen]


class Shelf:
    """The choices, which change slowly, as this process remembers them."""

    def __init__(self) -> None:
        self.choices: Memory[str, Choices] = Memory(1, KEEP)


def routes() -> Pages:
    """The home of the citizens' portal, and what a search finds."""
    pages = Pages("appointments")

    @pages.get("/nobat", summary="Appointments: find a doctor by specialty, name or city")
    async def show_home(call: Call) -> Response:
        choices = await choices_of(call)
        return draw(
            call,
            "citizen/home.html",
            form=Filled.of(Asked()),
            choices=choices,
            first=choices.specialties[:FEW_SPECIALTIES],
        )

    @pages.get("/nobat/search", summary="Doctors with their next free times")
    async def search(call: Call) -> Response:
        asked = call.query(Asked)
        choices = await choices_of(call)
        found = await store_of(call).read(_found, asked, call.now)
        more = len(found) > PAGE and asked.page < MOST_PAGES
        return draw(
            call,
            "citizen/search.html",
            form=Filled.of(asked),
            choices=choices,
            found=found[:PAGE],
            previous=_address(asked, asked.page - 1) if asked.page > 1 else "",
            following=_address(asked, asked.page + 1) if more else "",
        )

    return pages


async def choices_of(call: Call) -> Choices:
    """Read the specialties and places in which somebody works."""
    shelf = call.deps.own(Shelf, Shelf)
    known = shelf.choices.get("", call.now)
    if known is None:
        known = await store_of(call).read(_choices)
        if known.specialties:
            shelf.choices.put("", known, call.now)
    return known


def doctor_path(agenda: Agenda, **query: str) -> str:
    """Give the address of a doctor's calendar at a centre."""
    path = f"/nobat/d/{quote(agenda.provider, safe=':')}/{agenda.facility}"
    return f"{path}?{urlencode(query)}" if query else path


def _choices(tx: Tx) -> Choices:
    provinces: dict[str, Province] = {}
    for province, title, city, city_title, latitude, longitude in searching.places(tx):
        one = provinces.setdefault(province, Province(province, title, []))
        one.cities.append(City(city, city_title, latitude, longitude))
    return Choices(searching.specialties(tx), sorted(provinces.values(), key=lambda one: one.title))


def _found(tx: Tx, asked: Asked, now: datetime) -> list[Found]:
    """Read a page of doctors and one more; those who are free soon come first on it."""
    limit = asked.page * PAGE + 1
    name = " ".join(word for word in asked.q.split() if persian.search_text(word) not in TITLES)
    doctors = searching.providers(tx, name, asked.specialty, asked.province, asked.city, limit)
    shown = doctors[(asked.page - 1) * PAGE :]
    found = [Found(agenda, times_of(tx, agenda, now)) for agenda in shown]
    page = sorted(found[:PAGE], key=lambda one: (not one.times, one.times[0].slot.starts_at if one.times else now))
    return page + found[PAGE:]


def times_of(tx: Tx, agenda: Agenda, now: datetime) -> list[Seen]:
    """Read the next free times of a doctor at a centre."""
    wanted = Wanted(
        provider=agenda.provider,
        facility=agenda.facility,
        specialty=agenda.specialty,
        from_=now,
        until=now + AHEAD,
        quota=int(Quota.INTERNET),
    )
    return searching.find(tx, wanted, now, limit=TIMES)


def _address(asked: Asked, page: int) -> str:
    kept = {"q": asked.q, "specialty": asked.specialty, "place": asked.place, "page": str(page)}
    return f"/nobat/search?{urlencode({name: text for name, text in kept.items() if text})}"
