"""Near me: the centres around a point or a city, on a map and in a list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec

from nabz.appointments.errors import BadPoint
from nabz.appointments.model import Quota, Wanted, distance
from nabz.appointments.pages.citizen.finding import AHEAD, City, Found, choices_of, doctor_path, times_of
from nabz.appointments.pages.citizen.mapping import MIDDLE, SIZE, Map, Marker, drawn
from nabz.appointments.pages.frame import draw, store_of
from nabz.appointments.service import searching
from nabz.kit.persian import ascii_digits
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.appointments.model import Agenda
    from nabz.appointments.pages.citizen.finding import Choices
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

MOST_PLACES: Final = 12
MOST_DOCTORS: Final = 4
DISTANCES: Final = (2000, 5000, 10_000, 25_000, 50_000)
Degrees = Annotated[str, msgspec.Meta(max_length=30)]


class Asked(msgspec.Struct, frozen=True):
    """Around where, and whom; a browser that knows where it is goes before a chosen city."""

    place: Annotated[str, msgspec.Meta(max_length=40)] = ""
    latitude: Degrees = ""
    longitude: Degrees = ""
    metres: Annotated[int, msgspec.Meta(ge=500, le=100_000)] = 10_000
    specialty: Annotated[str, msgspec.Meta(max_length=40)] = ""


ASKING: Final = Form(Asked, problems={BadPoint: "place"})


class Place(NamedTuple):
    """A centre with its doctors."""

    number: int
    metres: float
    agenda: Agenda
    doctors: list[Found]
    more: int

    @property
    def address(self) -> str:
        """Where its point leads: to the calendar, or to the list when several doctors work there."""
        return f"#place-{self.number}" if len(self.doctors) + self.more > 1 else doctor_path(self.agenda)


def routes() -> Pages:
    """One page."""
    pages = Pages("appointments")

    @pages.get("/nobat/map", summary="Doctors near a point or a city, on a map")
    async def show_map(call: Call) -> Response:
        asked = await ASKING.read(call)
        nowhere = "place" in call.request.query_params and not (asked.place or asked.latitude)
        told = say(call, "شهر خود را برگزینید.", "Choose your city.")
        form = Filled(msgspec.structs.asdict(asked), {"place": told} if nowhere else {})
        try:
            return await _draw(call, form, asked)
        except BadPoint as problem:
            return await ASKING.again(call, problem, _draw)

    return pages


async def _draw(call: Call, form: Filled, asked: Asked | None = None) -> Response:
    choices = await choices_of(call)
    centre = _centre(asked, choices) if asked is not None else None
    city = _city(asked.place, choices) if asked is not None and not asked.latitude else None
    places: list[Place] = []
    picture: Map | None = None
    if asked is not None and centre is not None:
        places = await store_of(call).read(_places, asked, centre, call.now)
        points = [(one.agenda.latitude or 0.0, one.agenda.longitude or 0.0) for one in places]
        picture = drawn(centre, points, choices.provinces)
    return draw(
        call,
        "citizen/map.html",
        form=form,
        choices=choices,
        distances=DISTANCES,
        city=city,
        centre=centre,
        places=places,
        picture=picture,
        size=SIZE,
        middle=MIDDLE,
        address_of=lambda marker: _address(marker, places),
    )


def _address(marker: Marker, places: list[Place]) -> str:
    first = places[marker.numbers[0] - 1]
    return first.address if len(marker.numbers) == 1 else f"#place-{first.number}"


def _centre(asked: Asked, choices: Choices) -> tuple[float, float] | None:
    """Find the middle of the map; without a wish there is none. Raises BadPoint."""
    if asked.latitude or asked.longitude:
        return distance.checked(_degrees(asked.latitude), _degrees(asked.longitude))
    city = _city(asked.place, choices)
    if city is None or city.latitude is None or city.longitude is None:
        if asked.place:
            raise BadPoint
        return None
    return city.latitude, city.longitude


def _degrees(text: str) -> float | None:
    try:
        degrees = float(ascii_digits(text).replace("٫", ".").strip())
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) else None


def _city(place: str, choices: Choices) -> City | None:
    province, _, code = place.partition("-")
    cities = [city for one in choices.provinces if one.code == province for city in one.cities]
    return next((city for city in cities if city.code == code), None)


def _places(tx: Tx, asked: Asked, centre: tuple[float, float], now: datetime) -> list[Place]:
    wanted = Wanted(specialty=asked.specialty, from_=now, until=now + AHEAD, quota=int(Quota.INTERNET))
    by_centre: dict[str, list[tuple[float, Agenda]]] = {}
    for metres, agenda in searching.around(tx, wanted, *centre, float(asked.metres)):
        there = by_centre.setdefault(agenda.facility, [])
        if all(other.provider != agenda.provider for _, other in there):
            there.append((metres, agenda))
    nearest = list(by_centre.values())[:MOST_PLACES]
    return [_place(tx, number, there, now) for number, there in enumerate(nearest, 1)]


def _place(tx: Tx, number: int, there: list[tuple[float, Agenda]], now: datetime) -> Place:
    metres, agenda = there[0]
    doctors = [Found(one, times_of(tx, one, now)[:1]) for _, one in there[:MOST_DOCTORS]]
    return Place(number, metres, agenda, doctors, max(0, len(there) - MOST_DOCTORS))
